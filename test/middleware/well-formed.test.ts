/** What leaves for a provider is well-formed Unicode, wherever half a character came from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormed } from '../../src/core/json.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { withWellFormed } from '../../src/middleware/well-formed.ts';

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\ud83d', 'a\ude00', '\ud83d\ude00', 1, true, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('\ud83d', '__proto__')), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value;

describe('a request', () => {
  it('goes out without half characters, and otherwise as it is', async () => {
    const asked: ModelRequest[] = [];
    const send = withWellFormed(async function* (request) {
      asked.push(request);
      yield { type: 'finish', reason: 'stop', raw: null };
    });
    const request: ModelRequest = {
      model: 'm',
      system: 'Be \ud83d brief.',
      messages: [{ role: 'user', parts: [{ type: 'text', text: '\ud83d\ude00 \ude00' }] }],
      tools: [{ name: 't', description: 'cut \ud83d', parameters: { type: 'object', properties: {} } }],
      stream: true,
    };
    for await (const _ of send(request, new AbortController().signal));
    expect(asked).toEqual([
      {
        ...request,
        system: 'Be \ufffd brief.',
        messages: [{ role: 'user', parts: [{ type: 'text', text: '\ud83d\ude00 \ufffd' }] }],
        tools: [{ name: 't', description: 'cut \ufffd', parameters: { type: 'object', properties: {} } }],
      },
    ]);
    expect(request.system).toBe('Be \ud83d brief.');
  });
});

describe('wellFormed', () => {
  it('is what reading it as UTF-8 would make of it, and the same value where nothing was wrong', () => {
    fc.assert(
      fc.property(json, (value) => {
        const clean = wellFormed(value);
        const text = JSON.stringify(clean);
        expect(text).not.toMatch(/\\ud[89a-f]/);
        expect(wellFormed(clean)).toBe(clean);
        if (!/\\ud[89a-f]/.test(JSON.stringify(value))) expect(clean).toBe(value);
      }),
    );
  });
});
