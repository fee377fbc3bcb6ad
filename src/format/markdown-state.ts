/** What the renderer knows between two lines, and how a finished line leaves it. */
import type { HighlightLine } from './highlight.ts';
import type { InlineOptions } from './markdown-inline.ts';
import { cloneFlow, type Flow, type Line, lineWidth, paintLine, type Run, type Style } from './markdown-layout.ts';
import type { Cells, TableLayout } from './markdown-table.ts';
import type { Theme } from './theme.ts';
import type { Align } from './width.ts';

type Context = {
  theme: Theme;
  inline: InlineOptions;
  /** Closes markup that is still open at the end of unfinished text. */
  complete: (text: string) => string;
  highlight: HighlightLine | undefined;
  /** Code stands behind a bar, its language above it, `numbered` with the number that says which block it is; its lines go out whole. */
  edges: Edges;
  /** Hears where the code in the source is: fenced blocks, as they are numbered. */
  onCode?: ((found: FoundCode) => void) | undefined;
};

export type Edges = 'none' | 'plain' | 'numbered';

/** `line`: of the source, from 0. `cut`: how many columns of it belong to quotes, lists and the indentation of the fence. */
export type FoundCode = { type: 'open'; language: string } | { type: 'line'; line: number; cut: number } | { type: 'closed' };

type Quote = { kind: 'quote'; hasContent: boolean };
export type Item = {
  kind: 'item';
  hasContent: boolean;
  /** The character that makes items one list: `-`, `*`, `+`, `.` or `)`. */
  type: string;
  number: number | undefined;
  /** Columns of the line, counted from its very beginning. */
  markColumn: number;
  contentColumn: number;
  /** What is printed before the first line; the lines below hang under its end. */
  mark: string;
  isMarkShown: boolean;
};
export type Container = Quote | Item;

export type TextLeaf = {
  kind: 'paragraph' | 'heading';
  style: Style;
  /** A line that may still turn out to be a heading or the head of a table. */
  held: string | undefined;
  /** Text that is not laid out yet. */
  rest: string;
  isStarted: boolean;
  flow: Flow;
};
export type CodeLeaf = {
  kind: 'fence' | 'indented' | 'verbatim';
  indent: number;
  style: Style;
  /** The opening fence and the column it stands in. */
  fence: string;
  column: number;
  language: string;
  carry: string;
  /** Blank lines that count only if more code follows. */
  blanks: number;
  /** What ends a verbatim block; undefined: a blank line. */
  until: RegExp | undefined;
  /** The lines of a formula, held until it is whole: then it is known whether it can be drawn. */
  formula: string[] | undefined;
  /** The part of an overlong line that is not written yet. */
  pending: string | undefined;
};
export type TableLeaf = {
  kind: 'table';
  align: Align[];
  head: Cells;
  rows: Cells[];
  natural: number[];
  least: number[];
  words: number[];
  /** Characters held. */
  size: number;
  /** Set once the widths are fixed: rows are then written as they come. */
  layout: TableLayout | undefined;
  rowsWritten: number;
};
type Leaf = TextLeaf | CodeLeaf | TableLeaf;

export type State = {
  context: Context;
  columns: number;
  containers: Container[];
  leaf: Leaf | undefined;
  hasContent: boolean;
  /** The source had a blank line since the last block. */
  sawBlank: boolean;
  /** The prefix of a blank line that is written before the next line, if one comes. */
  pendingBlank: Line | undefined;
  /** This is a copy to look ahead with, drawn again and again: what it reads defines nothing. */
  isCopy: boolean;
  /** Lines of the source that were begun, and fenced blocks of code. */
  linesRead: number;
  codeBlocks: number;
  /** This is a preview: markup that is still open is closed for show. */
  isPreview: boolean;
  /** Lines that are finished. */
  lines: string[];
};

export function createState(context: Context, columns: number): State {
  return {
    context,
    columns,
    containers: [],
    leaf: undefined,
    hasContent: false,
    sawBlank: false,
    pendingBlank: undefined,
    isCopy: false,
    linesRead: 0,
    codeBlocks: 0,
    isPreview: false,
    lines: [],
  };
}

/** A copy to look ahead with; costs as much as the block under work, not as the text before it. */
export function cloneState(state: State): State {
  return {
    ...state,
    containers: state.containers.map((container) => ({ ...container })),
    leaf: cloneLeaf(state.leaf),
    isCopy: true,
    lines: [],
  };
}

export function isText(leaf: Leaf | undefined): leaf is TextLeaf {
  return leaf?.kind === 'paragraph' || leaf?.kind === 'heading';
}

export function isCode(leaf: Leaf | undefined): leaf is CodeLeaf {
  return leaf?.kind === 'fence' || leaf?.kind === 'indented' || leaf?.kind === 'verbatim';
}

export function tellCode({ context, isCopy }: State, found: FoundCode): void {
  if (!isCopy) context.onCode?.(found);
}

/** Writes one finished line. */
export function emit(state: State, line: Line): void {
  const { theme } = state.context;
  if (state.pendingBlank) state.lines.push(paintLine(state.pendingBlank, theme));
  state.pendingBlank = undefined;
  const prefix = prefixOf(state, false);
  for (const container of state.containers) if (container.kind === 'item') container.isMarkShown = true;
  state.lines.push(paintLine([...prefix, ...line], theme));
}

/** Room for content inside the open quotes and lists. */
export function contentWidth(state: State): number {
  return Math.max(1, state.columns - lineWidth(prefixOf(state, false)));
}

/**
 * Begins a block inside the innermost container: a blank line parts it from what is before, except inside list items,
 * which are as loose or tight as they were written.
 */
export function separate(state: State, isNextItem = false): void {
  const parent = state.containers.at(-1);
  const hadContent = parent ? parent.hasContent : state.hasContent;
  if (hadContent && (state.sawBlank || (!isNextItem && parent?.kind !== 'item'))) state.pendingBlank ??= prefixOf(state, true);
  if (parent) parent.hasContent = true;
  state.hasContent = true;
  state.sawBlank = false;
}

/** The look of running text where we are. */
export function baseStyle(state: State): Style {
  return state.containers.some((container) => container.kind === 'quote') ? QUOTED : PLAIN_TEXT;
}

/** However deep the lists, this much stays for their text. */
const NARROWEST_CONTENT = 8;
const PLAIN_TEXT: Style = { roles: [] };
const QUOTED: Style = { roles: ['quote'] };
const QUOTE_MARK: Style = { roles: ['rule'] };
const MARK: Style = { roles: ['marker'] };

function prefixOf(state: State, isBlank: boolean): Line {
  const prefix: Run[] = [];
  let room = state.columns - NARROWEST_CONTENT;
  for (const container of state.containers.toReversed()) {
    const run = prefixRun(container, { isBlank, mark: state.context.edges === 'none' ? '| ' : '> ' });
    room -= run.text.length;
    if (room < 0) break;
    prefix.unshift(run);
  }
  return prefix;
}

function prefixRun(container: Container, { isBlank, mark }: { isBlank: boolean; mark: string }): Run {
  if (container.kind === 'quote') return { text: mark, style: QUOTE_MARK };
  if (!isBlank && !container.isMarkShown) return { text: container.mark, style: MARK };
  return { text: ' '.repeat(container.mark.length), style: PLAIN_TEXT };
}

function cloneLeaf(leaf: Leaf | undefined): Leaf | undefined {
  if (isText(leaf)) return { ...leaf, flow: cloneFlow(leaf.flow) };
  if (leaf?.kind === 'table')
    return { ...leaf, rows: [...leaf.rows], natural: [...leaf.natural], least: [...leaf.least], words: [...leaf.words] };
  if (isCode(leaf)) return { ...leaf, formula: leaf.formula && [...leaf.formula] };
  return undefined;
}
