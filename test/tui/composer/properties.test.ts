/** What holds for every text and every sequence of keys, however strange. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_THEME } from '../../../src/format/theme.ts';
import { displayWidth, graphemes } from '../../../src/format/width.ts';
import {
  type Composer,
  clear,
  createComposer,
  layoutComposer,
  paste,
  press,
  resize,
  setText,
  textOf,
} from '../../../src/tui/composer/composer.ts';
import { KEYMAP } from '../../../src/tui/composer/keymap.ts';
import { offsetIn, placeIn, rowsOf } from '../../../src/tui/composer/rows.ts';
import { at, chord, text as textKey } from './typing.ts';

/** Characters that stay whole wherever they stand. */
const whole = fc.constantFrom(
  'a',
  'B',
  ' ',
  '.',
  '7',
  '你',
  '好',
  '。',
  'ア',
  '👩‍👩‍👧',
  '👍🏽',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '1️⃣',
  'é',
  'e\u0301',
  '한',
  'ไทย',
  '-',
  '  ',
);
/** Those that join with what stands beside them, and those that no terminal should see. */
const strange = fc.constantFrom(
  '\u0301',
  '\u200d',
  '🇫',
  '🇷',
  '\ufe0f',
  '\u1100',
  '\t',
  '\x1b',
  '\u202e',
  '\u2028',
  '\u0600',
  '\n',
  'क',
  '\u094d',
  '\x00',
);
const anyText = fc.array(fc.oneof({ weight: 3, arbitrary: whole }, strange), { maxLength: 30 }).map((parts) => parts.join(''));
const wholeText = fc.array(fc.oneof({ weight: 5, arbitrary: whole }, fc.constant('\n')), { maxLength: 60 }).map((parts) => parts.join(''));

type Step = { does: string; run: (composer: Composer) => Composer };

const editingChords = Object.keys(KEYMAP.emacs).filter((name) => !name.includes(' '));
const pressed = (key: ReturnType<typeof chord>) => (composer: Composer) => press(composer, key).composer;
const chordStep = fc.constantFrom(...editingChords).map((name): Step => ({ does: name, run: pressed(chord(name)) }));
const typeStep = fc.oneof(whole, strange).map((typed): Step => ({ does: `type ${JSON.stringify(typed)}`, run: pressed(textKey(typed)) }));
const otherStep = fc.oneof(
  anyText.map((pasted): Step => ({ does: `paste ${JSON.stringify(pasted)}`, run: (composer) => paste(composer, pasted) })),
  fc.nat(9).map((size): Step => ({ does: `paste chip ${size}`, run: (composer) => paste(composer, `${size}\n`.repeat(12)) })),
  anyText.map((set): Step => ({ does: `set ${JSON.stringify(set)}`, run: (composer) => setText(composer, set) })),
  fc.integer({ min: 4, max: 30 }).map((columns): Step => ({ does: `resize ${columns}`, run: (composer) => resize(composer, columns) })),
  fc.constant<Step>({ does: 'clear', run: (composer) => clear(composer, { keep: true }) }),
);
const viStep = fc
  .constantFrom(...'hjklwbeWBE0^$GgfFtT;,xXDCSsrJ~pPuoOiIaAdcyw123.')
  .map((typed): Step => ({ does: typed, run: pressed(textKey(typed)) }));
const escapeStep = fc.constant<Step>({ does: 'escape', run: pressed(chord('escape')) });

const emacsSteps = fc.array(fc.oneof({ weight: 3, arbitrary: typeStep }, { weight: 4, arbitrary: chordStep }, otherStep), {
  maxLength: 40,
});
const viSteps = fc.array(fc.oneof({ weight: 6, arbitrary: viStep }, { weight: 2, arbitrary: escapeStep }, typeStep, chordStep, otherStep), {
  maxLength: 50,
});

/** The text as it can be undone to: what was sent is gone, so no step here sends. */
function play(start: Composer, steps: readonly Step[], check: (composer: Composer) => void): Composer {
  return steps.reduce((composer, step) => {
    const next = step.run(composer);
    check(next);
    return next;
  }, start);
}

function expectSound(composer: Composer): void {
  const boundaries = new Set([0]);
  let end = 0;
  for (const part of graphemes(composer.text)) {
    end += part.length;
    boundaries.add(end);
  }
  expect(boundaries.has(composer.cursor), `cursor ${composer.cursor} in ${JSON.stringify(composer.text)}`).toBe(true);
  for (const [columns, maxRows] of [
    [composer.room + 2, 100],
    [9, 4],
    [5, 1],
  ] as const) {
    const { lines, cursor } = layoutComposer(composer, { columns, maxRows, prompt: '> ', continuation: '  ', theme: PLAIN_THEME });
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(maxRows);
    for (const line of lines) {
      expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      expect(line).not.toMatch(/[\x00-\x1f\x7f\u2028\u202e\ud800-\udfff]/u);
    }
    expect(cursor.row).toBeLessThan(lines.length);
    expect(cursor.column).toBeGreaterThanOrEqual(2);
    expect(cursor.column).toBeLessThan(columns);
  }
}

function pressUntilSame(composer: Composer, name: string): Composer {
  for (let now = composer; ; ) {
    const next = press(now, chord(name)).composer;
    if (next === now) return now;
    now = next;
  }
}

describe('whatever is typed', () => {
  it.each([
    ['emacs', emacsSteps],
    ['vi', viSteps],
  ] as const)('in %s keys, the cursor stands between characters and the layout holds', (keys, steps) => {
    fc.assert(
      fc.property(anyText, steps, (text, taken) => {
        play(resize(createComposer({ keys, text }), 20), taken, expectSound);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['emacs', emacsSteps],
    ['vi', viSteps],
  ] as const)('in %s keys, undoing all of it brings the first text back, redoing all of it the last', (keys, steps) => {
    fc.assert(
      fc.property(anyText, steps, (text, taken) => {
        const start = createComposer({ keys, text });
        const end = play(start, taken, () => {});
        const last = textOf(pressUntilSame(end, 'alt+_'));
        const undone = pressUntilSame(end, 'ctrl+_');
        expect(textOf(undone)).toBe(textOf(start));
        expect(textOf(pressUntilSame(undone, 'alt+_'))).toBe(last);
      }),
      { numRuns: 200 },
    );
  });

  it('stands on a character in normal mode, where the line has one', () => {
    fc.assert(
      fc.property(anyText, viSteps, (text, taken) => {
        play(createComposer({ keys: 'vi', text }), taken, ({ mode, text: now, cursor }) => {
          if (mode !== 'normal') return;
          const atEnd = cursor === now.length || now[cursor] === '\n';
          if (atEnd) expect(cursor === 0 || now[cursor - 1] === '\n', JSON.stringify(now)).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('against a list of characters', () => {
  type Model = { parts: string[]; place: number };
  const moves: Record<string, (model: Model) => Model> = {
    left: ({ parts, place }) => ({ parts, place: Math.max(0, place - 1) }),
    right: ({ parts, place }) => ({ parts, place: Math.min(parts.length, place + 1) }),
    backspace: ({ parts, place }) => (place === 0 ? { parts, place } : { parts: parts.toSpliced(place - 1, 1), place: place - 1 }),
    delete: ({ parts, place }) => ({ parts: parts.toSpliced(place, 1), place }),
    'ctrl+a': ({ parts, place }) => ({ parts, place: parts.lastIndexOf('\n', place - 1) * Math.sign(place) + Math.sign(place) }),
    'ctrl+e': ({ parts, place }) => ({ parts, place: parts.indexOf('\n', place) < 0 ? parts.length : parts.indexOf('\n', place) }),
    'ctrl+j': ({ parts, place }) => ({ parts: parts.toSpliced(place, 0, '\n'), place: place + 1 }),
  };
  const single = whole.filter((part) => graphemes(part).length === 1);

  it('moves, types and deletes the same', () => {
    const step = fc.oneof(
      single.map((typed) => ({
        key: textKey(typed),
        model: ({ parts, place }: Model) => ({ parts: parts.toSpliced(place, 0, typed), place: place + 1 }),
      })),
      fc.constantFrom(...Object.keys(moves)).map((name) => ({ key: chord(name), model: moves[name]! })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let composer = createComposer({ keys: 'emacs' });
        let model: Model = { parts: [], place: 0 };
        for (const { key, model: change } of steps) {
          composer = press(composer, key).composer;
          model = change(model);
          expect(composer.text).toBe(model.parts.join(''));
          expect(composer.cursor).toBe(model.parts.slice(0, model.place).join('').length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes back what was just typed by Backspace', () => {
    fc.assert(
      fc.property(wholeText, fc.nat(), single, (text, place, typed) => {
        const parts = graphemes(text);
        const before = parts.slice(0, place % (parts.length + 1)).join('');
        const composer = { ...createComposer({ keys: 'emacs', text }), cursor: before.length };
        const after = press(press(composer, textKey(typed)).composer, chord('backspace')).composer;
        expect([after.text, after.cursor]).toEqual([text, before.length]);
      }),
    );
  });
});

describe('the layout', () => {
  it('shows the whole text, row after row', () => {
    fc.assert(
      fc.property(wholeText, fc.integer({ min: 4, max: 40 }), (text, columns) => {
        fc.pre(text !== '');
        const { lines } = layoutComposer(at(`|${text}`), { columns, maxRows: 1_000, prompt: '> ', continuation: '  ', theme: PLAIN_THEME });
        // A tag sequence shows its flag without the tags.
        const shown = lines.map((line) => line.slice(2)).join('');
        expect(shown).toBe(text.replaceAll('\n', '').replaceAll(/[\u{e0000}-\u{e007f}]/gu, ''));
      }),
    );
  });

  it('finds for every place a cell and for every cell its place', () => {
    fc.assert(
      fc.property(wholeText, fc.integer({ min: 4, max: 40 }), (text, room) => {
        const line = text.replaceAll('\n', '');
        const rows = rowsOf(line, room, () => undefined);
        expect(rows.map(({ start, end }) => line.slice(start, end)).join('')).toBe(line);
        let offset = 0;
        for (const part of graphemes(line)) {
          const { row, column } = placeIn(rows, offset, room);
          expect(offsetIn(rows[row]!, column, row === rows.length - 1)).toBe(offset);
          offset += part.length;
        }
      }),
    );
  });

  it('breaks plain text as it breaks any other', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-'), maxLength: 80 }),
        fc.integer({ min: 2, max: 20 }),
        (line, room) => {
          const plain = rowsOf(line, room, () => undefined);
          // One accent sends the line the other way.
          const other = rowsOf(`${line}é`, room, () => undefined);
          expect(other.slice(0, plain.length - 1).map(({ end }) => end)).toEqual(plain.slice(0, -1).map(({ end }) => end));
        },
      ),
    );
  });
});
