/** The one fold from events to a reply. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelEvent } from '../../src/core/events.ts';
import { createFold } from '../../src/core/fold.ts';
import type { ReplyPart } from '../../src/core/messages.ts';

const start: ModelEvent = { type: 'request.start', provider: 'p', model: 'm' };

function fold(...events: ModelEvent[]) {
  const folding = createFold();
  for (const event of events) folding.apply(event);
  return folding.reply();
}

const open = (id: string, kind: ReplyPart['type'], more: { name?: string; callId?: string } = {}): ModelEvent => ({
  type: 'part.start',
  id,
  kind,
  ...more,
});
const delta = (id: string, text: string): ModelEvent => ({ type: 'part.delta', id, text });
const end = (id: string, part: ReplyPart): ModelEvent => ({ type: 'part.end', id, part });

describe('the fold', () => {
  it('believes the end of a part, whatever its pieces said', () => {
    expect(fold(start, open('a', 'text'), delta('a', 'Helo'), end('a', { type: 'text', text: 'Hello' })).message.parts).toEqual([
      { type: 'text', text: 'Hello' },
    ]);
  });

  it('keeps what the pieces said of parts that never ended', () => {
    const { message } = fold(
      start,
      open('a', 'reasoning'),
      delta('a', 'hm'),
      open('b', 'text'),
      delta('b', 'Ha'),
      delta('b', 'lf'),
      open('c', 'tool_call', { name: 'f', callId: 'x' }),
      delta('c', '{"n":'),
    );
    expect(message.parts).toEqual([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'Half' },
      { type: 'tool_call', id: 'x', name: 'f', arguments: '{"n":' },
    ]);
  });

  it('keeps the order in which parts began, not in which they ended', () => {
    const { message } = fold(
      start,
      open('a', 'text'),
      open('b', 'text'),
      end('b', { type: 'text', text: '2' }),
      end('a', { type: 'text', text: '1' }),
    );
    expect(message.parts).toEqual([
      { type: 'text', text: '1' },
      { type: 'text', text: '2' },
    ]);
  });

  it('drops parts that hold nothing, but no thought that has to go back', () => {
    const original = { wire: 'anthropic' as const, item: { signature: 'S' } };
    const { message } = fold(
      start,
      open('a', 'text'),
      end('a', { type: 'text', text: '' }),
      open('b', 'reasoning'),
      end('b', { type: 'reasoning', text: '', original }),
      open('c', 'tool_call'),
      open('d', 'text'),
    );
    expect(message.parts).toEqual([{ type: 'reasoning', text: '', original }]);
  });

  it('replaces counts, keeps those that are not told again, and forgets all with a new attempt', () => {
    const first: ModelEvent[] = [
      start,
      open('a', 'text'),
      delta('a', 'x'),
      { type: 'usage', usage: { input: 5, output: 1 }, costUsd: 0.1 },
      { type: 'usage', usage: { output: 7 } },
    ];
    expect(fold(...first)).toMatchObject({ usage: { input: 5, output: 7 }, costUsd: 0.1 });
    expect(fold(...first, { type: 'usage', usage: { output: null } }).usage).toEqual({ input: 5 });
    expect(fold(...first, { type: 'finish', reason: 'stop', raw: 'stop' }, start)).toEqual({
      message: { role: 'assistant', parts: [] },
      usage: undefined,
      costUsd: undefined,
      finish: undefined,
    });
  });

  it('passes over pieces and ends of parts that never began', () => {
    expect(fold(start, delta('x', 'ghost'), end('y', { type: 'text', text: 'ghost' })).message.parts).toEqual([]);
  });

  it('gives the same without the pieces, for every complete stream', () => {
    const texts = fc.array(
      fc.tuple(fc.constantFrom('text' as const, 'reasoning' as const), fc.array(fc.string({ minLength: 1 }), { maxLength: 4 })),
    );
    fc.assert(
      fc.property(texts, (parts) => {
        const events = [
          start,
          ...parts.flatMap(([kind, pieces], index) => {
            const id = `p${index}`;
            return [open(id, kind), ...pieces.map((piece) => delta(id, piece)), end(id, { type: kind, text: pieces.join('') })];
          }),
        ];
        expect(fold(...events.filter((event) => event.type !== 'part.delta'))).toEqual(fold(...events));
      }),
    );
  });
});
