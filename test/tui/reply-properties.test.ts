/** What holds for every reply, however it is cut into pieces, drawn and resized. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { loadParsers, type MarkdownParsers } from '../../src/format/markdown-parsers.ts';
import { openTheme, type Theme } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import { anyText, markdownText } from '../format/markdown-arbitraries.ts';
import { anyTurn, finish, openView, part, printed, recut, requestStart, turnEnd, turnStart, withoutDeltas } from './reply.ts';

let parsers: MarkdownParsers;
let dark: Theme;
beforeAll(async () => {
  parsers = await loadParsers({ highlight: true });
  dark = await openTheme({ name: 'dark', colorLevel: 3 });
});

const widths = fc.oneof(fc.integer({ min: 20, max: 200 }), fc.constantFrom(20, 23, 24, 25, 39, 40, 80, 200));
const ways = fc.record({ columns: widths, showReasoning: fc.boolean(), linear: fc.boolean(), toolLines: fc.constantFrom(0, 1, 3) });
const seeds = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });

/** Cuts a text into pieces of these lengths, again and again. */
function cutter(lengths: readonly number[]): (text: string) => string[] {
  return (text) => {
    const pieces: string[] = [];
    for (let at = 0, turn = 0; at < text.length; turn++) {
      const length = lengths[turn % lengths.length] ?? 1;
      pieces.push(text.slice(at, at + length));
      at += length;
    }
    return pieces;
  };
}

const OWN_COLOURS = /\u001b\[[\d;]+m/g;

/** Printed lines of code are whole, and so are addresses: the terminal breaks them. */
function isWhole(line: string): boolean {
  return /^[ >0-9.)-]*\|(?: |$)|:\/\/|www\./i.test(line.replaceAll(OWN_COLOURS, ''));
}

describe('whatever the reply', () => {
  it('prints the same wherever its pieces were cut and whenever it was drawn', () => {
    fc.assert(
      fc.property(anyTurn(markdownText), ways, seeds, fc.integer({ min: 1, max: 7 }), (events, way, lengths, often) => {
        const once = printed(events, { ...way, parsers }, () => false);
        expect(printed(recut(events, cutter(lengths)), { ...way, parsers }, (index) => index % often === 0)).toEqual(once);
      }),
      { numRuns: 120 },
    );
  });

  it('prints the same without its pieces', () => {
    fc.assert(
      fc.property(anyTurn(markdownText), ways, (events, way) => {
        // Of a part that never ended nothing is known but its pieces: here all of them end.
        expect(printed(withoutDeltas(events), { ...way, parsers })).toEqual(printed(events, { ...way, parsers }));
      }),
      { numRuns: 120 },
    );
  });

  it('fits the window, and lets no control character through but its own colours', () => {
    fc.assert(
      fc.property(anyTurn(anyText), ways, seeds, (events, way, lengths) => {
        const { view } = openView({ ...way, parsers, theme: dark });
        const look = (line: string, isPrinted: boolean) => {
          if (!way.linear && !(isPrinted && isWhole(line))) expect(displayWidth(line)).toBeLessThanOrEqual(way.columns);
          expect(line.replaceAll(OWN_COLOURS, '')).not.toMatch(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u2028\u2029]/u);
        };
        for (const event of recut(events, cutter(lengths))) {
          view.take(structuredClone(event));
          const { print, live } = view.frame();
          expect(live.length).toBeLessThanOrEqual(way.linear ? 0 : 9);
          for (const line of print) look(line, true);
          for (const line of live) look(line, false);
        }
        for (const line of view.end()) look(line, true);
      }),
      { numRuns: 120 },
    );
  });

  it('fits every window that it is shown in, from 4 to 200 columns', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 4, max: 30 }), widths), { minLength: 1, maxLength: 6 });
    const pieces = fc.array(fc.integer({ min: 5, max: 90 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anyTurn(markdownText), sizes, pieces, fc.boolean(), (events, columns, lengths, showReasoning) => {
        const { view } = openView({ columns: columns[0] ?? 80, parsers, showReasoning });
        let turn = 0;
        for (const event of recut(events, cutter(lengths))) {
          const width = columns[turn++ % columns.length] ?? 80;
          view.resize(width);
          view.take(structuredClone(event));
          const { print, live } = view.frame();
          for (const line of [...print.filter((one) => !isWhole(one)), ...live]) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        }
        const width = columns[(turn - 1) % columns.length] ?? 80;
        for (const line of view.end()) if (!isWhole(line)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 120 },
    );
  });

  it('loses and repeats no word when the window is resized in mid-stream', () => {
    const numbered = fc
      .array(fc.constantFrom(' ', ' ', ' ', '\n', '\n\n', '\n- ', '\n> ', '\n\n    ', '\n```\n', '\n# ', ' **', '** '), {
        minLength: 5,
        maxLength: 120,
      })
      .map((gaps) => gaps.map((gap, index) => `${gap}w${index}x`).join(''));
    const sizes = fc.array(fc.integer({ min: 24, max: 120 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(numbered, sizes, seeds, fc.constantFrom<'text' | 'reasoning'>('text', 'reasoning'), (words, columns, lengths, type) => {
        const { view } = openView({ parsers, showReasoning: true });
        const events = [turnStart, requestStart, ...recut(part('p', { type, text: words }), cutter(lengths)), finish, turnEnd()];
        const lines: string[] = [];
        for (const [index, event] of events.entries()) {
          view.take(event);
          if (index % 2 === 0) view.resize(columns[index % columns.length] ?? 80);
          lines.push(...view.frame().print);
        }
        lines.push(...view.end());
        const found = lines.join('').replaceAll(' ', '').match(/w\d+x/g) ?? [];
        expect(found).toEqual(words.match(/w\d+x/g));
      }),
      { numRuns: 200 },
    );
  });

  it('shows what it thinks once, whenever that is switched on and off', () => {
    const thoughts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(thoughts, fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), seeds, (sizes, toggles, lengths) => {
        const { view } = openView({ columns: 40, parsers });
        let shown = false;
        let number = 0;
        const all: string[] = [];
        const events: StreamEvent[] = [turnStart, requestStart];
        for (const [index, size] of sizes.entries()) {
          const words = Array.from({ length: size }, () => `w${number++}x`);
          all.push(...words);
          events.push(...recut(part(`r${index}`, { type: 'reasoning', text: words.join(' ') }), cutter(lengths)));
          if (index % 3 === 2) events.push(...part(`t${index}`, { type: 'text', text: 'So far.' }));
        }
        const lines: string[] = [];
        for (const [index, event] of [...events, finish].entries()) {
          if (toggles[index % toggles.length]) {
            view.toggleReasoning();
            shown = !shown;
          }
          view.take(event);
          lines.push(...view.frame().print);
        }
        if (!shown) view.toggleReasoning();
        view.take(turnEnd());
        lines.push(...view.frame().print, ...view.end());
        // A word that was half printed when it was folded goes on later: lines of thoughts hold no other letters than these.
        const thought = lines
          .filter((line) => !/[a-vyz]/.test(line))
          .join('')
          .replaceAll(/[ |]/g, '');
        expect(thought).toEqual(all.join(''));
      }),
      { numRuns: 200 },
    );
  });
});
