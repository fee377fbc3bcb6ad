/** A word to whoever looks elsewhere: a long answer has ended. */
import { ASCII_GLYPHS } from '../format/glyphs.ts';
import { safeLine } from '../format/safety.ts';
import { truncate } from '../format/width.ts';
import { passThrough } from './pass-through.ts';
import type { ChatPreferences, ChatWorld } from './world.ts';

type Ending = {
  world: Pick<ChatWorld, 'env'> & { preferences: Pick<ChatPreferences, 'notify'> };
  /** Of the conversation, where it has one. */
  title: string | undefined;
  write(sequence: string): void;
};

export function notifyEnd({ world, title, write }: Ending): void {
  const how = world.preferences.notify;
  if (how === 'off') return;
  const sequence = how === 'bell' ? BELL : notification(world.env, title);
  write(sequence);
}

const BELL = '\x07';
const SENDER = 'sotto';

function notification(env: ChatWorld['env'], title: string | undefined): string {
  const form = FORMS.find(({ is }) => is(env))?.write;
  if (!form) return BELL;
  // What is between semicolons in such a sequence is a field of it.
  const words = truncate(safeLine(title ?? '').replaceAll(';', ','), 80, ASCII_GLYPHS.dots);
  return passThrough(form(words === '' ? 'The answer is there.' : `Answered: ${words}`), env);
}

type Form = { is(env: ChatWorld['env']): boolean; write(text: string): string };

/** By terminal; every other one gets the bell, which all of them know. */
const FORMS: readonly Form[] = [
  // The name begins with a word: a number there means something else to some of them.
  { is: ({ TERM_PROGRAM = '' }) => /^(iTerm\.app|WezTerm|ghostty)$/i.test(TERM_PROGRAM), write: (text) => `\x1b]9;${SENDER}: ${text}\x07` },
  {
    is: ({ TERM = '', KITTY_WINDOW_ID }) => TERM.includes('kitty') || KITTY_WINDOW_ID !== undefined,
    write: (text) => `\x1b]99;i=${SENDER}:d=0;${SENDER}\x1b\\\x1b]99;i=${SENDER}:d=1:p=body;${text}\x1b\\`,
  },
  { is: ({ TERM = '' }) => /^(foot|rxvt)/.test(TERM), write: (text) => `\x1b]777;notify;${SENDER};${text}\x07` },
];
