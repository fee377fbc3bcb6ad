/** The last rows of a picker: what its keys do, as much of it as there is room for. */
import { displayWidth, truncate } from '../format/width.ts';
import type { PickKey } from './actions.ts';

/** Never more rows than this, whatever there is to say. */
const MOST_KEY_ROWS = 2;

/** In one row if that is possible without what everybody knows; otherwise in two. What else can be done here matters most. */
export function keyRows(
  { enter, keys }: { enter: string; keys: readonly PickKey[] },
  { columns, dots }: { columns: number; dots: string },
): string[] {
  const more = keys.map(({ chord, word }) => `${chord.replace('ctrl+', 'Ctrl+').replace(/.$/, (letter) => letter.toUpperCase())} ${word}`);
  const usual = [`Enter ${enter}`, 'Esc leaves', 'typing narrows'];
  const forms = [3, 2, 1, ...(keys.length === 0 ? [] : [0])].map((count) => inRows([...usual.slice(0, count), ...more], columns));
  const found = forms.slice(0, 2).find((rows) => rows.length === 1) ?? forms.find((rows) => rows.length <= MOST_KEY_ROWS) ?? forms.at(-1);
  return (found ?? []).slice(0, MOST_KEY_ROWS).map((row) => truncate(row, columns, dots));
}

function inRows(pieces: readonly string[], columns: number): string[] {
  const rows: string[] = [];
  for (const piece of pieces) {
    const joined = rows.length === 0 ? piece : `${rows.at(-1)}, ${piece}`;
    if (rows.length > 0 && displayWidth(joined) <= columns) rows[rows.length - 1] = joined;
    else rows.push(piece);
  }
  return rows;
}
