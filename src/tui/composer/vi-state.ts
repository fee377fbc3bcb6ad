/** What vi's normal mode remembers between two keys. */
import type { Key } from '../keys.ts';

export type ViState = {
  /** The characters of a command that is not complete: `2d`, `f`, `g`. */
  readonly pending: readonly string[];
  /** The last f, F, t or T, for `;` and `,`. */
  readonly find: Find | undefined;
  /** What was typed since a change began that is still going on, and the text before it. */
  readonly recording: { readonly keys: readonly Key[]; readonly text: string } | undefined;
  /** The keys of the last change, for `.`. */
  readonly change: readonly Key[];
};

type Find = { readonly motion: string; readonly argument: string };

export const EMPTY_VI: ViState = { pending: [], find: undefined, recording: undefined, change: [] };
