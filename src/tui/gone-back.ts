/** What stays behind when the conversation goes on from an earlier point, and how to return to it, in one line. */
import { textOf } from '../core/messages.ts';
import { counted } from '../core/words.ts';
import type { ChatMessage } from '../engine/chat.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { firstWords } from './commands/facts.ts';

/** Undefined where nothing is left behind. */
export function behindWords(behind: readonly ChatMessage[], glyphs: Glyphs): string | undefined {
  const spoken = behind.filter(({ message }) => message.role !== 'tool' && (message.role === 'user' || textOf(message) !== ''));
  const [first, ...others] = spoken;
  if (!first) return undefined;
  const words = shortened(firstWords(first), glyphs.dots);
  const what = first.message.role === 'user' ? `"${words}"` : `the answer "${words}"`;
  const more = others.length === 0 ? '' : ` and ${counted(others.length, 'more message', 'more messages')}`;
  return `Behind now: ${what}${more}. To return: /branches`;
}

/** Of a path, what an edited prompt in place of this one leaves behind. */
export function behindEdit(path: readonly ChatMessage[], replaces: number, glyphs: Glyphs): string | undefined {
  const at = path.findIndex(({ id }) => id === replaces);
  return at < 0 ? undefined : behindWords(path.slice(at), glyphs);
}

/** Of a path, what another answer to the last prompt leaves behind. */
export function behindRetry(path: readonly ChatMessage[]): readonly ChatMessage[] {
  return path.slice(path.findLastIndex(({ message }) => message.role === 'user') + 1);
}

const MOST_LETTERS = 40;

function shortened(text: string, dots: string): string {
  const letters = [...text];
  return letters.length > MOST_LETTERS
    ? `${letters
        .slice(0, MOST_LETTERS - dots.length)
        .join('')
        .trimEnd()}${dots}`
    : text;
}
