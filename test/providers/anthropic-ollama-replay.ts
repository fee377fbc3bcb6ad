/** Replays recorded answers through a decoder, as the network would bring them, and compares with what the recording says. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { asSottoError, type SottoError } from '../../src/core/errors.ts';
import type { ModelEvent } from '../../src/core/events.ts';
import { createFold, type Reply } from '../../src/core/fold.ts';
import { parseArguments, reasoningOf, textOf } from '../../src/core/messages.ts';
import type { BodyFraming } from '../../src/providers/body.ts';
import type { Emit, WireDecoder } from '../../src/providers/decoder.ts';
import { exchangeEvents } from '../../src/providers/exchange.ts';
import { wireTools } from '../../src/providers/tool-definitions.ts';

const shared = new URL('../../../shared/', import.meta.url);

export type Wire = { framing: BodyFraming; createDecoder: (emit: Emit) => WireDecoder };
export type Served = { body: Uint8Array; status?: number; headers?: Record<string, string>; disconnect?: boolean; splitAt?: number[] };
export type Outcome = { reply: Reply; events: ModelEvent[]; error: SottoError | undefined };

/** Runs one answer through the exchange; `splitAt` are the offsets at which the body comes in pieces. */
export async function replay(wire: Wire, served: Served): Promise<Outcome> {
  const fold = createFold();
  const events: ModelEvent[] = [];
  const exchange = {
    provider: 'test',
    model: 'test-model',
    url: 'http://test.invalid',
    timeoutMs: 10_000,
    leftOut: [],
    messages: [],
    names: wireTools(undefined, (tool) => tool, {}).names,
    ...wire,
    send: async () => new Response(streamOf(served), { status: served.status ?? 200, headers: served.headers ?? {} }),
  };
  try {
    for await (const event of exchangeEvents(exchange, new AbortController().signal)) {
      events.push(event);
      fold.apply(event);
    }
    return { reply: fold.reply(), events, error: undefined };
  } catch (thrown) {
    return { reply: fold.reply(), events, error: asSottoError(thrown) };
  }
}

function streamOf({ body, splitAt = [], disconnect }: Served): ReadableStream<Uint8Array> {
  const offsets = [0, ...splitAt.filter((offset) => offset > 0 && offset < body.length).sort((a, b) => a - b), body.length];
  let piece = 0;
  return new ReadableStream({
    pull(controller) {
      const [from, to] = [offsets[piece], offsets[piece + 1]];
      if (from === undefined || to === undefined) {
        if (disconnect) controller.error(new TypeError('terminated'));
        else controller.close();
        return;
      }
      piece++;
      controller.enqueue(body.subarray(from, to));
    },
  });
}

export function everyByte(body: Uint8Array): number[] {
  return Array.from({ length: body.length }, (_, offset) => offset);
}

// biome-ignore lint/suspicious/noExplicitAny: a recording's expectations are read as they are written
type Recorded = any;
export type Recording = { name: string; recorded: Recorded; served: Served };

/** The recorded cases of one API; none where the shared folder is not there. */
export function recordings(api: string): Recording[] {
  const folder = new URL(`recordings/${api}/`, shared);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => {
    const recorded: Recorded = JSON.parse(readFileSync(new URL(`${name}/case.json`, folder), 'utf8'));
    const { status, headers, bodyFile, disconnect } = recorded.response;
    return { name, recorded, served: { body: readFileSync(new URL(`${name}/${bodyFile}`, folder)), status, headers, disconnect } };
  });
}

export type Capture = { name: string; extension: string; served: Served };

/** Raw answers of a local server whose names match. */
export function captures(server: string, pattern: RegExp): Capture[] {
  const folder = new URL(`captures/${server}/`, shared);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const [, name, extension] = /^(.*)\.(sse|ndjson|json)$/.exec(file) ?? [];
    if (!name || !extension || name.endsWith('.request') || !pattern.test(name)) return [];
    const status = Number(/\d{3}/.exec(readFileSync(new URL(`${name}.headers.txt`, folder), 'utf8'))?.[0]);
    return [{ name, extension, served: { body: readFileSync(new URL(file, folder)), status } }];
  });
}

/** What of an outcome differs from what the recording holds, in words; empty when nothing does. */
export function differences({ recorded }: Recording, { reply, error }: Outcome, cachedOutsideInput: boolean): string[] {
  const { expect } = recorded;
  const wrong: string[] = [];
  const text = textOf(reply.message);
  const thinksInText = /<\/think>/.test(expect.text ?? '');
  const texts = thinksInText ? [expect.text, expect.text.split('</think>').pop()].map(squeeze) : [expect.text ?? ''];
  if (!texts.includes(thinksInText ? squeeze(text) : text))
    wrong.push(`text ${JSON.stringify(text.slice(0, 200))}, wanted ${JSON.stringify(expect.text)}`);
  if (!thinksInText && squeeze(reasoningOf(reply.message)) !== squeeze(expect.reasoning ?? ''))
    wrong.push(`reasoning ${reasoningOf(reply.message)}`);
  const calls = reply.message.parts.flatMap((part) => (part.type === 'tool_call' ? [part] : []));
  const named = calls.map((call) => ({ name: call.name, arguments: parseArguments(call.arguments) }));
  const wanted = (expect.toolCalls ?? []).map((call: Recorded) => ({ name: call.name, arguments: { ok: true, value: call.arguments } }));
  if (sorted(named) !== sorted(wanted)) wrong.push(`calls ${sorted(named)}, wanted ${sorted(wanted)}`);
  if (new Set(calls.map((call) => call.id)).size !== calls.length || calls.some((call) => call.id === ''))
    wrong.push('ids of calls are not unique');
  for (const [index, call] of (expect.toolCalls ?? []).entries())
    if (call.id && calls[index]?.id !== call.id) wrong.push(`id ${calls[index]?.id}, wanted ${call.id}`);
  if (expect.error) {
    if (!error?.message.includes(expect.error.message)) wrong.push(`error ${error?.message}, wanted ${expect.error.message}`);
    return wrong;
  }
  if (error) return [...wrong, `error ${error.kind}: ${error.message}`];
  if (reply.finish?.raw !== (expect.finishReason ?? null)) wrong.push(`raw finish ${reply.finish?.raw}, wanted ${expect.finishReason}`);
  const { usage } = expect;
  if (usage) {
    const input =
      usage.input === null || !cachedOutsideInput ? usage.input : usage.input + (usage.cachedRead ?? 0) + (usage.cacheWrite ?? 0);
    const totals = { input, output: usage.output, cacheRead: usage.cachedRead, cacheWrite: usage.cacheWrite, reasoning: usage.reasoning };
    for (const [key, value] of Object.entries(totals)) {
      const have = reply.usage?.[key as keyof typeof totals] ?? null;
      if (have !== (value ?? null)) wrong.push(`usage.${key} ${have}, wanted ${value}`);
    }
  }
  return wrong;
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, '');
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  );
}
