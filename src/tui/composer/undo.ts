/** Undo and redo: what was changed, as small differences; typing is joined word by word. */

export type Step = {
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
  /** The cursor before and after. */
  readonly before: number;
  readonly after: number;
};

export type UndoState = { readonly past: readonly Step[]; readonly future: readonly Step[] };

const MOST_STEPS = 1_000;

export function recordStep({ past }: UndoState, step: Step, joins: boolean): UndoState {
  const last = past.at(-1);
  const joined = joins && last ? join(last, step) : undefined;
  if (joined) return { past: [...past.slice(0, -1), joined], future: [] };
  return { past: [...past.slice(past.length >= MOST_STEPS ? 1 : 0), step], future: [] };
}

type Undone = { text: string; cursor: number; undo: UndoState };

/** Undefined: there is nothing to undo. */
export function undoStep(text: string, { past, future }: UndoState): Undone | undefined {
  const step = past.at(-1);
  if (!step) return undefined;
  const { at, removed, inserted, before } = step;
  return {
    text: text.slice(0, at) + removed + text.slice(at + inserted.length),
    cursor: before,
    undo: { past: past.slice(0, -1), future: [...future, step] },
  };
}

export function redoStep(text: string, { past, future }: UndoState): Undone | undefined {
  const step = future.at(-1);
  if (!step) return undefined;
  const { at, removed, inserted, after } = step;
  return {
    text: text.slice(0, at) + inserted + text.slice(at + removed.length),
    cursor: after,
    undo: { past: [...past, step], future: future.slice(0, -1) },
  };
}

/** One step for two, where the second goes on at the end of the first, takes back its end, or takes away what stood before it. */
function join(first: Step, second: Step): Step | undefined {
  const end = first.at + first.inserted.length;
  if (second.at === end && second.removed === '') {
    return { ...first, inserted: first.inserted + second.inserted, after: second.after };
  }
  if (first.inserted === '' && second.inserted === '' && second.at + second.removed.length === first.at) {
    return { ...first, at: second.at, removed: second.removed + first.removed, after: second.after };
  }
  const isOwnEnd = second.at >= first.at && second.at + second.removed.length === end;
  if (!isOwnEnd) return undefined;
  return { ...first, inserted: first.inserted.slice(0, second.at - first.at) + second.inserted, after: second.after };
}
