/** Calls of tools on the Chat Completions wire, whatever of index, id and name a server leaves out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChat } from '../../src/providers/chat-stream.ts';
import { type Decoded, decode, type GivenPayload } from './decoding.ts';

function chat(...payloads: GivenPayload[]): Decoded {
  return decode((emit) => decodeChat({ provider: 'test', model: 'm' }, emit), payloads);
}

const delta = (piece: object, finish: string | null = null) => ({ choices: [{ index: 0, delta: piece, finish_reason: finish }] });
const call = (piece: object) => delta({ tool_calls: [piece] });
const stop = delta({}, 'stop');
const called = delta({}, 'tool_calls');

describe('calls', () => {
  const begin = (more: object, name = 'f', args: unknown = '') => call({ ...more, type: 'function', function: { name, arguments: args } });
  const more = (where: object, args: string) => call({ ...where, function: { arguments: args } });

  it.each<[string, GivenPayload[], { id: string; name: string; arguments: unknown }[]]>([
    [
      'pieces with an index',
      [begin({ index: 0, id: 'a' }), more({ index: 0 }, '{"n":'), more({ index: 0 }, '1}')],
      [{ id: 'a', name: 'f', arguments: { n: 1 } }],
    ],
    [
      'index 0 for equal calls without ids, each begun without arguments',
      [begin({ index: 0 }, 'f', '{"n":1}'), begin({ index: 0 }), more({ index: 0 }, '{"n":2}'), begin({ index: 0 })],
      [
        { id: 'call_1', name: 'f', arguments: { n: 1 } },
        { id: 'call_2', name: 'f', arguments: { n: 2 } },
      ],
    ],
    [
      'no index',
      [begin({ id: 'a' }), more({}, '{"n":1}'), begin({ id: 'b' }, 'g'), more({}, '{"n":2}')],
      [
        { id: 'a', name: 'f', arguments: { n: 1 } },
        { id: 'b', name: 'g', arguments: { n: 2 } },
      ],
    ],
    [
      'no index, the id with each piece',
      [begin({ id: 'a' }), begin({ id: 'b' }, 'g'), more({ id: 'a' }, '{"n":1}'), more({ id: 'b' }, '{"n":2}')],
      [
        { id: 'a', name: 'f', arguments: { n: 1 } },
        { id: 'b', name: 'g', arguments: { n: 2 } },
      ],
    ],
    ['empty ids', [begin({ index: 0, id: '' }), more({ index: 0, id: '' }, '{"n":1}')], [{ id: 'call_1', name: 'f', arguments: { n: 1 } }]],
    [
      'null ids',
      [begin({ index: 0, id: null }), more({ index: 0, id: null }, '{"n":1}')],
      [{ id: 'call_1', name: 'f', arguments: { n: 1 } }],
    ],
    ['numbers as ids', [begin({ index: 0, id: 7 }), more({ index: 0, id: 7 }, '{"n":1}')], [{ id: '7', name: 'f', arguments: { n: 1 } }]],
    [
      'the id and the name again with each piece',
      [begin({ index: 0, id: 'a' }), begin({ index: 0, id: 'a' }, 'f', '{"n":'), begin({ index: 0, id: 'a' }, 'f', '1}')],
      [{ id: 'a', name: 'f', arguments: { n: 1 } }],
    ],
    [
      'another id with each piece',
      [begin({ index: 0, id: 'a' }), more({ index: 0, id: 'b' }, '{"n":'), more({ index: 0, id: 'c' }, '1}')],
      [{ id: 'a', name: 'f', arguments: { n: 1 } }],
    ],
    [
      'the id only with a later piece',
      [begin({ index: 0 }), more({ index: 0, id: 'a' }, '{"n":1}')],
      [{ id: 'a', name: 'f', arguments: { n: 1 } }],
    ],
    [
      'a name in pieces',
      [begin({ index: 0, id: 'a' }, 'get_'), call({ index: 0, function: { name: 'weather', arguments: '{}' } })],
      [{ id: 'a', name: 'get_weather', arguments: {} }],
    ],
    [
      'index 0 for every call, ids that differ',
      [begin({ index: 0, id: 'a' }, 'f', '{"n":1}'), begin({ index: 0, id: 'b' }, 'f', '{"n":2}')],
      [
        { id: 'a', name: 'f', arguments: { n: 1 } },
        { id: 'b', name: 'f', arguments: { n: 2 } },
      ],
    ],
    [
      'index 0 for every call, ids that differ, arguments in turn',
      [
        begin({ index: 0, id: 'a' }),
        begin({ index: 0, id: 'b' }, 'g'),
        more({ index: 0, id: 'a' }, '{"n":1}'),
        more({ index: 0, id: 'b' }, '{"n":2}'),
      ],
      [
        { id: 'a', name: 'f', arguments: { n: 1 } },
        { id: 'b', name: 'g', arguments: { n: 2 } },
      ],
    ],
    [
      'index 0 for every call and no ids',
      [begin({ index: 0 }, 'f', '{"n":1}'), begin({ index: 0 }, 'g', '{"n":2}')],
      [
        { id: 'call_1', name: 'f', arguments: { n: 1 } },
        { id: 'call_2', name: 'g', arguments: { n: 2 } },
      ],
    ],
    [
      'index 0 for every call, one and the same id',
      [begin({ index: 0, id: 'a' }, 'f', '{"n":1}'), begin({ index: 0, id: 'a' }, 'g', '{"n":2}')],
      [
        { id: 'a', name: 'f', arguments: { n: 1 } },
        { id: 'a_2', name: 'g', arguments: { n: 2 } },
      ],
    ],
    [
      'two calls that share an id',
      [begin({ index: 0, id: 'a' }, 'f', '{"n":1}'), begin({ index: 1, id: 'a' }, 'f', '{"n":2}')],
      [
        { id: 'a', name: 'f', arguments: { n: 1 } },
        { id: 'a_2', name: 'f', arguments: { n: 2 } },
      ],
    ],
    [
      'neither index nor id',
      [begin({}, 'f', '{"n":1}'), begin({}, 'f', '{"n":2}')],
      [
        { id: 'call_1', name: 'f', arguments: { n: 1 } },
        { id: 'call_2', name: 'f', arguments: { n: 2 } },
      ],
    ],
    [
      'neither index nor id, the name with each piece',
      [begin({}), begin({}, 'f', '{"n":'), begin({}, 'f', '1}')],
      [{ id: 'call_1', name: 'f', arguments: { n: 1 } }],
    ],
    ['arguments as an object', [begin({ index: 0, id: 'a' }, 'f', { n: 1 })], [{ id: 'a', name: 'f', arguments: { n: 1 } }]],
    ['no arguments at all', [call({ index: 0, id: 'a', function: { name: 'f' } })], [{ id: 'a', name: 'f', arguments: {} }]],
    [
      'the arguments once more at the end',
      [begin({ index: 0, id: 'a' }), more({ index: 0 }, '{"n":'), more({ index: 0 }, '1}'), begin({ index: 0, id: 'a' }, 'f', '{"n":1}')],
      [{ id: 'a', name: 'f', arguments: { n: 1 } }],
    ],
    [
      'several calls in one piece',
      [
        delta({
          tool_calls: [
            { id: 'a', function: { name: 'f', arguments: '{}' } },
            { id: 'b', function: { name: 'g', arguments: '{}' } },
          ],
        }),
      ],
      [
        { id: 'a', name: 'f', arguments: {} },
        { id: 'b', name: 'g', arguments: {} },
      ],
    ],
    [
      'the old field',
      [delta({ function_call: { name: 'f', arguments: '' } }), delta({ function_call: { arguments: '{"n":1}' } })],
      [{ id: 'call_1', name: 'f', arguments: { n: 1 } }],
    ],
  ])('are put together from %s', (_name, payloads, expected) => {
    const { calls, reply } = chat(...payloads, called);
    expect(calls).toEqual(expected);
    expect(reply.finish).toMatchObject({ reason: 'tool_calls', raw: 'tool_calls' });
  });

  it('make the reason tool_calls where the server says stop', () => {
    expect(chat(begin({ index: 0, id: 'a' }, 'f', '{}'), stop).reply.finish).toMatchObject({ reason: 'tool_calls', raw: 'stop' });
  });

  it('keep the signature that has to go back with them', () => {
    const extra_content = { google: { thought_signature: 'S' } };
    const { reply } = chat(call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' }, extra_content }), called);
    expect(reply.message.parts).toMatchObject([{ type: 'tool_call', original: { wire: 'chat', item: { extra_content } } }]);
  });

  it('are reported with arguments that broke off as they are', () => {
    expect(chat(begin({ index: 0, id: 'a' }, 'f', '{"n":'), delta({}, 'length')).calls).toEqual([
      { id: 'a', name: 'f', arguments: '{"n":' },
    ]);
  });
});

it('gives the same for any order of ids, indexes and pieces that can be told apart', () => {
  const parallel = fc.array(
    fc.record({ name: fc.constantFrom('f', 'g'), value: fc.string({ unit: 'grapheme', maxLength: 8 }), cut: fc.nat(20) }),
    { minLength: 1, maxLength: 4 },
  );
  const style = fc.record({ index: fc.constantFrom('given', 'zero', 'none'), id: fc.constantFrom('once', 'always', 'none') });
  fc.assert(
    fc.property(parallel, style, (given, { index, id }) => {
      const payloads = given.flatMap(({ name, value, cut }, n) => {
        const text = JSON.stringify({ v: value });
        const at = Math.min(cut, text.length);
        const place = index === 'given' ? { index: n } : index === 'zero' ? { index: 0 } : {};
        const first = { ...place, ...(id === 'none' ? {} : { id: `id${n}` }), function: { name, arguments: text.slice(0, at) } };
        const second = { ...place, ...(id === 'always' ? { id: `id${n}` } : {}), function: { arguments: text.slice(at) } };
        return [call(first), call(second)];
      });
      // Equal calls in a row without any mark cannot be told from a repetition.
      const marked = id !== 'none' || index === 'given';
      fc.pre(marked || new Set(given.map(({ name, value }) => `${name} ${value}`)).size === given.length);
      expect(chat(...payloads, called).calls.map((one) => [one.name, one.arguments])).toEqual(
        given.map(({ name, value }) => [name, { v: value }]),
      );
    }),
  );
});
