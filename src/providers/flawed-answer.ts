/** Answers that came and are none, or not all of one: without a word, or with a piece that nobody can read. */
import { SottoError } from '../core/errors.ts';
import type { ModelEvent } from '../core/events.ts';

/** What the parts of a reply came to. */
export type Said = { answer: boolean; thought: boolean };

export function noteWhat(event: ModelEvent, said: Said): void {
  if (event.type !== 'part.end') return;
  const { part } = event;
  if (part.type === 'reasoning') said.thought ||= part.text !== '';
  else if (part.type !== 'hosted') said.answer ||= part.type !== 'text' || part.text.trim() !== '';
}

/** Nothing on stdout and exit code 0 would look like a fault of ours. */
export function emptyAnswer(provider: string, { thought }: Said): ModelEvent {
  const message = `${provider}: the answer is empty${thought ? ': the model only reasoned' : ''}.`;
  return { type: 'notice', level: 'warning', code: 'empty_answer', message };
}

/** Never taken for a whole answer, however well its end looks. */
export function unreadable(provider: string, piece: string): SottoError {
  return new SottoError({
    kind: 'protocol',
    provider,
    message: `${provider}: a piece of the answer could not be read, so it is incomplete: ${piece.trim().slice(0, 80)}`,
    hint: 'What had arrived is kept. Try again.',
  });
}

/** The end came before the end of the answer; `heard`: something of one had come. */
export function brokenOff(provider: string, heard: boolean): SottoError {
  return new SottoError({
    kind: 'protocol',
    provider,
    message: heard ? `${provider}: the answer broke off before its end.` : `${provider}: the server answered with nothing at all.`,
    hint: heard ? 'What had arrived is kept. Try again.' : 'Try again. If that does not help, check the base URL of the provider.',
  });
}
