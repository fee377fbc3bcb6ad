/** Arguments of a server's prompt, as they are typed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPromptArguments } from '../../src/tui/prompt-arguments.ts';

const prompt = (...names: string[]) => ({
  server: 'own',
  name: 'p',
  description: undefined,
  arguments: names.map((name) => ({ name: name.replace('?', ''), description: undefined, required: !name.endsWith('?') })),
});
const read = (text: string, ...names: string[]) => readPromptArguments(text, prompt(...names), 'own:p');
const missing = (text: string, ...names: string[]) => read(text, ...names).missing.map(({ name }) => name);

describe('the arguments of a prompt', () => {
  it('are named, a value going on to the next name', () => {
    expect(read('to=New York days=3', 'to', 'days').values).toEqual({ to: 'New York', days: '3' });
    expect(read('days=3\nto="a days=4 \\"b\\""', 'to', 'days').values).toEqual({ days: '3', to: 'a days=4 "b"' });
    expect(read('today=x to=y', 'to', 'today').values).toEqual({ today: 'x', to: 'y' });
    expect(read('to=a=b', 'to').values).toEqual({ to: 'a=b' });
  });

  it('need no name where there is one, or only one that must be given', () => {
    expect(read('a function with to=3 in it', 'to').values).toEqual({ to: 'a function with to=3 in it' });
    expect(read('"quoted words"', 'to?').values).toEqual({ to: 'quoted words' });
    expect(read('Lima by=train', 'to', 'by?').values).toEqual({ to: 'Lima', by: 'train' });
  });

  it('are missed where they must be given', () => {
    expect(missing('', 'to', 'days', 'by?')).toEqual(['to', 'days']);
    expect(missing('days=3', 'to', 'days')).toEqual(['to']);
    expect(read('to=', 'to')).toEqual({ values: { to: '' }, missing: [] });
  });

  it('are refused where they are of none', () => {
    expect(() => read('Lima 3', 'to', 'days')).toThrow('/own:p: "Lima 3" is of no argument.');
    expect(() => read('x to=Lima', 'to', 'by?')).toThrow('is of no argument');
    expect(() => read('x')).toThrow('/own:p takes no arguments.');
  });

  it('come back as they were, whatever is quoted', () => {
    const names = ['a', 'ab', 'b-c', '__proto__', 'constructor'];
    fc.assert(
      fc.property(fc.subarray(names, { minLength: 2 }), fc.array(fc.string(), { minLength: 5, maxLength: 5 }), (given, texts) => {
        const wanted = given.map((name, index): [string, string] => [name, texts[index] ?? '']);
        const typed = wanted.map(([name, text]) => `${name}="${text.replace(/["\\]/g, '\\$&')}"`).join(' ');
        expect(Object.entries(read(typed, ...names).values).sort()).toEqual(wanted.sort());
      }),
    );
  });

  it('never fail but with a usage error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(read(text, 'a').missing.length + Object.keys(read(text, 'a').values).length).toBe(1);
      }),
    );
  });
});
