/** The chat as commands see it, made of values: what they print, say, send and copy is collected. */
import { modelSettings, providerConfiguration } from '../../../src/compose/world.ts';
import { loadSettings } from '../../../src/config/load.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import type { Message } from '../../../src/core/messages.ts';
import type { Chat, ChatMessage, ChatState } from '../../../src/engine/chat.ts';
import { openDirectory } from '../../../src/engine/directory.ts';
import { PLAIN_THEME } from '../../../src/format/theme.ts';
import { keyVariables } from '../../../src/providers/list.ts';
import type { ChatActions, PickKey, PickRequest } from '../../../src/tui/actions.ts';

export type Fake = {
  actions: ChatActions;
  chat: Chat;
  /** What was said, "warning: " before a warning, and printed, in their order. */
  seen: string[];
  /** What was done: name and what with. */
  done: [string, ...unknown[]][];
  /** The pickers that were opened. */
  picked: PickRequest<unknown>[];
};

export type FakeOptions = {
  path?: readonly ChatMessage[];
  state?: Partial<ChatState>;
  env?: Readonly<Record<string, string>>;
  /** Answers to what is asked, in order: a label or a number for a picker, a text for a line, undefined for leaving. */
  answers?: readonly (string | undefined)[];
  chat?: Partial<Chat>;
  actions?: Partial<ChatActions>;
};

export function fakeActions({
  path = [],
  state = {},
  env = {},
  answers = [],
  chat: ownChat = {},
  actions: own = {},
}: FakeOptions = {}): Fake {
  const seen: string[] = [];
  const done: Fake['done'] = [];
  const picked: PickRequest<unknown>[] = [];
  const left = [...answers];
  const did =
    (name: string) =>
    (...values: unknown[]): void =>
      void done.push([name, ...values]);
  const paths = resolvePaths({ env: { SOTTO_HOME: '/nonexistent/sotto' }, platform: 'linux', home: '/nonexistent' });
  const settings = loadSettings({ env, paths, keyVariables: keyVariables() });
  const directory = openDirectory({
    ...providerConfiguration(settings, { env, keysFile: paths.keysFile }),
    fetch: () => Promise.reject(new Error('no network in this world')),
    sleep: async () => {},
    warn: () => {},
    secret: () => {},
  });
  const chatState: ChatState = { ...EMPTY_STATE, ...state };
  const chat: Chat = {
    state: chatState,
    async *send() {},
    async *retry() {},
    async *aside() {},
    path: () => path,
    undo: async () => undefined,
    branches: () => [],
    activate: async (leaf) => did('activate')(leaf),
    startNew: did('startNew'),
    resume: async (id) => did('resume')(id),
    fork: async (message) => {
      did('fork')(message);
      return 'copy';
    },
    rename: async (title) => did('rename')(title),
    async setModel(choice) {
      did('setModel')(choice);
      const [provider = 'openai', model = choice.model ?? 'usual'] = choice.provider ? [choice.provider, choice.model] : [];
      Object.assign(chatState, { provider, model });
      return { provider, model };
    },
    choose: async () => ({ provider: chatState.provider ?? 'guide', model: chatState.model ?? 'guide' }),
    setSystem: async (system) => did('setSystem')(system),
    setEffort: did('setEffort'),
    setPrivate: did('setPrivate'),
    close: async () => {},
    ...ownChat,
  };
  const actions: ChatActions = {
    chat,
    settings: modelSettings(settings),
    directory,
    theme: PLAIN_THEME,
    size: () => ({ columns: 80, rows: 24 }),
    store: async () => undefined,
    print: (lines) => void seen.push(...lines),
    say: (message, level = 'info') => void seen.push(level === 'info' ? message : `${level}: ${message}`),
    printMarkdown: async (text) => void seen.push(text),
    async pick<Value>(request: PickRequest<Value>) {
      picked.push(request as PickRequest<unknown>);
      const wanted = left.shift();
      return request.items.find(({ label }) => wanted !== undefined && label.includes(wanted))?.value;
    },
    async pickOrDo<Value>(request: PickRequest<Value> & { keys: readonly PickKey[] }) {
      picked.push(request as PickRequest<unknown>);
      const wanted = left.shift();
      if (wanted === undefined) return undefined;
      // "delete: soup" presses the key on that item; what follows a key for the list is what was typed.
      const [, word, rest = ''] = /^([a-z ]+): (.*)$/.exec(wanted) ?? [];
      const key = request.keys.find((one) => one.word === word);
      const value = request.items.find(({ label }) => label.includes(key ? rest : wanted))?.value;
      return key
        ? { value: key.on === 'item' ? value : undefined, key: key.word, query: key.on === 'list' ? rest : '' }
        : { value, query: '' };
    },
    deleteConversation: async (id) => did('delete')(id),
    renameConversation: async (id, title) => did('renameConversation')(id, title),
    confirm: async (question) => {
      seen.push(question);
      return left.shift() === 'y';
    },
    secret: async () => left.shift(),
    line: async () => left.shift(),
    fitsWindow: async () => true,
    send: did('send'),
    retry: () => did('retry')(),
    aside: did('aside'),
    compose: did('compose'),
    attach: async (file) => did('attach')(file),
    showConversation: async () => did('showConversation')(),
    showEarlier: async () => did('showEarlier')(),
    models: async () => [],
    conversationMarkdown: async () => '# all of it\n',
    exportConversation: async (file) => (path.length === 0 ? undefined : (file ?? 'conversation.md')),
    date: () => NOW_MS,
    async copy(text) {
      did('copy')(text);
      return { outcome: 'verified', how: 'pbcopy' };
    },
    edit: async () => left.shift(),
    pipe: async () => ({ output: '', code: 0 }),
    setTheme: async (name) => did('setTheme')(name),
    setKeys: did('setKeys'),
    toggleReasoning: () => {
      did('toggleReasoning')();
      return done.filter(([name]) => name === 'toggleReasoning').length % 2 === 1;
    },
    storeKey: async (provider, key) => did('storeKey')(provider, key),
    leave: () => did('leave')(),
    ...own,
  };
  return { actions, chat, seen, done, picked };
}

export const NOW_MS = 1_795_000_000_000;

export const EMPTY_STATE: ChatState = {
  conversation: undefined,
  title: undefined,
  provider: 'openai',
  model: 'gpt-4o-mini',
  facts: undefined,
  system: undefined,
  effort: undefined,
  isPrivate: false,
  isNotSaved: false,
  totals: { usage: {}, cost: undefined, unknownCosts: 0, turns: 0 },
  contextTokens: undefined,
};

/** Prompts and replies by turns; ids count from 1. */
export function talk(...texts: string[]): ChatMessage[] {
  return texts.map((text, index) => stored({ role: index % 2 === 0 ? 'user' : 'assistant', parts: [{ type: 'text', text }] }, index + 1));
}

export function stored(message: Message, id: number): ChatMessage {
  return {
    id,
    status: 'complete',
    createdMs: NOW_MS - 60_000,
    provider: 'openai',
    model: 'gpt-4o-mini',
    finishReason: 'stop',
    rawFinishReason: 'stop',
    usage: null,
    cost: null,
    timing: { firstTokenMs: null, durationMs: null },
    error: null,
    message,
  };
}
