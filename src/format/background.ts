/** What is behind the text: as a terminal tells it, and as its environment does. */
import type { Rgb } from './contrast.ts';

/** The question, and the answer without the escape sequence around it. */
export const BACKGROUND_QUERY = '\x1b]11;?\x1b\\';
export const BACKGROUND_ANSWER = /11;rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i;

export function toldBackground(answer: string | undefined): Rgb | undefined {
  const match = answer === undefined ? null : BACKGROUND_ANSWER.exec(answer);
  if (!match) return undefined;
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((digits) => (255 * Number.parseInt(digits, 16)) / (16 ** digits.length - 1));
  return [red, green, blue];
}

/** Undefined: it says nothing of it. */
export function groundFrom(env: Readonly<Record<string, string | undefined>>): 'dark' | 'light' | undefined {
  // The console of Linux is black.
  if (env.TERM === 'linux') return 'dark';
  // "15;0" or "15;default;0": of the sixteen colors, white and the bright ones are light.
  const last = env.COLORFGBG?.split(';').at(-1) ?? '';
  if (!/^\d{1,2}$/.test(last) || Number(last) > 15) return undefined;
  return Number(last) === 7 || Number(last) >= 9 ? 'light' : 'dark';
}
