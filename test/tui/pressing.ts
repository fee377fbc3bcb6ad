/** Keys for tests of the chat's reducer: written as for the composer, with what is to be done collected. */
import type { Action, Effect } from '../../src/tui/effects.ts';
import { initialState, type ScreenState } from '../../src/tui/state.ts';
import { update } from '../../src/tui/update.ts';
import { keysOf } from './composer/typing.ts';

export type Pressed = { state: ScreenState; effects: Effect[] };

export function start(changes: Partial<ScreenState> = {}): ScreenState {
  return { ...initialState({ columns: 80, rows: 24 }, 'emacs'), ...changes };
}

/** Presses what is written; effects that only ask for completions are left out. */
export function pressed(written: string, from: ScreenState = start()): Pressed {
  return dispatched(
    keysOf(written).map((key) => ({ type: 'key', key })),
    from,
  );
}

export function dispatched(actions: readonly Action[], from: ScreenState): Pressed {
  let state = from;
  const effects: Effect[] = [];
  for (const action of actions) {
    const updated = update(state, action);
    state = updated.state;
    effects.push(...updated.effects.filter((effect) => effect.type !== 'complete' || effect.isAsked));
  }
  return { state, effects };
}
