/** What a reply has to print: finished lines in blocks, an empty line between different kinds of them, no wider than the window but for an address. */
import { displayWidth, wrap } from '../format/width.ts';

/** Neighbours of one kind stand together. Nothing is between a heading and what follows it. */
export type BlockKind = 'heading' | 'thought' | 'text' | 'tool' | 'aside' | 'sources';

/** How lines are laid out. `linear` is text that is read aloud, or shown by a terminal that can do nothing else. */
export type PageLayout = { columns: number; linear: boolean };

export type Page = {
  /** Begins a block; where it differs from the last one, with an empty line. */
  open(kind: BlockKind): void;
  add(kind: BlockKind, lines: readonly string[]): void;
  /** What was added since the last time. */
  take(): string[];
  /** What was added last; undefined: nothing ever was. */
  last(): BlockKind | undefined;
  resize(columns: number): void;
};

/** Longer lines are hard to read. */
const WIDEST = 100;
/** Below this, columns are for words. */
const ROOMY = 24;

export function createPage({ columns, linear }: PageLayout): Page {
  let width = columns;
  let lines: string[] = [];
  let last: BlockKind | undefined;

  function open(kind: BlockKind): void {
    if (last !== undefined && last !== kind && last !== 'heading' && !linear) lines.push('');
    last = kind;
  }

  return {
    open,
    add(kind, added) {
      if (added.length === 0) return;
      open(kind);
      for (const line of added) for (const row of fitLine(line, width)) lines.push(row);
    },
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
    last: () => last,
    resize(to) {
      width = to;
    },
  };
}

/** Columns for text: neither wider than can be read, nor wider than the window. */
export function textColumns(columns: number): number {
  return Math.max(4, Math.min(columns, WIDEST));
}

/** How far the text of a message stands in from its heading. */
export function indentOf({ columns, linear }: PageLayout): string {
  return linear || columns < ROOMY ? '' : '  ';
}

export function indented(lines: readonly string[], indent: string): string[] {
  return indent === '' ? [...lines] : lines.map((line) => (line === '' ? '' : indent + line));
}

/** The layouts keep to the width by themselves; only a window too narrow for them needs another look. */
function fitLine(line: string, columns: number): string[] {
  return columns < ROOMY && displayWidth(line) > columns ? wrap(line, columns) : [line];
}
