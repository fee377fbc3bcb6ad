/** A list to choose from: typing narrows it, keys move in it. Pure state and layout; who opens it and shows it is elsewhere. */
import { safeLine } from '../format/safety.ts';
import type { Theme } from '../format/theme.ts';
import { displayWidth, graphemes, truncate } from '../format/width.ts';
import type { PickItem, PickKey, PickRequest } from './actions.ts';
import { foldText, placesOf, rank, termsOf } from './fuzzy.ts';
import { chordOf, type Key } from './keys.ts';
import { type Cells, measureCells } from './picker-columns.ts';
import { roomOf } from './picker-room.ts';
import { headLine, previewLines, type Row, rowLine } from './picker-rows.ts';

export type Picker<Value = unknown> = {
  readonly title: string;
  readonly empty: string;
  /** Their labels and details are safe to print. */
  readonly items: readonly PickItem<Value>[];
  readonly cells: Cells;
  /** The labels as they are compared, in the order of the items. */
  readonly folded: readonly string[];
  readonly query: string;
  /** Indexes of the items that match, best first. */
  readonly matches: readonly number[];
  /** Of the matches, the one under the cursor. */
  readonly index: number;
  /** How far PageUp and PageDown go. */
  readonly page: number;
  /** What there is to look at for an item; absent: for none of them. */
  preview?(item: PickItem<Value>): readonly string[];
  /** What Enter does, in words. */
  readonly enter: string;
  /** What else can be done here. */
  readonly keys: readonly PickKey[];
};

type PickOutcome<Value> =
  | { type: 'chosen'; value: Value }
  | { type: 'left' }
  /** Of the item under the cursor, where there is one. */
  | { type: 'key'; key: string; value: Value | undefined };

export function createPicker<Value>(
  request: PickRequest<Value> & { keys?: readonly PickKey[] },
  size: { columns: number; rows: number },
): Picker<Value> {
  const { title, empty, preview, columns = [], query = '', keys = [], enter = 'chooses' } = request;
  const items = request.items.map(safeItem);
  const picker: Picker<Value> = {
    title: safeLine(title),
    empty: safeLine(empty),
    items,
    cells: measureCells(items, columns),
    folded: items.map(({ label }) => foldText(label)),
    query: safeLine(query),
    matches: [],
    index: 0,
    enter: safeLine(enter),
    keys,
    page: Math.max(1, Math.min(size.rows, 24) - 6),
    ...(preview ? { preview: rememberedPreview(preview) } : {}),
  };
  const found = filtered(picker, picker.query);
  return { ...found, index: Math.max(0, found.query === '' ? items.findIndex(({ current }) => current === true) : 0) };
}

export function pressPicker<Value>(picker: Picker<Value>, key: Key): { picker: Picker<Value>; outcome?: PickOutcome<Value> } {
  const chord = chordOf(key);
  if (chord === 'text') return { picker: pastePicker(picker, key.text) };
  if (LEAVING.has(chord)) return { picker, outcome: { type: 'left' } };
  if (chord === 'enter') {
    const item = picker.items[picker.matches[picker.index] ?? -1];
    return item === undefined ? { picker } : { picker, outcome: { type: 'chosen', value: item.value } };
  }
  const found = picker.keys.find((one) => one.chord === chord);
  if (found) {
    const item = picker.items[picker.matches[picker.index] ?? -1];
    return found.on === 'item' && !item ? { picker } : { picker, outcome: { type: 'key', key: found.word, value: item?.value } };
  }
  const target = MOVES[chord]?.(picker);
  if (target !== undefined) return { picker: { ...picker, index: within(target, picker.matches.length) } };
  const query = EDITS[chord]?.(picker.query) ?? picker.query;
  return { picker: query === picker.query ? picker : filtered(picker, query) };
}

/** What is typed or pasted narrows the list. */
export function pastePicker<Value>(picker: Picker<Value>, text: string): Picker<Value> {
  // Not safeLine: it would trim a space that was typed.
  const added = safeLine(`.${text}.`).slice(1, -1).replaceAll(/\s+/g, ' ');
  return added === '' ? picker : filtered(picker, picker.query + added);
}

/** More to choose from has come: it goes to the end, and the one under the cursor stays the same. */
export function addItems<Value>(picker: Picker<Value>, more: readonly PickItem<Value>[]): Picker<Value> {
  const items = [...picker.items, ...more.map(safeItem)];
  const folded = items.map(({ label }, index) => picker.folded[index] ?? foldText(label));
  const added = filtered({ ...picker, items, folded, cells: measureCells(items, picker.cells.columns) }, picker.query);
  const chosen = picker.matches[picker.index];
  return { ...added, index: Math.max(0, chosen === undefined ? 0 : added.matches.indexOf(chosen)) };
}

/** At most `rows` lines of at most `columns`; the cursor stands behind what is typed. */
export function layoutPicker(
  picker: Picker,
  options: { columns: number; rows: number; theme: Theme },
): { lines: string[]; cursor: { row: number; column: number } } {
  const { theme } = options;
  const columns = Math.max(1, options.columns);
  const rows = Math.max(1, options.rows);
  const room = roomOf(picker, { columns, rows, theme });
  const query = queryText(picker.query, columns);
  const list = listRows(picker, room.listRows).map((row) => rowLine(row, { columns: room.listColumns, theme, cells: picker.cells }));
  const lines = room.hasTitle ? [titleLine(picker, { columns, theme }), query] : [query];
  if (room.hasHead) lines.push(headLine('name', { columns: room.listColumns, theme, cells: picker.cells }));
  const preview = room.preview && previewOf(picker, room.preview, theme);
  if (preview && room.isBeside) {
    for (const [row, { line, width }] of list.entries()) {
      lines.push(`${line}${' '.repeat(room.listColumns - width)}${theme.paint('dim', ` ${theme.glyphs.bar} `)}${preview[row] ?? ''}`);
    }
  } else {
    lines.push(...list.map(({ line }) => line));
    if (preview) lines.push(theme.paint('dim', theme.glyphs.line.repeat(Math.min(columns, 24))), ...preview);
  }
  if (room.hasGap) lines.push('');
  lines.push(...room.keyRows.map((row) => theme.paint('dim', row)));
  return { lines, cursor: { row: room.hasTitle ? 1 : 0, column: Math.min(displayWidth(query), columns - 1) } };
}

const LEAVING = new Set(['escape', 'ctrl+c', 'ctrl+g', 'ctrl+d']);

const MOVES: Readonly<Record<string, (picker: Picker) => number>> = {
  up: ({ index, matches }) => (index === 0 ? matches.length - 1 : index - 1),
  down: ({ index, matches }) => (index + 1 >= matches.length ? 0 : index + 1),
  'ctrl+p': ({ index, matches }) => (index === 0 ? matches.length - 1 : index - 1),
  'ctrl+n': ({ index, matches }) => (index + 1 >= matches.length ? 0 : index + 1),
  pageup: ({ index, page }) => index - page,
  pagedown: ({ index, page }) => index + page,
  home: () => 0,
  end: ({ matches }) => matches.length - 1,
};

const EDITS: Readonly<Record<string, (query: string) => string>> = {
  backspace: (query) => graphemes(query).slice(0, -1).join(''),
  'ctrl+h': (query) => graphemes(query).slice(0, -1).join(''),
  'ctrl+w': (query) => query.replace(/\S*\s*$/, ''),
  'alt+backspace': (query) => query.replace(/\S*\s*$/, ''),
  'ctrl+u': () => '',
};

function filtered<Value>(picker: Picker<Value>, query: string): Picker<Value> {
  return { ...picker, query, matches: rank(picker.folded, termsOf(query)), index: 0 };
}

function within(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1));
}

function safeItem<Value>(item: PickItem<Value>): PickItem<Value> {
  const { label, detail, cells } = item;
  return {
    ...item,
    label: safeLine(label),
    ...(detail === undefined ? {} : { detail: safeLine(detail) }),
    ...(cells === undefined ? {} : { cells: cells.map(safeLine) }),
  };
}

/** Reading a conversation from the disk is done once, not with every drawing. */
function rememberedPreview<Value>(preview: (value: Value) => readonly string[]): (item: PickItem<Value>) => readonly string[] {
  const known = new Map<PickItem<Value>, readonly string[]>();
  return (item) => {
    const lines = known.get(item) ?? preview(item.value).map(safeLine);
    known.set(item, lines);
    return lines;
  };
}

function titleLine({ title, items, matches }: Picker, { columns, theme }: { columns: number; theme: Theme }): string {
  const count = matches.length === items.length ? `${items.length}` : `${matches.length} of ${items.length}`;
  const shown = truncate(title, columns, theme.glyphs.dots);
  const tail = items.length > 0 && displayWidth(shown) + count.length + 2 <= columns ? `  ${theme.paint('dim', count)}` : '';
  return `${theme.paint('strong', shown)}${tail}`;
}

/** The end of what is typed, where all of it does not fit. */
function queryText(query: string, columns: number): string {
  const sign = columns > 4 ? '> ' : '';
  const characters = graphemes(query);
  let room = columns - sign.length - 1;
  let from = characters.length;
  while (from > 0 && room >= displayWidth(characters[from - 1] ?? '')) room -= displayWidth(characters[--from] ?? '');
  return `${sign}${characters.slice(from).join('')}`;
}

function listRows({ items, folded, matches, index, query, empty }: Picker, rows: number): Row[] {
  if (matches.length === 0) {
    const words = items.length === 0 || empty !== '' ? empty : 'Nothing matches.';
    return Array.from({ length: rows }, (_, row) => ({ kind: 'words', text: row === 0 ? words : '' }));
  }
  const first = Math.max(0, Math.min(index - Math.floor(rows / 2), matches.length - rows));
  const terms = termsOf(query);
  return Array.from({ length: rows }, (_, row): Row => {
    const item = items[matches[first + row] ?? -1];
    if (item === undefined) return { kind: 'words', text: '' };
    const places = placesOf(folded[matches[first + row] ?? -1] ?? '', terms);
    return {
      kind: 'item',
      label: item.label,
      detail: item.detail ?? '',
      cells: item.cells ?? [],
      places,
      isChosen: first + row === index,
      isCurrent: item.current === true,
    };
  });
}

function previewOf(picker: Picker, room: { columns: number; rows: number }, theme: Theme): string[] {
  const item = picker.items[picker.matches[picker.index] ?? -1];
  return previewLines(item === undefined ? [] : (picker.preview?.(item) ?? []), { ...room, theme });
}
