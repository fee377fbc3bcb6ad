import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceText } from '../../src/tools/replace-text.ts';

const replace = (text: string, old: string, now: string, isAll = false) => replaceText(text, { old, now, isAll });

describe('replacing text', () => {
  it('changes the one place, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '\n', '$', '&') }),
        fc.string({ unit: fc.constantFrom('a', '\n', '$') }),
        (before, after) => {
          expect(replace(`${before}XYZ${after}`, 'XYZ', "$& $1 $'")).toEqual({ text: `${before}$& $1 $'${after}`, count: 1 });
        },
      ),
    );
  });

  it('refuses what occurs several times, and says where', () => {
    expect(replace('a\nb\na\n', 'a', 'c')).toEqual({ problem: expect.stringMatching(/occurs 2 times, at lines 1, 3\./) });
    expect(replace('a\nb\na\n', 'a', 'c', true)).toEqual({ text: 'c\nb\nc\n', count: 2 });
  });

  it('keeps the line ends of the file', () => {
    expect(replace('a\r\nb\r\nc\r\n', 'a\nb', 'x\ny')).toEqual({ text: 'x\r\ny\r\nc\r\n', count: 1 });
    expect(replace('a\nb\n', 'a\r\nb', 'x\r\ny')).toEqual({ text: 'x\ny\n', count: 1 });
    expect(replace('a\r\nb\nc\n', 'b\nc', 'x\ny')).toEqual({ text: 'a\r\nx\ny\n', count: 1 });
  });

  it('says what is near to what was not found', () => {
    expect(replace('if (a) {\n\treturn b;\n}\n', 'if (a) {\n  return b;\n}', 'x')).toEqual({
      problem: expect.stringMatching(/line 1 is the same text with other white space/),
    });
    expect(replace('one\ntwo\n', 'one\nthree', 'x')).toEqual({ problem: expect.stringMatching(/first line is at line 1/) });
    expect(replace('one\n', 'four', 'x')).toEqual({ problem: expect.stringMatching(/not found\. Read the file again/) });
    expect(replace('one\n', '', 'x')).toEqual({ problem: expect.stringMatching(/empty/) });
    expect(replace('one\n', 'one', 'one')).toEqual({ problem: expect.stringMatching(/the same/) });
  });
});
