import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { messagesOfPrompt, outcomeOf, partsOfResource } from '../../../src/tools/mcp/results.ts';

const text = (words: string) => ({ type: 'text', text: words });

describe('the result of a call', () => {
  const results: [string, JsonObject, string][] = [
    ['nothing', {}, '(no output)'],
    ['nothing that is said', { content: [text('')] }, '(no output)'],
    ['several texts', { content: [text('one'), text('two')] }, 'one\n\ntwo'],
    ['structure alone', { structuredContent: { a: [1] } }, '{\n  "a": [\n    1\n  ]\n}'],
    ['structure that the text repeats as JSON', { content: [text('{"a": 1}')], structuredContent: { a: 1 } }, '{"a": 1}'],
    [
      'structure that the text says in its own words',
      { content: [text('Rain, 7 degrees')], structuredContent: { now: { sky: 'Rain', t: 7 } } },
      'Rain, 7 degrees',
    ],
    [
      'structure that says more than the text',
      { content: [text('2 rows')], structuredContent: { rows: ['x', 'y'] } },
      '2 rows\n\n{\n  "rows": [\n    "x",\n    "y"\n  ]\n}',
    ],
    ['sound', { content: [{ type: 'audio', mimeType: 'audio/wav', data: 'AAAA' }] }, '[audio audio/wav, 3 bytes; not shown to you]'],
    [
      'a large picture without a type',
      { content: [{ type: 'image', data: 'A'.repeat(4_000_000) }] },
      '[image of unknown type, 3 MB; not shown to you]',
    ],
    [
      'a file',
      { content: [{ type: 'resource', resource: { uri: 'f://x', mimeType: 'application/pdf', blob: 'AAAA' } }] },
      '[resource f://x, application/pdf, 3 bytes; not shown to you]',
    ],
    ['a link with its size', { content: [{ type: 'resource_link', uri: 'f://x', name: 'x', size: 7 }] }, '[resource x: f://x (7 bytes)]'],
    ['a kind that nobody knows yet', { content: [{ type: 'smell', of: 'pears' }] }, '{"type":"smell","of":"pears"}'],
  ];
  it.each(results)('is text: %s', (_, result, output) => {
    expect(outcomeOf(result)).toEqual({ output });
  });

  it('is a failure where the server says so', () => {
    expect(outcomeOf({ isError: true, content: [text('no')] })).toEqual({ output: 'no', failed: true });
    expect(outcomeOf({ isError: true })).toEqual({ output: 'The server says that the call failed, and not why.', failed: true });
  });
});

describe('a resource', () => {
  it('is its texts and media', () => {
    const contents = [
      { uri: 'f://a', text: '' },
      { uri: 'f://b/c.png', mimeType: 'image/png', blob: 'AAAA' },
      { uri: 'f://d' },
      { uri: '', blob: 'AA==' },
    ];
    expect(partsOfResource({ contents })).toEqual([
      { type: 'text', text: '' },
      { type: 'media', mediaType: 'image/png', data: 'AAAA', name: 'c.png' },
      { type: 'text', text: '[resource f://d, empty]' },
      { type: 'media', mediaType: 'application/octet-stream', data: 'AA==' },
    ]);
    expect(partsOfResource({})).toEqual([]);
  });
});

describe('a prompt', () => {
  it('is messages, neighbours of one speaker together', () => {
    const messages = [
      { role: 'user', content: text('a') },
      { role: 'user', content: { type: 'resource', resource: { uri: 'f://x', text: 'inside' } } },
      { role: 'assistant', content: text('b') },
      { role: 'assistant', content: text('c') },
      { role: 'system', content: { type: 'image', mimeType: 'image/png' } },
    ];
    expect(messagesOfPrompt({ messages })).toEqual([
      { role: 'user', parts: [text('a'), text('inside')] },
      { role: 'assistant', parts: [text('b'), text('c')] },
      { role: 'user', parts: [text('[image image/png, empty; not shown to you]')] },
    ]);
  });
});
