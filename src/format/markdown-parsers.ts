/** Loads the packages that read markdown (marked, remend, lowlight) and shapes them for the renderer. */
import type { RemendOptions } from 'remend';
import type { HighlightCode } from './highlight.ts';
import type { InlineOptions } from './markdown-inline.ts';

/** The packages as the renderer uses them. */
export type MarkdownParsers = {
  lexInline: InlineOptions['lexInline'];
  /** Closes markup that is still open. */
  complete: (text: string) => string;
  /** Absent: code is not coloured. */
  highlight?: HighlightCode;
};

export async function loadParsers(options: { highlight: boolean }): Promise<MarkdownParsers> {
  const [{ Lexer, Marked }, { default: remend }, highlight] = await Promise.all([
    import('marked'),
    import('remend'),
    options.highlight ? loadHighlighter() : undefined,
  ]);
  const marked = new Marked({ extensions: [{ name: 'math', level: 'inline', start: formulaAt, tokenizer: formula }] });
  return {
    lexInline: (text) => Lexer.lexInline(text, marked.defaults),
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

/** Where a formula may begin; `\(` and `\[` need no help, the lexer stops at each backslash. */
function formulaAt(text: string): number | undefined {
  const at = text.indexOf('$');
  return at < 0 ? undefined : at;
}

/** LaTeX is left as it is: no emphasis inside, no backslash lost. */
function formula(text: string): { type: 'math'; raw: string } | undefined {
  const raw = /^(?:\\\([\s\S]+?\\\)|\\\[[\s\S]+?\\\]|\$\$[\s\S]+?\$\$)/.exec(text)?.[0] ?? inlineFormula(text);
  return raw === undefined ? undefined : { type: 'math', raw };
}

/** `$x_1 + y$`, but neither "$5 and $10" nor "$HOME and $PATH". */
function inlineFormula(text: string): string | undefined {
  const raw = /^\$(?!\s)[^$\n]*[^\s$\\]\$(?!\w)/.exec(text)?.[0];
  return raw !== undefined && /[\\^_={}+<>]/.test(raw) ? raw : undefined;
}
