/** The word before the cursor that completions are offered for: a `/command`, its argument, an `@path`. */
import { type Composer, replace } from './buffer.ts';
import { lineAt } from './motions.ts';

export type WordBefore = {
  kind: 'command' | 'argument' | 'path' | 'word';
  /** As it stands in the text, with `/`, `@` and quotes. */
  text: string;
  /** What to look for: without `/`, `@` and quotes. */
  query: string;
  start: number;
  /** For an argument: the name of its command. */
  command?: string;
};

/** Undefined: there is no word there. */
export function wordBefore({ text, cursor }: Composer): WordBefore | undefined {
  const { start: lineStart } = lineAt(text, cursor);
  const from = Math.max(lineStart, cursor - LONGEST);
  const before = text.slice(from, cursor);
  const path = PATH.exec(before)?.[1];
  if (path !== undefined) return { kind: 'path', text: path, query: path.replace(/^@"?/, ''), start: cursor - path.length };
  const command = from === 0 ? COMMAND.exec(before) : null;
  if (command) {
    const [, name = '', argument] = command;
    if (argument === undefined) return { kind: 'command', text: `/${name}`, query: name, start: 0 };
    return { kind: 'argument', text: argument, query: argument, start: cursor - argument.length, command: name };
  }
  const word = WORD.exec(before)?.[0];
  return word === undefined ? undefined : { kind: 'word', text: word, query: word, start: cursor - word.length };
}

/** Puts text in the place of what stands between `start` and the cursor. */
export function replaceWord(composer: Composer, start: number, text: string): Composer {
  return replace(composer, { start: Math.max(0, Math.min(start, composer.cursor)), end: composer.cursor, insert: text });
}

/** A path as it is written in a prompt: quoted where it has spaces, or ends in what would end a sentence. `isOpen`: more is to come (a folder). */
export function pathWord(path: string, { isOpen = false }: { isOpen?: boolean } = {}): string {
  if (!/[\s"]|[.,;:!?)\]}>]$/.test(path)) return `@${path}`;
  return `@"${path}${isOpen ? '' : '"'}`;
}

const LONGEST = 1_000;
/** An @ inside a word (an address) attaches nothing. Chips, which are lone surrogates, are no part of a path. */
const PATH = /(?:^|[\s([{<])(@(?:"[^"\n\ud800-\udfff]*|[^\s"\ud800-\udfff]*))$/u;
const COMMAND = /^\/([^\s/\ud800-\udfff]*)(?:\s+(.*))?$/u;
const WORD = /[^\s\ud800-\udfff]+$/u;
