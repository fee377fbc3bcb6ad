/** A real llama-server on three wires, where SOTTO_LLAMA_SERVER names its binary: SOTTO_LLAMA_SERVER=…/llama-server npm test. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSottoError, type SottoError } from '../../src/core/errors.ts';
import type { ModelEvent } from '../../src/core/events.ts';
import type { Reply } from '../../src/core/fold.ts';
import { type Message, reasoningOf, type ToolCallPart, textOf, userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { hasLlamaServer, LLAMA_TITLE, type LlamaServer, startLlamaServer } from '../support/llama-server.ts';
import { checkVocabulary, foldOf, openRow, ROWS, type Row } from './contract-providers.ts';

let origin = '';
let server: LlamaServer | undefined;

const rows = ROWS.filter(({ name }) => ['compatible chat', 'compatible responses', 'anthropic'].includes(name));

beforeAll(async () => {
  if (!hasLlamaServer) return;
  server = await startLlamaServer();
  origin = server.origin;
}, 30_000);

afterAll(() => server?.close());

async function ask(
  row: Row,
  prompt: string,
  more: Partial<ModelRequest> = {},
  onEvent?: (event: ModelEvent, cancel: () => void) => void,
): Promise<{ reply: Reply; error: SottoError | undefined }> {
  const controller = new AbortController();
  const events: ModelEvent[] = [];
  let error: SottoError | undefined;
  try {
    const provider = await openRow(row, origin, { facts: () => undefined });
    const request: ModelRequest = { model: 'tiny', messages: [userText(prompt)], maxTokens: 200, stream: true, ...more };
    for await (const event of provider.stream(request, controller.signal)) {
      events.push(event);
      onEvent?.(event, () => controller.abort());
    }
  } catch (thrown) {
    error = asSottoError(thrown);
  }
  checkVocabulary(events, error);
  return { reply: foldOf(events), error };
}

const busySlots = async () =>
  ((await (await fetch(`${origin}/slots`)).json()) as { is_processing: boolean }[]).filter((slot) => slot.is_processing).length;

describe.skipIf(!hasLlamaServer)(LLAMA_TITLE, () => {
  describe.each(rows)('$name', (row) => {
    it.each([true, false])('answers, with counts (streamed: %s)', async (stream) => {
      const { reply, error } = await ask(row, 'hello', { stream });
      expect(error).toBeUndefined();
      expect(textOf(reply.message).trim()).toBe('Hello from a tiny local model.');
      expect(reply.usage?.output).toBeGreaterThan(5);
    });

    it('tells thoughts from the answer', async () => {
      const { reply } = await ask(row, 'please think');
      expect([reasoningOf(reply.message).trim(), textOf(reply.message).trim()]).toEqual(['Let me see', 'Sure thing!']);
    });

    it('puts characters together that are split over tokens', async () =>
      expect(textOf((await ask(row, 'emoji')).reply.message)).toMatch(/日 meets ?👍 saysü/));

    it('says when an answer was cut', async () => expect((await ask(row, 'count', { maxTokens: 5 })).reply.finish?.reason).toBe('length'));

    it('says when a prompt is too long', async () => {
      const { error } = await ask(row, 'word '.repeat(12_000));
      expect(error).toMatchObject({ kind: 'context_length', exitCode: 5 });
    });

    it('leaves the server idle when it is cancelled', async () => {
      const { reply, error } = await ask(row, 'count', { maxTokens: 8000 }, (event, cancel) => event.type === 'part.delta' && cancel());
      expect(error?.kind).toBe('cancelled');
      expect(textOf(reply.message)).toMatch(/one/);
      for (let tries = 0; tries < 20 && (await busySlots()) > 0; tries++) await wait(50);
      expect(await busySlots()).toBe(0);
    });

    it.each([
      ['weather', 1],
      ['weather both', 2],
    ])('reports the calls of "%s", told of when they begin, and goes on with their results', async (prompt, count) => {
      const begun: string[] = [];
      const { reply } = await ask(row, prompt, { tools }, (event) => {
        if (event.type === 'part.start' && event.kind === 'tool_call') begun.push(event.name ?? '');
      });
      const calls = callsOf(reply);
      expect(calls.map(({ name, arguments: raw }) => [name, typeof JSON.parse(raw)])).toEqual(Array(count).fill(['get_weather', 'object']));
      expect(begun).toEqual(calls.map(({ name }) => name));
      expect(new Set(calls.map(({ id }) => id)).size).toBe(count);
      expect(reply.finish?.reason).toBe('tool_calls');
      const results = calls.map(({ id, name }) => ({ type: 'tool_result' as const, callId: id, name, output: 'Rain.' }));
      const messages: Message[] = [userText(prompt), reply.message, { role: 'tool', parts: results }, userText('hello')];
      const next = await ask(row, '', { tools, messages });
      expect(next.error).toBeUndefined();
      expect(next.reply.message.parts.length).toBeGreaterThan(0);
    });

    it('calls a tool with an earlier thought in its history', async () => {
      const { reply: thought } = await ask(row, 'please think', { tools });
      expect(reasoningOf(thought.message).trim()).toBe('Let me see');
      const { reply, error } = await ask(row, '', { tools, messages: [userText('please think'), thought.message, userText('weather')] });
      expect(error).toBeUndefined();
      expect(callsOf(reply)).toHaveLength(1);
      expect(reply.finish?.reason).toBe('tool_calls');
    });

    it('goes on with a history of calls that another vendor made, also without tools', async () => {
      for (const given of [tools, undefined]) {
        const { reply, error } = await ask(row, '', { messages: elsewhere, ...(given ? { tools: given } : {}) });
        expect(error).toBeUndefined();
        expect(reply.message.parts.length).toBeGreaterThan(0);
      }
    });

    it('reads the beginning of a conversation from its cache', async () => {
      const long = 'word '.repeat(300);
      await ask(row, long, { cacheKey: 'c' });
      const answer: Message = { role: 'assistant', parts: [{ type: 'text', text: 'Hello from a tiny local model.' }] };
      const { reply, error } = await ask(row, '', { cacheKey: 'c', messages: [userText(long), answer, userText('hello')] });
      expect(error).toBeUndefined();
      expect(reply.usage?.cacheRead).toBeGreaterThan(250);
    });
  });
});

const tools = [
  {
    name: 'get_weather',
    description: 'Weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];

const elsewhere: Message[] = [
  userText('How is it?'),
  {
    role: 'assistant',
    parts: [
      {
        type: 'reasoning',
        text: 'Hm.',
        original: {
          wire: 'anthropic',
          item: { type: 'thinking', thinking: 'Hm.', signature: 's' },
          provider: 'anthropic',
          model: 'claude',
        },
      },
      { type: 'tool_call', id: 'functions.get:0', name: 'get.weather', arguments: '{"city":"Lima"}' },
      { type: 'tool_call', id: 'functions.get:0', name: 'get.weather', arguments: '{"ci' },
    ],
  },
  { role: 'tool', parts: [{ type: 'tool_result', callId: 'functions.get:0', name: 'get.weather', output: 'No such city.', failed: true }] },
  userText('hello'),
];

function callsOf(reply: Reply): ToolCallPart[] {
  return reply.message.parts.flatMap((part) => (part.type === 'tool_call' ? [part] : []));
}
