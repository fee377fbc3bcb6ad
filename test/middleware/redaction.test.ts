/** Nothing that a server says about a request holds the key that it was sent; what the model writes is the answer. */
import { expect, it } from 'vitest';
import { reportOf, SottoError } from '../../src/core/errors.ts';
import type { ModelEvent } from '../../src/core/events.ts';
import { withRedaction } from '../../src/middleware/redaction.ts';

const KEY = 'key-of-mine-12345';
const request = { model: 'm', messages: [], stream: true };
const never = new AbortController().signal;

async function through(events: readonly ModelEvent[], thrown?: Error): Promise<ModelEvent[]> {
  const heard: ModelEvent[] = [];
  const stream = withRedaction([KEY], async function* () {
    yield* events;
    if (thrown) throw thrown;
  });
  for await (const event of stream(request, never)) heard.push(event);
  return heard;
}

it('takes it out of notices, and out of the names and numbers at the end', async () => {
  const heard = await through([
    { type: 'notice', message: `sent ${KEY}` } as ModelEvent,
    { type: 'finish', reason: 'stop', raw: `stop ${KEY}`, model: `m-${KEY}`, requestId: `id ${KEY}` },
    { type: 'finish', reason: 'stop', raw: null },
  ]);
  expect(JSON.stringify(heard)).not.toContain(KEY);
  expect(heard[1]).toEqual({ type: 'finish', reason: 'stop', raw: 'stop [redacted]', model: 'm-[redacted]', requestId: 'id [redacted]' });
  expect(heard[2]).toEqual({ type: 'finish', reason: 'stop', raw: null });
});

it('takes it out of every text of an error', async () => {
  const error = new SottoError({
    kind: 'overloaded',
    message: `bad ${KEY}`,
    hint: `not ${KEY}`,
    requestId: KEY,
    provider: 'lab',
    status: 500,
  });
  const thrown: unknown = await through([], error).catch((one) => one);
  expect(thrown).toBeInstanceOf(SottoError);
  expect(reportOf(thrown as SottoError)).toMatchObject({
    message: 'bad [redacted]',
    hint: 'not [redacted]',
    requestId: '[redacted]',
    status: 500,
  });
});
