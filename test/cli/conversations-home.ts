/** A home with a real store in it, filled through the store's own interface. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { expect } from 'vitest';
import { databaseFile } from '../../src/compose/open-store.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import type { FinishReason } from '../../src/core/events.ts';
import { type ReplyPart, textOf, userText } from '../../src/core/messages.ts';
import { openStore } from '../../src/store/open.ts';
import type { ReplyEnd, Store } from '../../src/store/store.ts';
import { builtProgram, type Ended, environment, type RunOptions, run, temporaryFolder } from '../support/program.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export type Home = {
  path: string;
  file: string;
  /** Opens the store, acts, closes it. `atMs` is what the clock of the store says, `pid` the process it claims to be. */
  fill<Result>(action: (store: Store) => Result, atMs?: number, pid?: number): Result;
  sotto(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Resolves when a message of so many characters is on the disk: what is there has arrived, whether it is printed at once or at the end. */
  keeps(characters: number): Promise<void>;
  [Symbol.dispose](): void;
};

export function conversationsHome(): Home {
  const folder = temporaryFolder();
  const paths = resolvePaths({ env: environment(folder.path), platform: process.platform, home: folder.path });
  const file = databaseFile({ paths });
  const home: Home = {
    path: folder.path,
    file,
    fill(action, atMs = Date.now(), pid = process.pid) {
      const store = openStore({
        file,
        now: () => atMs,
        random: Math.random,
        pid,
        isRunning: () => true,
        wakeAfter: () => () => {},
      });
      try {
        return action(store);
      } finally {
        store.close();
      }
    },
    sotto: (args, options = {}) => run(args, { home: folder.path, cwd: folder.path, ...options }),
    async keeps(characters) {
      const longest = (store: Store) =>
        Math.max(0, ...store.list().flatMap(({ id }) => store.path(id).map(({ message }) => textOf(message).length)));
      while (!existsSync(file) || home.fill(longest) < characters) await delay(25);
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
  return home;
}

export type TurnFacts = {
  conversation?: string;
  parent?: number | null;
  prompt: string;
  reply?: string | ReplyPart[];
  model?: string;
  provider?: string;
  usd?: number;
  status?: ReplyEnd['status'];
  finishReason?: FinishReason;
  error?: ReplyEnd['error'];
  folder?: string;
};

/** One finished turn. */
export function addTurn(store: Store, facts: TurnFacts): { conversation: string; prompt: number; reply: number } {
  const { prompt, reply = 'Certainly.', model = 'gpt-4o-mini', provider = 'openai', status = 'complete', finishReason = 'stop' } = facts;
  const begun = store.beginTurn({
    message: userText(prompt),
    provider,
    model,
    ...(facts.conversation === undefined ? {} : { conversation: facts.conversation }),
    ...(facts.parent === undefined ? {} : { parent: facts.parent }),
    ...(facts.folder === undefined ? {} : { folder: facts.folder }),
  });
  begun.reply.finish({
    status,
    finishReason,
    message: { role: 'assistant', parts: typeof reply === 'string' ? [{ type: 'text', text: reply }] : reply },
    timing: { firstTokenMs: 100, durationMs: 1400 },
    ...(facts.error === undefined ? {} : { error: facts.error }),
    attempts: [
      {
        purpose: 'turn',
        provider,
        model,
        outcome: 'ok',
        usage: { input: 10, output: 5 },
        ...(facts.usd === undefined ? {} : { cost: { usd: facts.usd, estimated: false, source: 'provider' as const } }),
      },
    ],
  });
  return { conversation: begun.conversation, prompt: begun.message, reply: begun.reply.message };
}

/** JSON of any shape: the test says which one it expects. */
export function jsonOf(ended: Ended): ReturnType<typeof JSON.parse> {
  expect(ended).toMatchObject({ code: 0 });
  return JSON.parse(ended.stdout);
}

export type Screen = { code: number; text: string };

/** The same program on a real terminal; `answer` is typed when the screen shows a question. */
export function onTerminal(
  home: Home,
  args: readonly string[],
  options: { columns?: number; answer?: string; env?: Record<string, string> } = {},
): Promise<Screen> {
  const { columns = 80, answer, env = {} } = options;
  const terminal = spawn(process.execPath, [builtProgram(), ...args], {
    cols: columns,
    rows: 24,
    cwd: home.path,
    env: environment(home.path, { TERM: 'xterm-256color', ...env }),
  });
  return new Promise((resolve) => {
    let text = '';
    terminal.onData((piece) => {
      text += piece;
      if (answer !== undefined && text.endsWith('[y/N] ')) terminal.write(answer);
    });
    terminal.onExit(({ exitCode }) => resolve({ code: exitCode, text: text.replaceAll('\r\n', '\n') }));
  });
}

/** What is left of a screen without colours. */
export function uncoloured(text: string): string {
  return stripVTControlCharacters(text);
}
