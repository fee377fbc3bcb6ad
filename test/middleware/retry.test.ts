/** Asking again: when, how often, after how long, and when not. Time is a list of waits here. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancelledError, type ErrorDetails, SottoError } from '../../src/core/errors.ts';
import type { MiddlewareEvent, ModelEvent } from '../../src/core/events.ts';
import type { ModelRequest, StreamFunction } from '../../src/core/provider.ts';
import { type RetryOptions, withRetry } from '../../src/middleware/retry.ts';

const request: ModelRequest = { model: 'm', messages: [], stream: true };
const start: ModelEvent = { type: 'request.start', provider: 'p', model: 'm' };
const finish: ModelEvent = { type: 'finish', reason: 'stop', raw: 'stop' };
const said: ModelEvent[] = [
  { type: 'part.start', id: 'p0', kind: 'text' },
  { type: 'part.delta', id: 'p0', text: 'Half' },
];

type Attempt = { events?: ModelEvent[]; fails?: Partial<ErrorDetails> | Error };
type Ran = { events: (ModelEvent | MiddlewareEvent)[]; waits: number[]; requests: number; thrown: unknown };

async function run(attempts: Attempt[], options: Partial<RetryOptions> = {}, signal = new AbortController().signal): Promise<Ran> {
  const waits: number[] = [];
  let requests = 0;
  const next: StreamFunction = async function* () {
    const attempt = attempts[requests++] ?? {};
    yield start;
    yield* attempt.events ?? [];
    if (attempt.fails instanceof Error) throw attempt.fails;
    if (attempt.fails) throw new SottoError({ kind: 'overloaded', message: 'busy', ...attempt.fails });
    yield finish;
  };
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  const events: Ran['events'] = [];
  let thrown: unknown;
  try {
    for await (const event of withRetry({ retries: 2, restart: false, sleep, random: () => 0.5, ...options }, next)(request, signal))
      events.push(event);
  } catch (error) {
    thrown = error;
  }
  return { events, waits, requests, thrown };
}

const busy: Attempt = { fails: {} };

describe('a failure that may pass', () => {
  it('is followed by another request, told as it happens', async () => {
    const { events, requests, thrown } = await run([busy, {}]);
    expect({ requests, thrown }).toEqual({ requests: 2, thrown: undefined });
    expect(events.map((event) => event.type)).toEqual(['request.start', 'retry', 'request.start', 'finish']);
    expect(events[1]).toMatchObject({ attempt: 1, of: 2, waitMs: 375, error: { kind: 'overloaded', message: 'busy' } });
  });

  it('is given up after as many requests as were allowed, with the last error', async () => {
    const { requests, thrown } = await run([busy, busy, { fails: { message: 'still busy' } }, {}]);
    expect({ requests, message: (thrown as Error).message }).toEqual({ requests: 3, message: 'still busy' });
  });

  it('ends it where no second request is allowed', async () => {
    const { requests, waits } = await run([busy, {}], { retries: 0 });
    expect({ requests, waits }).toEqual({ requests: 1, waits: [] });
  });

  it('is waited out longer and longer, between half of a bound and the bound', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 9, maxLength: 9 }), async (numbers) => {
        let n = 0;
        const { waits } = await run(
          Array.from({ length: 10 }, () => busy),
          { retries: 9, random: () => numbers[n++] ?? 0 },
        );
        expect(waits).toHaveLength(9);
        for (const [index, waitMs] of waits.entries()) {
          const bound = Math.min(30_000, 500 * 2 ** index);
          expect(waitMs).toBeGreaterThanOrEqual(bound / 2);
          expect(waitMs).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });

  it.each(['timeout', 'network', 'overloaded', 'rate_limit', 'protocol'] as const)('may be of kind %s', async (kind) => {
    expect((await run([{ fails: { kind } }, {}])).requests).toBe(2);
  });
});

describe('the wish of the server', () => {
  it('is followed to the millisecond', async () =>
    expect((await run([{ fails: { kind: 'rate_limit', retryAfterMs: 17_250 } }, {}])).waits).toEqual([17_250]));
  it('is waited for up to a minute', async () => expect((await run([{ fails: { retryAfterMs: 60_000 } }, {}])).waits).toEqual([60_000]));
  it('to wait for more than a minute is handed on at once', async () => {
    const { requests, waits, thrown } = await run([{ fails: { kind: 'rate_limit', retryAfterMs: 60_001 } }, {}]);
    expect({ requests, waits }).toEqual({ requests: 1, waits: [] });
    expect(thrown).toMatchObject({ kind: 'rate_limit', retryAfterMs: 60_001 });
  });
  it('of no time at all is not taken literally', async () =>
    expect((await run([{ fails: { retryAfterMs: 0 } }, {}])).waits[0]).toBeGreaterThanOrEqual(250));
  it('not to try again is followed', async () =>
    expect((await run([{ fails: { kind: 'rate_limit', retryable: false } }, {}])).requests).toBe(1));
  it('to try again is followed, whatever the kind', async () =>
    expect((await run([{ fails: { kind: 'invalid_request', retryable: true } }, {}])).requests).toBe(2));
});

describe('no other request', () => {
  it.each([
    'authentication',
    'invalid_request',
    'not_found',
    'quota',
    'context_length',
    'content_filter',
    'unsupported',
    'configuration',
    'cancelled',
    'internal',
  ] as const)('follows a failure of kind %s', async (kind) => {
    const { requests, waits, thrown } = await run([{ fails: { kind } }, {}]);
    expect({ requests, waits, kind: (thrown as SottoError).kind }).toEqual({ requests: 1, waits: [], kind });
  });

  it('follows what is no failure of a provider', async () => {
    const bug = new TypeError('undefined is not a function');
    expect(await run([{ fails: bug }, {}])).toMatchObject({ requests: 1, thrown: bug });
  });

  it('follows once somebody has seen the beginning of the answer', async () =>
    expect((await run([{ events: said, fails: {} }, {}])).requests).toBe(1));
  it('is held back by a part that has only opened', async () =>
    expect((await run([{ events: said.slice(0, 1), fails: {} }, {}])).requests).toBe(2));
  it('is held back where nobody has seen it yet', async () => {
    const { requests, events } = await run([{ events: said, fails: {} }, {}], { restart: true });
    expect(requests).toBe(2);
    expect(events.filter((event) => event.type === 'part.delta')).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('ends the wait at once, as cancelled', async () => {
    const controller = new AbortController();
    const sleep = (_milliseconds: number, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('woken')));
        setTimeout(() => controller.abort(), 5);
      });
    const { requests, thrown } = await run([busy, {}], { sleep }, controller.signal);
    expect(requests).toBe(1);
    expect(thrown).toMatchObject({ kind: 'cancelled' });
  });

  it('in the middle of an answer is not a failure to try again', async () => {
    expect(await run([{ fails: cancelledError() }, {}])).toMatchObject({ requests: 1, thrown: { kind: 'cancelled' } });
  });

  it('leaves nothing open when the reader goes away', async () => {
    let closed = false;
    const next: StreamFunction = async function* () {
      try {
        yield start;
        yield* said;
      } finally {
        closed = true;
      }
    };
    const events = withRetry({ retries: 2, restart: false, sleep: async () => {}, random: () => 0 }, next)(
      request,
      new AbortController().signal,
    );
    for await (const event of events) if (event.type === 'part.start') break;
    expect(closed).toBe(true);
  });
});
