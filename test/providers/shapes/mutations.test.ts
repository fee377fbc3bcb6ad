/** Any field of an answer may be anything: whatever a server puts there, it never looks like a bug of ours, and never counts wrongly. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAnthropic } from '../../../src/providers/anthropic-stream.ts';
import { decodeChat } from '../../../src/providers/chat-stream.ts';
import type { Emit, WireDecoder } from '../../../src/providers/decoder.ts';
import { decodeOllama } from '../../../src/providers/ollama-stream.ts';
import { decodeResponses } from '../../../src/providers/responses-stream.ts';
import { countsOf } from '../../support/counts.ts';
import { type Said, WIRES, type WireName } from '../../support/wire-answers.ts';
import { decode, type GivenPayload } from '../decoding.ts';

const options = { provider: 'test', model: 'm' };
const DECODERS: Record<WireName, (emit: Emit) => WireDecoder> = {
  chat: (emit) => decodeChat(options, emit),
  responses: (emit) => decodeResponses(options, emit),
  anthropic: (emit) => decodeAnthropic(options, emit),
  ollama: (emit) => decodeOllama(options, emit),
};

const SAID: Said = {
  reasoning: ['hm, ', 'well'],
  text: ['Hello', ' world'],
  calls: [
    { id: 'c1', name: 'weather', arguments: ['{"city":', '"Oslo"}'] },
    { id: 'c2', name: 'time', arguments: ['{}'] },
  ],
  signature: 'S',
};

function payloadsOf(wire: WireName, whole: boolean): [name: string | undefined, json: string][] {
  if (whole) return [[undefined, JSON.stringify(WIRES[wire].whole(SAID))]];
  const { content, finish, end } = WIRES[wire].streamed(SAID);
  return [...content, ...finish, ...end].map((frame) => [
    /^event: (.*)/.exec(frame)?.[1],
    frame.replace(/^(event: .*\n)?(data: )?/, '').trim(),
  ]);
}

// biome-ignore lint/suspicious/noExplicitAny: a place in any JSON
type Place = { holder: any; key: string | number };

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => [{ holder: value, key }, ...placesIn((value as Record<string, unknown>)[key])]);
}

const ODD = [
  null,
  undefined,
  0,
  1,
  -1,
  1.5,
  1e300,
  true,
  false,
  '',
  'x',
  '0',
  '-3',
  [],
  {},
  [null],
  [[]],
  ['x'],
  [1],
  { text: 'x' },
  { a: { b: [] } },
  '\ud800',
  '__proto__',
  'constructor',
  'error',
];

describe.each(Object.keys(DECODERS) as WireName[])('%s', (wire) => {
  it.each([
    ['streamed', false],
    ['whole', true],
  ])('takes anything anywhere: %s', (_, whole) => {
    const changes = fc.array(fc.record({ payload: fc.nat(), place: fc.nat(), odd: fc.integer({ min: -1, max: ODD.length - 1 }) }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(changes, (wanted) => {
        const payloads = payloadsOf(wire, whole);
        for (const { payload, place, odd } of wanted) {
          const chosen = payloads[payload % payloads.length];
          if (!chosen?.[1].startsWith('{')) continue;
          const object = JSON.parse(chosen[1]);
          const places = placesIn(object);
          const at = places[place % places.length];
          if (!at) continue;
          if (odd < 0) delete at.holder[at.key];
          else at.holder[at.key] = ODD[odd];
          chosen[1] = JSON.stringify(object);
        }
        const given = payloads.map(([name, json]): GivenPayload => (name === undefined ? json : [name, json]));
        // A piece that is gone is told by the end of its part only.
        const { error, reply } = decode(DECODERS[wire], given, { piecesAreTruth: false });
        expect(error?.kind, String(error?.stack)).not.toBe('internal');
        for (const count of countsOf(reply.usage)) expect(Number.isSafeInteger(count) && count >= 0, `${count}`).toBe(true);
        for (const part of reply.message.parts) {
          if (part.type === 'text' || part.type === 'reasoning') expect(typeof part.text).toBe('string');
          if (part.type === 'tool_call')
            expect([typeof part.id, typeof part.name, typeof part.arguments]).toEqual(['string', 'string', 'string']);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
