/** A real llama-server on three wires, where SOTTO_LLAMA_SERVER names its binary: SOTTO_LLAMA_SERVER=…/llama-server npm test. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSottoError, type SottoError } from '../../src/core/errors.ts';
import type { ModelEvent } from '../../src/core/events.ts';
import type { Reply } from '../../src/core/fold.ts';
import { reasoningOf, textOf, userText } from '../../src/core/messages.ts';
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

    it('reports a call', async () => {
      const tools = [
        {
          name: 'get_weather',
          description: 'Weather of a city.',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      ];
      const { reply } = await ask(row, 'weather', { tools });
      const calls = reply.message.parts.flatMap((part) => (part.type === 'tool_call' ? [part] : []));
      expect(calls.map(({ name, arguments: raw }) => [name, JSON.parse(raw)])).toEqual([['get_weather', { city: 'Paris' }]]);
      expect(reply.finish?.reason).toBe('tool_calls');
    });
  });
});
