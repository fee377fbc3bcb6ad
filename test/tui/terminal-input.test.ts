/** What a terminal answers is taken out of what is typed, however the bytes were cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTerminalInput } from '../../src/tui/terminal-input.ts';

const PIECES = [
  'hello',
  '\x1b[A',
  '\x1b[I',
  '\x1b[O',
  '\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\',
  '\x1b]11;rgb:ff/ff/ff\x07',
  '\x1bP>|term 1.2\x1b\\',
  '\x1b[>0;276;0c',
  '漢',
  '\r',
];
const PASTE = '\x1b[200~pasted \x1b[I \x1b]11;rgb:0/0/0\x07 \x1b[20 text\x1b[201~';

function read(chunks: readonly string[], awaited = 0) {
  const found: { keys: string; focus: boolean[]; answers: string[] } = { keys: '', focus: [], answers: [] };
  let waiting = awaited;
  const input = createTerminalInput({
    onFocus: (focused) => found.focus.push(focused),
    onAnswer: (answer) => found.answers.push(answer),
    onCursor({ row, column }) {
      if (waiting === 0) return false;
      waiting--;
      found.answers.push(`${row}/${column}`);
      return true;
    },
    isCursorAwaited: () => waiting > 0,
  });
  for (const chunk of chunks) found.keys += input.push(chunk);
  return found;
}

describe('input of a terminal', () => {
  it('is keys without the answers and the focus', () => {
    expect(read(['a\x1b]11;rgb:1/2/3\x1b\\b\x1b[Ic\x1b[A\x1b[O'])).toEqual({
      keys: 'abc\x1b[A',
      focus: [true, false],
      answers: ['11;rgb:1/2/3'],
    });
  });

  it('is where the cursor is only for whoever asked: a key with modifiers looks the same', () => {
    expect(read(['a\x1b[1;5Rb'])).toEqual({ keys: 'a\x1b[1;5Rb', focus: [], answers: [] });
    expect(read(['a\x1b[1;5Rb\x1b[1;5R'], 1)).toEqual({ keys: 'ab\x1b[1;5R', focus: [], answers: ['1/5'] });
    expect(read(['a\x1b[2', '4;', '80Rb'], 1)).toEqual({ keys: 'ab', focus: [], answers: ['24/80'] });
    expect(read(['\x1b[1;', '5A'], 1)).toEqual({ keys: '\x1b[1;5A', focus: [], answers: [] });
  });

  it('leaves what is pasted as it is', () => {
    expect(read([`x${PASTE}\x1b[Oy`])).toEqual({ keys: `x${PASTE}y`, focus: [false], answers: [] });
  });

  it('hands a lone Escape on at once', () => {
    expect(read(['\x1b']).keys).toBe('\x1b');
    expect(read(['\x1b', '[A']).keys).toBe('\x1b[A');
  });

  it('does not keep what never ends', () => {
    expect(read([`\x1b]${'x'.repeat(5000)}`]).keys).toHaveLength(5002);
  });

  it('is the same however an answer or a paste is cut in two', () => {
    const text = fc.array(fc.constantFrom(...PIECES, PASTE), { maxLength: 8 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (pieces, places) => {
        const whole = pieces.join('');
        // Behind these a key could begin, and keys are handed on at once: everything else may be cut anywhere.
        const cuts = [...new Set(places.map((place) => place % (whole.length + 1)))]
          .filter((at) => !/\x1b\[?$/.test(whole.slice(0, at)) && !/\x1b$/.test(whole.slice(0, at)))
          .sort((one, other) => one - other);
        const chunks = [0, ...cuts].map((from, index) => whole.slice(from, [...cuts, whole.length][index]));
        expect(read(chunks)).toEqual(read([whole]));
      }),
    );
  });
});
