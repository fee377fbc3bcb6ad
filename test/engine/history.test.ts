/** A history that is sent again: every call has one result behind it, every result a call. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Message, userText } from '../../src/core/messages.ts';
import { historyOf } from '../../src/engine/history.ts';
import type { MessageStatus } from '../../src/store/store.ts';
import { callOf } from '../support/tools.ts';

const calls = (...ids: string[]): Message => ({ role: 'assistant', parts: ids.map((id) => callOf('echo', {}, id)) });
const results = (...ids: string[]): Message => ({
  role: 'tool',
  parts: ids.map((callId) => ({ type: 'tool_result', callId, name: 'echo', output: `of ${callId}` })),
});
const says = (text: string): Message => ({ role: 'assistant', parts: [{ type: 'text', text }] });
const stored = (message: Message, status: MessageStatus = 'complete') => ({ message, status });
const history = (...messages: Message[]) => historyOf(messages.map((message) => stored(message)));
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
    expect(historyOf([stored(broken, 'interrupted'), stored(userText('Go on.'))])).toEqual([says('I look'), userText('Go on.')]);
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
