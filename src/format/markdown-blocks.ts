/** Reads markdown line by line, in CommonMark's way: which quotes and lists a line continues, and which block it begins. */
import { closeContainers, continueContainers, indentEnd, openItem, type Place } from './markdown-containers.ts';
import type { Style } from './markdown-layout.ts';
import {
  addCodeLine,
  addCodePiece,
  addFormulaLine,
  addRow,
  addText,
  addTextLine,
  closeLeaf,
  endCodePiece,
  makeHeading,
  openCode,
  openFence,
  openTable,
  openText,
  tableStart,
} from './markdown-leaves.ts';
import { isDefinition } from './markdown-references.ts';
import { type BlockStart, blockStart, isFenceEnd, underlineLevel } from './markdown-starts.ts';
import { type Container, contentWidth, emit, isCode, isText, type State, separate, tellCode } from './markdown-state.ts';
import { expandTabs } from './width.ts';

/**
 * Takes one line. `isComplete` false: only its beginning, because it is too long to wait for; `continueLine` brings
 * the rest and `endLine` ends it.
 */
export function takeLine(state: State, source: string, isComplete: boolean): void {
  const text = expandTabs(source);
  state.linesRead += 1;
  const place = continueContainers(state, text);
  const isBlank = indentEnd(text, place.position) >= text.length;
  if (continueLeaf(state, text, { ...place, isBlank, isComplete })) return;
  if (isBlank) {
    closeTo(state, place.matched);
    state.sawBlank = true;
  } else {
    startBlocks(state, text, place, isComplete);
  }
}

export function continueLine(state: State, source: string): void {
  const text = source.replaceAll('\t', '    ');
  const { leaf } = state;
  if (isText(leaf)) addText(state, leaf, text);
  else if (isCode(leaf)) addCodePiece(state, leaf, text);
  else if (text.trim() !== '') addTextLine(state, openText(state, 'paragraph'), text.trimStart(), { isComplete: false });
}

export function endLine(state: State): void {
  const { leaf } = state;
  if (leaf?.kind === 'heading') closeLeaf(state);
  else if (isCode(leaf)) endCodePiece(state, leaf);
}

/** The text is over. */
export function closeAll(state: State): void {
  closeLeaf(state);
  closeContainers(state, 0);
}

/** How many characters of a line must be there before its beginning is taken without its end. */
export function longestWait(state: State, line: string): number {
  if (isCode(state.leaf)) return LONGEST_CODE_LINE;
  // No further than this, so that the answer is the same however much of the line is there.
  const start = line.slice(0, LONGEST_INDENT).search(/[^\s>]/);
  if (start < 0) return LONGEST_INDENT;
  return start + (line[start] === '|' || state.leaf?.kind === 'table' ? LONGEST_ROW : LONGEST_TEXT_LINE);
}

const LONGEST_TEXT_LINE = 160;
const LONGEST_INDENT = 1000;
const LONGEST_CODE_LINE = 2000;
const LONGEST_ROW = 8000;

/** Gives the line to the open block if it is one that takes lines as they are. */
function continueLeaf(state: State, text: string, line: Place & { isBlank: boolean; isComplete: boolean }): boolean {
  const { leaf } = state;
  const { position, isBlank, isComplete } = line;
  const left = state.containers.slice(line.matched);
  if (leaf === undefined || isText(leaf)) return false;
  if (leaf.kind === 'fence') {
    // Models forget to indent code in lists: only its end, or the end of a quote, ends it.
    if (left.some((container) => container.kind === 'quote')) {
      tellCode(state, { type: 'closed' });
      return closed(state);
    }
    if (isComplete && !isBlank && indentEnd(text, position) <= leaf.column + 3 && isFenceEnd(text.slice(position), leaf.fence)) {
      closeLeaf(state);
      tellCode(state, { type: 'closed' });
      return true;
    }
    const cut = Math.min(indentEnd(text, position), Math.max(position, leaf.column));
    const code = text.slice(cut);
    tellCode(state, { type: 'line', line: state.linesRead - 1, cut });
    if (isComplete) addCodeLine(state, leaf, code);
    else addCodePiece(state, leaf, code);
    return true;
  }
  if (left.length > 0) return closed(state);
  if (leaf.kind === 'table') {
    if (
      isBlank ||
      !isComplete ||
      !text.includes('|') ||
      blockStart(text.slice(indentEnd(text, position)), { isComplete, interrupts: true })
    )
      return closed(state);
    addRow(state, leaf, text.slice(position));
    return true;
  }
  if (leaf.kind === 'indented') {
    if (isBlank) leaf.blanks += 1;
    else if (indentEnd(text, position) - position < 4) return closed(state);
    else if (isComplete) addCodeLine(state, leaf, text.slice(position + 4));
    else addCodePiece(state, leaf, text.slice(position + 4));
    if (isBlank) state.sawBlank = true;
    return true;
  }
  if (isBlank && leaf.until === undefined) return closed(state);
  addVerbatim(state, text.slice(position), isComplete);
  return true;
}

function closed(state: State): false {
  closeLeaf(state);
  return false;
}

/** Opens the blocks that a line begins, one inside the other; what is left of the line is text. */
function startBlocks(state: State, text: string, place: Place, isComplete: boolean): void {
  const line = isComplete ? text.trimEnd() : text;
  const isDirect = place.matched === state.containers.length;
  if (isDirect && isComplete && continueHeld(state, line.slice(indentEnd(line, place.position)))) return;
  let { matched, position } = place;
  while (position < line.length) {
    const column = indentEnd(line, position);
    const isDeep = column - position >= 4;
    const isParagraphOpen = isText(state.leaf);
    const start = blockStart(line.slice(column), { isComplete, interrupts: isParagraphOpen && isDirect });
    // Deep indentation is code, or nothing while a paragraph is open; but a deeply indented list in a list is a list.
    const counts =
      state.containers.length < DEEPEST &&
      (!isDeep || (isParagraphOpen && start?.kind === 'item' && state.containers.at(-1)?.kind === 'item'));
    if (start === undefined || !counts) {
      addRest(state, line, { matched, position, column, isComplete });
      return;
    }
    const before = state.containers[matched];
    closeTo(state, matched);
    const length = openBlock(state, start, { before, column, rest: line.slice(column), isComplete });
    if (length === undefined) return;
    matched = state.containers.length;
    position = column + length;
  }
}

/** Quotes and lists nested deeper than this are text: every line costs as much as it is deep. */
const DEEPEST = 32;

/** The rest of a line that begins no further block: more of the open paragraph, code, or a new paragraph. */
function addRest(state: State, line: string, rest: Place & { column: number; isComplete: boolean }): void {
  const { isComplete } = rest;
  const text = line.slice(rest.column);
  if (isText(state.leaf) && (rest.matched === state.containers.length || !isDefinition(text))) {
    // Also a line outside of the paragraph's quotes and lists ("lazy" in CommonMark).
    addTextLine(state, state.leaf, text, { isComplete });
    return;
  }
  closeTo(state, rest.matched);
  if (rest.column - rest.position < 4) {
    addTextLine(state, openText(state, 'paragraph'), text, { isComplete });
    return;
  }
  const leaf = openCode(state, { kind: 'indented' });
  if (isComplete) addCodeLine(state, leaf, line.slice(rest.position + 4));
  else addCodePiece(state, leaf, line.slice(rest.position + 4));
}

/** A line under one that was held back can make it a heading or the head of a table. */
function continueHeld(state: State, rest: string): boolean {
  const { leaf } = state;
  if (!isText(leaf) || leaf.held === undefined) return false;
  const align = tableStart(leaf, rest);
  if (align) {
    openTable(state, leaf, align);
    return true;
  }
  const level = leaf.isStarted ? undefined : underlineLevel(rest);
  if (level === undefined) return false;
  makeHeading(state, leaf, level);
  closeLeaf(state);
  return true;
}

type Opening = { before: Container | undefined; column: number; rest: string; isComplete: boolean };

/** Opens one block. A container returns how much of the line it took; a leaf takes all and returns undefined. */
function openBlock(state: State, start: BlockStart, line: Opening): number | undefined {
  switch (start.kind) {
    case 'quote':
      separate(state);
      state.containers.push({ kind: 'quote', hasContent: false });
      return start.length;
    case 'item':
      openItem(state, start, line);
      return start.length;
    case 'heading':
      addText(state, openText(state, 'heading', start.level), line.isComplete ? start.text : line.rest.replace(/^#+\s+/, ''));
      if (line.isComplete) closeLeaf(state);
      return undefined;
    case 'fence':
      openFence(state, { fence: start.fence, language: start.language, column: line.column });
      return undefined;
    case 'rule':
      separate(state);
      emit(state, [
        { text: state.context.theme.glyphs.line.repeat(Math.min(contentWidth(state), RULE_WIDTH)), style: { roles: ['rule'] } },
      ]);
      return undefined;
    case 'verbatim':
      openCode(state, { kind: 'verbatim', until: start.until });
      addVerbatim(state, line.rest, line.isComplete, start.until === undefined ? 0 : 2);
      return undefined;
    case 'formula':
      openCode(state, { kind: 'verbatim', until: start.until, style: FORMULA, formula: [] });
      addVerbatim(state, line.rest, line.isComplete, 2);
      return undefined;
  }
}

const RULE_WIDTH = 24;
const FORMULA: Style = { roles: [], verbatim: true };

/** `from`: where to look for the end of the block, behind its beginning. */
function addVerbatim(state: State, text: string, isComplete: boolean, from = 0): void {
  const { leaf } = state;
  if (leaf?.kind !== 'verbatim') return;
  if (!isComplete) {
    // The end of a line this long is not looked for: a blank line will do.
    leaf.until = undefined;
    addCodePiece(state, leaf, text);
    return;
  }
  if (leaf.formula) addFormulaLine(state, leaf, text);
  else addCodeLine(state, leaf, text);
  if (leaf.until?.test(text.slice(from))) closeLeaf(state);
}

function closeTo(state: State, count: number): void {
  closeLeaf(state);
  closeContainers(state, count);
}
