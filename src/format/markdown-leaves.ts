/** The blocks that hold text themselves (paragraphs, headings, code, tables): each writes its lines as they become final. */
import { inlineRuns } from './markdown-inline.ts';
import { breakLine, createFlow, endFlow, fillFlow, type Run, resizeFlow } from './markdown-layout.ts';
import { firstSegment } from './markdown-segments.ts';
import {
  baseStyle,
  type CodeLeaf,
  contentWidth,
  emit,
  isText,
  type State,
  separate,
  type TableLeaf,
  type TextLeaf,
} from './markdown-state.ts';
import { type Cells, delimiterRow, fitTable, headLines, naturalWidth, rowLines, splitRow } from './markdown-table.ts';
import { type Align, fittingLength } from './width.ts';

export function openText(state: State, kind: TextLeaf['kind'], level = 0): TextLeaf {
  separate(state);
  const flow = createFlow(contentWidth(state));
  const leaf: TextLeaf = { kind, style: baseStyle(state), held: undefined, rest: '', isStarted: false, flow };
  if (kind === 'heading') makeHeading(state, leaf, level);
  state.leaf = leaf;
  return leaf;
}

/** Turns text into a heading, also a paragraph whose first line was held back. */
export function makeHeading(state: State, leaf: TextLeaf, level: number): void {
  leaf.kind = 'heading';
  leaf.style = { roles: [level === 1 ? 'title' : 'heading'] };
  if (state.context.theme.level > 0) return;
  // Without colours a heading would look like a short paragraph: it keeps its marks.
  leaf.flow.line = [{ text: `${'#'.repeat(level)} `, style: leaf.style }];
  leaf.flow.lineWidth = level + 1;
}

/** One more line of a paragraph. A line end of the source stays one: models break lines where they mean it. */
export function addTextLine(state: State, leaf: TextLeaf, line: string, facts: { isComplete: boolean }): void {
  releaseHeld(state, leaf);
  if (facts.isComplete && line.startsWith('[')) define(state, line);
  if (facts.isComplete && (!leaf.isStarted || line.includes('|'))) leaf.held = line;
  else startLine(state, leaf, line);
}

/** More text of the same line. */
export function addText(state: State, leaf: TextLeaf, text: string): void {
  leaf.rest += text;
  for (let length = firstSegment(leaf.rest); length !== undefined; length = firstSegment(leaf.rest)) {
    layOut(state, leaf, leaf.rest.slice(0, length));
    leaf.rest = leaf.rest.slice(length);
  }
}

export function openCode(state: State, code: Pick<CodeLeaf, 'kind'> & Partial<CodeLeaf>): CodeLeaf {
  separate(state);
  const isVerbatim = code.kind === 'verbatim';
  const leaf: CodeLeaf = {
    indent: isVerbatim ? 0 : CODE_INDENT,
    style: isVerbatim ? { roles: ['literal'], verbatim: true } : { roles: ['codeBlock'], verbatim: true },
    fence: '',
    column: 0,
    language: '',
    carry: '',
    blanks: 0,
    until: undefined,
    pending: undefined,
    ...code,
  };
  state.leaf = leaf;
  return leaf;
}

/** One complete line of code. */
export function addCodeLine(state: State, leaf: CodeLeaf, line: string): void {
  for (; leaf.blanks > 0; leaf.blanks--) emit(state, []);
  const text = line.trimEnd();
  const { highlight } = state.context;
  let runs: Run[] = [{ text, style: leaf.style }];
  if (highlight && leaf.language !== '') ({ runs, carry: leaf.carry } = highlight(leaf.language, text, leaf.carry));
  for (const broken of breakLine(runs, codeWidth(state, leaf))) emitCode(state, leaf, broken);
}

/** A piece of a line too long to wait for its end: plain, written as lines fill. */
export function addCodePiece(state: State, leaf: CodeLeaf, piece: string): void {
  for (; leaf.blanks > 0; leaf.blanks--) emit(state, []);
  let text = (leaf.pending ?? '') + piece;
  const width = codeWidth(state, leaf);
  for (let length = fittingLength(text, width); length < text.length; length = fittingLength(text, width)) {
    // What is wider than a line by itself is broken at the end, when it is known whole.
    if (length === 0) break;
    emitCode(state, leaf, [{ text: text.slice(0, length), style: leaf.style }]);
    text = text.slice(length);
  }
  leaf.pending = text;
}

/** The overlong line ends. */
export function endCodePiece(state: State, leaf: CodeLeaf): void {
  const { pending } = leaf;
  if (pending === undefined) return;
  leaf.pending = undefined;
  leaf.carry = '';
  if (pending === '') return;
  for (const broken of breakLine([{ text: pending, style: leaf.style }], codeWidth(state, leaf))) emitCode(state, leaf, broken);
}

/** The alignments, if the held line and this one are the beginning of a table. */
export function tableStart(leaf: TextLeaf, line: string): Align[] | undefined {
  if (!leaf.held?.includes('|')) return undefined;
  const align = delimiterRow(line);
  return align && splitRow(leaf.held).length === align.length ? align : undefined;
}

/** Turns the held line of a paragraph into the head of a table; what the paragraph had before stays one. */
export function openTable(state: State, leaf: TextLeaf, align: Align[]): void {
  const held = leaf.held ?? '';
  leaf.held = undefined;
  if (leaf.isStarted) {
    closeLeaf(state);
    separate(state);
  }
  const head = cellsOf(state, held, align.length);
  state.leaf = {
    kind: 'table',
    align,
    head,
    rows: [],
    natural: head.map(naturalWidth),
    size: held.length,
    layout: undefined,
    rowsWritten: 0,
  };
}

export function addRow(state: State, leaf: TableLeaf, line: string): void {
  const cells = cellsOf(state, line, leaf.align.length);
  if (leaf.layout) {
    writeRow(state, leaf, cells);
    return;
  }
  leaf.rows.push(cells);
  leaf.size += line.length;
  leaf.natural = leaf.natural.map((width, column) => Math.max(width, naturalWidth(cells[column] ?? [])));
  if (leaf.rows.length >= ROWS_HELD || leaf.size >= CHARACTERS_HELD) settleTable(state, leaf);
}

/** Nothing more comes for the open block. */
export function closeLeaf(state: State): void {
  const { leaf } = state;
  if (leaf === undefined) return;
  if (isText(leaf)) {
    releaseHeld(state, leaf);
    layOut(state, leaf, state.isPreview ? state.context.complete(leaf.rest) : leaf.rest);
    endFlow(leaf.flow, (line) => emit(state, line));
  } else if (leaf.kind === 'table') {
    if (!leaf.layout) settleTable(state, leaf);
  } else {
    endCodePiece(state, leaf);
  }
  state.leaf = undefined;
}

/** The window has another width from here on. */
export function resizeLeaf(state: State): void {
  const { leaf } = state;
  if (isText(leaf)) resizeFlow(leaf.flow, contentWidth(state), (line) => emit(state, line));
  if (leaf?.kind === 'table' && leaf.layout) leaf.layout = fitTable(leaf.natural, contentWidth(state));
}

/** `[name]: address` gives links behind it their address. The line itself is shown: links before it are none, and it is their address. */
function define(state: State, line: string): void {
  const found = DEFINITION.exec(line);
  if (!found || state.isCopy) return;
  const [, name = '', bracketed, bare = ''] = found;
  state.context.inline.links[name.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase().toLowerCase()] ??= { href: bracketed ?? bare };
}

const DEFINITION = /^\[(?!\^)((?:\\.|[^\\[\]]){1,300})\]:\s+(?:<([^<>]*)>|([^\s<]\S*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*$/;

const CODE_INDENT = 4;
/** A table waits for its end, to know its widths, up to this many rows or characters. */
const ROWS_HELD = 30;
const CHARACTERS_HELD = 16_000;

function releaseHeld(state: State, leaf: TextLeaf): void {
  const { held } = leaf;
  leaf.held = undefined;
  if (held !== undefined) startLine(state, leaf, held);
}

function startLine(state: State, leaf: TextLeaf, line: string): void {
  if (leaf.isStarted) {
    // A backslash at the end of a line is a hard break, as every line end is here.
    leaf.rest = leaf.rest.replace(/(?<!\\)\\$/, '');
    addText(state, leaf, '\n');
  }
  leaf.isStarted = true;
  addText(state, leaf, line);
}

function layOut(state: State, leaf: TextLeaf, text: string): void {
  if (text !== '') fillFlow(leaf.flow, inlineRuns(text, leaf.style, state.context.inline), (line) => emit(state, line));
}

function codeWidth(state: State, leaf: CodeLeaf): number {
  return Math.max(2, contentWidth(state) - leaf.indent);
}

function emitCode(state: State, leaf: CodeLeaf, line: Run[]): void {
  emit(state, [{ text: ' '.repeat(leaf.indent), style: leaf.style }, ...line]);
}

function cellsOf(state: State, line: string, count: number): Cells {
  const cells = splitRow(line, count);
  // Cells that the head has no column for are kept in the last one: nothing the model wrote is lost.
  if (cells.length > count) cells.splice(count - 1, cells.length, cells.slice(count - 1).join(' | '));
  return Array.from({ length: count }, (_, column) => inlineRuns(cells[column] ?? '', baseStyle(state), state.context.inline));
}

function settleTable(state: State, leaf: TableLeaf): void {
  leaf.layout = fitTable(leaf.natural, contentWidth(state));
  leaf.head = leaf.head.map((cell) =>
    cell.map((run) => ({ text: run.text, style: { ...run.style, roles: ['tableHead', ...run.style.roles] } })),
  );
  for (const line of headLines(leaf.head, leaf.align, leaf.layout)) emit(state, line);
  for (const cells of leaf.rows) writeRow(state, leaf, cells);
  leaf.rows = [];
}

function writeRow(state: State, leaf: TableLeaf, cells: Cells): void {
  if (!leaf.layout) return;
  const lines = rowLines(cells, {
    head: leaf.head,
    align: leaf.align,
    layout: leaf.layout,
    width: contentWidth(state),
    isFirst: leaf.rowsWritten === 0,
  });
  for (const line of lines) emit(state, line);
  leaf.rowsWritten += 1;
}
