import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { sentence } from '../../src/core/words.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { failure, statusOutput } from '../../src/output/status.ts';
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
  it('say that a request is larger than its model takes', () => {
    const large = { type: 'context', tokens: 210_000, contextWindow: 200_000, model: 'm\u001b' } as const;
    expect(say([large, REQUEST, end()])).toBe('sotto: this request has about 210k tokens, and m\u241b takes 200k.\n');
    expect(say([large, REQUEST, end()], { quiet: true })).toBe('');
  });

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

describe('calls of tools', () => {
  const started: StreamEvent = {
    type: 'tool.start',
    callId: 'a',
    name: 'read_file',
    arguments: { path: 'src/a.ts' },
    summary: 'read src/a.ts',
    details: null,
  };
  const ended = (changes: object = {}): StreamEvent =>
    ({ type: 'tool.end', callId: 'a', name: 'read_file', outcome: 'ok', output: 'text', durationMs: 200, ...changes }) as StreamEvent;
  const called: StreamEvent = { type: 'part.end', id: 'p', part: { type: 'tool_call', id: 'a', name: 'read_file', arguments: '{}' } };

  it('are one line each, when they have ended', () => {
    expect(say([called, started])).toBe('');
    expect(say([called, started, ended(), end()])).toBe('tool read_file src/a.ts  ok 200 ms\n');
    expect(say([started, ended()], { quiet: true })).toBe('');
    expect(say([started, ended()], { structured: true })).toBe('');
  });

  it('that went wrong say why, in one safe line', () => {
    expect(say([started, ended({ outcome: 'failed', output: 'no\u001b[31m such\nfile' })])).toMatch(
      /^tool read_file src\/a\.ts {2}failed 200 ms: no.* such file\n$/,
    );
    expect(say([ended({ name: 'x', outcome: 'invalid', output: 'y'.repeat(5000) })]).length).toBeLessThan(250);
  });

  it('that were refused say what would allow them, also beside JSON', () => {
    const refused: StreamEvent = {
      type: 'tool.approval',
      callId: 'a',
      name: 'write_file',
      access: 'write',
      summary: 'write a',
      decision: 'denied',
      reason: 'To allow it: --allow write_file',
    };
    const events = [refused, ended({ name: 'write_file', outcome: 'denied' })];
    expect(say(events)).toBe('sotto: write_file was not run. To allow it: --allow write_file\n');
    expect(say(events, { structured: true })).toContain('--allow write_file');
    expect(say(events, { quiet: true })).toBe('');
  });

  it('that nobody ran are told at the end', () => {
    expect(say([called, end()])).toContain('tools are not run here');
  });
});
