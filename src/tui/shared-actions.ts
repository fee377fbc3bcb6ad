/** What commands may ask of the chat and what is the same on the screen and in plain lines. */
import type { MediaPart, TextPart } from '../core/messages.ts';
import type { ChatActions } from './actions.ts';
import { openServers, type Servers } from './servers.ts';
import { earlierMessages, recentMessages, type TranscriptOptions } from './transcript.ts';
import type { ChatWorld } from './world.ts';

type Shared = Pick<
  ChatActions,
  | 'chat'
  | 'settings'
  | 'directory'
  | 'store'
  | 'models'
  | 'conversationMarkdown'
  | 'exportConversation'
  | 'date'
  | 'pipe'
  | 'storeKey'
  | 'deleteConversation'
  | 'renameConversation'
  | 'showConversation'
  | 'showEarlier'
> &
  Partial<Pick<ChatActions, 'tools' | 'servers'>>;

type SharedPorts = {
  print(lines: readonly string[]): void;
  say(message: string): void;
  transcriptOptions(): Promise<TranscriptOptions & { rows: number }>;
};

export function sharedActions(world: ChatWorld, { print, say, transcriptOptions }: SharedPorts): Shared {
  /** How many of the newest messages have been printed. */
  let shown = 0;
  const servers: Servers | undefined = world.servers && openServers(world.servers, world.interrupted);
  return {
    chat: world.chat,
    settings: world.settings,
    directory: world.directory,
    store: world.openStore,
    models: world.models,
    conversationMarkdown: world.conversationMarkdown,
    async exportConversation(file) {
      return world.chat.path().length === 0 ? undefined : world.saveText(await world.conversationMarkdown(), file);
    },
    date: world.date,
    pipe: (command, input) => world.runProgram(shellProgram(command, input, world.platform), world.interrupted),
    storeKey: world.storeKey,
    deleteConversation: world.deleteConversation,
    renameConversation: world.renameConversation,
    async showConversation() {
      const { lines, count } = recentMessages(world.chat.path(), await transcriptOptions());
      shown = count;
      print(lines);
    },
    async showEarlier() {
      const { lines, count } = earlierMessages(world.chat.path(), shown, await transcriptOptions());
      shown += count;
      if (count === 0) say('That is the beginning of the conversation.');
      else print(lines);
    },
    ...(world.tools === undefined ? {} : { tools: world.tools }),
    ...(servers === undefined ? {} : { servers }),
  };
}

/** How a part that goes along once more is called. */
export function attachmentName(part: TextPart | MediaPart, index: number): string {
  return part.type === 'media' && part.name !== undefined ? part.name : `text ${index + 1}`;
}

function shellProgram(command: string, input: string, platform: string) {
  return platform === 'win32'
    ? { command: 'cmd.exe', args: ['/d', '/s', '/c', command], input }
    : { command: '/bin/sh', args: ['-c', command], input };
}
