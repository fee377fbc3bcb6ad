/** `sotto show`: one conversation to read, rendered on a terminal, plain markdown in a pipe. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { writeJson } from '../../compose/say.ts';
import { cancelledError, usageError } from '../../core/errors.ts';
import { openWriter } from '../../output/writer.ts';
import type { Conversation, Store, StoredMessage } from '../../store/store.ts';
import { messageJson, wholeConversationJson } from '../conversations/facts.ts';
import { readCount } from '../conversations/filters.ts';
import { type Detail, plainHeader, plainMessage } from '../conversations/transcript.ts';
import { findConversation, lastConversation } from '../conversations.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { type Finish, reading, unreadJson } from '../partial.ts';
import { hyperlinks, stdoutTheme } from '../screen.ts';

type ShowOptions = { tree?: true; message?: string; branch?: string; reasoning?: true; toolOutput?: true; limit?: string; json?: true };

export function showCommand(context: CommandContext, finish: Finish): Command {
  const command = new Command('show')
    .description('read a conversation')
    .argument('[conversation]', 'its id, the beginning of it, or its title [the last one]')
    .option('--tree', 'every message of every branch, one line each')
    .option('--message <id>', 'only this message')
    .option('--branch <id>', 'the branch that ends with this message, instead of the active one')
    .option('-n, --limit <count>', 'only so many messages, the last ones')
    .option('--reasoning', 'what the model thought, in full')
    .option('--tool-output', 'tool calls and their results, in full')
    .option('--json', 'as one JSON object');
  addSettingOptions(command, ['color', 'profile']);
  return command
    .addHelpText('after', EXAMPLES)
    .action((reference: string | undefined, options: ShowOptions) => show({ reference, options, command, context, finish }));
}

const EXAMPLES = `
Examples:
  sotto show
  sotto show 1m7wqqngw7er --reasoning
  sotto show "squash commits" -n 4
  sotto show 1m7wqqngw7er --tree
  sotto show 1m7wqqngw7er > conversation.md
  sotto show --json | jq -r '.messages[] | select(.role == "user") | .text'
`;

type Showing = { reference: string | undefined; options: ShowOptions; command: Command; context: CommandContext; finish: Finish };
type Shown = { conversation: Conversation; messages: StoredMessage[] };

async function show({ reference, options, command, context, finish }: Showing): Promise<void> {
  const settings = settingsOf(command, context);
  const { result, unread } = await reading(context, finish, (store, lines) => {
    const shown = read(reference, options, store);
    lines.note(shown.conversation, shown.messages);
    return shown;
  });
  const { conversation, messages } = result;
  if (options.json)
    return writeJson(context.stdout, {
      conversation: wholeConversationJson(conversation),
      messages: messages.map(messageJson),
      ...unreadJson(unread),
    });
  const theme = await stdoutTheme(settings, context);
  const columns = context.isTerminal.stdout ? context.stdout.columns || 80 : undefined;
  if (options.tree) {
    const { drawTree } = await import('../conversations/message-tree.ts');
    context.stdout.write(await drawTree({ messages, active: conversation.activeMessage, columns, theme }));
    return;
  }
  const detail: Detail = { reasoning: options.reasoning === true, tools: options.toolOutput === true };
  const pieces = context.isTerminal.stdout || theme.level > 0 ? rendered() : plain();
  await writeAll(pieces, context);

  async function* rendered(): AsyncGenerator<string> {
    const { openRenderer, readingWidth, textsOf } = await import('../conversations/rendered.ts');
    const edges = context.isTerminal.stdout ? 'plain' : 'none';
    const renderer = await openRenderer({
      texts: textsOf(messages),
      columns: readingWidth(context),
      theme,
      hyperlinks: hyperlinks(settings, context),
      detail,
      edges,
    });
    if (options.message === undefined) yield renderer.header(conversation);
    for (const message of messages) yield renderer.message(message);
  }

  function* plain(): Generator<string> {
    if (options.message === undefined) yield plainHeader(conversation);
    for (const message of messages) yield plainMessage(message, detail);
  }
}

function read(reference: string | undefined, options: ShowOptions, store: Store | undefined): Shown {
  const only = options.message === undefined ? undefined : readCount(options.message, '--message');
  const leaf = options.branch === undefined ? undefined : readCount(options.branch, '--branch');
  const most = options.limit === undefined ? undefined : readCount(options.limit, '--limit');
  const { id } = reference === undefined || !store ? lastConversation(store) : findConversation(store, reference);
  const conversation = store?.conversation(id);
  if (!store || !conversation) throw usageError(`The conversation ${id} was deleted just now.`, 'See: sotto list');
  const messages = messagesOf({ store, id, whole: options.tree === true, only, leaf });
  return { conversation, messages: most === undefined ? messages : messages.slice(-most) };
}

type Wanted = { store: Store; id: string; whole: boolean; only: number | undefined; leaf: number | undefined };

function messagesOf({ store, id, whole, only, leaf }: Wanted): StoredMessage[] {
  const noSuch = (message: number) => usageError(`The conversation ${id} has no message ${message}.`, `See: sotto show ${id} --tree`);
  if (only !== undefined) {
    const found = store.tree(id, { media: false }).filter((stored) => stored.id === only);
    if (found.length === 0) throw noSuch(only);
    return found;
  }
  if (whole) return store.tree(id, { media: false });
  const path = store.path(id, { media: false, ...(leaf === undefined ? {} : { leaf }) });
  if (leaf !== undefined && path.length === 0) throw noSuch(leaf);
  return path;
}

/** Piece by piece, with an empty line between them: a reader that leaves, and Ctrl+C, end it at once. */
async function writeAll(pieces: Iterable<string> | AsyncIterable<string>, context: CommandContext): Promise<void> {
  let isGone = false;
  let between = '';
  const writer = openWriter(context.stdout, { onClosed: () => (isGone = true), interrupted: context.interrupted });
  for await (const piece of pieces) {
    if (!writer.write(between + piece)) await writer.ready();
    between = '\n';
    if (context.interrupted.aborted) throw cancelledError();
    if (isGone) return;
  }
}
