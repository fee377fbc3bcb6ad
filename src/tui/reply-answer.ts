/** The text of a reply: markdown rendered as it comes, and plainer where the packages that read it are not there yet. */
import { createMarkdownRenderer, type MarkdownRenderer } from '../format/markdown.ts';
import type { MarkdownParsers } from '../format/markdown-parsers.ts';
import type { Edges } from '../format/markdown-state.ts';
import type { Theme } from '../format/theme.ts';

type AnswerOptions = {
  /** What a line of it may take. */
  columns: number;
  theme: Theme;
  hyperlinks: boolean;
  maxTailLines: number;
  /** Without it code is only indented. */
  edges?: Edges;
};

export type Answer = {
  /** Gives the lines that are final. Text that is only white space waits for more. */
  push(text: string, parsers: MarkdownParsers): string[];
  /** Is there text on the screen that is not ended? */
  isOpen(): boolean;
  tail(): readonly string[];
  end(): string[];
  resize(columns: number): string[];
  /** Blocks of code so far, those of texts before as well. */
  codeBlocks(): number;
  /** So many of them count: the others were broken off. */
  recount(codeBlocks: number): void;
};

export function createAnswer({ columns, theme, hyperlinks, maxTailLines, edges = 'none' }: AnswerOptions): Answer {
  let width = columns;
  let renderer: MarkdownRenderer | undefined;
  let leading = '';
  let blocks = 0;
  let tail: readonly string[] = [];

  function settle(frame: { commit: string[]; tail: string[] } | undefined): string[] {
    tail = frame?.tail ?? [];
    return frame?.commit ?? [];
  }

  return {
    push(text, parsers) {
      if (!renderer) {
        leading += text;
        if (!/\S/.test(text)) return [];
        renderer = createMarkdownRenderer({ columns: width, theme, hyperlinks, maxTailLines, edges, blocksBefore: blocks }, parsers);
        const all = leading;
        leading = '';
        return settle(renderer.push(all));
      }
      return settle(renderer.push(text));
    },
    isOpen: () => renderer !== undefined,
    tail: () => tail,
    end() {
      const lines = settle(renderer?.end());
      blocks = renderer?.codeBlocks() ?? blocks;
      renderer = undefined;
      leading = '';
      return lines;
    },
    resize(to) {
      width = to;
      return renderer ? settle(renderer.resize(to)) : [];
    },
    codeBlocks: () => renderer?.codeBlocks() ?? blocks,
    recount(count) {
      blocks = count;
    },
  };
}

/** A stored or finished text at once. `codeBlocks`: how many there are by then. */
export function renderAnswer(
  text: string,
  parsers: MarkdownParsers,
  { blocksBefore = 0, ...options }: Omit<AnswerOptions, 'maxTailLines'> & { blocksBefore?: number },
): { lines: string[]; codeBlocks: number } {
  const answer = createAnswer({ ...options, maxTailLines: 1 });
  answer.recount(blocksBefore);
  const lines = [...answer.push(text, parsers), ...answer.end()];
  return { lines, codeBlocks: answer.codeBlocks() };
}

/** Blocks are still laid out; emphasis and links stay as they were written. */
export const PLAIN_PARSERS: MarkdownParsers = {
  lexInline: (text) => [{ type: 'text', raw: text, text }],
  complete: (text) => text,
};
