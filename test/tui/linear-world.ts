/** A chat in plain lines for tests: a keyboard to type on, what the terminal shows, and a conversation that answers by script. */
import { PassThrough } from 'node:stream';
import { chatPreferences } from '../../src/cli/chat-world.ts';
import { modelSettings, providerConfiguration } from '../../src/compose/world.ts';
import { loadSettings } from '../../src/config/load.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { SottoError } from '../../src/core/errors.ts';
import type { StreamEvent } from '../../src/core/events.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../../src/core/tool.ts';
import type { Chat, Prompt } from '../../src/engine/chat.ts';
import { openDirectory } from '../../src/engine/directory.ts';
import { ASCII_GLYPHS } from '../../src/format/glyphs.ts';
import { keyVariables } from '../../src/providers/list.ts';
import { runLinearChat } from '../../src/tui/linear-chat.ts';
import type { ChatStart, ChatWorld } from '../../src/tui/world.ts';
import { EMPTY_STATE, stored, talk } from './commands/fake-actions.ts';
import { text, turn } from './reply.ts';

export type Answer = (prompt: Prompt, signal: AbortSignal) => AsyncGenerator<StreamEvent>;

export type LinearRun = {
  /** Keys as they come from a terminal. */
  type(keys: string): void;
  /** All that was written. */
  shown(): string;
  /** Resolves when the text was written, after what was seen before. */
  shows(text: string): Promise<void>;
  /** What was sent, with the message that it replaces. */
  sent: { prompt: Prompt; replaces: number | undefined }[];
  /** What else was done. */
  done: string[];
  approve(request: ApprovalRequest, signal?: AbortSignal): Promise<ApprovalAnswer>;
  notice(message: string): void;
  isRaw(): boolean;
  interrupt(): void;
  /** The keyboard is gone. */
  unplug(): void;
  ended: Promise<void>;
};

export type LinearOptions = {
  answer?: Answer;
  start?: ChatStart;
  chat?: Partial<Chat>;
  world?: Partial<ChatWorld>;
  /** False: a keyboard that cannot be asked to hide what is typed. */
  canHide?: boolean;
};

export async function* says(words: string): AsyncGenerator<StreamEvent> {
  yield* turn(text(words));
}

export function openLinear({
  answer = () => says('Fine.'),
  start = {},
  chat: ownChat = {},
  world: own = {},
  canHide = true,
}: LinearOptions = {}): LinearRun {
  const stdin = new PassThrough();
  const stdout = Object.assign(new PassThrough(), { columns: 60, rows: 20 });
  const sent: LinearRun['sent'] = [];
  const done: string[] = [];
  const interruption = new AbortController();
  let raw = false;
  let shown = '';
  let seen = 0;
  let watchers: (() => void)[] = [];
  let ends: Parameters<ChatWorld['connect']>[0] | undefined;
  stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8');
    for (const look of watchers) look();
  });
  const paths = resolvePaths({ env: { SOTTO_HOME: '/nonexistent/sotto' }, platform: 'linux', home: '/nonexistent' });
  const settings = loadSettings({ env: { SOTTO_PROVIDER: 'openai' }, paths, keyVariables: keyVariables() });
  const setRawMode = (on: boolean): void => {
    raw = on;
  };
  const unreachable = () => Promise.reject(new Error('not in this world'));
  const chat: Chat = {
    state: { ...EMPTY_STATE },
    send(prompt, { replaces }, signal) {
      sent.push({ prompt, replaces });
      return answer(prompt, signal);
    },
    retry: (signal) => answer({ text: '(retry)' }, signal),
    aside: (prompt, signal) => answer(prompt, signal),
    path: () => [...talk('one?', 'One.'), stored({ role: 'user', parts: [{ type: 'text', text: 'two?' }] }, 3)],
    undo: async () => ({ text: 'two?' }),
    branches: () => [],
    activate: async () => {},
    startNew: () => void done.push('new'),
    resume: async (id) => void done.push(`resume ${id}`),
    fork: async () => 'copy',
    rename: async (title) => void done.push(`rename ${title}`),
    choose: async () => ({ provider: 'openai', model: 'gpt-4o-mini' }),
    setModel: async () => ({ provider: 'openai', model: 'gpt-4o-mini' }),
    setSystem: async () => {},
    setEffort: () => {},
    setPrivate: () => {},
    close: async () => {},
    ...ownChat,
  };
  const world: ChatWorld = {
    chat,
    settings: modelSettings(settings),
    preferences: chatPreferences(settings),
    directory: openDirectory({
      ...providerConfiguration(settings, { env: {}, keysFile: paths.keysFile }),
      fetch: unreachable,
      sleep: async () => {},
      warn: () => {},
      secret: () => {},
    }),
    version: '1.2.3',
    env: { TERM: 'dumb' },
    platform: 'linux',
    stdin: canHide ? Object.assign(stdin, { setRawMode }) : stdin,
    stdout,
    colorLevel: 3,
    glyphs: ASCII_GLYPHS,
    hyperlinks: false,
    openStore: async () => undefined,
    now: () => performance.now(),
    date: () => 1_795_000_000_000,
    wakeAfter(milliseconds, action) {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
    readAttachment: async (path) => {
      if (path.includes('missing')) throw new SottoError({ kind: 'usage', message: `There is no file ${path}.` });
      return { type: 'text', text: `content of ${path}` };
    },
    listFolder: async () => [],
    runProgram: async ({ input }) => ({ output: `ran with ${input}`, code: 0 }),
    editText: async () => 'edited',
    models: async () => [],
    conversationMarkdown: async () => '# all\n',
    saveText: async () => 'file.md',
    settleIn: () => {},
    deleteConversation: async () => {},
    renameConversation: async () => {},
    storeKey: async (provider, key) => void done.push(`key ${provider} ${key}`),
    estimateUsd: async () => undefined,
    connect: (connected) => {
      ends = connected;
    },
    lookAtSize: () => {},
    stopProcess: async () => void done.push(`stopped ${raw ? 'raw' : 'restored'}`),
    beforeExit: () => () => {},
    interrupted: interruption.signal,
    start,
    ...own,
  };
  const ended = runLinearChat(world);
  return {
    type: (keys) => void stdin.write(keys),
    shown: () => shown,
    shows(wanted) {
      return new Promise((resolve) => {
        const look = () => {
          const at = shown.indexOf(wanted, seen);
          if (at < 0) return;
          seen = at + wanted.length;
          watchers = watchers.filter((other) => other !== look);
          resolve();
        };
        watchers.push(look);
        look();
      });
    },
    sent,
    done,
    approve: (request, signal = new AbortController().signal) =>
      ends ? ends.approve(request, signal) : Promise.reject(new Error('nobody is connected')),
    notice: (message) => ends?.notice(message),
    isRaw: () => raw,
    interrupt: () => interruption.abort(),
    unplug: () => void stdin.end(),
    ended,
  };
}
