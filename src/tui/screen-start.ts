/** With what the chat opens: one quiet line, the conversation that goes on, or what a machine without a model needs to know. */
import { asSottoError } from '../core/errors.ts';
import { lookAround } from '../engine/first-run.ts';
import type { ChatActions } from './actions.ts';
import { pickConversation } from './commands/conversation-picker.ts';
import { roomOf } from './commands/facts.ts';
import type { Action } from './effects.ts';
import { firstRunLines } from './first-run-panel.ts';
import type { ChatWorld } from './world.ts';

type StartingScreen = {
  world: ChatWorld;
  /** Absent where nothing is ever drawn again. */
  dispatch?(action: Action): void;
};

/** Fails for nothing: what goes wrong is said, and the chat is there. */
export async function showStart({ world, dispatch }: StartingScreen, actions: ChatActions): Promise<void> {
  const { prompt, attachments = [], resume } = world.start;
  try {
    if (resume === 'pick') await pickConversation('', actions);
    else if (resume) {
      await world.chat.resume(resume.id);
      await actions.showConversation();
    }
    if (world.chat.path().length > 0) await world.chat.choose(world.interrupted);
    else await greet(world, actions);
  } catch (thrown) {
    const { message, hint } = asSottoError(thrown);
    actions.say(message, 'error');
    if (hint) actions.say(hint);
  }
  // Who will be asked is known by now: the status line says it.
  dispatch?.({ type: 'hint', text: undefined });
  if (prompt !== undefined) actions.send({ text: prompt, attachments });
  else if (attachments.length > 0) actions.compose('', { attachments });
}

async function greet({ version, chat, settings, directory, interrupted }: ChatWorld, actions: ChatActions): Promise<void> {
  actions.say(`sotto ${version}. /help shows what there is, Ctrl+C twice leaves.`);
  const { provider } = await chat.choose(interrupted);
  const isAsked = settings.provider === GUIDE || settings.model?.startsWith(GUIDE);
  // The guide answers because there is nobody else.
  if (provider === GUIDE && !isAsked) actions.print(firstRunLines(await lookAround(directory, interrupted), roomOf(actions)));
}

const GUIDE = 'guide';
