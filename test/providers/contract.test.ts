/** The contract, first half: one list of answers that every provider has to bring up the same way. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseArguments, reasoningOf, textOf } from '../../src/core/messages.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { MODEL, type Said } from '../support/wire-answers.ts';
import { all, answersOf, ask, type Outcome, ROWS, type Row, streams } from './contract-providers.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

function callsOf({ reply }: Outcome) {
  return reply.message.parts.flatMap((part) => (part.type === 'tool_call' ? [part] : []));
}

const weather = { id: 'call_a', name: 'get_weather', arguments: ['{"city":', ' "Pa', 'ris"}'] };
const time = { id: 'call_b', name: 'get_time', arguments: ['{"zone":"CET"}'] };

type Case = { name: string; said: Said; only?: (row: Row) => boolean; check: (outcome: Outcome, row: Row) => void };

const CASES: Case[] = [
  {
    name: 'text, with counts, model and request id',
    said: { text: ['Hello', ', ', 'world', '.'] },
    check({ reply, error }, row) {
      expect(error).toBeUndefined();
      expect(textOf(reply.message)).toBe('Hello, world.');
      expect(reply.usage).toMatchObject({ input: 12, output: 7 });
      if (row.wire !== 'ollama') expect(reply.usage?.cacheRead).toBe(4);
      if (row.wire === 'chat' || row.wire === 'responses') expect(reply.usage?.reasoning).toBe(3);
      expect(reply.finish).toMatchObject({ reason: 'stop', raw: answersOf(row).raw.stop, model: MODEL });
    },
  },
  {
    name: 'reasoning before text',
    said: { reasoning: ['Let me ', 'think.'], text: ['Done.'] },
    check({ reply }) {
      expect(reply.message.parts.map((part) => part.type)).toEqual(['reasoning', 'text']);
      expect(reasoningOf(reply.message)).toBe('Let me think.');
      expect(textOf(reply.message)).toBe('Done.');
    },
  },
  {
    name: 'one call',
    said: { calls: [weather] },
    check(outcome, row) {
      expect(callsOf(outcome)).toMatchObject([{ id: 'call_a', name: 'get_weather' }]);
      expect(parseArguments(callsOf(outcome)[0]?.arguments ?? '')).toEqual({ ok: true, value: { city: 'Paris' } });
      expect(outcome.reply.finish).toMatchObject({ reason: 'tool_calls', raw: answersOf(row).raw.calls });
    },
  },
  {
    name: 'text and two calls in parallel',
    said: { text: ['I look.'], calls: [weather, time] },
    check(outcome) {
      expect(textOf(outcome.reply.message)).toBe('I look.');
      expect(callsOf(outcome).map(({ id, name, arguments: raw }) => [id, name, JSON.parse(raw)])).toEqual([
        ['call_a', 'get_weather', { city: 'Paris' }],
        ['call_b', 'get_time', { zone: 'CET' }],
      ]);
    },
  },
  {
    name: 'a call without arguments',
    said: { calls: [{ id: 'call_a', name: 'now', arguments: [''] }] },
    check(outcome) {
      expect(parseArguments(callsOf(outcome)[0]?.arguments ?? '?')).toEqual({ ok: true, value: {} });
    },
  },
  {
    name: 'an empty answer, which is an answer',
    said: {},
    check({ reply, error }) {
      expect(error).toBeUndefined();
      expect(reply.message.parts).toEqual([]);
      expect(reply.finish?.reason).toBe('stop');
    },
  },
  {
    name: 'an answer that was cut at its longest',
    said: { text: ['As long as'], finish: 'length' },
    check({ reply }, row) {
      expect(textOf(reply.message)).toBe('As long as');
      expect(reply.finish).toMatchObject({ reason: 'length', raw: answersOf(row).raw.length });
    },
  },
  {
    name: 'an answer that a filter stopped',
    said: { text: ['Well, '], finish: 'filter' },
    only: (row) => row.wire !== 'ollama',
    check({ reply }) {
      expect(textOf(reply.message)).toBe('Well, ');
      expect(reply.finish?.reason).toBe('content_filter');
    },
  },
  {
    name: 'a refusal in words',
    said: { text: ["I'm sorry, ", 'no.'], finish: 'refusal' },
    only: (row) => row.wire !== 'ollama',
    check({ reply }) {
      expect(textOf(reply.message)).toBe("I'm sorry, no.");
      expect(reply.finish?.reason).toBe('content_filter');
    },
  },
  {
    name: 'no counts, which stay unknown',
    said: { text: ['Hi'], usage: false },
    check({ reply, events }) {
      expect(reply.usage).toBeUndefined();
      expect(events.some((event) => event.type === 'usage')).toBe(false);
    },
  },
  {
    name: 'characters of many bytes',
    said: { reasoning: ['日本'], text: ['Grüße ', '日本', '👍🏽', ' – ', 'مرحبا'], calls: [{ ...time, arguments: ['{"zone":"東京"}'] }] },
    check(outcome) {
      expect(textOf(outcome.reply.message)).toBe('Grüße 日本👍🏽 – مرحبا');
      expect(reasoningOf(outcome.reply.message)).toBe('日本');
      expect(callsOf(outcome)[0]?.arguments).toContain('東京');
      expect(outcome.events.some((event) => event.type === 'notice')).toBe(false);
    },
  },
];

describe.each(ROWS)('$name', (row) => {
  const cases = CASES.filter(({ only }) => only?.(row) ?? true);
  const contentType = answersOf(row).contentType;

  it.each(cases)('streams $name', async ({ said, check }) => {
    check(await ask(server, row, streams(row, said)), row);
  });

  it.each(cases)('brings $name when it comes whole', async ({ said, check }) => {
    const outcome = await ask(server, row, ({ send }) => send(200, answersOf(row).whole(said)), { request: { stream: false } });
    check(outcome, row);
    expect(outcome.exchanges[0]?.received.body.stream ?? false).toBe(false);
  });

  it('puts characters together whose bytes come one by one', async () => {
    const text = ['Grüße ', '日本', '👍🏽'];
    const outcome = await ask(server, row, async ({ open, drip, end }) => {
      open(contentType);
      await drip(all(answersOf(row).streamed({ text })), 1, 0);
      end();
    });
    expect(textOf(outcome.reply.message)).toBe('Grüße 日本👍🏽');
  });

  it('takes a whole answer though a stream was asked for, and a stream though it was not', async () => {
    const said = { text: ['Either way.'] };
    const whole = await ask(server, row, ({ send }) => send(200, answersOf(row).whole(said)));
    const streamed = await ask(server, row, streams(row, said), { request: { stream: false } });
    expect([textOf(whole.reply.message), textOf(streamed.reply.message)]).toEqual(['Either way.', 'Either way.']);
    expect([whole.error, streamed.error]).toEqual([undefined, undefined]);
  });

  it('carries the request id of the headers', async () => {
    const { reply } = await ask(server, row, streams(row, { text: ['Hi'] }));
    expect(reply.finish?.requestId).toBe('req_header');
  });

  it('hands on each piece when it arrives', async () => {
    const frames = answersOf(row).streamed({ text: ['first', 'second'] });
    let firstSeen = () => {};
    const seen = new Promise<void>((resolve) => {
      firstSeen = resolve;
    });
    const outcome = await ask(
      server,
      row,
      async ({ open, write, end }) => {
        open(contentType);
        write(frames.content.slice(0, -1).join(''));
        // Goes on only when the first piece has come out on the other side.
        await seen;
        write([...frames.content.slice(-1), ...frames.finish, ...frames.end].join(''));
        end();
      },
      { onEvent: (event) => (event.type === 'part.delta' ? firstSeen() : undefined) },
    );
    expect(textOf(outcome.reply.message)).toMatch(/^first(second)?$/);
    expect(outcome.error).toBeUndefined();
  });

  it('takes an answer of 5 MB', async () => {
    const piece = 'lorem ipsum dolor sit amet '.repeat(400);
    const text = Array.from({ length: 500 }, () => piece);
    const { reply, ownMs } = await ask(server, row, streams(row, { text }));
    expect(textOf(reply.message)).toBe(text.join(''));
    expect(ownMs).toBeLessThan(5000);
  });

  it('sends the key in its header, to its path, and says who asks', async () => {
    const { exchanges } = await ask(server, row, streams(row, { text: ['Hi'] }), { options: { headers: { 'x-team': 'blue' } } });
    const sent = exchanges[0]?.received;
    expect(exchanges).toHaveLength(1);
    expect(sent).toMatchObject({ method: 'POST', path: row.path });
    expect(sent?.headers[row.key[0]]).toBe(row.key[1]);
    expect(sent?.headers['x-team']).toBe('blue');
    expect(Object.values(sent?.headers ?? {}).filter((value) => String(value).includes(row.key[1]))).toHaveLength(1);
  });

  it('sends no header that describes this machine or stands in its environment, and lets a header of the user replace ours', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-of-another-vendor: secret');
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-of-another-vendor: secret');
    const [name] = row.key;
    const own = { [name.toUpperCase()]: 'mine' };
    const { exchanges } = await ask(server, row, streams(row, { text: ['Hi'] }), { options: { headers: own } });
    vi.unstubAllEnvs();
    const headers = exchanges[0]?.received.headers ?? {};
    expect(headers[name]).toBe('mine');
    expect(headers['user-agent']).toBe('sotto');
    expect(Object.keys(headers).filter((header) => /^x-(stainless|of)/.test(header))).toEqual([]);
  });
});
