/** The loop against a real llama-server on three wires, where SOTTO_LLAMA_SERVER names its binary. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamEvent, TurnEnd } from '../../src/core/events.ts';
import { type Message, textOf, userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { createFit } from '../../src/engine/context.ts';
import { historyOf } from '../../src/engine/history.ts';
import { runTurn } from '../../src/engine/turn.ts';
import { openRow, ROWS, type Row } from '../providers/contract-providers.ts';
import { hasLlamaServer, LLAMA_TITLE, type LlamaServer, startLlamaServer } from '../support/llama-server.ts';
import { boxOf, callOf, NOBODY, storedEntry, toolOf } from '../support/tools.ts';

let server: LlamaServer | undefined;
beforeAll(async () => {
  if (hasLlamaServer) server = await startLlamaServer();
}, 30_000);
afterAll(() => server?.close());

const rows = ROWS.filter(({ name }) => ['compatible chat', 'compatible responses', 'anthropic'].includes(name));
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const weather = toolOf({
  name: 'get_weather',
  description: 'Weather of a city.',
  parameters: city,
  run: ({ city }) => ({ output: `sunny in ${city}` }),
});
const time = toolOf({
  name: 'get_time',
  description: 'Time in a city.',
  parameters: city,
  run: ({ city }) => ({ output: `noon in ${city}` }),
});

type Ran = { events: StreamEvent[]; end: TurnEnd; requests: ModelRequest[]; answer: string };

async function turn(row: Row, messages: Message[]): Promise<Ran> {
  const provider = await openRow(row, server?.origin ?? '', { facts: () => undefined });
  const requests: ModelRequest[] = [];
  const ports = {
    stream: (request: ModelRequest, signal: AbortSignal) => {
      requests.push(request);
      return provider.stream(request, signal);
    },
    now: () => performance.now(),
    costOf: async () => undefined,
    fit: createFit(undefined),
  };
  const asked = { request: { model: 'tiny', messages, maxTokens: 200, stream: true }, provider: row.name, conversation: null };
  const events: StreamEvent[] = [];
  for await (const event of runTurn({ ...asked, tools: boxOf([weather, time]) }, ports, new AbortController().signal)) events.push(event);
  const end = events.at(-1) as TurnEnd;
  const last = events.findLast((event) => event.type === 'message');
  return { events, end, requests, answer: last?.type === 'message' ? textOf(last.message).trim() : '' };
}

const results = ({ events }: Ran) => events.flatMap((event) => (event.type === 'tool.end' ? [`${event.name}: ${event.output}`] : []));

describe.skipIf(!hasLlamaServer)(LLAMA_TITLE, () => {
  describe.each(rows)('$name', (row) => {
    it('is asked twice for one call', async () => {
      const ran = await turn(row, [userText('weather')]);
      expect(ran.end).toMatchObject({ error: null, finishReason: 'stop', attempts: [{ outcome: 'ok' }, { outcome: 'ok' }] });
      expect(results(ran)).toEqual(['get_weather: sunny in Paris']);
      expect([ran.requests.length, ran.answer]).toEqual([2, 'Hello from a tiny local model.']);
    });

    it('is asked twice for two calls', async () => {
      const ran = await turn(row, [userText('weather both')]);
      expect(ran.end.error).toBeNull();
      expect(results(ran)).toHaveLength(2);
      expect(ran.requests).toHaveLength(2);
    });

    it('goes on with a conversation whose calls were never answered', async () => {
      const path = [
        userText('weather'),
        {
          role: 'assistant' as const,
          parts: [callOf('get_weather', { city: 'Paris' }, 'c1'), callOf('get_time', { city: 'Paris' }, 'c2')],
        },
      ];
      const ran = await turn(row, [
        ...historyOf(
          path.map((message) => storedEntry(message)),
          NOBODY,
        ).messages,
        userText('hello'),
      ]);
      expect(ran.end).toMatchObject({ error: null, finishReason: 'stop' });
    });
  });
});
