/** What a server asks in the chat: a question after the other above the composer, never under the fingers of somebody who types. */
import type { Form, FormAnswer } from '../core/form.ts';
import { askForm } from '../format/form-questions.ts';
import { createComposer, isEmpty } from './composer/composer.ts';
import type { Screen } from './screen-context.ts';

export type ScreenFormPorts = {
  screen: Pick<Screen, 'open' | 'print' | 'size' | 'state' | 'say' | 'theme' | 'world'>;
  /** Resolves when nobody has typed for a moment. */
  typingRests(signal: AbortSignal): Promise<void>;
};

const LOOK_AGAIN_MS = 150;

export async function askOnScreen(form: Form, ports: ScreenFormPorts, signal: AbortSignal): Promise<FormAnswer> {
  const { screen } = ports;
  await roomForQuestion(form, ports, signal);
  if (signal.aborted) return { action: 'cancel' };
  let isFirst = true;
  const answer = await askForm(
    form,
    {
      columns: Math.max(20, screen.size().columns - 1),
      print(lines) {
        const [first = '', ...rest] = lines;
        screen.print(isFirst ? ['', screen.theme().paint('strong', first), ...rest] : lines);
        isFirst = false;
      },
      confirm: (question, stop) => screen.open<boolean>((id) => ({ kind: 'confirm', id, question }), stop),
      line: (question, { isSecret }, stop) =>
        screen.open<string>((id) => ({ kind: 'line', id, question, isSecret, composer: createComposer({ keys: 'emacs' }) }), stop),
    },
    signal,
  );
  // Who asked needs no answer any more.
  if (signal.aborted) return answer;
  const words = { accept: 'Sent', decline: 'Declined', cancel: 'Not answered' }[answer.action];
  screen.print([screen.theme().paint('dim', `${words}.`), '']);
  return answer;
}

/** A line that is being typed, or a list that is open, comes first; who asks is told of, so that nobody waits for nothing. */
async function roomForQuestion({ from }: Form, { screen, typingRests }: ScreenFormPorts, signal: AbortSignal): Promise<void> {
  let isSaid = false;
  const isBusy = () => !isEmpty(screen.state().composer) || screen.state().overlay !== undefined;
  await typingRests(signal);
  while (isBusy() && !signal.aborted) {
    if (!isSaid) screen.say(`${from.replace(/^t/, 'T')} asks something: send or clear your line to see it.`);
    isSaid = true;
    await new Promise<void>((resolve) => screen.world.wakeAfter(LOOK_AGAIN_MS, resolve));
    await typingRests(signal);
  }
}
