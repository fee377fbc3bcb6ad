/** Arbitrary conversations for property tests: branches, pictures, tool calls, and text that hurts. */
import fc from 'fast-check';
import type { Json } from '../../src/core/json.ts';
import type { Message, Part } from '../../src/core/messages.ts';
import type { ConversationRecord, RecordedMessage } from '../../src/store/store.ts';

const HURTS = [
  '\u2028',
  '\u2029',
  '\ud800',
  '\udfff',
  '\0',
  '\x1b[2J',
  '\x9b',
  '\u202e',
  '\r\n',
  '\ufeff',
  '👩‍👩‍👧',
  '</script>',
  '```',
  '\\"',
  '\n',
];

/** Any text; halves of surrogate pairs and the line ends of Unicode included. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom(...HURTS)), { maxLength: 6 }).map((pieces) => pieces.join('')),
);

/** Text that SQLite can hold: whole characters. */
export const wholeText = anyText.map((text) => text.toWellFormed());

const timeMs = fc.integer({ min: 0, max: 4_000_000_000_000 });
const count = fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined });
const base64 = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const item = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 5 }).filter((key) => key !== '__proto__'),
  fc.oneof(anyText, fc.integer(), fc.boolean()),
);
const original = fc.record({ wire: fc.constantFrom('chat' as const, 'responses' as const, 'anthropic' as const), item });

function partArbitraries(text: fc.Arbitrary<string>) {
  return {
    text: fc.record({ type: fc.constant('text' as const), text }),
    cited: fc.record({
      type: fc.constant('text' as const),
      text,
      citations: fc.array(fc.record({ url: fc.webUrl(), title: text }), { minLength: 1, maxLength: 2 }),
    }),
    media: fc.record(
      {
        type: fc.constant('media' as const),
        mediaType: fc.constantFrom('image/png', 'image/svg+xml', 'text/html'),
        data: base64,
        name: text,
      },
      { requiredKeys: ['type', 'mediaType', 'data'] },
    ),
    reasoning: fc.record({ type: fc.constant('reasoning' as const), text, original }, { requiredKeys: ['type', 'text'] }),
    call: fc.record({
      type: fc.constant('tool_call' as const),
      id: text,
      name: text,
      arguments: fc.oneof(
        text,
        item.map((value) => JSON.stringify(value)),
      ),
    }),
    hosted: fc.record({ type: fc.constant('hosted' as const), name: text, original }),
    result: fc.record(
      { type: fc.constant('tool_result' as const), callId: text, name: text, output: text, failed: fc.constant(true as const) },
      { requiredKeys: ['type', 'callId', 'name', 'output'] },
    ),
  };
}

function messageArbitrary(text: fc.Arbitrary<string>): fc.Arbitrary<Message> {
  const part = partArbitraries(text);
  const list = <Each extends Part>(...choices: fc.Arbitrary<Each>[]) => fc.array(fc.oneof(...choices), { maxLength: 4 });
  return fc.oneof(
    fc.record({
      role: fc.constant('user' as const),
      parts: list<typeof part.text | typeof part.media extends fc.Arbitrary<infer T> ? T : never>(part.text, part.media),
    }),
    fc.record({
      role: fc.constant('assistant' as const),
      parts: fc.array(fc.oneof(part.text, part.cited, part.reasoning, part.call, part.hosted, part.media), { maxLength: 5 }),
    }),
    fc.record({ role: fc.constant('tool' as const), parts: list(part.result) }),
  ) as fc.Arbitrary<Message>;
}

/** Every message hangs below one before it, or is a beginning: any tree can come out. */
export function recordArbitrary(text: fc.Arbitrary<string> = anyText): fc.Arbitrary<ConversationRecord> {
  const facts = fc.record({
    createdMs: timeMs,
    message: messageArbitrary(text),
    parentDraw: fc.nat(),
    status: fc.constantFrom('complete' as const, 'interrupted' as const, 'cancelled' as const, 'failed' as const),
    provider: fc.option(text),
    model: fc.option(text),
    finishReason: fc.option(fc.constantFrom('stop' as const, 'length' as const, 'tool_calls' as const)),
    rawFinishReason: fc.option(text),
    usage: fc.option(fc.record({ input: count, output: count })),
    cost: fc.option(
      fc.record({ usd: fc.double({ min: 0, max: 10, noNaN: true }), estimated: fc.boolean(), source: fc.constant('provider' as const) }),
    ),
    firstTokenMs: fc.option(fc.nat(10_000)),
    durationMs: fc.option(fc.nat(100_000)),
  });
  return fc
    .record({
      facts: fc.array(facts, { minLength: 1, maxLength: 8 }),
      title: text,
      system: fc.option(text),
      tags: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 }),
      source: fc.record({ name: fc.constantFrom('llm', 'chatgpt'), id: fc.uuid() }),
      activeDraw: fc.nat(),
      createdMs: timeMs,
      updatedMs: timeMs,
      pinned: fc.boolean(),
      archived: fc.boolean(),
    })
    .map(({ facts: drawn, activeDraw, ...rest }): ConversationRecord => {
      const messages = drawn.map(({ parentDraw, firstTokenMs, durationMs, ...message }, index): RecordedMessage => {
        const parent = parentDraw % (index + 1);
        return {
          id: index + 1,
          parent: parent === 0 ? null : parent,
          timing: { firstTokenMs, durationMs },
          error: null,
          ...message,
        } as RecordedMessage;
      });
      return plain({ v: 1, ...rest, titleSource: 'import', activeMessage: (activeDraw % messages.length) + 1, messages });
    });
}

/** As it is after a way through JSON: without keys that are undefined. */
export function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value & Json;
}
