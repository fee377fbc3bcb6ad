import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { failure, sentence, statusOutput } from '../../src/output/status.ts';
import { end, REQUEST } from './stream.ts';

const ERROR = {
  kind: 'overloaded',
  message: 'lab: busy (HTTP 503)',
  hint: 'Try again.',
  status: 503,
  provider: 'lab',
  retryAfterMs: null,
  requestId: 'r1',
} as const;

function say(
  events: StreamEvent[],
  options: { quiet?: boolean; verbose?: boolean; structured?: boolean; isTold?: (message: string) => boolean } = {},
): string {
  let said = '';
  const write = (line: string) => {
    said += line;
  };
  const output = statusOutput({
    write,
    theme: PLAIN_THEME,
    quiet: false,
    verbose: false,
    structured: false,
    isTold: () => false,
    ...options,
  });
  for (const event of events) void output.take(event);
  return said;
}

describe('messages', () => {
  it('are none for an answer that went well', () => {
    expect(say([REQUEST, end()])).toBe('');
  });

  it('tell warnings, and what is only for information with -v', () => {
    const notices: StreamEvent[] = [
      { type: 'notice', level: 'warning', code: 'w', message: 'look\nout' },
      { type: 'notice', level: 'info', code: 'i', message: 'by the way' },
    ];
    expect(say(notices)).toBe('sotto: look out\n');
    expect(say(notices, { verbose: true })).toBe('sotto: look out\nsotto: by the way\n');
    expect(say(notices, { quiet: true })).toBe('');
  });

  it('tell what failed and what to do, also with -q, but say nothing of what the user called off', () => {
    expect(say([end({ error: ERROR })], { quiet: true })).toBe('sotto: lab: busy (HTTP 503). [request r1]\nTry again.\n');
    expect(say([end({ error: { ...ERROR, kind: 'cancelled' } })])).toBe('');
  });

  it('do not tell a failure twice', () => {
    expect(say([end({ error: ERROR })], { isTold: (message) => message === ERROR.message })).toBe('');
  });

  it('say when an answer is not whole', () => {
    expect(say([end({ finishReason: 'length' })])).toContain('--max-tokens');
    expect(say([end({ finishReason: 'content_filter' })])).toContain('content filter');
  });

  it('say that tools are not run, unless the calls are in the output', () => {
    const call: StreamEvent = { type: 'part.end', id: 't', part: { type: 'tool_call', id: 'c', name: 'f', arguments: '{}' } };
    expect(say([REQUEST, call, end()])).toContain('--output json');
    expect(say([REQUEST, call, end()], { structured: true })).toBe('');
  });

  it('end as sentences, in one safe line', () => {
    expect(sentence('it broke')).toBe('it broke.');
    expect(sentence('it broke!')).toBe('it broke!');
    expect(failure({ message: 'bad\u001b[31m\nline', hint: null, requestId: null }, PLAIN_THEME)).toBe('sotto: bad␛[31m line.\n');
  });

  it('give unknown counts and prices as unknown', () => {
    const summary = say([REQUEST, end({ usage: { input: 3 } })], { verbose: true });
    expect(summary).toContain('3 in, – out');
    expect(summary).toContain('cost –');
  });
});
