/** What a server asks in the chat: a question after the other above the composer, never under the fingers of somebody who types. */
import type { Form, FormAnswer } from '../core/form.ts';
import { askForm } from '../format/form-questions.ts';
import { createComposer, isEmpty } from './composer/composer.ts';
import type { Screen } from './screen-context.ts';

type ScreenFormPorts = {
  screen: Pick<Screen, 'dispatch' | 'open' | 'print' | 'size' | 'state' | 'say' | 'theme' | 'world'>;
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
      agreesFirst: true,
      print(lines) {
        const [first = '', ...rest] = lines;
        screen.print(isFirst ? ['', screen.theme().paint('strong', first), ...rest] : lines);
        isFirst = false;
      },
      confirm: (question, stop) => agreement(form, question, ports, stop),
      line: (question, { isSecret }, stop) => line(question, { isSecret, screen }, stop),
    },
    signal,
  );
  // Who asked needs no answer any more.
  if (signal.aborted) return answer;
  const words = { accept: 'Answered', decline: 'Declined', cancel: 'Not answered' }[answer.action];
  screen.print([screen.theme().paint('dim', `${words}.`), '']);
  return answer;
}

type Line = { isSecret: boolean; screen: ScreenFormPorts['screen'] };

function line(question: string, { isSecret, screen }: Line, signal: AbortSignal): Promise<string | undefined> {
  return screen.open<string>((id) => ({ kind: 'line', id, question, isSecret, composer: createComposer({ keys: 'emacs' }) }), signal);
}

/** A whole word, because the question may come up under the hands of somebody who writes: what is no answer goes back into the composer. */
async function agreement(form: Form, question: string, ports: ScreenFormPorts, signal: AbortSignal): Promise<boolean | undefined> {
  const { screen } = ports;
  for (;;) {
    const typed = await line(`${question} (y or n) `, { isSecret: false, screen }, signal);
    if (typed === undefined) return undefined;
    if (/^\s*y(es)?\s*$/i.test(typed)) return true;
    if (/^\s*no?\s*$/i.test(typed)) return false;
    if (typed.trim() === '') continue;
    screen.dispatch({ type: 'compose', text: typed, replaces: undefined });
    await roomForQuestion(form, ports, signal);
    if (signal.aborted) return undefined;
  }
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
