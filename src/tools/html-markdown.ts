/** Writes the elements of a page as Markdown: headings, paragraphs, lists, links, code, quotes and tables. */
import { oneLine } from '../core/words.ts';
import { codeSpan, fenced } from '../format/markdown-text.ts';
import { type Element, findElement, textOf } from './html-tree.ts';

type MarkdownOptions = {
  /** Links are made absolute from here. */
  base: URL;
  /** Elements that are left out with all that is in them. */
  isLeftOut: (element: Element) => boolean;
  /** In how many quotes and lists this is already. */
  depth?: number;
};

export function toMarkdown(root: Element, options: MarkdownOptions): string {
  return blocksOf(root.children, options)
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const BLOCKS = new Set(
  'address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul #document'.split(
    ' ',
  ),
);
const DROPPED = new Set(
  'script style noscript template head svg canvas video audio iframe object embed map button select option textarea input dialog frame frameset link meta title xmp noembed noframes'.split(
    ' ',
  ),
);

type Write = (element: Element, options: MarkdownOptions) => string;

const BLOCK_WRITERS: Readonly<Record<string, Write>> = {
  h1: heading,
  h2: heading,
  h3: heading,
  h4: heading,
  h5: heading,
  h6: heading,
  pre: codeBlock,
  ul: list,
  ol: list,
  menu: list,
  blockquote: (element, options) => inFront(blocksOf(element.children, deeper(options)), '> ', options),
  table: (element, options) => table(element, options) ?? blocksOf(element.children, options),
  hr: () => '---',
  a: blockLink,
  dt: (element, options) => wrapped(inlineOf(element.children, options).trim(), '**'),
  summary: (element, options) => wrapped(inlineOf(element.children, options).trim(), '**'),
};

function isDropped(element: Element, { isLeftOut }: MarkdownOptions): boolean {
  const style = element.attributes.get('style');
  return (
    DROPPED.has(element.name) ||
    (element.attributes.has('hidden') && element.attributes.get('hidden') !== 'until-found') ||
    element.attributes.get('aria-hidden') === 'true' ||
    (style !== undefined && /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style)) ||
    isLeftOut(element)
  );
}

/** Runs of words become paragraphs, blocks stand apart. */
function blocksOf(children: Element['children'], options: MarkdownOptions): string {
  const out: string[] = [];
  let run: Element['children'] = [];
  const flush = () => {
    const text = inlineOf(run, options).trim();
    if (text !== '') out.push(text);
    run = [];
  };
  for (const child of children) {
    if (typeof child !== 'string' && isDropped(child, options)) continue;
    if (typeof child === 'string' || !holdsBlock(child)) {
      run.push(child);
      continue;
    }
    flush();
    const write = BLOCK_WRITERS[child.name];
    const text = write ? write(child, options) : blocksOf(child.children, options);
    if (text.trim() !== '') out.push(text);
  }
  flush();
  return out.join('\n\n');
}

const knownBlocks = new WeakMap<Element, boolean>();

/** Blocks, and words around blocks (`<a><div>`); asked once for each element. */
function holdsBlock(element: Element): boolean {
  const known = knownBlocks.get(element);
  if (known !== undefined) return known;
  const holds = BLOCKS.has(element.name) || element.children.some((child) => typeof child !== 'string' && holdsBlock(child));
  knownBlocks.set(element, holds);
  return holds;
}

/** Each level puts something in front of every line within: a page of nothing but levels would grow without end. */
const MOST_LEVELS = 12;

function deeper(options: MarkdownOptions): MarkdownOptions {
  return { ...options, depth: (options.depth ?? 0) + 1 };
}

function inFront(text: string, mark: string, { depth = 0 }: MarkdownOptions): string {
  if (depth >= MOST_LEVELS) return text;
  return mark.trim() === '' ? text.replace(/^(?=.)/gm, mark) : text.replace(/^/gm, mark);
}

function heading(element: Element, options: MarkdownOptions): string {
  const text = oneLine(inlineOf(element.children, options));
  return text === '' ? '' : `${'#'.repeat(Number(element.name.slice(1)))} ${text}`;
}

function codeBlock(element: Element, options: MarkdownOptions): string {
  const code = findElement(element, ({ name }) => name === 'code') ?? element;
  const classes = `${code.attributes.get('class') ?? ''} ${element.attributes.get('class') ?? ''}`;
  const language = /\b(?:language|lang|highlight-source|brush:)-?\s*([\w+#-]+)/.exec(classes)?.[1] ?? '';
  const text = sourceOf(element, options)
    .replace(/^\r?\n/, '')
    .replace(/\s+$/, '')
    .replaceAll('\r', '');
  return text === '' ? '' : fenced(text, language);
}

/** Text with the line breaks that it was written with. */
function sourceOf(node: Element | string, options: MarkdownOptions): string {
  if (typeof node === 'string') return node;
  if (isDropped(node, options)) return '';
  return node.name === 'br' ? '\n' : node.children.map((child) => sourceOf(child, options)).join('');
}

function list(element: Element, options: MarkdownOptions): string {
  const start = Number.parseInt(element.attributes.get('start') ?? '1', 10) || 1;
  const items = element.children.filter((child): child is Element => typeof child !== 'string' && !isDropped(child, options));
  const written = items.flatMap((item) => {
    const text = blocksOf(item.children, deeper(options)).trim();
    return text === '' ? [] : [text];
  });
  const lines = written.map((text, index) => {
    const mark = element.name === 'ol' ? `${start + index}. ` : '- ';
    const tight = text.replace(/\n\n(?=\s*([-*]|\d+\.) )/g, '\n');
    return mark + inFront(tight, ' '.repeat(mark.length), options).trimStart();
  });
  return lines.join(lines.some((text) => text.includes('\n\n')) ? '\n\n' : '\n');
}

/** Undefined for a table that only arranges things: one column, one row, or other blocks in its cells. */
function table(element: Element, options: MarkdownOptions): string | undefined {
  // Asked first: a cell of a table that arranges would be written twice, at each level of many.
  const arranges = findElement(element, ({ name }) => name === 'table' || name === 'pre' || /^h[1-6]$/.test(name));
  if (arranges || element.attributes.get('role') === 'presentation') return undefined;
  const rows = rowsOf(element, options).filter((row) => row.length > 0);
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (rows.length < 2 || columns < 2 || columns > MOST_COLUMNS) return undefined;
  const caption = element.children.find((child): child is Element => typeof child !== 'string' && child.name === 'caption');
  const cells = rows.map((row) => [...row, ...new Array<string>(columns - row.length).fill('')]);
  const [head = [], ...body] = cells;
  const lines = [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`);
  const title = caption ? oneLine(inlineOf(caption.children, options)) : '';
  return (title === '' ? '' : `${title}\n\n`) + lines.join('\n');
}

const MOST_COLUMNS = 40;

function rowsOf(element: Element, options: MarkdownOptions): string[][] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string' || child.name === 'table' || isDropped(child, options)) return [];
    if (child.name !== 'tr') return rowsOf(child, options);
    return [child.children.flatMap((cell) => (typeof cell === 'string' || !/^t[dh]$/.test(cell.name) ? [] : cellsOf(cell, options)))];
  });
}

/** A wide cell is followed by empty ones, so that the columns stay in line. */
function cellsOf(cell: Element, options: MarkdownOptions): string[] {
  const text = oneLine(blocksOf(cell.children, options)).replaceAll('|', '\\|');
  const span = Math.min(MOST_COLUMNS, Number.parseInt(cell.attributes.get('colspan') ?? '1', 10) || 1);
  return [text, ...new Array<string>(Math.max(0, span - 1)).fill('')];
}

const INLINE_WRITERS: Readonly<Record<string, Write>> = {
  br: () => '\n',
  a: link,
  img: picture,
  code: inlineCode,
  kbd: inlineCode,
  samp: inlineCode,
  tt: inlineCode,
  strong: (element, options) => wrapped(inlineOf(element.children, options), '**'),
  b: (element, options) => wrapped(inlineOf(element.children, options), '**'),
  em: (element, options) => wrapped(inlineOf(element.children, options), '*'),
  i: (element, options) => wrapped(inlineOf(element.children, options), '*'),
  del: (element, options) => wrapped(inlineOf(element.children, options), '~~'),
  s: (element, options) => wrapped(inlineOf(element.children, options), '~~'),
  sup: (element, options) => raised(inlineOf(element.children, options), '^'),
  sub: (element, options) => raised(inlineOf(element.children, options), '_'),
  q: (element, options) => `"${inlineOf(element.children, options)}"`,
  math: formula,
};

/** White space is one space; around line breaks there is none. */
function inlineOf(children: Element['children'], options: MarkdownOptions): string {
  const text = children
    .map((child) => {
      if (typeof child === 'string') return child.replace(/[\s\u00a0]+/g, ' ').replace(/[\u00ad\u200b\ufeff]/g, '');
      if (isDropped(child, options)) return '';
      if (BLOCKS.has(child.name)) return ` ${BLOCK_WRITERS[child.name]?.(child, options) ?? inlineOf(child.children, options)} `;
      return (INLINE_WRITERS[child.name] ?? ((element) => inlineOf(element.children, options)))(child, options);
    })
    .join('');
  return text.replace(/ *\n */g, '\n').replace(/ {2,}/g, ' ');
}

function link(element: Element, options: MarkdownOptions): string {
  const text = inlineOf(element.children, options);
  const label = oneLine(text);
  const address = absolute(element.attributes.get('href'), options.base);
  if (label === '') return '';
  if (address === undefined || label === address) return text;
  return around(text, `[${label}](${address})`);
}

/** A link around headings and paragraphs: one line becomes its label, of more the address stands behind. */
function blockLink(element: Element, options: MarkdownOptions): string {
  const text = blocksOf(element.children, options);
  const address = absolute(element.attributes.get('href'), options.base);
  if (address === undefined || text === '') return text;
  const [, mark = '', label = text] = /^(#{1,6} )?([\s\S]*)$/.exec(text) ?? [];
  return text.includes('\n') ? `${text}\n\n<${address}>` : `${mark}[${label}](${address})`;
}

function picture(element: Element, { base }: MarkdownOptions): string {
  const label = oneLine(element.attributes.get('alt') ?? '');
  const address = absolute(element.attributes.get('src'), base);
  return label === '' ? '' : address === undefined ? label : `![${label.replace(/[[\]]/g, '')}](${address})`;
}

/** Undefined for what leads nowhere else: the same page, scripts, data. */
function absolute(address: string | undefined, base: URL): string | undefined {
  if (address === undefined || address.trim() === '' || address.trim().startsWith('#')) return undefined;
  const url = URL.parse(address.trim(), base);
  return url && /^(https?|mailto):$/.test(url.protocol) ? url.href.replaceAll('(', '%28').replaceAll(')', '%29') : undefined;
}

function inlineCode(element: Element, options: MarkdownOptions): string {
  const text = oneLine(sourceOf(element, options));
  if (text === '') return '';
  return codeSpan(text);
}

/** Pages that show formulas keep their TeX source beside them. */
function formula(element: Element, options: MarkdownOptions): string {
  const source = findElement(
    element,
    ({ name, attributes }) => name === 'annotation' && (attributes.get('encoding') ?? '').includes('tex'),
  );
  return source ? `$${oneLine(textOf(source))}$` : inlineOf(element.children, options);
}

function raised(text: string, sign: string): string {
  return text.trim() === '' ? '' : /^[\w+-]{1,8}$/.test(text.trim()) ? `${sign}${text.trim()}` : text;
}

function wrapped(text: string, sign: string): string {
  const inside = text.trim();
  return inside === '' || inside.includes('\n\n') ? text : around(text, `${sign}${inside}${sign}`);
}

/** Keeps the white space at both ends of what was there. */
function around(before: string, now: string): string {
  return (/^\s/.test(before) ? ' ' : '') + now + (/\s$/.test(before) ? ' ' : '');
}
