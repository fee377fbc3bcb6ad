/** `sotto last`: the last reply again, or the code in it. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { say as sayLine, writeJson } from '../../compose/say.ts';
import { usageError } from '../../core/errors.ts';
import { reasoningOf, textOf } from '../../core/messages.ts';
import { counted } from '../../core/words.ts';
import { type CodeBlock, codeBlocks } from '../../format/code-blocks.ts';
import { safeText } from '../../format/safety.ts';
import type { ConversationSummary, Store, StoredMessage } from '../../store/store.ts';
import { markOf, messageJson } from '../conversations/facts.ts';
import { readCount, readFolder } from '../conversations/filters.ts';
import { findConversation, lastConversation } from '../conversations.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { type Finish, reading } from '../partial.ts';
import { hyperlinks, stdoutTheme } from '../screen.ts';

type LastOptions = { extract?: string | true; conversation?: string; folder?: string | true; json?: true };

export function lastCommand(context: CommandContext, finish: Finish): Command {
  const command = new Command('last')
    .description('the last reply again, or the code in it')
    .option('-x, --extract [number]', 'only the last code block, or the one with this number; nothing but its source')
    .option('--conversation <id>', 'of this conversation: its id, the beginning of it, or its title')
    .option('--folder [path]', 'of the last conversation begun in this folder [the current one]')
    .option('--json', 'as one JSON object');
  addSettingOptions(command, ['color', 'profile']);
  return command.addHelpText('after', EXAMPLES).action((options: LastOptions) => last({ options, command, context, finish }));
}

const EXAMPLES = `
Examples:
  sotto last
  sotto last -x > script.sh
  sotto last -x 1 | sh
  sotto last --json | jq .codeBlocks
`;

type Asking = { options: LastOptions; command: Command; context: CommandContext; finish: Finish };

async function last({ options, command, context, finish }: Asking): Promise<void> {
  const settings = settingsOf(command, context);
  const number = options.extract === undefined || options.extract === true ? undefined : readCount(options.extract, '--extract');
  const { result } = await reading(context, finish, (store, unread) => {
    const found = read(options, store, context);
    unread.note(found.conversation, [found.reply]);
    return found;
  });
  const { conversation, reply } = result;
  const text = textOf(reply.message);
  const mark = markOf(reply);
  const isTerminal = context.isTerminal.stdout;
  if (options.json) {
    const { parts: _, ...facts } = messageJson(reply);
    const blocks = codeBlocks(text).map(({ language, source }) => ({ language, source }));
    return writeJson(context.stdout, { conversation: conversation.id, title: conversation.title, ...facts, codeBlocks: blocks });
  }
  if (options.extract !== undefined) {
    const { source, closed } = blockOf(codeBlocks(text), number);
    context.stdout.write(isTerminal ? endedLine(safeText(source)) : source);
    if (!closed) say('the code ends before its fence was closed; it may not be whole.');
  } else {
    const theme = await stdoutTheme(settings, context);
    if (isTerminal || theme.level > 0) {
      const { openRenderer, readingWidth } = await import('../conversations/rendered.ts');
      const detail = { reasoning: false, tools: false };
      const renderer = await openRenderer({
        texts: [text],
        columns: readingWidth(context),
        theme,
        hyperlinks: hyperlinks(settings, context),
        detail,
        edges: isTerminal ? 'numbered' : 'none',
      });
      context.stdout.write(renderer.markdown(text));
    } else context.stdout.write(endedLine(text));
  }
  if (mark !== undefined) say(`this reply was not finished: ${mark}`);

  function say(message: string): void {
    sayLine(`sotto: ${message}`, context);
  }
}

type Found = { conversation: ConversationSummary; reply: StoredMessage };

function read(options: LastOptions, store: Store | undefined, context: CommandContext): Found {
  const filter = options.folder === undefined ? {} : { folder: readFolder(options.folder, context) };
  const conversation =
    options.conversation === undefined || !store ? lastConversation(store, filter) : findConversation(store, options.conversation);
  const path = store?.path(conversation.id, { media: false }) ?? [];
  const reply = path.findLast(({ message }) => message.role === 'assistant' && (textOf(message) !== '' || reasoningOf(message) !== ''));
  if (!reply) throw usageError(`"${conversation.title}" (${conversation.id}) has no reply yet.`, `See: sotto show ${conversation.id}`);
  return { conversation, reply };
}

function blockOf(blocks: readonly CodeBlock[], number: number | undefined): CodeBlock {
  const block = number === undefined ? blocks.at(-1) : blocks[number - 1];
  if (block) return block;
  if (blocks.length === 0) throw usageError('There is no code block in the last reply.', 'Read it with: sotto last');
  throw usageError(
    `There is no code block ${number}: the last reply has ${counted(blocks.length, 'block')}.`,
    'Without a number, -x takes the last one.',
  );
}

function endedLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
