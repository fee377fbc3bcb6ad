/** A chat with a scripted provider and a real store in a folder of its own. */
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { chatDefaults } from '../../src/compose/conductor-ports.ts';
import { modelSettings, providerConfiguration } from '../../src/compose/world.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { SottoError } from '../../src/core/errors.ts';
import type { ModelEvent, StreamEvent, TurnEnd } from '../../src/core/events.ts';
import { textOf } from '../../src/core/messages.ts';
import type { ModelRequest, Provider } from '../../src/core/provider.ts';
import type { Chat, Prompt } from '../../src/engine/chat.ts';
import type { ChatPorts } from '../../src/engine/chat-ports.ts';
import { createChat } from '../../src/engine/chat-session.ts';
import { openDirectory } from '../../src/engine/directory.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { realWorld } from '../store/children/world.ts';
import { temporaryFolder } from '../store/support.ts';

/** What the model does with a request: its events, or a thrown error. */
export type Script = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>;

export type ChatTest = {
  chat: Chat;
  /** Opens the chat's store, or gives the one that is open. */
  store: () => Promise<Store>;
  /** The database. */
  file: string;
  asked: { provider: string; request: ModelRequest }[];
  failures: SottoError[];
  notices: string[];
  /** How often the store was opened. */
  opened: () => number;
  script: Script;
  /** Sends and follows to the end. */
  say(text: string, options?: { replaces?: number }): Promise<Followed>;
  follow(events: AsyncIterable<StreamEvent>): Promise<Followed>;
  /** The texts of the active path. */
  texts(): string[];
};

export type Followed = { events: StreamEvent[]; end: TurnEnd };

export type ChatTestOptions = {
  /** `KEY=VALUE` texts. */
  sets?: readonly string[];
  overrides?: Record<string, unknown>;
  script?: Script;
  /** An existing database, for another chat on the same conversations. */
  file?: string;
  ports?: Partial<ChatPorts>;
  wrapStore?: (store: Store) => Store;
  /** No provider besides the guide. */
  unconfigured?: boolean;
  describe?: Provider['describe'];
};

const SERVER = ['providers.lab.url=http://127.0.0.1:9/v1', 'providers.lab.model=tiny', 'providers.other.url=http://127.0.0.1:9/v1'];

const chats: Chat[] = [];
afterEach(async () => {
  for (const chat of chats.splice(0)) await chat.close();
});

export function openChatTest(options: ChatTestOptions = {}): ChatTest {
  const file = options.file ?? join(temporaryFolder(), 'sotto.db');
  const sets = [...(options.unconfigured ? [] : SERVER), ...(options.sets ?? [])];
  const settings = loadSettings({ env: {}, paths: { configFile: `${file}.json` }, sets, overrides: options.overrides ?? {} });
  let opening: Promise<Store> | undefined;
  let opened = 0;
  let dateMs = 1_795_000_000_000;
  const real = openDirectory({
    ...providerConfiguration(settings, { env: {}, keysFile: `${file}.keys` }),
    fetch: () => Promise.reject(new Error('no network in this world')),
    sleep: async () => {},
    warn: () => {},
    secret: () => {},
  });
  const open = async () => {
    opened++;
    const store = openStore(realWorld(file));
    return options.wrapStore?.(store) ?? store;
  };
  const provider = (name: string): Provider => ({
    name,
    async *stream(request, signal) {
      test.asked.push({ provider: name, request });
      for await (const event of test.script(request, signal)) {
        yield event.type === 'request.start' ? { ...event, provider: name, model: request.model } : event;
      }
    },
    preview: () => Promise.reject(new Error('not asked for')),
    check: async () => {},
    ...(options.describe === undefined ? {} : { describe: options.describe }),
  });
  const test: ChatTest = {
    chat: createChat({
      settings: modelSettings(settings),
      defaults: chatDefaults(settings),
      retries: settings.get('retries'),
      schemaMemory: () => Promise.reject(new Error('no schema in a chat')),
      directory: { ...real, open: async (name, signal) => (name === 'openai' ? real.open(name, signal) : provider(name)) },
      lists: { folder: `${file}.lists`, date: () => dateMs, keep: false },
      openStore: () => (opening ??= open()),
      interrupted: new AbortController().signal,
      closeStore: async () => (await opening?.catch(() => undefined))?.close(),
      now: () => 0,
      date: () => ++dateMs,
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, milliseconds);
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        }),
      random: () => 0,
      costOf: async () => undefined,
      secrets: [],
      folder: '/work',
      notice: (message) => test.notices.push(message),
      onFailure: (error) => test.failures.push(error),
      ...options.ports,
    }),
    store: () => (opening ??= open()),
    file,
    asked: [],
    failures: [],
    notices: [],
    opened: () => opened,
    script: options.script ?? answers(),
    say: (text, sending = {}) => test.follow(test.chat.send({ text }, sending, new AbortController().signal)),
    async follow(stream) {
      const events: StreamEvent[] = [];
      for await (const event of stream) events.push(event);
      const end = events.at(-1);
      if (end?.type !== 'turn.end') throw new Error('The turn did not end.');
      return { events, end };
    },
    texts: () => test.chat.path().map(({ message }) => textOf(message)),
  };
  chats.push(test.chat);
  return test;
}

export const signal = (): AbortSignal => new AbortController().signal;
export const prompt = (text: string, more: Omit<Prompt, 'text'> = {}): Prompt => ({ text, ...more });

export const START: ModelEvent = { type: 'request.start', provider: 'lab', model: 'tiny' };
export const BEGIN: ModelEvent = { type: 'part.start', id: 't', kind: 'text' };
export const FINISH: ModelEvent = { type: 'finish', reason: 'stop', raw: 'stop' };
export const delta = (text: string): ModelEvent => ({ type: 'part.delta', id: 't', text });
export const whole = (text: string): ModelEvent => ({ type: 'part.end', id: 't', part: { type: 'text', text } });

/** Answers "re: PROMPT" and a number that counts up, with the usage that is given. */
export function answers(usage: Extract<ModelEvent, { type: 'usage' }> = { type: 'usage', usage: { input: 10, output: 5 } }): Script {
  let count = 0;
  return async function* ({ messages }) {
    const last = messages.at(-1);
    yield* [START, BEGIN, whole(`re: ${last ? textOf(last) : ''} ${++count}`), usage, FINISH];
  };
}
