/** What the tests of the store share: a store in a folder of its own, and turns with little to say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { AssistantMessage, UserMessage } from '../../src/core/messages.ts';
import { openStore } from '../../src/store/open.ts';
import type { AttemptRecord, ReplyEnd, Store, StoreOptions } from '../../src/store/store.ts';
import { realWorld } from './children/world.ts';

const folders: string[] = [];
const stores: Store[] = [];

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-store-'));
  folders.push(folder);
  return folder;
}

/** A store in a new folder, closed and removed after the test. */
export function temporaryStore(options: Partial<StoreOptions> = {}): Store {
  return keep(openStore({ ...realWorld(join(temporaryFolder(), 'sotto.db')), ...options }));
}

export function keep(store: Store): Store {
  stores.push(store);
  return store;
}

export function prompt(text: string): UserMessage {
  return { role: 'user', parts: [{ type: 'text', text }] };
}

export function answer(text: string): AssistantMessage {
  return { role: 'assistant', parts: [{ type: 'text', text }] };
}

export const ATTEMPT: AttemptRecord = {
  purpose: 'turn',
  provider: 'openai',
  model: 'gpt-4o-mini',
  outcome: 'ok',
  usage: { input: 10, output: 5 },
  cost: { usd: 0.001, estimated: false, source: { priceOf: 'gpt-4o-mini' } },
  startedMs: 1_795_000_000_000,
  durationMs: 1200,
  requestId: 'req_1',
};

export function end(text: string, more: Partial<ReplyEnd> = {}): ReplyEnd {
  return { status: 'complete', message: answer(text), finishReason: 'stop', attempts: [ATTEMPT], ...more };
}

export const MODEL = { provider: 'openai', model: 'gpt-4o-mini' } as const;

/** One whole turn; returns the ids. */
export function turn(
  store: Store,
  question: string,
  reply: string,
  conversation?: string,
): { conversation: string; message: number; reply: number } {
  const begun = store.beginTurn({ message: prompt(question), ...MODEL, ...(conversation === undefined ? {} : { conversation }) });
  begun.reply.finish(end(reply));
  return { conversation: begun.conversation, message: begun.message, reply: begun.reply.message };
}
