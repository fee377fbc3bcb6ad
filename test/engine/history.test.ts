/** A history that is sent again: every call has one result behind it, every result a call. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorKind, reportOf, SottoError } from '../../src/core/errors.ts';
import { type Message, userText } from '../../src/core/messages.ts';
import { historyOf, type Recipient } from '../../src/engine/history.ts';
import { callOf, NOBODY, storedEntry } from '../support/tools.ts';

const calls = (...ids: string[]): Message => ({ role: 'assistant', parts: ids.map((id) => callOf('echo', {}, id)) });
const results = (...ids: string[]): Message => ({
  role: 'tool',
  parts: ids.map((callId) => ({ type: 'tool_result', callId, name: 'echo', output: `of ${callId}` })),
});
const says = (text: string): Message => ({ role: 'assistant', parts: [{ type: 'text', text }] });
const history = (...messages: Message[]) =>
  historyOf(
    messages.map((message) => storedEntry(message)),
    NOBODY,
  ).messages;
const missing = (callId: string) => ({
  type: 'tool_result',
  callId,
  name: 'echo',
  output: expect.stringContaining('interrupted'),
  failed: true,
});

describe('a history', () => {
  it('that is whole stays as it is', () => {
    const whole = [userText('Hi'), calls('a', 'b'), results('a', 'b'), says('Done.')];
    expect(history(...whole)).toEqual(whole);
  });

  it('answers calls that have no result, at its end and in its middle', () => {
    expect(history(calls('a'))).toEqual([calls('a'), { role: 'tool', parts: [missing('a')] }]);
    expect(history(calls('a', 'b'), results('b'), userText('And?'))).toEqual([
      calls('a', 'b'),
      { role: 'tool', parts: [missing('a'), results('b').parts[0]] },
      userText('And?'),
    ]);
  });

  it('drops results that no call asked for', () => {
    expect(history(userText('Hi'), results('x'), says('Yes.'))).toEqual([userText('Hi'), says('Yes.')]);
    expect(history(calls('a'), results('x', 'a', 'a'))).toEqual([calls('a'), results('a')]);
  });

  it('tells equal ids apart by their order', () => {
    const same: Message = { role: 'tool', parts: ['1', '2'].map((output) => ({ type: 'tool_result', callId: 'a', name: 'echo', output })) };
    expect(history(calls('a', 'a'), same)).toEqual([calls('a', 'a'), same]);
  });

  it('keeps of a reply that broke off only its text', () => {
    const broken: Message = { role: 'assistant', parts: [...says('I look').parts, ...calls('a').parts] as never };
    expect(historyOf([storedEntry(broken, { status: 'interrupted' }), storedEntry(userText('Go on.'))], NOBODY).messages).toEqual([
      says('I look'),
      userText('Go on.'),
    ]);
  });

  it('has as many results as calls behind every reply, whatever was stored', () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const message = fc.oneof(
      fc.array(id, { maxLength: 3 }).map((ids) => calls(...ids)),
      fc.array(id, { maxLength: 3 }).map((ids) => results(...ids)),
      fc.constant(userText('Hi')),
      fc.constant(says('x')),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
        const sent = history(...messages);
        for (const [index, { role, parts }] of sent.entries()) {
          const asked = parts.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []));
          const answered = sent[index + 1]?.parts.flatMap((part) => (part.type === 'tool_result' ? [part.callId] : [])) ?? [];
          expect(answered).toEqual(asked);
          if (role === 'tool') expect(sent[index - 1]?.role).toBe('assistant');
        }
      }),
    );
  });
});

describe('after a refusal', () => {
  const A: Recipient = { provider: 'a', model: 'm' };
  const B: Recipient = { provider: 'b', model: 'm' };
  const picture: Message = {
    role: 'user',
    parts: [
      { type: 'text', text: 'Look.' },
      { type: 'media', mediaType: 'image/png', data: 'AAAA', name: 'x.png' },
    ],
  };
  const bare = {
    role: 'user',
    parts: [
      { type: 'text', text: 'Look.' },
      { type: 'text', text: '[left out: x.png]' },
    ],
  };
  const failed = (by: Recipient, kind: ErrorKind = 'invalid_request') =>
    storedEntry({ role: 'assistant', parts: [] }, { ...by, status: 'failed', error: reportOf(new SottoError({ kind, message: 'no' })) });
  const said = (text: string, by: Recipient) => storedEntry(says(text), by);
  const asked = (text: string) => storedEntry(userText(text));

  it.each(['invalid_request', 'context_length', 'content_filter', 'unsupported'] as const)(
    '(%s) what was refused is not sent again',
    (kind) => {
      const path = [asked('Hi'), said('Hello.', A), storedEntry(picture), failed(A, kind)];
      expect(historyOf(path, A)).toEqual({
        messages: [userText('Hi'), says('Hello.')],
        leftOut: 'a refused the message before this one: not sent again.',
      });
      // Said once: whoever has been answered since knows it.
      const later = [...path, asked('And?'), said('Yes.', A)];
      expect(historyOf(later, B)).toEqual({
        messages: [userText('Hi'), says('Hello.'), userText('And?'), says('Yes.')],
        leftOut: undefined,
      });
    },
  );

  it.each(['network', 'overloaded', 'rate_limit', 'quota', 'authentication', 'not_found', 'timeout', 'protocol'] as const)(
    '(%s) what only failed is sent again',
    (kind) => {
      expect(historyOf([asked('Hi'), failed(A, kind)], A)).toEqual({ messages: [userText('Hi')], leftOut: undefined });
    },
  );

  it('everything goes that nobody has answered: which of it was refused is not known', () => {
    expect(historyOf([storedEntry(picture), failed(A, 'network'), asked('Hello?'), failed(A)], A).messages).toEqual([]);
  });

  it('a reply that broke off counts as an answer', () => {
    const path = [storedEntry(picture), said('A ca', A), asked('And?'), failed(A, 'content_filter')];
    path[1] = { ...path[1]!, status: 'failed', error: reportOf(new SottoError({ kind: 'content_filter', message: 'no' })) };
    expect(historyOf(path, A).messages).toEqual([picture, says('A ca')]);
  });

  it('results of tools are left out, the calls stay answered', () => {
    const path = [asked('Hi'), storedEntry(calls('c'), A), storedEntry(results('c')), failed(A, 'context_length')];
    const { messages, leftOut } = historyOf(path, A);
    expect(messages).toEqual([
      userText('Hi'),
      calls('c'),
      { role: 'tool', parts: [{ ...results('c').parts[0], failed: true, output: expect.stringContaining('left out') }] },
    ]);
    expect(leftOut).toContain('the tool results');
  });

  it('the model that refused what another had answered gets it without the media; the other one still has them', () => {
    const path = [storedEntry(picture), said('A cat.', A), asked('Which color?'), failed(B)];
    expect(historyOf(path, B)).toEqual({
      messages: [bare, says('A cat.')],
      leftOut: 'b refused the message before this one: not sent again, nor are the attachments of earlier ones.',
    });
    expect(historyOf(path, A).messages).toEqual([picture, says('A cat.')]);
    expect(historyOf([...path, asked('Again: which?'), said('Gray.', B), asked('Sure?'), failed(B)], B).messages.slice(0, 2)).toEqual([
      bare,
      says('A cat.'),
    ]);
  });

  it('a model that has seen a picture itself keeps it', () => {
    const path = [storedEntry(picture), said('A cat.', B), asked('?'), failed(B)];
    expect(historyOf(path, B).messages).toEqual([picture, says('A cat.')]);
  });
});
