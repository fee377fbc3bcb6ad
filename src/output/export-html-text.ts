/** Text of models as HTML that can do nothing: every character that means something is escaped, and only known markup comes out. */
import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked';

/** As text between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return harmless(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Markdown as HTML. HTML in it is shown as it was written; addresses are linked only where a reader expects them to lead. */
export function markdownHtml(markdown: string): string {
  if (markdown.length > LARGEST || NESTED.test(markdown) || effortOf(markdown) > MOST_EFFORT) return `<pre>${escapeHtml(markdown)}</pre>`;
  try {
    return blocks(Lexer.lex(harmless(markdown), { gfm: true }));
  } catch {
    // Nested deeper than the parser can follow.
    return `<pre>${escapeHtml(markdown)}</pre>`;
  }
}

/** Web and mail addresses as they are written into a link; undefined for everything else. */
export function safeAddress(address: string): string | undefined {
  try {
    const url = new URL(address);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

const ENTITIES: Record<string, string | undefined> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Longer texts are data, and the parser's time grows faster than they do. */
const LARGEST = 500_000;
/** Quotes or lists nested this deep are no text for people, and take the parser very long. */
const NESTED = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){40}/m;

/** About half a second. */
const MOST_EFFORT = 4e8;

/**
 * What the parser will need, from measurements: it compares the marks of emphasis in a paragraph with each other (20 ns a pair),
 * and looks for a mail address from each letter of a word (1 ns a pair). Written to hurt, 90 kB would take it 100 seconds.
 */
function effortOf(markdown: string): number {
  let effort = 0;
  let marks = 0;
  let fence = '';
  for (const line of markdown.split('\n')) {
    const ticks = /^\s*(```+|~~~+)/.exec(line)?.[1] ?? '';
    if (fence === '') fence = ticks;
    else if (ticks.startsWith(fence)) fence = '';
    const inCode = fence !== '' || ticks !== '';
    // Cells of a table are parsed one by one.
    if (inCode || line.trim() === '' || line.includes('|')) {
      effort += 20 * marks * marks;
      marks = 0;
    }
    if (inCode) continue;
    if (line.length > 5000) for (const [word] of line.matchAll(/\S{5000,}/g)) effort += word.length * word.length;
    marks += line.match(/[*_~]/g)?.length ?? 0;
  }
  return effort + 20 * marks * marks;
}

/** Controls, halves of characters, and marks that reorder what is read: visible, and without effect. */
function harmless(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g, '\ufffd')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, (mark) => `\u27e8U+${mark.charCodeAt(0).toString(16).toUpperCase()}\u27e9`)
    .toWellFormed();
}

/** Plain text of markdown: references such as &copy; keep their meaning, and can make nothing but characters. */
function textHtml(text: string): string {
  return text
    .split(/(&(?:[a-z][a-z0-9]{1,30}|#\d{1,7}|#x[\da-f]{1,6});)/gi)
    .map((piece, index) => (index % 2 === 0 ? escapeHtml(piece) : referenceHtml(piece)))
    .join('');
}

function referenceHtml(reference: string): string {
  if (!reference.startsWith('&#')) return reference;
  const hexadecimal = /^&#x/i.test(reference);
  const code = Number.parseInt(reference.slice(hexadecimal ? 3 : 2, -1), hexadecimal ? 16 : 10);
  return code === 0 || code > 0x10ffff ? '\ufffd' : escapeHtml(String.fromCodePoint(code));
}

function blocks(tokens: readonly Token[]): string {
  return tokens.map(block).join('');
}

function block(token: Token): string {
  // The lexer is not extended: every token is one of marked's own, told apart by its type.
  const known = token as MarkedToken;
  switch (known.type) {
    case 'space':
    case 'def':
      return '';
    case 'heading': {
      // The page has its own headings: those of a message stand below them.
      const level = Math.min(6, Math.max(1, known.depth) + 2);
      return `<h${level}>${inlines(known.tokens)}</h${level}>\n`;
    }
    case 'paragraph':
      return `<p>${inlines(known.tokens)}</p>\n`;
    case 'code':
      return codeHtml(known.text, known.lang);
    case 'blockquote':
      return `<blockquote>\n${blocks(known.tokens)}</blockquote>\n`;
    case 'hr':
      return '<hr>\n';
    case 'list':
      return listHtml(known as Tokens.List);
    case 'table':
      return tableHtml(known as Tokens.Table);
    case 'html':
      return `<p class="raw">${escapeHtml(known.raw.trim())}</p>\n`;
    default:
      return 'tokens' in known && known.tokens ? `<p>${inlines(known.tokens)}</p>\n` : `<p>${inline(token)}</p>\n`;
  }
}

export function codeHtml(text: string, language?: string): string {
  const name = language?.match(/^[\w+#.-]{1,30}/)?.[0];
  return `<pre><code${name ? ` data-language="${escapeHtml(name)}"` : ''}>${escapeHtml(text)}</code></pre>\n`;
}

function listHtml({ ordered, start, items, loose }: Tokens.List): string {
  const tag = ordered ? 'ol' : 'ul';
  const from = ordered && typeof start === 'number' && start !== 1 ? ` start="${Math.trunc(start)}"` : '';
  return `<${tag}${from}>\n${items.map((item) => `<li>${itemHtml(item, loose)}</li>\n`).join('')}</${tag}>\n`;
}

function itemHtml(item: Tokens.ListItem, loose: boolean): string {
  const box = item.task ? `${item.checked ? '☑' : '☐'} ` : '';
  const content = item.tokens
    .filter((token) => token.type !== 'checkbox')
    .map((token) => (token.type === 'text' && !loose ? inlines((token as Tokens.Text).tokens ?? [token]) : block(token)))
    .join('');
  return box + content;
}

function tableHtml({ header, rows, align }: Tokens.Table): string {
  const cells = (row: readonly Tokens.TableCell[], tag: 'th' | 'td') =>
    row
      .map(({ tokens }, column) => {
        const side = align[column];
        return `<${tag}${side === 'right' || side === 'center' ? ` class="${side}"` : ''}>${inlines(tokens)}</${tag}>`;
      })
      .join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>\n`).join('');
  return `<table>\n<thead><tr>${cells(header, 'th')}</tr></thead>\n<tbody>\n${body}</tbody>\n</table>\n`;
}

function inlines(tokens: readonly Token[]): string {
  return tokens.map(inline).join('');
}

function inline(token: Token): string {
  const known = token as MarkedToken; // as in `block`
  switch (known.type) {
    case 'text':
      return 'tokens' in known && known.tokens ? inlines(known.tokens) : textHtml(known.text);
    case 'escape':
      return escapeHtml(known.text);
    case 'strong':
      return `<strong>${inlines(known.tokens)}</strong>`;
    case 'em':
      return `<em>${inlines(known.tokens)}</em>`;
    case 'del':
      return `<del>${inlines(known.tokens)}</del>`;
    case 'codespan':
      return `<code>${escapeHtml(known.text)}</code>`;
    case 'br':
      return '<br>\n';
    case 'link':
      return linkHtml(known.href, inlines(known.tokens));
    case 'image':
      // Loading a picture tells its server that somebody reads this: the address is shown and nothing is loaded.
      return linkHtml(known.href, `[picture: ${textHtml(known.text || known.href)}]`);
    default:
      return escapeHtml(token.raw);
  }
}

function linkHtml(address: string, content: string): string {
  const safe = safeAddress(address);
  if (safe === undefined) return `${content} <span class="address">(${escapeHtml(shorten(address))})</span>`;
  return `<a href="${escapeHtml(safe)}" rel="noopener noreferrer">${content}</a>`;
}

function shorten(address: string): string {
  return address.length > 200 ? `${address.slice(0, 199)}…` : address;
}
