/** A conversation goes out as a value and comes back the same, once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SottoError } from '../../src/core/errors.ts';
import type { FinishReason } from '../../src/core/events.ts';
import type { Citation, Message, WireItem } from '../../src/core/messages.ts';
import type { Cost } from '../../src/core/usage.ts';
import type { ConversationRecord, MessageStatus, RecordedMessage } from '../../src/store/store.ts';
import { ATTEMPT, end, MODEL, prompt, temporaryStore, turn } from './support.ts';

/** Message ids are renumbered by an import: by their order they are compared. */
function comparable(record: ConversationRecord | undefined): unknown {
  const order = new Map(record?.messages.map(({ id }, index) => [id, index]));
  const of = (id: number | null | undefined) => (id == null ? null : order.get(id));
  return {
    ...record,
    source: null,
    activeMessage: of(record?.activeMessage),
    messages: record?.messages.map((message) => ({ ...message, id: of(message.id), parent: of(message.parent) })),
    attempts: record?.attempts?.map((attempt) => ({ ...attempt, message: of(attempt.message) })),
  };
}

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const original = fc.constant<WireItem>({ wire: 'anthropic', item: { type: 'thinking', signature: 'x' } });
const media = fc.record({
  type: fc.constant('media' as const),
  mediaType: fc.constant('image/png'),
  data: fc.oneof(fc.base64String({ maxLength: 40 }), text),
});
const userMessage: fc.Arbitrary<Message> = fc.record({
  role: fc.constant('user' as const),
  parts: fc.array(fc.oneof(fc.record({ type: fc.constant('text' as const), text }), media), { maxLength: 3 }),
});
const assistantMessage: fc.Arbitrary<Message> = fc.record({
  role: fc.constant('assistant' as const),
  parts: fc.array(
    fc.oneof(
      fc.record(
        { type: fc.constant('text' as const), text, citations: fc.constant<Citation[]>([{ url: 'https://example.org', title: 'T' }]) },
        { requiredKeys: ['type', 'text'] },
      ),
      fc.record({ type: fc.constant('reasoning' as const), text, original: original }, { requiredKeys: ['type', 'text'] }),
      fc.record({ type: fc.constant('tool_call' as const), id: text, name: text, arguments: text }),
      fc.record({ type: fc.constant('hosted' as const), name: text, original }),
      media,
    ),
    { maxLength: 4 },
  ),
});
const toolMessage: fc.Arbitrary<Message> = fc.record({
  role: fc.constant('tool' as const),
  parts: fc.array(
    fc.record(
      { type: fc.constant('tool_result' as const), callId: text, name: text, output: text, failed: fc.constant(true as const) },
      { requiredKeys: ['type', 'callId', 'name', 'output'] },
    ),
    { maxLength: 2 },
  ),
});
const milliseconds = fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 });
const facts = fc.record({
  status: fc.constantFrom<MessageStatus[]>('complete', 'interrupted', 'cancelled', 'failed'),
  provider: fc.option(text),
  model: fc.option(text),
  finishReason: fc.option(fc.constantFrom<FinishReason[]>('stop', 'length', 'cancelled')),
  rawFinishReason: fc.option(text),
  usage: fc.option(fc.constant({ input: 3, reasoning: 1 })),
  cost: fc.option(fc.constant<Cost>({ usd: 0.25, estimated: true, source: { priceOf: 'm' } })),
  timing: fc.record({ firstTokenMs: fc.option(fc.nat()), durationMs: fc.option(fc.nat()) }),
  error: fc.option(
    fc.constant({ kind: 'network', message: 'm', hint: null, status: null, provider: null, retryAfterMs: null, requestId: null } as const),
  ),
});
const messages: fc.Arbitrary<RecordedMessage[]> = fc
  .array(fc.tuple(fc.oneof(userMessage, assistantMessage, toolMessage), milliseconds, facts, fc.nat()), { maxLength: 8 })
  .map((list) =>
    list.map(([message, createdMs, more, above], index) => ({
      ...more,
      id: 100 + index,
      parent: index === 0 || above % 5 === 0 ? null : 100 + (above % index),
      createdMs,
      message,
    })),
  );

const PRESENT = { outcome: 'present', messages: { added: 0, renewed: 0 } };

describe('export and import', () => {
  it('give the same conversation back, whatever is in it', () => {
    fc.assert(
      fc.property(
        messages,
        milliseconds,
        fc.array(fc.constantFrom('a', 'b c', 'd'), { maxLength: 3 }),
        fc.boolean(),
        (list, createdMs, tags, flag) => {
          const first = temporaryStore();
          const { id } = first.importConversation({
            v: 1,
            title: 'A title',
            titleSource: 'model',
            createdMs,
            updatedMs: createdMs + 5,
            ...MODEL,
            system: 'Be brief.',
            folder: '/x',
            pinned: flag,
            archived: !flag,
            tags,
            activeMessage: list.at(-1)?.id ?? null,
            messages: list,
            attempts: list.map((message) => ({ ...ATTEMPT, message: message.id, price: { input: 1 } })),
          });
          const record = first.exportConversation(id);
          const second = temporaryStore();
          expect(second.importConversation(JSON.parse(JSON.stringify(record)))).toEqual({
            id,
            outcome: 'added',
            messages: { added: list.length, renewed: 0 },
          });
          expect(comparable(second.exportConversation(id))).toEqual(comparable(record));
          expect(record?.messages.map(({ message }) => message)).toEqual(list.map(({ message }) => message));
          expect(second.importConversation(JSON.parse(JSON.stringify(record)))).toEqual({ id, ...PRESENT });
          expect(second.check().problems).toEqual([]);
          first.close();
          second.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('know a conversation of another program by its name there', () => {
    const store = temporaryStore();
    const record: ConversationRecord = {
      v: 1,
      source: { name: 'chatgpt', id: 'abc' },
      createdMs: 1_650_000_000_000.5,
      messages: [{ id: 1, parent: null, createdMs: 1_650_000_000_000, message: prompt('an old question') }],
    };
    const added = store.importConversation(record);
    expect(added.outcome).toBe('added');
    expect(store.importConversation(record)).toEqual({ id: added.id, ...PRESENT });
    expect(store.conversation(added.id)).toMatchObject({
      title: 'an old question',
      titleSource: 'prompt',
      source: { name: 'chatgpt', id: 'abc' },
    });
    // Without a name or an id there is nothing to know it by.
    const nameless: ConversationRecord = { v: 1, createdMs: 5, messages: [] };
    expect(store.importConversation(nameless).outcome).toBe('added');
    expect(store.importConversation(nameless).outcome).toBe('added');
    // An id tells its time.
    const newer = turn(store, 'new', 'x').conversation;
    expect(added.id < newer).toBe(true);
  });

  it('refuse a record that does not hang together, and keep nothing of it', () => {
    const store = temporaryStore();
    const one = { createdMs: 1, message: prompt('x') };
    const bad = (list: RecordedMessage[]) => () => store.importConversation({ v: 1, createdMs: 1, messages: list });
    expect(
      bad([
        { ...one, id: 1, parent: 2 },
        { ...one, id: 2, parent: null },
      ]),
    ).toThrow(SottoError);
    expect(
      bad([
        { ...one, id: 1, parent: null },
        { ...one, id: 1, parent: null },
      ]),
    ).toThrow(/there twice/);
    expect(store.totals()).toMatchObject({ conversations: 0, messages: 0 });
  });

  it('export of nothing is nothing; of an open reply, what is there of it', () => {
    const store = temporaryStore();
    expect(store.exportConversation('nothing')).toBeUndefined();
    const { conversation, reply } = store.beginTurn({ message: prompt('hi'), ...MODEL });
    reply.take({ type: 'part.start', id: 'a', kind: 'text' });
    reply.take({ type: 'part.delta', id: 'a', text: 'so far' });
    reply.flush();
    const record = store.exportConversation(conversation);
    expect(record?.messages[1]).toMatchObject({ status: 'streaming', message: { parts: [{ text: 'so far' }] } });
    reply.finish(end('so far, so good'));
    const copy = temporaryStore();
    copy.importConversation(record!);
    expect(copy.path(conversation)[1]).toMatchObject({ status: 'interrupted', message: { parts: [{ text: 'so far' }] } });
  });
});
