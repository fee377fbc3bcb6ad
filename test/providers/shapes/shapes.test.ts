/** Odd answers of servers on the four wires, over real HTTP, whole and byte by byte: what is kept, how it ends, what is counted and said. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/core/errors.ts';
import { parseArguments, reasoningOf, textOf } from '../../../src/core/messages.ts';
import { USAGE_KEYS } from '../../../src/core/usage.ts';
import { countsOf } from '../../support/counts.ts';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';
import { WIRES } from '../../support/wire-answers.ts';
import { ask, type Outcome, ROWS, type Row } from '../contract-providers.ts';
import { COUNTING, FAULTS, FRAMING, SAYING } from './any-wire.ts';
import { CHAT } from './chat.ts';
import { ANTHROPIC, OLLAMA, RESPONSES } from './other-wires.ts';
import { type Sent, type Shape, TEXT } from './shape.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

const ROWS_OF_WIRES = ROWS.filter(({ name }) => ['openai chat', 'openai responses', 'anthropic', 'ollama'].includes(name));
const TABLE = [...FRAMING, ...FAULTS, ...COUNTING, ...SAYING, ...CHAT, ...RESPONSES, ...ANTHROPIC, ...OLLAMA];
const UNKNOWN = Object.fromEntries(USAGE_KEYS.map((key) => [key, undefined]));
/** More than this many writes say nothing new. */
const MOST_PIECES = 4000;

it('has a table of some size', () => {
  expect(TABLE.length).toBeGreaterThan(200);
  const names = ROWS_OF_WIRES.map(({ wire }) => TABLE.filter((shape) => shape.sends(wire) !== undefined).length);
  expect(Math.min(...names)).toBeGreaterThan(80);
});

describe.each(ROWS_OF_WIRES)('$wire', (row) => {
  const shapes = TABLE.filter((shape) => shape.sends(row.wire) !== undefined);
  it.each(shapes)('$name', async (shape) => check(shape, await play(row, shape, 'whole')));
  it.each(shapes)('byte by byte: $name', async (shape) => check(shape, await play(row, shape, 'bytes')));
});

function play(row: Row, shape: Shape, how: 'whole' | 'bytes'): Promise<Outcome> {
  const sent = shape.sends(row.wire) ?? '';
  const { body, status = 200, type, headers, cut }: Sent = typeof sent === 'string' ? { body: sent } : sent;
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
  const step = how === 'whole' ? bytes.length : Math.ceil(bytes.length / MOST_PIECES);
  return ask(
    server,
    row,
    async (exchange) => {
      exchange.response.writeHead(status, { 'content-type': type ?? WIRES[row.wire].contentType, ...headers });
      exchange.response.flushHeaders();
      for (let at = 0; at < bytes.length && exchange.goneAtMs === undefined; at += step) {
        exchange.write(bytes.subarray(at, at + step));
        await new Promise(setImmediate);
      }
      if (cut) setTimeout(exchange.cut, 30);
      else exchange.end();
    },
    shape.asksWhole ? { request: { stream: false } } : {},
  );
}

function check(shape: Shape, { reply, error, events }: Outcome): void {
  const { text = TEXT, reasoning = '', calls = [], usage, reason, notices, says } = shape;
  const kinds = shape.error === undefined ? [] : [shape.error].flat();
  expect(error?.kind, error?.message).toBeOneOf(kinds.length === 0 ? [undefined] : kinds);
  if (error) expect(exitCodeOf(error.kind)).toBe(exitCodeOf(kinds.find((kind) => kind === error.kind) ?? 'internal'));
  if (says) expect(error?.message).toMatch(says);
  expect(textOf(reply.message)).toBe(text);
  expect(reasoningOf(reply.message)).toBe(reasoning);
  expect(
    reply.message.parts.flatMap((part) =>
      part.type === 'tool_call' ? [{ id: part.id, name: part.name, arguments: argumentsIn(part.arguments) }] : [],
    ),
  ).toEqual(calls.map((call) => ({ id: expect.stringMatching(/./), ...call })));
  if (usage === null) expect(reply.usage).toBeUndefined();
  else if (usage) expect({ ...UNKNOWN, ...reply.usage }).toMatchObject(usage);
  for (const count of countsOf(reply.usage)) expect(Number.isInteger(count) && count >= 0, `${count} is a count`).toBe(true);
  if (reason) expect(reply.finish?.reason).toBe(reason);
  if (notices) expect(events.flatMap((event) => (event.type === 'notice' ? [event.code] : []))).toEqual(notices);
}

function argumentsIn(raw: string): unknown {
  const parsed = parseArguments(raw);
  return parsed.ok ? parsed.value : raw;
}
