/** `sotto chat` and `sotto resume`: the chat on this terminal, new or going on with a conversation. */
import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import type { Settings } from '../../config/load.ts';
import { usageError } from '../../core/errors.ts';
import type { MediaPart, TextPart } from '../../core/messages.ts';
import type { ChatStart } from '../../tui/world.ts';
import { addOptionsOf, addSettingOptions, collect, settingsOf } from '../options.ts';

const EXAMPLES = `
Enter sends, Ctrl+J makes a new line, Ctrl+C stops a reply and keeps it, /help shows the rest.
What is piped in goes along with the first question; the keyboard is the terminal's.

Examples:
  sotto
  sotto chat -m claude-sonnet-5-5 "let us plan a trip to Lima"
  git diff | sotto chat "review this with me"
  sotto chat -f notes.md
  sotto chat -c
  sotto chat --private
`;

const RESUME_EXAMPLES = `
Examples:
  sotto resume
  sotto resume 1m7wqq
  sotto resume "trip to Lima"
`;

type ChatOptions = { file?: string[]; continue?: true; resume?: string; stdin: boolean };

export function chatCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const command = new Command('chat')
    .description('talk with a model in this terminal')
    .argument('[question...]', 'asked at once; without it you type first');
  command.optionsGroup('Whom to ask:');
  addOptionsOf(command, ['model', 'provider', 'profile']);
  command
    .optionsGroup('What to talk about:')
    .option('-f, --file <path>', 'attach a text file or a picture to the first question (repeatable)', collect)
    .option('-c, --continue', 'go on with the conversation that was used last')
    .option('--resume <id>', 'go on with a conversation: its id, the beginning of it, or its title')
    .option('--no-stdin', 'do not read standard input');
  addChatOptions(command);
  return command.addHelpText('after', EXAMPLES).action(async (words: string[], options: ChatOptions) => {
    if (options.continue && options.resume !== undefined)
      throw usageError('--continue and --resume exclude each other.', 'Name the conversation with --resume, or leave it out.');
    finish(await chat({ words, options, settings: settingsOf(command, context), context }));
  });
}

export function resumeCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const command = new Command('resume')
    .description('go on with a conversation in the chat')
    .argument('[conversation...]', 'its id, the beginning of it, or its title; without it you choose from a list');
  command.optionsGroup('Whom to ask:');
  addOptionsOf(command, ['model', 'provider', 'profile']);
  addChatOptions(command);
  return command.addHelpText('after', RESUME_EXAMPLES).action(async (words: string[]) => {
    const settings = settingsOf(command, context);
    const options: ChatOptions = { stdin: false, ...(words.length === 0 ? {} : { resume: words.join(' ') }) };
    finish(await chat({ words: [], options, picks: words.length === 0, settings, context }));
  });
}

function addChatOptions(command: Command): void {
  command.optionsGroup('How to answer:');
  addOptionsOf(command, ['system', 'effort', 'verbosity', 'temperature', 'topP', 'maxTokens', 'seed']);
  command.optionsGroup('Tools:');
  addOptionsOf(command, ['tools']).option('--no-tools', 'none of the tools that are configured');
  addOptionsOf(command, ['allow', 'maxSteps', 'hosted']);
  command.optionsGroup('This chat:');
  addSettingOptions(command, ['screenReader', 'color', 'retries', 'timeout', 'private']);
}

type Chatting = {
  words: string[];
  options: ChatOptions;
  /** The conversation is chosen from a list. */
  picks?: boolean;
  settings: Settings;
  context: CommandContext;
};

async function chat(chatting: Chatting): Promise<number> {
  const { settings, context } = chatting;
  const keyboard = context.isTerminal.stdout ? context.openKeyboard() : undefined;
  if (!keyboard)
    throw usageError('The chat needs a terminal to type in and to show.', 'In a pipe or a script ask like this: sotto ask "…"');
  // A home that cannot be made is said before the screen is drawn, not after the first question.
  if (settings.get('save') && !settings.get('private')) await (await import('../../compose/open-store.ts')).hasDatabase(context);
  const start = await startOf(chatting);
  const [{ openChatWorld }, { isLinear }] = await Promise.all([import('../chat-world.ts'), import('../../tui/linear.ts')]);
  const { world, close } = await openChatWorld({ settings, context, keyboard, start });
  try {
    if (isLinear(world)) await (await import('../../tui/linear-chat.ts')).runLinearChat(world);
    else await (await import('../../tui/chat-screen.ts')).runChatScreen(world);
  } finally {
    await close();
  }
  return context.interruptedCode() ?? 0;
}

/** With what the chat opens: a question is sent at once, files and what is piped in go along with the first one. */
async function startOf({ words, options, picks, settings, context }: Chatting): Promise<ChatStart> {
  const question = words.join(' ').trim();
  const attachments: (TextPart | MediaPart)[] = [];
  const attached: string[] = [];
  const piped = options.stdin && !context.isTerminal.stdin ? await readPipe(question !== '', { settings, context }) : undefined;
  if (piped) {
    attachments.push(piped);
    attached.push('standard input');
  }
  for (const file of options.file ?? []) {
    const [{ readAttachment }, { noticeWriter }] = await Promise.all([import('../attachments.ts'), import('../../compose/world.ts')]);
    attachments.push(await readAttachment(file, { env: context.env, notice: noticeWriter(context) }, context.interrupted));
    attached.push(file);
  }
  return {
    ...(question === '' ? {} : { prompt: question }),
    ...(attachments.length === 0 ? {} : { attachments, attached }),
    ...(picks ? { resume: 'pick' as const } : await resumeOf(options, context)),
  };
}

/** Looked up before the screen is drawn: a conversation that is not there is a mistake of the command line. */
async function resumeOf({ resume, continue: isLast }: ChatOptions, context: CommandContext): Promise<Pick<ChatStart, 'resume'>> {
  if (resume === undefined && !isLast) return {};
  const [{ openExisting }, { findConversation, lastConversation, noneYet }] = await Promise.all([
    import('../../compose/open-store.ts'),
    import('../conversations.ts'),
  ]);
  const store = await openExisting(context);
  if (!store) throw noneYet();
  try {
    return { resume: { id: (resume === undefined ? lastConversation(store) : findConversation(store, resume)).id } };
  } finally {
    store.close();
  }
}

async function readPipe(
  hasQuestion: boolean,
  { settings, context }: { settings: Settings; context: CommandContext },
): Promise<TextPart | MediaPart | undefined> {
  const [{ readPiped }, { noticeWriter }] = await Promise.all([import('../input.ts'), import('../../compose/world.ts')]);
  const request = {
    words: [],
    files: [],
    readStdin: true,
    stdin: { stream: context.stdin, kind: context.stdinKind },
    stdinTimeoutSeconds: settings.get('stdinTimeout'),
    notice: noticeWriter(context),
  };
  return readPiped(request, { wanted: false, hasQuestion }, context.interrupted);
}
