/** What is on the screen: always less than the window, whatever is open, however small it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import { createComposer, setText } from '../../src/tui/composer/composer.ts';
import { beginSearch } from '../../src/tui/composer/history.ts';
import { layoutScreen } from '../../src/tui/layout.ts';
import { createPicker } from '../../src/tui/picker.ts';
import type { Overlay, ScreenState } from '../../src/tui/state.ts';
import { dispatched, pressed, start } from './pressing.ts';

function lines(state: ScreenState): string[] {
  const { live, panel, input, footer } = layoutScreen(state, PLAIN_THEME);
  return [...live, ...panel, ...input, ...footer];
}

const SIZE = { columns: 80, rows: 24 };
const MENU = { kind: 'command', start: 0, base: '/', items: [{ label: 'model', detail: 'choose the model' }], isAsked: false } as const;

describe('the screen', () => {
  it('has the input line and below it the status', () => {
    expect(lines(pressed('hi', start({ status: 'gpt-4o-mini' })).state)).toEqual(['> hi', '', 'gpt-4o-mini']);
  });

  it('sets off what streams, and says how to type ahead', () => {
    expect(lines(start({ isWorking: true, live: ['so far'], status: 's' }))).toEqual(['so far', '', '> type ahead; Esc stops', '', 's']);
  });

  it('shows what waits, what is attached, and the menu', () => {
    const state = dispatched(
      [{ type: 'completion', source: MENU }],
      pressed('/', start({ queue: ['later'], attached: ['cat.png'], status: 's' })).state,
    ).state;
    expect(lines(state)).toEqual(['next: later', 'attached: cat.png', '> model  choose the model', '> /', '', 's']);
  });

  it('shows nothing of a secret, and the question before it', () => {
    const composer = setText(createComposer({ keys: 'emacs' }), 'sk-secret');
    const state = start({ overlay: { kind: 'line', id: 1, question: 'Key (not shown): ', isSecret: true, composer }, status: 's' });
    expect(lines(state).join('\n')).not.toContain('sk-');
    expect(lines(state)[0]).toBe('Key (not shown): (typed)');
  });

  it('gives a picker the room of what streams', () => {
    const overlay: Overlay = {
      kind: 'pick',
      id: 1,
      picker: createPicker<unknown>({ title: 'Which?', empty: '', items: [{ value: 1, label: 'one' }] }, SIZE),
    };
    expect(lines(start({ overlay, live: ['so far'], status: 's' }))).toEqual([
      'Which?  1',
      '> ',
      '> one',
      'Enter chooses, Esc leaves, typing narrows',
      '',
      's',
    ]);
  });
});

const LONG = '日本語 and some words that go on and on '.repeat(8);
const overlays = fc.constantFrom<Overlay | undefined>(
  undefined,
  {
    kind: 'pick',
    id: 1,
    picker: createPicker<unknown>(
      {
        title: LONG,
        empty: LONG,
        items: Array.from({ length: 40 }, () => ({ value: 1, label: LONG, detail: LONG })),
        preview: () => [LONG],
      },
      SIZE,
    ),
  },
  {
    kind: 'approval',
    id: 1,
    request: {
      callId: 'c',
      name: 'write_file',
      arguments: {},
      access: 'write',
      plan: { summary: LONG, details: `${LONG}\n`.repeat(30), pattern: LONG },
    },
  },
  { kind: 'confirm', id: 1, question: LONG },
  { kind: 'line', id: 1, question: LONG, isSecret: false, composer: createComposer({ keys: 'emacs', text: LONG }) },
  {
    kind: 'history',
    search: beginSearch(
      Array.from({ length: 40 }, (_, index) => `${index} ${LONG}`),
      'words',
    ),
  },
);

describe('in any window', () => {
  it('is always smaller than it, with the cursor inside', () => {
    fc.assert(
      fc.property(
        fc.record({
          columns: fc.integer({ min: 10, max: 200 }),
          rows: fc.integer({ min: 3, max: 60 }),
          live: fc.integer({ min: 0, max: 60 }),
          typed: fc.constantFrom('', 'word', LONG, 'line\n'.repeat(30)),
          queue: fc.constantFrom<string[]>([], [LONG], ['a', 'b', 'c', 'd', 'e']),
          hint: fc.constantFrom(undefined, LONG),
          overlay: overlays,
        }),
        ({ columns, rows, live, typed, queue, hint, overlay }) => {
          const size = { columns, rows };
          const shown = Array.from({ length: live }, (_, index) => `${index}`);
          const composer = setText(createComposer({ keys: 'emacs' }), typed);
          const state = dispatched(
            [{ type: 'resize', size }],
            start({ live: shown, composer, queue, hint, overlay, status: 's', isWorking: live > 0 }),
          ).state;
          const view = layoutScreen(state, PLAIN_THEME);
          const all = [...view.live, ...view.panel, ...view.input, ...view.footer];
          expect(all.length).toBeLessThan(rows);
          for (const line of all) expect(displayWidth(line)).toBeLessThan(columns);
          if (view.cursor) {
            expect(view.cursor.row).toBeLessThan(Math.max(1, view[view.cursor.part].length));
            expect(view.cursor.column).toBeLessThan(columns);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
