/** The composer on the screen: rows, cursor, what is out of sight, and nothing raw. */
import { describe, expect, it } from 'vitest';
import { openTheme, PLAIN_THEME } from '../../../src/format/theme.ts';
import { type Composer, createComposer, layoutComposer, paste, resize } from '../../../src/tui/composer/composer.ts';
import { at, type, withText } from './typing.ts';

function layout(composer: Composer, columns: number, maxRows = 20) {
  return layoutComposer(composer, { columns, maxRows, prompt: '> ', continuation: '  ', placeholder: 'ask away', theme: PLAIN_THEME });
}

describe('rows', () => {
  it('shows the placeholder only while there is no text', () => {
    expect(layout(at('|'), 20)).toEqual({ lines: ['> ask away'], cursor: { row: 0, column: 2 }, hiddenAbove: 0, hiddenBelow: 0 });
    expect(layout(at('|'), 8).lines).toEqual(['> ask...']);
    expect(layout(at('a|'), 20).lines).toEqual(['> a']);
  });

  it('breaks between words, and leaves white space where it was typed', () => {
    expect(layout(at('alpha beta gamma|'), 14)).toMatchObject({ lines: ['> alpha beta ', '  gamma'], cursor: { row: 1, column: 7 } });
    expect(layout(at('|alphabetagamma'), 12).lines).toEqual(['> alphabetag', '  amma']);
  });

  it('puts a cursor at the end of a full row into the next one', () => {
    expect(layout(at('abcdefgh|'), 10)).toMatchObject({ lines: ['> abcdefgh', '  '], cursor: { row: 1, column: 2 } });
    expect(layout(at('abcdefg|h'), 10)).toMatchObject({ lines: ['> abcdefgh'], cursor: { row: 0, column: 9 } });
    expect(layout(at('abcdefgh|\nx'), 10)).toMatchObject({ lines: ['> abcdefgh', '  ', '  x'], cursor: { row: 1, column: 2 } });
  });

  it('knows wide characters, and does not begin a row with a full stop', () => {
    expect(layout(at('你好世界|'), 9)).toMatchObject({ lines: ['> 你好世', '  界'], cursor: { row: 1, column: 4 } });
    expect(layout(at('你好世。界|'), 8).lines).toEqual(['> 你好', '  世。界', '  ']);
    expect(layout(at('a👩‍👩‍👧|'), 9).cursor).toEqual({ row: 0, column: 5 });
  });

  it('shows tabs as spaces and control characters as signs', () => {
    expect(layout(at('a\tb\x1b[31m|\u202e'), 40)).toMatchObject({ lines: ['> a   b\u241b[31m<U+202E>'], cursor: { row: 0, column: 12 } });
  });

  it('does without the prompt where there is no room for both', () => {
    expect(layout(at('ab|'), 3).lines).toEqual(['ab']);
    expect(layout(at('你|'), 1).lines).toEqual(['?', '']);
  });
});

describe('chips', () => {
  const one = paste(type(createComposer({ keys: 'emacs' }), 'see '), 'x\n'.repeat(213));

  it('say how much was pasted, and are numbered where there are several', () => {
    expect(layout(one, 60).lines).toEqual(['> see [pasted 213 lines]']);
    expect(layout(paste(one, 'y'.repeat(3_000)), 60).lines).toEqual(['> see [pasted #1, 213 lines][pasted #2, 3000 characters]']);
    expect(layout(type(paste(one, 'y'.repeat(3_000)), '<backspace>'), 60).lines).toEqual(['> see [pasted 213 lines]']);
  });

  it('are marked by colour besides, and never wider than a row', async () => {
    const theme = await openTheme({ name: 'dark', colorLevel: 2 });
    const { lines } = layoutComposer(one, { columns: 60, maxRows: 3, prompt: '> ', continuation: '  ', theme });
    expect(lines[0]).toContain('see \x1b[38;5;75m[pasted 213 lines]\x1b[39m');
    expect(layout(one, 14).lines).toEqual(['> see ', '  [pasted 2...', '  ']);
  });
});

describe('a text that is higher than its room', () => {
  const long = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');

  it('shows the part around the cursor and says how much is out of sight', () => {
    const end = layout(withText(long), 40, 5);
    expect(end).toMatchObject({ hiddenAbove: 26, hiddenBelow: 0, cursor: { row: 4, column: 9 } });
    expect(end.lines).toEqual(['> (26 more lines above)', '  line 26', '  line 27', '  line 28', '  line 29']);
    const start = layout(type(withText(long), '<alt+<>'), 40, 5);
    expect(start.lines).toEqual(['> line 0', '  line 1', '  line 2', '  line 3', '  (26 more lines below)']);
    const middle = layout(type(withText(long), '<alt+<><down><down><down><down><down>'), 40, 5);
    expect(middle.lines).toEqual(['> (4 more lines above)', '  line 4', '  line 5', '  line 6', '  (23 more lines below)']);
    expect(middle.cursor).toEqual({ row: 2, column: 2 });
  });

  it('has no marks where they would take the room', () => {
    expect(layout(withText(long), 40, 1)).toMatchObject({ lines: ['> line 29'], cursor: { row: 0, column: 9 }, hiddenAbove: 29 });
    expect(layout(withText(long), 40, 3).lines).toEqual(['> line 27', '  line 28', '  line 29']);
  });

  it('goes by the rows of a single long line, too', () => {
    const { lines, hiddenAbove } = layout(withText('word '.repeat(100)), 32, 4);
    expect(lines).toEqual(['> (14 more lines above)', ...Array(2).fill(`  ${'word '.repeat(6)}`), `  ${'word '.repeat(4)}`]);
    expect(hiddenAbove).toBe(14);
  });
});

it('moves by the rows that it shows', () => {
  const composer = resize(at('alpha beta gamma delta|'), 14);
  const { cursor } = layout(type(composer, '<up>'), 14);
  expect(cursor).toEqual({ row: 0, column: 12 });
});

describe('a mark without a width of its own', () => {
  it('behind a full row keeps the cursor in the window', () => {
    const text = '🇷a\u001b\u0301\tb';
    for (let columns = 4; columns <= 9; columns++) {
      for (let cursor = 0; cursor <= text.length; cursor++) {
        expect(layout(at(`${text.slice(0, cursor)}|${text.slice(cursor)}`), columns).cursor.column).toBeLessThan(columns);
      }
    }
  });
});
