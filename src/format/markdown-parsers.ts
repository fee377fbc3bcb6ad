/** Loads the packages that read markdown (marked, remend, lowlight) and shapes them for the renderer. */
import type { RemendOptions } from 'remend';
import type { HighlightCode } from './highlight.ts';
import { emphasisRules } from './markdown-emphasis.ts';
import { isFormula } from './markdown-formula.ts';
import type { InlineOptions } from './markdown-inline.ts';

/** The packages as the renderer uses them. */
export type MarkdownParsers = {
  lexInline: InlineOptions['lexInline'];
  /** Named character references as the characters they stand for; absent: they stay as they are. */
  decode?: (text: string) => string;
  /** Closes markup that is still open. */
  complete: (text: string) => string;
  /** Absent: code is not coloured. */
  highlight?: HighlightCode;
};

export async function loadParsers(options: { highlight: boolean }): Promise<MarkdownParsers> {
  const [{ Lexer, Marked, Tokenizer }, { default: remend }, { decodeHTMLStrict }, highlight] = await Promise.all([
    import('marked'),
    import('remend'),
    import('entities/decode'),
    options.highlight ? loadHighlighter() : undefined,
  ]);
  const marked = new Marked({
    extensions: [
      { name: 'math', level: 'inline', start: formulaAt, tokenizer: formula },
      { name: 'footnote', level: 'inline', start: (text) => indexIn(text, '[^'), tokenizer: footnote },
    ],
  });
  const tokenizer = new Tokenizer<string, string>();
  const lexer = new Lexer<string, string>({ ...marked.defaults, tokenizer });
  const { inline } = tokenizer.rules;
  const own = { ...emphasisRules(), nolink: notADefinition(inline.nolink), url: upToPunctuation(inline.url) };
  tokenizer.rules = { ...tokenizer.rules, inline: { ...inline, ...own } };
  return {
    lexInline(text, links) {
      lexer.tokens.links = links;
      return lexer.inlineTokens(text);
    },
    decode: decodeHTMLStrict,
    complete: (text) => remend(remend(text, CODE), MARKUP),
    ...(highlight && { highlight }),
  };
}

/** Code is closed first: remend would put the end of what is around it inside. */
const CODE: RemendOptions = {
  bold: false,
  boldItalic: false,
  italic: false,
  strikethrough: false,
  links: false,
  images: false,
  ...notInline(),
};
const MARKUP: RemendOptions = { inlineCode: false, linkMode: 'text-only', ...notInline() };

/** What remend would do about blocks, and what we show as it is. */
function notInline(): RemendOptions {
  return { comparisonOperators: false, setextHeadings: false, singleTilde: false, htmlTags: false, katex: false };
}

async function loadHighlighter(): Promise<HighlightCode> {
  const { common, createLowlight } = await import('lowlight');
  const lowlight = createLowlight(common);
  return (language, code) => (lowlight.registered(language) ? lowlight.highlight(language, code) : undefined);
}

/** `[name]` alone links as well, but not where a definition of that name begins: that line is shown. */
function notADefinition({ source, flags }: RegExp): RegExp {
  return new RegExp(`${source}(?!:)`, flags);
}

/** A bare address ends where Chinese or Japanese punctuation begins: without spaces, the rest of the sentence would be part of it. */
function upToPunctuation({ source, flags }: RegExp): RegExp {
  return new RegExp(
    source.replace('[^\\s<]*', '[^\\s<\u3001\u3002\u3008-\u3011\u3014-\u301f\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]*'),
    flags,
  );
}

/** `[^1]`; a number only, since `[^abc]` is a class of characters more often than a note. */
function footnote(text: string): { type: 'footnote'; raw: string; text: string } | undefined {
  const found = /^\[\^(\d{1,4})\](?!\()/.exec(text);
  return found ? { type: 'footnote', raw: found[0], text: `[${found[1]}]` } : undefined;
}

function indexIn(text: string, part: string): number | undefined {
  const at = text.indexOf(part);
  return at < 0 ? undefined : at;
}

/** Where a formula may begin; `\(` and `\[` need no help, the lexer stops at each backslash. */
function formulaAt(text: string): number | undefined {
  return indexIn(text, '$');
}

/** LaTeX: no emphasis inside, no backslash lost. `text` is what stands between the marks. */
function formula(text: string): { type: 'math'; raw: string; text: string } | undefined {
  const raw = /^(?:\\\([\s\S]+?\\\)|\\\[[\s\S]+?\\\]|\$\$[\s\S]+?\$\$)/.exec(text)?.[0] ?? inlineFormula(text);
  if (raw === undefined) return undefined;
  const marks = raw.startsWith('$') && !raw.startsWith('$$') ? 1 : 2;
  const inner = raw.slice(marks, -marks);
  // "\(see below\)" only says that its brackets mean nothing else: it is shown as it is.
  return { type: 'math', raw, text: isFormula(inner.trim()) ? inner : '' };
}

/** `$x_1 + y$`, but neither "$5 and $10" nor "$HOME and $PATH". */
function inlineFormula(text: string): string | undefined {
  const raw = /^\$(?!\s)[^$\n]*[^\s$\\]\$(?![\w{])/.exec(text)?.[0];
  return raw !== undefined && isFormula(raw.slice(1, -1)) ? raw : undefined;
}
