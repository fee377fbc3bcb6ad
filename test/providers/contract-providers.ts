/** The table of providers that the contract holds for, and how one of them is asked against a script. */
import { expect } from 'vitest';
import { asSottoError, type SottoError } from '../../src/core/errors.ts';
import type { ModelEvent } from '../../src/core/events.ts';
import { createFold, type Reply } from '../../src/core/fold.ts';
import { userText } from '../../src/core/messages.ts';
import type { ModelRequest, Provider } from '../../src/core/provider.ts';
import { OPEN, type ProviderKind } from '../../src/providers/list.ts';
import type { ModelWireFacts, ProviderOptions } from '../../src/providers/options.ts';
import { ownTime } from '../support/own-time.ts';
import type { Exchange, ProviderServer, Script } from '../support/provider-server.ts';
import { type Frames, MODEL, type Said, WIRES, type WireAnswers, type WireName } from '../support/wire-answers.ts';

export type Row = {
  name: string;
  kind: ProviderKind;
  wire: WireName;
  /** What stands behind the server's address in the base URL. */
  base: string;
  /** Path and query that a turn is sent to, behind the server's address. */
  path: string;
  /** Header that carries the key, as it has to be. */
  key: [name: string, value: string];
  options: Partial<ProviderOptions>;
};

export const KEY = 'sk-very-secret';
const bearer: Row['key'] = ['authorization', `Bearer ${KEY}`];
const apiKey: Row['key'] = ['api-key', KEY];

export const ROWS: Row[] = [
  { name: 'openai chat', kind: 'openai', wire: 'chat', base: '/v1', path: '/v1/chat/completions', key: bearer, options: { api: 'chat' } },
  {
    name: 'openai responses',
    kind: 'openai',
    wire: 'responses',
    base: '/v1',
    path: '/v1/responses',
    key: bearer,
    options: { api: 'responses' },
  },
  {
    name: 'azure chat, dated',
    kind: 'azure',
    wire: 'chat',
    base: '',
    path: `/openai/deployments/${MODEL}/chat/completions?api-version=2024-10-21`,
    key: apiKey,
    options: { api: 'chat', apiVersion: '2024-10-21' },
  },
  {
    name: 'azure chat, v1',
    kind: 'azure',
    wire: 'chat',
    base: '/',
    path: '/openai/v1/chat/completions',
    key: apiKey,
    options: { api: 'chat' },
  },
  {
    name: 'azure responses, dated',
    kind: 'azure',
    wire: 'responses',
    base: '',
    path: '/openai/responses?api-version=2025-04-01-preview',
    key: apiKey,
    options: { api: 'responses', apiVersion: '2025-04-01-preview' },
  },
  {
    name: 'azure responses, v1',
    kind: 'azure',
    wire: 'responses',
    base: '',
    path: '/openai/v1/responses',
    key: apiKey,
    options: { api: 'responses' },
  },
  { name: 'anthropic', kind: 'anthropic', wire: 'anthropic', base: '', path: '/v1/messages', key: ['x-api-key', KEY], options: {} },
  { name: 'ollama', kind: 'ollama', wire: 'ollama', base: '', path: '/api/chat', key: bearer, options: {} },
  {
    name: 'compatible chat',
    kind: 'openai-compatible',
    wire: 'chat',
    base: '/v1/',
    path: '/v1/chat/completions',
    key: bearer,
    options: {},
  },
  {
    name: 'compatible responses',
    kind: 'openai-compatible',
    wire: 'responses',
    base: '/v1',
    path: '/v1/responses',
    key: bearer,
    options: { api: 'responses' },
  },
];

export function answersOf(row: Row): WireAnswers {
  return WIRES[row.wire];
}

/** Facts of a model that can everything the contract asks for. */
const FACTS: ModelWireFacts = { reasoning: true, schema: true, thinking: 'adaptive', effort: true };

export function openRow(row: Row, url: string, more: Partial<ProviderOptions> = {}): Promise<Provider> {
  const options: ProviderOptions = {
    name: row.kind === 'openai-compatible' ? 'house' : row.kind,
    url: `${url}${row.base}`,
    key: KEY,
    headers: {},
    fetch: globalThis.fetch,
    timeoutMs: 20_000,
    sleep: async () => {},
    facts: () => FACTS,
  };
  return OPEN[row.kind](Object.assign(options, row.options, more));
}

export type Outcome = {
  events: ModelEvent[];
  error: SottoError | undefined;
  reply: Reply;
  exchanges: Exchange[];
  elapsedMs: number /** Of it what a busy machine did not add. */;
  ownMs: number;
};
export type Asking = {
  request?: Partial<ModelRequest>;
  options?: Partial<ProviderOptions>;
  /** Told each event as it comes; may cancel. */
  onEvent?: (event: ModelEvent, cancel: () => void) => void | Promise<void>;
};

/** Asks one provider once; the vocabulary is checked whatever comes out. */
export async function ask(server: ProviderServer, row: Row, script: Script, { request, options, onEvent }: Asking = {}): Promise<Outcome> {
  const { url, exchanges } = server.at(script);
  const provider = await openRow(row, url, options);
  const asked: ModelRequest = { model: MODEL, messages: [userText('Say something.')], stream: true, ...request };
  const controller = new AbortController();
  const events: ModelEvent[] = [];
  const startedMs = performance.now();
  const own = ownTime();
  let error: SottoError | undefined;
  try {
    for await (const event of provider.stream(asked, controller.signal)) {
      events.push(event);
      await onEvent?.(event, () => controller.abort());
    }
  } catch (thrown) {
    error = asSottoError(thrown);
  }
  const elapsedMs = performance.now() - startedMs;
  const ownMs = own.ms();
  checkVocabulary(events, error);
  return { events, error, reply: foldOf(events), exchanges, elapsedMs, ownMs };
}

/** A script that streams an answer, all of it at once. */
export function streams(row: Row, said: Said, change: (frames: Frames) => string = all): Script {
  return (exchange) => {
    exchange.open(answersOf(row).contentType, { 'x-request-id': 'req_header' });
    exchange.write(change(answersOf(row).streamed(said)));
    exchange.end();
  };
}

export function all({ content, finish, end }: Frames): string {
  return [...content, ...finish, ...end].join('');
}

export function foldOf(events: ModelEvent[]): Reply {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  return fold.reply();
}

/** What holds for every stream of events, whether it ended well or not. `piecesAreTruth`: no piece of it was lost on the way. */
export function checkVocabulary(events: ModelEvent[], error: SottoError | undefined, { piecesAreTruth = true } = {}): void {
  const types = events.map((event) => event.type);
  if (events.length > 0) expect(types[0]).toBe('request.start');
  expect(types.filter((type) => type === 'request.start').length).toBeLessThanOrEqual(1);
  expect(types.filter((type) => type === 'finish')).toHaveLength(error ? 0 : 1);
  if (!error) expect(types.at(-1)).toBe('finish');
  const open = new Map<string, { kind: string; text: string }>();
  const seen = new Set<string>();
  for (const event of events) {
    if (event.type === 'part.start') {
      expect(seen.has(event.id), `${event.id} begins once`).toBe(false);
      seen.add(event.id);
      open.set(event.id, { kind: event.kind, text: '' });
    } else if (event.type === 'part.delta') {
      const part = open.get(event.id);
      expect(part, `${event.id} is open when a piece comes`).toBeDefined();
      expect(event.text).not.toBe('');
      if (part) part.text += event.text;
    } else if (event.type === 'part.end') {
      const part = open.get(event.id);
      expect(part, `${event.id} is open when it ends`).toBeDefined();
      expect(event.part.type).toBe(part?.kind);
      // A thought that turns out to be none is taken back, and so is an answer that turns out to be one: the truth is empty.
      const takenBack = (event.part.type === 'reasoning' || event.part.type === 'text') && event.part.text === '';
      open.delete(event.id);
      if (!piecesAreTruth) continue;
      if ((event.part.type === 'text' || event.part.type === 'reasoning') && !takenBack) expect(event.part.text).toBe(part?.text);
      if (event.part.type === 'tool_call' && part?.text !== '') expect(event.part.arguments).toBe(part?.text);
    }
  }
  expect([...open.keys()], 'parts that never ended').toEqual([]);
  expect(foldOf(events.filter((event) => event.type !== 'part.delta'))).toEqual(foldOf(events));
}
