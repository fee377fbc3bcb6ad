/** The change that a call has made, in lines. */
import { detailRows, isDiff, moreLines } from '../format/detail-rows.ts';
import type { Theme } from '../format/theme.ts';

/** The beginning of the diff that a call has made true; nothing where the details are none. */
export function changedLines(details: string | null, { columns, theme, edge }: { columns: number; theme: Theme; edge?: string }): string[] {
  if (details === null || !isDiff(details)) return [];
  // No line of a diff begins with a point: this one counts those that were not sent.
  const [whole, unsent] = /\n\.\.\. (\d+) more lines?$/.exec(details.slice(-MOST_DIGITS)) ?? ['', '0'];
  const shown = details.slice(0, details.length - whole.length);
  const { lines, left } = detailRows(shown, { columns, most: MOST_CHANGED, theme, ...(edge === undefined ? {} : { edge }) });
  const more = left.lines + Number(unsent);
  const rest =
    more + left.characters === 0 ? [] : [`${edge ?? (columns < 24 ? '' : '  ')}${theme.paint('dim', moreLines(more, left.characters))}`];
  return [...lines, ...rest];
}

const MOST_CHANGED = 12;
const MOST_DIGITS = 40;
