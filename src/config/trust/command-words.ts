/** The words of a command, and the commands that a text of any language seems to start: what may be more than it is does no harm. */
import type { Command } from './collection.ts';

/** In pieces; what stands between quotes as a whole too, and a path behind a variable (`$DIR/x`) as one that begins here. */
export function wordsIn(text: string): string[] {
  const quoted = [...text.matchAll(QUOTED)].map(([, , inner = '']) => inner);
  const pieces = text.split(SEPARATORS).flatMap((word) => [word, word.replace(/^-[a-zA-Z](?=[./])/, ''), word.replace(/^\/+/, '')]);
  return [...new Set([...quoted, ...pieces])].filter((word) => word !== '' && word.length < LONGEST_WORD);
}

const QUOTED = /(["'`])([^"'`\n]{1,300})\1/g;
const SEPARATORS = /[\s=,:;|&<>(){}'"`$[\]]+/;
const LONGEST_WORD = 1000;

/** Programs that run what they are given, or what the files of a folder tell them. */
const STARTERS = [
  'sh|bash|dash|zsh|ksh|fish|source|exec|env|node|nodejs|bun|deno|tsx|ts-node|python[\\d.]*|ruby|perl|php|lua|Rscript|osascript|pwsh',
  'npm|npx|pnpm|pnpx|yarn|bunx|corepack|uv|uvx|pipx|poetry|pdm|hatch|pipenv|rye|g?make|just|task|rake|invoke|nox|tox',
  'docker|podman|docker-compose|cargo|go|bundle|mise|asdf|direnv',
].join('|');
const STARTED = new RegExp(`(?:^|[\\s;&|("'\`=/])(?:(?:${STARTERS})(?=[\\s"'\`])|\\.(?=[ \\t]+[\\w./"'$]))`, 'gm');
const FIRST_LINE = /^#!([^\n]{1,1000})/;
/** So far reach the arguments. */
const LONGEST_COMMAND = 300;
const MOST_COMMANDS = 200;

/** `isCut`: there are more of them. Of a path in pieces, `join('a', 'b')`, the whole counts as well. */
export function commandsIn(text: string, place: Pick<Command, 'folders' | 'of'>): { commands: Command[]; isCut: boolean } {
  const commands: Command[] = [];
  const [, first] = FIRST_LINE.exec(text) ?? [];
  if (first !== undefined) commands.push({ ...place, words: wordsIn(first), isGuess: true });
  const words = new Set<string>();
  let count = 0;
  for (const { index } of text.matchAll(STARTED)) {
    count += 1;
    if (count > MOST_COMMANDS) break;
    const part = text.slice(index, index + LONGEST_COMMAND).replaceAll('\\\n', ' ');
    for (const word of wordsIn(part)) words.add(word);
    for (const word of wordsIn(part.replace(/["'`]\s*,\s*["'`]/g, '/'))) words.add(word);
  }
  if (words.size > 0) commands.push({ ...place, words: [...words], isGuess: true });
  return { commands, isCut: count > MOST_COMMANDS };
}
