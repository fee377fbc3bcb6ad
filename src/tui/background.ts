/** What is behind the text? The terminal is asked, and where it does not answer its environment may know. */
import { BACKGROUND_ANSWER, BACKGROUND_QUERY, groundFrom, toldBackground } from '../format/background.ts';
import { groundOf, type Rgb } from '../format/contrast.ts';
import type { ChatWorld } from './world.ts';

type Asking = {
  /** The answer is without the escape sequence around it; undefined: none came in time. */
  ask(query: string, pattern: RegExp, timeoutMs: number): Promise<string | undefined>;
};

/** `auto`: nobody knows. */
type Background = { name: 'auto' | 'dark' | 'light'; background?: Rgb };

/** Nobody waits for it: until then the chat is drawn in what can be read on any background. */
const PATIENCE_MS = 1000;

export async function readBackground({ env }: Pick<ChatWorld, 'env'>, { ask }: Asking): Promise<Background> {
  const isAsked = !UNABLE.test(env.TERM ?? '');
  const background = toldBackground(isAsked ? await ask(BACKGROUND_QUERY, BACKGROUND_ANSWER, PATIENCE_MS) : undefined);
  return background ? { name: groundOf(background), background } : { name: groundFrom(env) ?? 'auto' };
}

const UNABLE = /^(dumb|linux)?$/;
