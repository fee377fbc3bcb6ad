/** Reads HTML as browsers do, roughly: a tree of elements, however broken the text is, in linear time. */
import { decodeEntities } from './html-entities.ts';

export type Element = { name: string; attributes: ReadonlyMap<string, string>; children: (Element | string)[] };

export function parseHtml(html: string): Element {
  const root: Element = { name: '#document', attributes: new Map(), children: [] };
  const open = [root];
  for (let at = 0; at < html.length; ) {
    const next = html.indexOf('<', at);
    const end = next === -1 ? html.length : next;
    if (end > at) addText(open, decodeEntities(html.slice(at, end)));
    at = next === -1 ? end : readMarkup(html, end, open);
  }
  return root;
}

/** All text below an element, as it is written. */
export function textOf(node: Element | string): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('');
}

/** The first element that the test takes, in the order of the text. */
export function findElement(node: Element, test: (element: Element) => boolean): Element | undefined {
  for (const child of node.children) {
    if (typeof child === 'string') continue;
    const found = test(child) ? child : findElement(child, test);
    if (found) return found;
  }
  return undefined;
}

/** Deeper ones are dropped, and what is in them belongs to the last one. */
const DEEPEST = 200;
const EMPTY = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** What is in them is no markup. */
const RAW = new Set('script style textarea title xmp iframe noembed noframes noscript'.split(' '));
const DECODED = new Set(['textarea', 'title']);

const TAG = /<(\/?)([a-zA-Z][^\s/>]*)/y;
const ATTRIBUTE = /[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*))?)?/y;

/** From a `<` on; returns where to go on. */
function readMarkup(html: string, start: number, open: Element[]): number {
  if (html.startsWith('<!--', start)) return endAfter(html, '-->', start + 4);
  if (html.startsWith('<![CDATA[', start)) return endAfter(html, ']]>', start + 9);
  TAG.lastIndex = start;
  const match = TAG.exec(html);
  if (!match) {
    if (html[start + 1] === '!' || html[start + 1] === '?' || html[start + 1] === '/') return endAfter(html, '>', start + 1);
    addText(open, '<');
    return start + 1;
  }
  const name = (match[2] ?? '').toLowerCase();
  const { attributes, end } = readAttributes(html, TAG.lastIndex);
  if (match[1] === '/') close(open, name);
  else if (RAW.has(name)) return readRaw(html, end, { open, name, attributes });
  else openElement(open, { name, attributes, children: [] });
  return end;
}

function readAttributes(html: string, start: number): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>();
  let at = start;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(html);
    if (!match) break;
    at = ATTRIBUTE.lastIndex;
    const name = (match[1] ?? '').toLowerCase();
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    if (!attributes.has(name)) attributes.set(name, decodeEntities(value));
  }
  const end = html.indexOf('>', at);
  return { attributes, end: end === -1 ? html.length : end + 1 };
}

function readRaw(
  html: string,
  start: number,
  { open, name, attributes }: { open: Element[]; name: string; attributes: Map<string, string> },
): number {
  const closing = new RegExp(`</${name}(?=[\\s/>])[^>]*>?`, 'gi');
  closing.lastIndex = start;
  const match = closing.exec(html);
  const text = html.slice(start, match?.index ?? html.length);
  open.at(-1)?.children.push({ name, attributes, children: [DECODED.has(name) ? decodeEntities(text) : text] });
  return match ? closing.lastIndex : html.length;
}

function endAfter(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at === -1 ? html.length : at + mark.length;
}

function addText(open: readonly Element[], text: string): void {
  const children = open.at(-1)?.children;
  if (!children) return;
  const last = children.at(-1);
  if (typeof last === 'string' && last.length < 10_000) children[children.length - 1] = last + text;
  else children.push(text);
}

/** Elements that end where another one of these begins, unless one of the borders lies between. */
const ENDED_BY: Readonly<Record<string, { ends: readonly string[]; borders: readonly string[] }>> = {
  li: { ends: ['li'], borders: ['ul', 'ol', 'menu'] },
  dt: { ends: ['dt', 'dd'], borders: ['dl'] },
  dd: { ends: ['dt', 'dd'], borders: ['dl'] },
  td: { ends: ['td', 'th'], borders: ['tr', 'table'] },
  th: { ends: ['td', 'th'], borders: ['tr', 'table'] },
  tr: { ends: ['tr'], borders: ['table'] },
  tbody: { ends: ['thead', 'tbody', 'tfoot'], borders: ['table'] },
  tfoot: { ends: ['thead', 'tbody', 'tfoot'], borders: ['table'] },
  option: { ends: ['option'], borders: ['select'] },
};
const ENDS_PARAGRAPH = new Set(
  'address article aside blockquote center details dialog dd dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search section table ul'.split(
    ' ',
  ),
);

function openElement(open: Element[], element: Element): void {
  if (ENDS_PARAGRAPH.has(element.name)) endNearest(open, ['p'], ['td', 'th', 'table', 'button', 'body']);
  const rule = ENDED_BY[element.name];
  if (rule) endNearest(open, rule.ends, rule.borders);
  if (open.length > DEEPEST) return;
  open.at(-1)?.children.push(element);
  if (!EMPTY.has(element.name)) open.push(element);
}

function endNearest(open: Element[], names: readonly string[], borders: readonly string[]): void {
  for (let at = open.length - 1; at > 0; at -= 1) {
    const name = open[at]?.name ?? '';
    if (borders.includes(name)) return;
    if (!names.includes(name)) continue;
    open.length = at;
    return;
  }
}

function close(open: Element[], name: string): void {
  for (let at = open.length - 1; at > 0; at -= 1) {
    if (open[at]?.name !== name) continue;
    open.length = at;
    return;
  }
}
