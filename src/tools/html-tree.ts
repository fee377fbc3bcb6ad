/** Reads HTML as browsers do, however broken the text is, into a tree that is neither too deep nor too large to walk over. */
import type { DefaultTreeAdapterTypes } from 'parse5';

export type Element = { name: string; attributes: ReadonlyMap<string, string>; children: (Element | string)[] };

/** `isCut`: only the beginning was read, because there is too much of it or it is nested too deep. */
export async function parseHtml(html: string): Promise<{ root: Element; isCut: boolean }> {
  const { defaultTreeAdapter, parse } = await import('parse5');
  let document = defaultTreeAdapter.createDocument();
  let elements = 0;
  let depth = 0;
  const treeAdapter: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    createDocument() {
      document = defaultTreeAdapter.createDocument();
      return document;
    },
    createElement(...all) {
      elements += 1;
      if (elements > MOST_ELEMENTS) throw new TooMuchError();
      return defaultTreeAdapter.createElement(...all);
    },
    onItemPush() {
      depth += 1;
      if (depth > DEEPEST_OPEN) throw new TooMuchError();
    },
    onItemPop() {
      depth -= 1;
    },
  };
  try {
    return { root: treeOf(parse(html, { treeAdapter })), isCut: false };
  } catch (thrown) {
    if (!(thrown instanceof TooMuchError)) throw thrown;
    return { root: treeOf(document), isCut: true };
  }
}

/** All text below an element, as it is written. */
export function textOf(node: Element | string): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('');
}

/** The first element that the test takes, in the order of the text; not below `skipped`. */
export function findElement(node: Element, test: (element: Element) => boolean, skipped?: Element): Element | undefined {
  for (const child of node.children) {
    if (typeof child === 'string') continue;
    const found = test(child) ? child : child === skipped ? undefined : findElement(child, test, skipped);
    if (found) return found;
  }
  return undefined;
}

/** Words in bold that nobody ends are made anew in each paragraph: 50 KB of such make millions of elements. */
const MOST_ELEMENTS = 250_000;
/** Each end of an element looks through all that are open; browsers stop at 512. */
const DEEPEST_OPEN = 3000;
/** Deeper ones are dropped, and what is in them belongs to the last one. */
const DEEPEST = 200;

class TooMuchError extends Error {}

/** Without comments; with a list of its own of what is still to do, because the depth is up to the page. */
function treeOf(document: DefaultTreeAdapterTypes.Document): Element {
  const root: Element = { name: '#document', attributes: new Map(), children: [] };
  const waiting: { node: DefaultTreeAdapterTypes.ChildNode; parent: Element; depth: number }[] = [];
  const wait = (nodes: readonly DefaultTreeAdapterTypes.ChildNode[], parent: Element, depth: number) => {
    for (let index = nodes.length - 1; index >= 0; index -= 1) {
      const node = nodes[index];
      if (node) waiting.push({ node, parent, depth });
    }
  };
  wait(document.childNodes, root, 0);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, parent, depth } = next;
    if ('value' in node) parent.children.push(node.value);
    if (!('tagName' in node)) continue;
    const isDropped = depth >= DEEPEST;
    const element = isDropped ? parent : elementOf(node);
    if (!isDropped) parent.children.push(element);
    wait(node.childNodes, element, depth + 1);
  }
  return root;
}

function elementOf({ tagName, attrs }: DefaultTreeAdapterTypes.Element): Element {
  return { name: tagName, attributes: new Map(attrs.map(({ name, value }) => [name, value])), children: [] };
}
