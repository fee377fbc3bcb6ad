/** Thoughts in tags come apart from the answer, however the pieces fall. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitThinking } from '../../src/providers/think-tags.ts';

function split(pieces: string[]): { reasoning: string; text: string; unclosed: boolean } {
  const splitter = splitThinking();
  const whole = { reasoning: '', text: '' };
  for (const piece of pieces) {
    const { reasoning, text } = splitter.push(piece);
    whole.reasoning += reasoning;
    whole.text += text;
  }
  const unclosed = splitter.unclosed();
  const rest = splitter.end();
  return { reasoning: whole.reasoning + rest.reasoning, text: whole.text + rest.text, unclosed };
}

describe('a thought in tags', () => {
  it.each<[string, string, string]>([
    ['<think>a</think>b', 'a', 'b'],
    ['\n <think>\n\na\n\n</think>\n\nb\n', 'a', 'b\n'],
    ['<think></think>b', '', 'b'],
    ['<think>\n</think>\n', '', ''],
    ['<think>a<b</thin k></think>c', 'a<b</thin k>', 'c'],
    ['<think>a</think><think>b</think>c', 'a', '<think>b</think>c'],
    ['b <think>a</think>', '', 'b <think>a</think>'],
    ['<thinking>a', '', '<thinking>a'],
    ['< think>a', '', '< think>a'],
    ['  a', '', '  a'],
    ['', '', ''],
    ['   ', '', '   '],
    ['<thi', '', '<thi'],
  ])('of %j is %j, the answer %j', (answer, reasoning, text) => expect(split([answer])).toEqual({ reasoning, text, unclosed: false }));

  it('that does not end is known to be open', () =>
    expect(split(['<think>a', 'b\n'])).toEqual({ reasoning: 'ab\n', text: '', unclosed: true }));

  it('settles as soon as it can', () => {
    const splitter = splitThinking();
    splitter.push('<');
    expect(splitter.settled()).toBe(false);
    expect(splitter.push('p>')).toEqual({ reasoning: '', text: '<p>' });
    expect(splitter.settled()).toBe(true);
  });

  it('comes out the same however its pieces fall, and nothing is invented or lost', () => {
    const token = fc.constantFrom('<think>', '</think>', '<', '</', 'think', '>', ' ', '\n', 'a', 'bc', '日');
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), fc.array(fc.nat(60), { maxLength: 8 }), (tokens, cuts) => {
        const answer = tokens.join('');
        const offsets = [0, ...cuts.filter((cut) => cut < answer.length).sort((a, b) => a - b), answer.length];
        const pieces = offsets.slice(1).map((end, index) => answer.slice(offsets[index], end));
        const whole = split([answer]);
        expect(split(pieces)).toEqual(whole);
        const squeeze = (text: string) => text.replace(/\s+/g, '');
        const tags =
          whole.reasoning !== '' || whole.text !== answer
            ? squeeze(answer)
                .replace('<think>', '')
                .replace(whole.unclosed ? '' : '</think>', '')
            : squeeze(answer);
        expect(squeeze(whole.reasoning + whole.text)).toBe(tags);
      }),
      { numRuns: 500 },
    );
  });
});
