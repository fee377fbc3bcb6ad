/** Is the terminal dark or light? It is asked, and where it does not answer its environment may know. */
import type { ChatWorld } from './world.ts';

export type Asking = {
  /** The answer is without the escape sequence around it; undefined: none came in time. */
  ask(query: string, pattern: RegExp, timeoutMs: number): Promise<string | undefined>;
};

/** Nobody waits for it: the chat is drawn in the usual colours until then. */
const PATIENCE_MS = 1000;

/** Undefined: nobody knows. */
export async function readBackground({ env }: Pick<ChatWorld, 'env'>, { ask }: Asking): Promise<'dark' | 'light' | undefined> {
  const isAsked = !UNABLE.test(env.TERM ?? '');
  const answer = isAsked ? await ask('\x1b]11;?\x1b\\', BACKGROUND, PATIENCE_MS) : undefined;
  return ofAnswer(answer) ?? ofEnvironment(env.COLORFGBG);
}

const UNABLE = /^(dumb|linux)?$/;
const BACKGROUND = /11;rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i;

function ofAnswer(answer: string | undefined): 'dark' | 'light' | undefined {
  const match = answer === undefined ? null : BACKGROUND.exec(answer);
  if (!match) return undefined;
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1));
  // As bright as the eye takes it.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 ? 'light' : 'dark';
}

/** "15;0" or "15;default;0": of the sixteen colours, white and the bright ones are light. */
function ofEnvironment(colors: string | undefined): 'dark' | 'light' | undefined {
  const last = colors?.split(';').at(-1) ?? '';
  if (!/^\d{1,2}$/.test(last)) return undefined;
  const color = Number(last);
  return color === 7 || (color >= 9 && color <= 15) ? 'light' : 'dark';
}
