/** Renders markdown for a terminal while it arrives: finished lines once and for all, the unfinished rest again and again. */
import { createLineHighlighter } from './highlight.ts';
import { closeAll, continueLine, endLine, longestWait, takeLine } from './markdown-blocks.ts';
import type { Links } from './markdown-inline.ts';
import { resizeLeaf } from './markdown-leaves.ts';
import type { MarkdownParsers } from './markdown-parsers.ts';
import { createReferenceQueue } from './markdown-references.ts';
import { isOnlyMarks } from './markdown-starts.ts';
import { cloneState, createState, type Edges, type FoundCode, isCode, type State } from './markdown-state.ts';
import { createSafeStream } from './safety.ts';
import type { Theme } from './theme.ts';
import { displayWidth, wrap } from './width.ts';

type Frame = {
  /** Lines that are final: print them once. */
  commit: string[];
  /** What the rest looks like for now: replaces the tail before. */
  tail: string[];
};

export type MarkdownRenderer = {
  push(text: string): Frame;
  /** The text is over: everything is committed. */
  end(): Frame;
  /** Later lines are laid out for another width; committed ones stay as they are. */
  resize(columns: number): Frame;
  /** Blocks of code so far, those before this text included. */
  codeBlocks(): number;
};

export type MarkdownOptions = {
  columns: number;
  theme: Theme;
  /** Most lines of a tail; of a longer one the last are shown, below the blank line that parts them from what is final. */
  maxTailLines?: number;
  /** The terminal knows OSC 8: links are clickable, their addresses hidden. */
  hyperlinks?: boolean;
  /** False: formulas stay as they were written. */
  formulas?: boolean;
  /** How code is set off; `none`: indented, its long lines broken. */
  edges?: Edges;
  /** Blocks of code that come before this text, where they are numbered. */
  blocksBefore?: number;
  onCode?: (found: FoundCode) => void;
};

/**
 * Every line of the source is read once, and what was committed never depends on how the text was cut into pushes:
 * the tail is rendered on a copy of the state.
 */
export function createMarkdownRenderer(options: MarkdownOptions, parsers: MarkdownParsers): MarkdownRenderer {
  const { theme, maxTailLines = 8 } = options;
  const state = createState(
    {
      theme,
      inline: {
        lexInline: parsers.lexInline,
        decode: (text) => (text.includes('&') ? (parsers.decode?.(text) ?? text) : text),
        links: Object.create(null) as Links,
        hyperlinks: options.hyperlinks === true && theme.level > 0,
        formulas: options.formulas ?? true,
        plain: !theme.hasHues,
      },
      complete: parsers.complete,
      highlight: parsers.highlight && createLineHighlighter(parsers.highlight),
      edges: options.edges ?? 'none',
      onCode: options.onCode,
    },
    Math.max(options.columns, NARROWEST),
  );
  state.codeBlocks = options.blocksBefore ?? 0;
  const source = createSafeStream();
  const lines = createLineReader(state);
  const frame = (): Frame => ({ commit: state.lines.splice(0), tail: lastLines(lines.preview()) });
  // What is drawn again and again is broken at the window, addresses too.
  const lastLines = (tail: string[]): string[] => {
    const gap = maxTailLines > 0 && tail[0] === '' ? [''] : [];
    const last = tail
      .slice(gap.length)
      .slice(-maxTailLines)
      .flatMap((line) => (displayWidth(line) > state.columns ? wrap(line, state.columns) : [line]));
    return [...gap, ...last.slice(-maxTailLines)];
  };
  return {
    push(text) {
      lines.read(source.push(text));
      return frame();
    },
    end() {
      lines.read(source.end());
      lines.end();
      return { commit: state.lines.splice(0), tail: [] };
    },
    resize(columns) {
      state.columns = Math.max(columns, NARROWEST);
      resizeLeaf(state);
      return frame();
    },
    codeBlocks: () => state.codeBlocks,
  };
}

/** Below this a terminal is of no use for text; lines may then be wider than it. */
const NARROWEST = 20;

/** Cuts the text into lines; a very long one is handed on in pieces. */
function createLineReader(state: State) {
  let line = '';
  let isInside = false;
  const references = createReferenceQueue(state.context.inline.links);
  const takeLines = (taken: readonly string[]): void => {
    for (const one of taken) takeLine(state, one, true);
  };
  const add = (text: string): void => {
    if (isInside) {
      continueLine(state, text);
      return;
    }
    line += text;
    if (references.holds(line)) return;
    takeLines(references.release());
    if (line.length <= 160) return;
    const wait = longestWait(state, line);
    if (line.length <= wait) return;
    const start = line.slice(0, isHighSurrogate(line, wait - 1) ? wait - 1 : wait);
    const rest = line.slice(start.length);
    isInside = true;
    line = '';
    takeLine(state, start, false);
    continueLine(state, rest);
  };
  const finish = (): void => {
    if (isInside) endLine(state);
    else if (isCode(state.leaf)) takeLine(state, line, true);
    else takeLines(references.push(line));
    line = '';
    isInside = false;
  };
  return {
    read(text: string): void {
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        add(text.slice(from, end));
        finish();
        from = end + 1;
      }
      if (from < text.length) add(text.slice(from));
    },
    end(): void {
      if (line !== '' || isInside) finish();
      takeLines(references.release());
      closeAll(state);
    },
    /** The lines that would come if the text ended here. */
    preview(): string[] {
      const copy = cloneState(state);
      const isHidden = state.leaf?.kind === 'fence' ? /^\s*[`~]*$/.test(line) : isOnlyMarks(line);
      for (const waiting of references.waiting()) takeLine(copy, waiting, true);
      if (!isInside && line !== '' && !isHidden) takeLine(copy, line, true);
      copy.isPreview = true;
      closeAll(copy);
      return copy.lines;
    },
  };
}

function isHighSurrogate(text: string, index: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(index));
}
