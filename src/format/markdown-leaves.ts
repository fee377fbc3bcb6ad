/** The blocks that hold text themselves (paragraphs, headings, code, tables): each writes its lines as they become final. */
import { formulaBlock, LONGEST_FORMULA } from './markdown-formula.ts';
import { inlineRuns } from './markdown-inline.ts';
import { breakLine, createFlow, endFlow, fillFlow, type Run, resizeFlow, type Style } from './markdown-layout.ts';
import { define } from './markdown-references.ts';
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
  tellCode,
} from './markdown-state.ts';
import {
  addressWidth,
  type Cells,
  delimiterRow,
  fitTable,
  headLines,
  naturalWidth,
  rowLines,
  splitRow,
  type TableLook,
  widenTable,
  wordWidth,
} from './markdown-table.ts';
import { type Align, displayWidth, fittingLength } from './width.ts';

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
  if (facts.isComplete && !state.isCopy) define(line, state.context.inline.links);
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
    formula: undefined,
    pending: undefined,
    ...code,
  };
  state.leaf = leaf;
  return leaf;
}

/** Above its code stand the language and the number by which it is copied. */
export function openFence(state: State, fence: Pick<CodeLeaf, 'fence' | 'language' | 'column'>): void {
  const leaf = openCode(state, { kind: 'fence', ...fence });
  state.codeBlocks += 1;
  tellCode(state, { type: 'open', language: fence.language });
  if (state.context.edges === 'none') return;
  const number = state.context.edges === 'numbered' ? `[${state.codeBlocks}]` : '';
  if (number === '' && leaf.language === '') return;
  const language = leaf.language.slice(0, fittingLength(leaf.language, codeWidth(state, leaf) - number.length - 1));
  const gap = ' '.repeat(Math.max(1, codeWidth(state, leaf) - displayWidth(language) - number.length));
  emitCode(state, leaf, [{ text: language + (number === '' ? '' : gap + number), style: ABOVE_CODE }]);
}

const ABOVE_CODE: Style = { roles: ['dim'], verbatim: true };

/** One complete line of code. */
export function addCodeLine(state: State, leaf: CodeLeaf, line: string): void {
  for (; leaf.blanks > 0; leaf.blanks--) emitBlank(state, leaf);
  const text = line.trimEnd();
  const { highlight } = state.context;
  let runs: Run[] = [{ text, style: leaf.style }];
  if (highlight && leaf.language !== '') ({ runs, carry: leaf.carry } = highlight(leaf.language, text, leaf.carry));
  if (isWhole(state, leaf)) emitCode(state, leaf, runs);
  else for (const broken of breakLine(runs, codeWidth(state, leaf))) emitCode(state, leaf, broken);
}

/**
 * The terminal breaks what is printed where it must, and knows that it is one line: copied, it is the source. Only what is drawn
 * again and again is broken here.
 */
function isWhole(state: State, leaf: CodeLeaf): boolean {
  return state.context.edges !== 'none' && leaf.kind !== 'verbatim' && !state.isCopy;
}

/** One more line of a formula, which is held until it is whole. */
export function addFormulaLine(state: State, leaf: CodeLeaf, line: string): void {
  leaf.formula?.push(line);
  const { length = 0 } = leaf.formula ?? [];
  const size = leaf.formula?.reduce((sum, one) => sum + one.length, 0) ?? 0;
  if (length > LONGEST_FORMULA.lines || size > LONGEST_FORMULA.characters) writeFormula(state, leaf);
}

/** As text where that can be drawn, otherwise as it was written. */
function writeFormula(state: State, leaf: CodeLeaf): void {
  const { formula } = leaf;
  leaf.formula = undefined;
  if (!formula) return;
  const drawn = state.context.inline.formulas ? formulaBlock(formula) : undefined;
  if (drawn) leaf.indent = CODE_INDENT;
  for (const line of drawn ?? formula) addCodeLine(state, leaf, line);
}

/** A piece of a line too long to wait for its end: plain, written as lines fill. */
export function addCodePiece(state: State, leaf: CodeLeaf, piece: string): void {
  writeFormula(state, leaf);
  for (; leaf.blanks > 0; leaf.blanks--) emitBlank(state, leaf);
  let text = (leaf.pending ?? '') + piece;
  const width = codeWidth(state, leaf);
  if (state.context.edges !== 'none' && leaf.kind !== 'verbatim' && text.length < LONGEST_WHOLE) {
    leaf.pending = text;
    return;
  }
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
  const width = codeWidth(state, leaf);
  if (isWhole(state, leaf)) emitCode(state, leaf, [{ text: pending, style: leaf.style }]);
  // Of a preview only the last rows are seen.
  else for (const broken of breakLine([{ text: lastRows(state, pending, width), style: leaf.style }], width)) emitCode(state, leaf, broken);
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
    least: head.map(addressWidth),
    words: head.map(wordWidth),
    size: held.length,
    layout: undefined,
    rowsWritten: 0,
  };
}

export function addRow(state: State, leaf: TableLeaf, line: string): void {
  const cells = cellsOf(state, line, leaf.align.length);
  leaf.natural = leaf.natural.map((width, column) => Math.max(width, naturalWidth(cells[column] ?? [])));
  leaf.least = leaf.least.map((width, column) => Math.max(width, addressWidth(cells[column] ?? [])));
  leaf.words = leaf.words.map((width, column) => Math.max(width, wordWidth(cells[column] ?? [])));
  if (leaf.layout) {
    leaf.layout = widenTable(leaf.layout, leaf, tableWidth(state));
    writeRow(state, leaf, cells);
    return;
  }
  leaf.rows.push(cells);
  leaf.size += line.length;
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
    writeFormula(state, leaf);
    endCodePiece(state, leaf);
  }
  state.leaf = undefined;
}

/** The window has another width from here on. */
export function resizeLeaf(state: State): void {
  const { leaf } = state;
  if (isText(leaf)) resizeFlow(leaf.flow, contentWidth(state), (line) => emit(state, line));
  if (leaf?.kind === 'table' && leaf.layout) leaf.layout = fitTable(leaf, tableWidth(state));
}

/** The end of a very long line, from where one of its rows begins. */
function lastRows(state: State, text: string, width: number): string {
  return state.isCopy && text.length > SEEN_OF_PREVIEW ? text.slice(Math.floor((text.length - SEEN_OF_PREVIEW) / width) * width) : text;
}

const SEEN_OF_PREVIEW = 4000;
/** A longer line of code goes out in pieces. */
const LONGEST_WHOLE = 200_000;
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
  return Math.max(2, contentWidth(state) - (hasBar(state, leaf) ? BAR_COLUMNS : leaf.indent));
}

function emitCode(state: State, leaf: CodeLeaf, line: Run[]): void {
  const edge: Run = hasBar(state, leaf)
    ? { text: `${state.context.theme.glyphs.bar} `, style: EDGE }
    : { text: ' '.repeat(leaf.indent), style: leaf.style };
  emit(state, [edge, ...line]);
}

function emitBlank(state: State, leaf: CodeLeaf): void {
  if (hasBar(state, leaf)) emitCode(state, leaf, []);
  else emit(state, []);
}

const EDGE: Style = { roles: ['rule'], verbatim: true };
const BAR_COLUMNS = 2;

function hasBar(state: State, leaf: CodeLeaf): boolean {
  return state.context.edges !== 'none' && leaf.kind !== 'verbatim';
}

function cellsOf(state: State, line: string, count: number): Cells {
  const cells = splitRow(line, count);
  // Cells that the head has no column for are kept in the last one: nothing the model wrote is lost.
  if (cells.length > count) cells.splice(count - 1, cells.length, cells.slice(count - 1).join(' | '));
  return Array.from({ length: count }, (_, column) => inlineRuns(cells[column] ?? '', baseStyle(state), state.context.inline));
}

function tableLook({ context }: State): TableLook {
  return { glyphs: context.theme.glyphs, hasEdge: context.edges !== 'none' };
}

function tableWidth(state: State): number {
  return contentWidth(state) - (tableLook(state).hasEdge ? BAR_COLUMNS : 0);
}

function settleTable(state: State, leaf: TableLeaf): void {
  leaf.layout = fitTable(leaf, tableWidth(state));
  leaf.head = leaf.head.map((cell) =>
    cell.map((run) => ({ text: run.text, style: { ...run.style, roles: ['tableHead', ...run.style.roles] } })),
  );
  for (const line of headLines(leaf.head, leaf.align, leaf.layout, tableLook(state))) emit(state, line);
  for (const cells of leaf.rows) writeRow(state, leaf, cells);
  leaf.rows = [];
}

function writeRow(state: State, leaf: TableLeaf, cells: Cells): void {
  if (!leaf.layout) return;
  const lines = rowLines(cells, {
    head: leaf.head,
    align: leaf.align,
    layout: leaf.layout,
    look: tableLook(state),
    width: contentWidth(state),
    isFirst: leaf.rowsWritten === 0,
  });
  for (const line of lines) emit(state, line);
  leaf.rowsWritten += 1;
}
