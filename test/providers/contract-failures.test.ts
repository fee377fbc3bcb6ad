/** The contract, second half: one list of failures that every provider has to report the same way, without losing what had arrived. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../src/core/errors.ts';
import { textOf } from '../../src/core/messages.ts';
import { type OwnTime, ownTime } from '../support/own-time.ts';
import { type Exchange, type ProviderServer, type Script, startProviderServer } from '../support/provider-server.ts';
import { answersOf, ask, KEY, type Outcome, openRow, ROWS, type Row } from './contract-providers.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

type Refused = {
  name: string;
  status: number;
  message: string;
  type: string;
  code?: string;
  headers?: Record<string, string>;
  kind: ErrorKind;
  retryAfterMs?: number;
  retryable?: boolean;
};

const inAMinute = { 'retry-after': 'Fri, 20 Nov 2026 10:01:00 GMT', date: 'Fri, 20 Nov 2026 10:00:00 GMT' };

const REFUSALS: Refused[] = [
  { name: '401', status: 401, message: 'Incorrect API key provided.', type: 'authentication_error', kind: 'authentication' },
  { name: '403', status: 403, message: 'You may not use this.', type: 'permission_error', kind: 'authentication' },
  { name: '404 for a model', status: 404, message: "The model 'x' does not exist", type: 'not_found_error', kind: 'not_found' },
  { name: '429', status: 429, message: 'Slow down.', type: 'rate_limit_error', kind: 'rate_limit', retryable: true },
  {
    name: '429 with Retry-After in seconds',
    status: 429,
    message: 'Slow down.',
    type: 'rate_limit_error',
    headers: { 'retry-after': '17' },
    kind: 'rate_limit',
    retryAfterMs: 17_000,
  },
  {
    name: '429 with Retry-After as a date',
    status: 429,
    message: 'Slow down.',
    type: 'rate_limit_error',
    headers: inAMinute,
    kind: 'rate_limit',
    retryAfterMs: 60_000,
  },
  {
    name: '429 with Retry-After in milliseconds',
    status: 429,
    message: 'Slow down.',
    type: 'rate_limit_error',
    headers: { 'retry-after-ms': '1250', 'retry-after': '2' },
    kind: 'rate_limit',
    retryAfterMs: 1250,
  },
  {
    name: '429 that will not pass',
    status: 429,
    message: 'This request is too large.',
    type: 'rate_limit_error',
    headers: { 'x-should-retry': 'false' },
    kind: 'rate_limit',
    retryable: false,
  },
  {
    name: '429 for an empty account',
    status: 429,
    message: 'You exceeded your current quota, please check your plan and billing details.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    kind: 'quota',
    retryable: false,
  },
  { name: '500', status: 500, message: 'The server had an error.', type: 'server_error', kind: 'overloaded', retryable: true },
  { name: '503', status: 503, message: 'Try later.', type: 'service_unavailable', kind: 'overloaded', retryable: true },
  { name: '529', status: 529, message: 'Overloaded', type: 'overloaded_error', kind: 'overloaded', retryable: true },
  {
    name: 'a prompt that is too long',
    status: 400,
    message: "This model's maximum context length is 8192 tokens.",
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    kind: 'context_length',
  },
  {
    name: 'a bad request',
    status: 400,
    message: "'temperature' must be below 2",
    type: 'invalid_request_error',
    kind: 'invalid_request',
    retryable: false,
  },
];

type Broken = {
  name: string;
  script: (row: Row) => Script;
  kinds: ErrorKind[];
  /** Text that has to survive. */
  text?: string;
  timeoutMs?: number;
  check?: (outcome: Outcome) => void;
};

const half = (row: Row) =>
  answersOf(row)
    .streamed({ text: ['Half ', 'of it'] })
    .content.join('');
const opened = (row: Row, more: (exchange: Exchange) => void | Promise<void>): Script => {
  return (exchange) => {
    exchange.open(answersOf(row).contentType);
    return more(exchange);
  };
};
const plain = (contentType: string, body: string): Script => {
  return ({ open, write, end }) => {
    open(contentType);
    if (body !== '') write(body);
    end();
  };
};

/** A script that would go on for ever, and how long after a cancellation its connection was closed, in own time. */
function timedClose(begin: (write: Exchange['write']) => void) {
  let since: OwnTime | undefined;
  let close = (_afterMs: number) => {};
  const closedAfterMs = new Promise<number>((resolve) => {
    close = resolve;
  });
  return {
    script: async ({ write, gone }: Exchange) => {
      begin(write);
      await gone;
      close(since?.ms() ?? Number.NaN);
    },
    cancel(abort: () => void) {
      since ??= ownTime();
      abort();
    },
    closedAfterMs,
  };
}

const BROKEN: Broken[] = [
  {
    name: 'an error in mid-stream',
    script: (row) =>
      opened(row, ({ write, end }) => {
        write(half(row) + answersOf(row).errorFrame('The engine is on fire.'));
        end();
      }),
    kinds: ['overloaded'],
    text: 'Half of it',
    check: ({ error }) => expect(error?.message).toContain('The engine is on fire.'),
  },
  {
    name: 'a connection that is cut before the headers',
    script:
      () =>
      ({ cut }) =>
        cut(),
    kinds: ['network'],
  },
  {
    name: 'a connection that is cut in the headers',
    script:
      () =>
      ({ raw, cut }) => {
        raw('HTTP/1.1 200 OK\r\ncontent-ty');
        setTimeout(cut, 20);
      },
    kinds: ['network'],
  },
  {
    name: 'a connection that is cut in the body',
    script: (row) =>
      opened(row, ({ write, cut }) => {
        write(half(row));
        setTimeout(cut, 20);
      }),
    kinds: ['network'],
    text: 'Half of it',
  },
  {
    name: 'a body that ends before the answer',
    script: (row) =>
      opened(row, ({ write, end }) => {
        write(half(row));
        end();
      }),
    kinds: ['protocol'],
    text: 'Half of it',
    check: ({ error }) => expect(error?.message).toContain('broke off'),
  },
  {
    name: 'a whole body that is cut',
    script: (row) => (exchange) => {
      const whole = JSON.stringify(answersOf(row).whole({ text: ['Whole?'] }));
      exchange.open('application/json');
      exchange.write(whole.slice(0, whole.indexOf('Whole?') + 4));
      exchange.end();
    },
    kinds: ['protocol'],
    text: 'Whol',
  },
  { name: 'silence before the headers', script: () => () => new Promise(() => {}), kinds: ['timeout'], timeoutMs: 80 },
  {
    name: 'silence in the body',
    script: (row) => opened(row, ({ write }) => write(half(row))),
    kinds: ['timeout'],
    timeoutMs: 150,
    text: 'Half of it',
    check: ({ error, exchanges }) => {
      expect(error?.message).toContain('0.15 s');
      return exchanges[0]?.gone;
    },
  },
  {
    name: 'signs of life, and silence behind them',
    script: (row) =>
      opened(row, async ({ write, gone }) => {
        for (let n = 0; n < 10; n++) {
          write(row.wire === 'ollama' ? '\n' : ': keep-alive\n\n');
          await wait(25);
        }
        await gone;
      }),
    kinds: ['timeout'],
    timeoutMs: 150,
    check: ({ elapsedMs }) => expect(elapsedMs).toBeGreaterThan(350),
  },
  {
    name: 'an HTML page',
    script: () => plain('text/html', '<!doctype html>\n<html><title>Welcome</title></html>'),
    kinds: ['protocol'],
    check: ({ error }) => expect(error?.message).toMatch(/web page/),
  },
  {
    name: 'an empty body',
    script: () => plain('text/event-stream', ''),
    kinds: ['protocol'],
    check: ({ error }) => expect(error?.message).toMatch(/nothing at all/),
  },
  {
    name: 'garbage',
    script: () => plain('text/plain', 'upstream connect error or disconnect/reset before headers'),
    kinds: ['protocol'],
    check: ({ error }) => expect(error?.message).toContain('upstream connect error'),
  },
  { name: 'bytes that are no text', script: () => plain('application/octet-stream', '\u0000\u0001\ufffd\u0002'), kinds: ['protocol'] },
];

describe.each(ROWS)('$name', (row) => {
  it.each(REFUSALS)('reports $name', async (refused) => {
    const { status, message, type, code, headers, kind, retryAfterMs, retryable } = refused;
    const body = answersOf(row).refusal(message, type, code);
    const outcome = await ask(server, row, ({ send }) => send(status, body, { 'x-request-id': 'req_9', ...headers }));
    expect(outcome.error).toMatchObject({
      kind,
      status,
      requestId: 'req_9',
      provider: row.kind === 'openai-compatible' ? 'house' : row.kind,
    });
    expect(outcome.error?.message).toContain(message);
    expect(outcome.error?.retryAfterMs).toBe(retryAfterMs);
    if (retryable !== undefined) expect(outcome.error?.retryable).toBe(retryable);
    expect(JSON.stringify([outcome.events, outcome.error, String(outcome.error?.stack)])).not.toContain(KEY.slice(3));
    // The SDKs' own retries are off.
    expect(outcome.exchanges).toHaveLength(1);
  });

  it.each(BROKEN)('reports $name', async ({ script, kinds, text, timeoutMs, check }) => {
    const outcome = await ask(server, row, script(row), timeoutMs === undefined ? {} : { options: { timeoutMs } });
    expect(outcome.error, outcome.error?.message).toMatchObject({ kind: expect.toBeOneOf(kinds), retryable: true });
    expect(textOf(outcome.reply.message)).toBe(text ?? '');
    if (timeoutMs !== undefined) expect(outcome.ownMs).toBeLessThan(timeoutMs + 1500);
    await check?.(outcome);
  });

  it('names the request of an error in mid-stream', async () => {
    const outcome = await ask(server, row, (exchange) => {
      exchange.open(answersOf(row).contentType, { 'x-request-id': 'req_mid' });
      exchange.write(answersOf(row).errorFrame('The engine is on fire.'));
      exchange.end();
    });
    expect(outcome.error?.requestId).toBe('req_mid');
  });

  it('follows no redirect: the key stays', async () => {
    const elsewhere = server.at(({ send }) => send(200, answersOf(row).whole({ text: ['gotcha'] })));
    const outcome = await ask(server, row, ({ send }) => send(307, '', { location: elsewhere.url }));
    expect(outcome.error).toMatchObject({ kind: 'protocol', status: 307, retryable: false });
    expect(outcome.error?.message).toContain(elsewhere.url);
    expect(elsewhere.exchanges).toEqual([]);
  });

  it('waits for a body that comes slowly but steadily', async () => {
    const { content, finish, end } = answersOf(row).streamed({ text: ['slow but sure'], reasoning: ['hm'] });
    const all = [...content, ...finish, ...end].join('');
    const outcome = await ask(
      server,
      row,
      async (exchange) => {
        exchange.open(answersOf(row).contentType);
        // Longer in all than the longest silence.
        await exchange.drip(all, Math.ceil(all.length / 30), 20);
        exchange.end();
      },
      { options: { timeoutMs: 400 } },
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.elapsedMs).toBeGreaterThan(400);
    expect(textOf(outcome.reply.message)).toBe('slow but sure');
  });

  it('ends at once when the answer is over, though the server holds the connection', async () => {
    const outcome = await ask(
      server,
      row,
      opened(row, ({ write }) => {
        const { content, finish, end } = answersOf(row).streamed({ text: ['Over.'] });
        write([...content, ...finish, ...end].join(''));
      }),
    );
    expect(outcome.error).toBeUndefined();
    expect(textOf(outcome.reply.message)).toBe('Over.');
    expect(outcome.ownMs).toBeLessThan(1000);
    await outcome.exchanges[0]?.gone;
  });

  it('does not wait long for the last words behind the reason to finish', async () => {
    const outcome = await ask(
      server,
      row,
      opened(row, async ({ write, gone }) => {
        const { content, finish } = answersOf(row).streamed({ text: ['Over.'] });
        write([...content, ...finish].join(''));
        // Whatever else is said, it prolongs nothing.
        const timer = setInterval(() => write(row.wire === 'ollama' ? '\n' : ': still here\n\n'), 20);
        await gone;
        clearInterval(timer);
      }),
      { options: { timeoutMs: 300 } },
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.reply.finish?.reason).toBe('stop');
    expect(outcome.reply.usage?.output).toBe(7);
    expect(outcome.ownMs).toBeLessThan(1500);
  });

  it('closes the connection within 100 ms when it is cancelled, and keeps the text', async () => {
    const { script, cancel, closedAfterMs } = timedClose((write) => write(half(row)));
    const outcome = await ask(server, row, opened(row, script), {
      onEvent: (event, abort) => {
        if (event.type === 'part.delta') cancel(abort);
      },
    });
    expect(outcome.error?.kind).toBe('cancelled');
    expect(textOf(outcome.reply.message)).toMatch(/^Half /);
    expect(await closedAfterMs).toBeLessThan(100);
  });

  it('closes it as soon when it is cancelled before the first byte', async () => {
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { script, cancel, closedAfterMs } = timedClose(() => arrived());
    const outcome = await ask(server, row, script, {
      onEvent: (event, abort) => {
        if (event.type === 'request.start') void waiting.then(() => cancel(abort));
      },
    });
    expect(outcome.error?.kind).toBe('cancelled');
    expect(await closedAfterMs).toBeLessThan(100);
  });

  it('closes the connection when nobody reads on', async () => {
    const { url, exchanges } = server.at(opened(row, ({ write }) => write(half(row))));
    const provider = await openRow(row, url);
    for await (const event of provider.stream({ model: 'm', messages: [], stream: true }, new AbortController().signal)) {
      if (event.type === 'part.delta') break;
    }
    await exchanges[0]?.gone;
    expect(exchanges[0]?.goneAtMs).toBeDefined();
  });
});

describe('the patience behind a reason to finish', () => {
  it('is about two seconds, however long the timeout', async () => {
    const row = ROWS[0] as Row;
    const outcome = await ask(
      server,
      row,
      opened(row, ({ write }) => {
        const { content, finish } = answersOf(row).streamed({ text: ['Over.'] });
        write([...content, ...finish].join(''));
      }),
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.elapsedMs).toBeGreaterThan(1500);
    expect(outcome.ownMs).toBeLessThan(3500);
  });
});
