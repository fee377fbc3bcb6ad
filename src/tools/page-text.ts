/** Turns what a server sent into text for a model: its character set, its title, the part of the page that is read. */
import { oneLine } from '../core/words.ts';
import { kindOf } from './file-kinds.ts';
import { toMarkdown } from './html-markdown.ts';
import { type Element, findElement, parseHtml, textOf } from './html-tree.ts';
import { sizeText } from './text-files.ts';

type Page = { title: string | undefined; text: string };

/** `contentType` is the header as it was sent. */
export async function pageOf(bytes: Buffer, contentType: string | null, url: URL): Promise<Page | { problem: string }> {
  const [type = ''] = (contentType ?? '').toLowerCase().split(';');
  const form = formOf(type.trim(), bytes);
  if (form === undefined) {
    const kind = kindOf(bytes.subarray(0, 65_536), { isWhole: false });
    const what = kind.type === 'text' ? type.trim() || 'something unknown' : kind.what;
    return { problem: `it is ${what} (${sizeText(bytes.length)}), not a page or a text` };
  }
  const text = decoded(bytes, contentType, form);
  return form === 'html' ? readHtml(text, url) : { title: undefined, text: text.replaceAll('\r\n', '\n').trim() };
}

type Form = 'html' | 'text';

function formOf(type: string, bytes: Buffer): Form | undefined {
  if (/^(text\/html|application\/xhtml\+xml)$/.test(type)) return 'html';
  if (
    /^text\/|^application\/(.*\+)?(json|xml|x-ndjson|jsonl|yaml|x-yaml|toml|javascript|ecmascript|x-javascript|x-sh|sql|graphql)$|\+(json|xml|yaml)$/.test(
      type,
    )
  )
    return 'text';
  if (type !== '' && type !== 'application/octet-stream' && type !== 'binary/octet-stream' && type !== 'application/x-unknown')
    return undefined;
  if (kindOf(bytes.subarray(0, 65_536), { isWhole: bytes.length <= 65_536 }).type !== 'text') return undefined;
  return /^\s*<(!doctype html|html|head|body)/i.test(bytes.toString('latin1', 0, 1000)) ? 'html' : 'text';
}

/** The mark of the text itself, then the header, then what the page says of itself, then UTF-8 where it can be that. */
function decoded(bytes: Buffer, contentType: string | null, form: Form): string {
  const kind = kindOf(bytes.subarray(0, 65_536), { isWhole: bytes.length <= 65_536 });
  const marked = kind.type === 'text' && kind.markBytes > 0 ? kind.encoding : undefined;
  const named = /charset\s*=\s*["']?([\w:.-]+)/i.exec(contentType ?? '')?.[1];
  const meta = form === 'html' ? /<meta[^>]+charset\s*=\s*["']?\s*([\w:.-]+)/i.exec(bytes.toString('latin1', 0, 4096))?.[1] : undefined;
  const usual = kind.type === 'text' ? kind.encoding : 'utf-8';
  for (const label of [marked, named, meta === 'utf-16' ? 'utf-8' : meta, usual]) {
    if (label === undefined) continue;
    try {
      return new TextDecoder(label).decode(bytes);
    } catch {
      // A name that nobody knows: the next one.
    }
  }
  return new TextDecoder('utf-8').decode(bytes);
}

const ALWAYS_ASIDE = new Set(['navigation', 'banner', 'contentinfo', 'search', 'dialog', 'alertdialog', 'menu']);
/** A main part with less is none: some pages leave it empty. */
const LEAST_CHARACTERS = 250;

async function readHtml(html: string, url: URL): Promise<Page> {
  const { root, isCut } = await parseHtml(html);
  const base =
    URL.parse(findElement(root, ({ name, attributes }) => name === 'base' && attributes.has('href'))?.attributes.get('href') ?? '', url) ??
    url;
  const body = findElement(root, ({ name }) => name === 'body') ?? root;
  const main = findElement(body, isMain) ?? onlyArticle(body);
  const inside = main === undefined ? '' : toMarkdown(main, { base, isLeftOut: isFrame });
  const whole = inside.length >= LEAST_CHARACTERS ? inside : longer(inside, toMarkdown(body, { base, isLeftOut: isFrameOfBody }));
  const text = whole.length >= LEAST_CHARACTERS ? whole : longer(whole, toMarkdown(body, { base, isLeftOut: () => false }));
  const note = isCut ? CUT : text.length < LEAST_CHARACTERS && hasScripts(root) ? BUILT_BY_SCRIPTS : '';
  return { title: titleOf(root), text: `${text}${text !== '' && note !== '' ? '\n\n' : ''}${note}` };
}

const CUT = '[cut off: the rest of the page is in too many pieces, or nested too deep]';
const BUILT_BY_SCRIPTS = '[There is little to read: the page is probably built by scripts, which are not run.]';

function hasScripts(root: Element): boolean {
  return findElement(root, ({ name }) => name === 'script') !== undefined;
}

function longer(one: string, other: string): string {
  return other.length > one.length ? other : one;
}

function isMain({ name, attributes }: Element): boolean {
  return name === 'main' || attributes.get('role') === 'main';
}

/** Of several articles none is the page; those within the first one are a part of it. */
function onlyArticle(body: Element): Element | undefined {
  const isArticle = ({ name }: Element) => name === 'article';
  const first = findElement(body, isArticle);
  return first && findElement(body, (element) => element !== first && isArticle(element), first) ? undefined : first;
}

function isFrame({ name, attributes }: Element): boolean {
  return name === 'nav' || name === 'footer' || ALWAYS_ASIDE.has(attributes.get('role') ?? '');
}

function isFrameOfBody(element: Element): boolean {
  const { name } = element;
  return isFrame(element) || name === 'aside' || (name === 'header' && !findElement(element, (child) => child.name === 'h1'));
}

function titleOf(root: Element): string | undefined {
  const inHead = findElement(root, ({ name }) => name === 'head') ?? root;
  const title = findElement(inHead, ({ name }) => name === 'title') ?? findElement(root, ({ name }) => name === 'h1');
  const text = title ? oneLine(textOf(title)) : '';
  return text === '' ? undefined : text.slice(0, 300);
}
