/** Takes the fenced code blocks out of a reply, byte for byte: those that are shown with a number, in the order of the numbers. */
import { createMarkdownRenderer } from './markdown.ts';
import { PLAIN_THEME } from './theme.ts';

export type CodeBlock = {
  /** First word after the fence, such as `sh`; empty where there is none. */
  language: string;
  /** What stands between the fences, with the line ends it came with. */
  source: string;
  /** False: the text ended before the fence was closed. */
  closed: boolean;
};

/** Whoever lays the text out says where the code is, so that both count the same. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.match(LINES) ?? [];
  const renderer = createMarkdownRenderer(
    {
      columns: WIDE,
      theme: PLAIN_THEME,
      maxTailLines: 0,
      onCode(found) {
        const last = blocks.at(-1);
        if (found.type === 'open') blocks.push({ language: found.language, source: '', closed: false });
        else if (last && found.type === 'line') last.source += withoutColumns(lines[found.line] ?? '', found.cut);
        else if (last) last.closed = true;
      },
    },
    { lexInline: (raw) => [{ type: 'text', raw, text: raw }], complete: (whole) => whole },
  );
  renderer.push(text);
  renderer.end();
  return blocks;
}

/** Nothing is laid out to be seen. */
const WIDE = 1000;
/** What the renderer takes for a line, with its end. */
const LINES = /[^\n\r\u2028\u2029]*(?:\r\n|[\n\r\u2028\u2029])|[^\n\r\u2028\u2029]+$/g;

/** A tab that is cut through leaves what it had beyond as spaces. */
function withoutColumns(line: string, count: number): string {
  let column = 0;
  let at = 0;
  for (; at < line.length && column < count; at++) column += line[at] === '\t' ? TAB - (column % TAB) : 1;
  return ' '.repeat(Math.max(0, column - count)) + line.slice(at);
}

const TAB = 4;
