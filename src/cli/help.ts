/** `sotto help`: everything on one screen, grouped; `sotto help COMMAND` for one. */
import type { Command } from 'commander';
import type { CommandContext } from '../compose/context.ts';
import { usageError } from '../core/errors.ts';
import { nearest } from '../models/near.ts';
import { prepare } from './commander.ts';
import { COMMANDS, type CommandName } from './commands.ts';

export async function writeHelp(words: readonly string[], context: CommandContext): Promise<void> {
  const name = words[0];
  if (name === undefined) context.stdout.write(overview());
  else if (Object.hasOwn(COMMANDS, name)) {
    let command = prepare(await COMMANDS[name as CommandName].load(context, () => {}), context); // own key: checked above
    for (const word of words.slice(1)) command = command.commands.find((sub) => sub.name() === word) ?? unknown(words, command);
    command.outputHelp();
  } else {
    const near = nearest(name, Object.keys(COMMANDS), 1)[0];
    throw usageError(`There is no command "${name}".`, near ? `Did you mean ${near}?` : 'See: sotto help');
  }
}

function unknown(words: readonly string[], { commands }: Command): never {
  const names = commands.map((sub) => sub.name()).join(', ');
  throw usageError(`There is no command "${words.join(' ')}".`, names ? `${words[0]} has: ${names}` : `See: sotto help ${words[0]}`);
}

export function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const groups = [...new Set(Object.values(COMMANDS).map((row) => row.group))];
  const rows = (group: string) =>
    Object.entries(COMMANDS)
      .filter(([, row]) => row.group === group)
      .map(([name, row]) => `  ${name.padEnd(width)}  ${row.summary}\n`)
      .join('');
  return `sotto: talks to any language model, in a low voice.

Usage:
  sotto                          opens the chat
  sotto "question"               the same as: sotto ask "question"
  command | sotto "question"     the question, then what is piped in
  sotto COMMAND [options]

${groups.map((group) => `${group}\n${rows(group)}`).join('\n')}
Often used
  -m, --model NAME     gpt-6-luna, anthropic/claude-sonnet-5-5, an alias
  -p, --provider NAME  openai, anthropic, azure, ollama, … (see sotto providers)
  -f, --file PATH      attach a text file or a picture
  -s, --system TEXT    system prompt
  --tools LIST         what the model may call: read, all, names of tools
  --output FORMAT      text, markdown, json, ndjson
  --dry-run            show the request and its price, send nothing

Examples
  sotto "why is the sky blue?"
  cat error.log | sotto "what went wrong here?"
  sotto -p guide "how do I connect a model?"     (built in, works offline)

More: sotto help COMMAND, or sotto COMMAND --help
`;
}
