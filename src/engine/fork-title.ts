/** The title of a copied conversation: its own, with a mark that tells the copies apart. */
import { fold } from '../store/folding.ts';
import type { Store } from '../store/store.ts';

/** "TITLE (fork)", "TITLE (fork 2)", …: two conversations of one title could not be told apart by it. */
export function freeTitle(store: Store, title: string): string {
  const stem = title.replace(/ \(fork(?: \d+)?\)$/, '');
  const taken = new Set(store.list({ title: ' (fork', archived: 'any' }).map((fork) => fold(fork.title)));
  for (let number = 1; ; number++) {
    const mark = number === 1 ? ' (fork)' : ` (fork ${number})`;
    const candidate = `${shortened(stem, LONGEST_STEM)}${mark}`;
    if (!taken.has(fold(candidate))) return candidate;
  }
}

/** The store cuts titles at 72 characters, and would cut off what tells the copies apart. */
const LONGEST_STEM = 60;

function shortened(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest
    ? text
    : `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}
