/** Loads the packages that read markdown (marked, remend, lowlight) and shapes them for the renderer. */
import type { HighlightCode } from './highlight.ts';
import type { MarkdownParsers } from './markdown.ts';

export async function loadParsers(options: { highlight: boolean }): Promise<MarkdownParsers> {
  const [{ Lexer, Marked }, { default: remend }, highlight] = await Promise.all([
    import('marked'),
    import('remend'),
    options.highlight ? loadHighlighter() : undefined,
  ]);
  const marked = new Marked({ extensions: [{ name: 'math', level: 'inline', start: formulaAt, tokenizer: formula }] });
  return {
    lexInline: (text) => Lexer.lexInline(text, marked.defaults),
    complete: (text) =>
      remend(text, {
        linkMode: 'text-only',
        comparisonOperators: false,
        setextHeadings: false,
        singleTilde: false,
        htmlTags: false,
        katex: false,
      }),
    ...(highlight && { highlight }),
  };
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
