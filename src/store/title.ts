/** A title from the first prompt: its first line of words, short enough for a list. */
import { type Message, textOf } from '../core/messages.ts';

const MOST_CHARACTERS = 72;

export function titleFrom(message: Message): string {
  // What is attached does not run on in the line that was typed.
  const texts = message.parts.flatMap((part) => (part.type === 'text' ? [part.text.slice(0, 2000)] : []));
  const line = texts
    .join('\n')
    .slice(0, 2000)
    .split('\n')
    .map(cleanTitle)
    .find((text) => /[A-Za-z0-9]/.test(text) || hasWords(text));
  if (line !== undefined) return line;
  const file = message.parts.find((part) => part.type === 'media' && part.name !== undefined);
  return (file?.type === 'media' && file.name) || cleanTitle(textOf(message).slice(0, 200)) || 'Untitled';
}

/** One line without control characters, cut between words where there are any. */
export function cleanTitle(title: string): string {
  const line = (PLAIN.test(title) ? title.replace(/ {2,}/g, ' ') : withoutControls(title)).trim();
  const characters = [...line];
  if (characters.length <= MOST_CHARACTERS) return line;
  const cut = characters.slice(0, MOST_CHARACTERS - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > MOST_CHARACTERS / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/** Nothing but ASCII that is printed. Classes of Unicode take a millisecond to compile, while the request waits. */
const PLAIN = /^[ -~]*$/;

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text);
}

/** Directions of text go first: between two spaces they would leave both. */
function withoutControls(title: string): string {
  return title.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ');
}
