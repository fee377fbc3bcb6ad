/** Stopping: what was queued behind the reply comes back into the input line, before what is typed there. */
import { setText, textOf } from './composer/composer.ts';
import type { ScreenState } from './state.ts';

export function takeQueueBack(state: ScreenState): ScreenState {
  if (state.queue.length === 0) return state;
  const typed = textOf(state.composer);
  const text = [...state.queue, ...(typed.trim() === '' ? [] : [typed])].join('\n');
  return {
    ...state,
    composer: setText(state.composer, text),
    queue: [],
    browsing: undefined,
    completion: undefined,
    hint: 'Stopped; what was queued is back.',
  };
}
