/** The chat's world made of the command's: the conversation, the terminal, files, programs and keys as the chat asks for them. */

import type { CommandContext } from '../compose/context.ts';
import { type OpenedChat, openChat } from '../compose/open-chat.ts';
import { say } from '../compose/say.ts';
import { openWorld, type World } from '../compose/world.ts';
import type { Settings } from '../config/load.ts';
import { redact } from '../config/redact.ts';
import { configurationError, type SottoError } from '../core/errors.ts';
import type { Form, FormAnswer } from '../core/form.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { counted, nounOf } from '../core/words.ts';
import type { Chat } from '../engine/chat.ts';
import type { ServerPort } from '../tui/servers.ts';
import type { ChatPreferences, ChatStart, ChatWorld } from '../tui/world.ts';
import { expandHome, readAttachment } from './attachments.ts';
import { createChatServers } from './chat-servers.ts';
import { type ChatTools, createChatTools } from './chat-tools.ts';
import { colorLevel, glyphsOf, hyperlinks } from './screen.ts';

type ChatWorldRequest = {
  settings: Settings;
  context: CommandContext;
  keyboard: CommandContext['stdin'];
  start: ChatStart;
};

/** `close` ends what is open: servers of tools, the store. */
export async function openChatWorld(request: ChatWorldRequest): Promise<{ world: ChatWorld; close(): Promise<void> }> {
  const { settings, context } = request;
  const ends = lateEnds();
  const notice = (message: string) => ends.notice(redact(message, context.secrets));
  const world = openWorld(settings, context, notice, { isChat: true });
  const servers = createChatServers({ settings, context, notice, ask: ends.ask });
  const tools = createChatTools({ settings, context, notice, approve: ends.approve, servers, isPrivate: () => chat.state.isPrivate });
  const { chat, openStore } = openChat({
    settings,
    context,
    world,
    notice,
    onFailure: (error) => notice(`This chat is not kept for now. ${sentences(error)}`),
    toolbox: tools.toolbox,
  });
  for (const { message } of settings.notices) notice(message);
  return {
    world: createChatWorld({ ...request, world, chat, openStore, notice, connect: ends.connect, tools, servers: servers.port }),
    async close() {
      ends.disconnect((message) => say(`sotto: ${message}`, context));
      await Promise.all([chat.close(), tools.close(), servers.close()]);
      tellUnsaved(chat, settings, context);
    },
  };
}

/** Once more, where nothing scrolls it away; closing the chat was the last chance to save it. */
function tellUnsaved(chat: Chat, settings: Settings, context: CommandContext): void {
  const count = chat.path().filter(({ id }) => id < 0).length;
  if (count === 0) return;
  const why = chat.state.isPrivate ? ': the chat is private' : settings.get('save') ? '' : ': saving is off';
  say(`sotto: ${counted(count, 'message')} of this conversation ${nounOf(count, 'was', 'were')} not saved${why}.`, context);
}

function sentences({ message, hint }: SottoError): string {
  return [message, hint].filter((text) => text !== undefined).join(' ');
}

type Ends = Parameters<ChatWorld['connect']>[0];

/** What is to be said before there is a screen is said when there is one. */
function lateEnds() {
  let ends: Ends | undefined;
  const early: string[] = [];
  let say = (message: string): void => void early.push(message);
  return {
    connect(connected: Ends) {
      ends = connected;
      say = connected.notice;
      for (const message of early.splice(0)) say(message);
    },
    /** The screen is gone: what is still to be said is said behind it. */
    disconnect(last: (message: string) => void) {
      say = last;
      for (const message of early.splice(0)) say(message);
    },
    notice: (message: string) => say(message),
    approve: async (asked: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> =>
      ends ? ends.approve(asked, signal) : { decision: 'no', reason: 'nobody can be asked yet' },
    ask: async (form: Form, signal: AbortSignal): Promise<FormAnswer> => (ends ? ends.ask(form, signal) : { action: 'cancel' }),
  };
}

type Parts = ChatWorldRequest &
  OpenedChat & {
    world: World;
    notice: (message: string) => void;
    connect: ChatWorld['connect'];
    tools: ChatTools;
    servers: ServerPort;
  };

function createChatWorld(parts: Parts): ChatWorld {
  const { chat, settings, world, context, keyboard, openStore, notice, connect, tools, servers, start } = parts;
  const { env, platform, paths } = context;
  return {
    chat,
    settings: world.settings,
    preferences: chatPreferences(settings),
    directory: world.directory,
    version: context.version,
    env,
    platform,
    stdin: keyboard,
    stdout: context.stdout,
    colorLevel: colorLevel(settings, context, true),
    glyphs: glyphsOf(settings, context, true),
    hyperlinks: hyperlinks(settings, context),
    openStore,
    estimateUsd: async (usage) => {
      const { provider, model } = chat.state;
      if (provider === undefined || model === undefined) return undefined;
      const { rememberedCost } = await import('../engine/price-memo.ts');
      const memo = { file: `${paths.cache}/prices.json`, version: context.version, keep: !chat.state.isPrivate };
      return (await rememberedCost(provider, model, usage, memo).catch(() => undefined))?.usd;
    },
    now: () => context.now(),
    date: () => context.date(),
    wakeAfter: (milliseconds, action) => context.wakeAfter(milliseconds, action),
    readAttachment: (path, signal) => readAttachment(path, { env, notice, onlyRegular: true }, signal),
    listFolder,
    runProgram: (program, signal) => context.runProgram(program, signal),
    editText: (text) => editText(text, context),
    models: async (provider, signal) => {
      const { listedModels } = await import('./model-rows.ts');
      return (await listedModels(provider, { world, refresh: false, strict: true }, signal)).map(({ model }) => model);
    },
    conversationMarkdown: async () => {
      const [{ exportMarkdown }, { recordOf }] = await Promise.all([
        import('../output/export-markdown.ts'),
        import('./conversations/chat-record.ts'),
      ]);
      return [...exportMarkdown([recordOf(chat, context.date())], { attachments: false })].join('');
    },
    saveText: (text, file) => saveText(text, { file, title: chat.state.title }, context),
    settleIn() {
      context.favourMemory();
      tools.open();
      context.warmFetch();
      void import('../store/open.ts');
      if (chat.state.provider !== undefined) void world.directory.prepare(chat.state.provider, context.interrupted);
    },
    storeKey: async (provider, key) => {
      context.secrets.push(key);
      await (await import('../config/key-store.ts')).setKey(paths.keysFile, provider, key, context.interrupted);
    },
    async deleteConversation(id) {
      const store = await openStore();
      const removal = await store?.patience(notice, context.interrupted)(store.removing([id]));
      if (removal === undefined || removal.failed.length > 0)
        throw configurationError('The conversation could not be deleted: it is damaged.', 'Leave the chat and run: sotto db repair');
      if (removal.removed > 0) (await import('../compose/auto-backup.ts')).backUpAnew(context);
    },
    async renameConversation(id, title) {
      const store = await openStore();
      await store?.patience(notice, context.interrupted)(() => store.rename(id, title));
    },
    connect,
    tools: tools.choice,
    servers,
    lookAtSize: () => context.lookAtSize(),
    stopProcess: () => context.stopProcess(),
    beforeExit: (action) => context.beforeExit(action),
    interrupted: context.interrupted,
    start,
  };
}

export function chatPreferences(settings: Settings): ChatPreferences {
  return {
    keyBindings: settings.get('keyBindings'),
    notify: settings.get('notify'),
    screenReader: settings.get('screenReader'),
    showReasoning: settings.get('showReasoning'),
    statusLine: settings.get('statusLine'),
    theme: settings.get('theme'),
  };
}

/** Nobody finds a name among more of them. */
const MOST_COMPLETED = 20_000;

async function listFolder(path: string): Promise<readonly { name: string; isFolder: boolean }[]> {
  const { readFolder } = await import('../config/regular-file.ts');
  try {
    return readFolder(path === '' ? '.' : path, MOST_COMPLETED).entries.map((entry) => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
    }));
  } catch {
    return [];
  }
}

/** In a file of its own, that only its owner can read and that is gone afterwards. */
async function editText(text: string, { env, platform, spawnEditor }: CommandContext): Promise<string | undefined> {
  const [{ mkdtemp, readFile, rm, writeFile }, { tmpdir }, { join }] = await Promise.all([
    import('node:fs/promises'),
    import('node:os'),
    import('node:path'),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'sotto-'));
  const file = join(folder, 'prompt.md');
  try {
    await writeFile(file, text, { mode: 0o600 });
    const code = await spawnEditor(env.VISUAL || env.EDITOR || (platform === 'win32' ? 'notepad' : 'vi'), file);
    return code === 0 ? await readFile(file, 'utf8') : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function saveText(
  text: string,
  { file, title }: { file: string | undefined; title: string | undefined },
  context: CommandContext,
): Promise<string> {
  const { openExportFile } = await import('./export-file.ts');
  const { resolve } = await import('node:path');
  const shown = file ?? `${fileName(title)}.md`;
  const path = resolve(context.folder(), expandHome(shown, context.env));
  const out = openExportFile(path, { shown, replaces: false });
  try {
    out.write(text);
    out.finish();
  } catch (thrown) {
    out.discard();
    throw thrown;
  }
  return path;
}

/** Of a title what every file system takes. */
function fileName(title: string | undefined): string {
  const name = (title ?? '')
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return name || 'conversation';
}
