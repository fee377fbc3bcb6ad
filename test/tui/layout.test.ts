/** From the state of the chat to the lines on the screen, in every window. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import { createComposer, paste, setText } from '../../src/tui/composer/composer.ts';
import { layoutScreen } from '../../src/tui/layout.ts';
import { createPicker } from '../../src/tui/picker.ts';
import { initialState, type Overlay, type ScreenState, type Size } from '../../src/tui/state.ts';
import type { View } from '../../src/tui/view.ts';
import { pressed } from './pressing.ts';

const at = (size: Size, changes: Partial<ScreenState> = {}): ScreenState => ({ ...initialState(size, 'emacs'), ...changes });
const linesOf = ({ live, panel, input, footer }: View) => [...live, ...panel, ...input, ...footer];
const shown = (state: ScreenState) => linesOf(layoutScreen(state, PLAIN_THEME));
const typed = (text: string) => setText(createComposer({ keys: 'emacs' }), text);

/** No higher than the window less one row, no wider than it less one column, the cursor inside. */
function fits(state: ScreenState): void {
  const view = layoutScreen(state, PLAIN_THEME);
  const lines = linesOf(view);
  expect(lines.length).toBeLessThanOrEqual(Math.max(2, state.size.rows - 1));
  for (const line of lines) {
    expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(4, state.size.columns - 1));
    expect(line).not.toMatch(/\p{Cc}/u);
  }
  if (!view.cursor) return;
  const { part, row, column } = view.cursor;
  expect(row).toBeGreaterThanOrEqual(0);
  expect(row).toBeLessThan(Math.max(1, view[part].length));
  expect(column).toBeLessThanOrEqual(Math.max(4, state.size.columns - 1));
}

const SIZES: Size[] = [
  { columns: 40, rows: 10 },
  { columns: 80, rows: 24 },
  { columns: 200, rows: 60 },
];

const items = Array.from({ length: 80 }, (_, index) => ({ value: index, label: `model number ${index} 漢字`, detail: 'of a list' }));
const approval: Overlay = {
  kind: 'approval',
  id: 1,
  request: {
    callId: 'c',
    name: 'write_file',
    arguments: {},
    access: 'write',
    plan: { summary: 'write src/a.ts (200 lines)', details: '+added line of code\n'.repeat(200), pattern: 'src/*' },
  },
};

const overlays: Record<string, Overlay> = {
  picker: {
    kind: 'pick',
    id: 1,
    picker: createPicker(
      { title: 'Model', empty: 'none', items, preview: () => ['what it is', '', 'x'.repeat(300)] },
      SIZES[1] as Size,
    ) as never,
  }, // of one kind of value
  approval,
  held: { ...approval, isHeld: true },
  confirm: {
    kind: 'confirm',
    id: 1,
    question: 'Delete the conversation "a very long title of a conversation that goes on and on" and all that is in it for ever?',
  },
  line: { kind: 'line', id: 1, question: 'Name: ', isSecret: false, composer: typed('typed text '.repeat(30)) },
  secret: { kind: 'line', id: 1, question: 'Key of OpenAI (not shown): ', isSecret: true, composer: typed('sk-secret-key') },
};

describe('the screen', () => {
  it('is a line to type in and the status below it', () => {
    expect(shown(at({ columns: 80, rows: 24 }, { status: 'gpt-4o' }))).toEqual(
      ['>', '', 'gpt-4o'].map((line) => (line === '>' ? expect.stringMatching(/^> ?$/) : line)),
    );
  });

  it('sets off what streams from what is typed', () => {
    const state = at(
      { columns: 80, rows: 24 },
      { isWorking: true, live: ['  an unfinished line'], composer: typed('next question'), status: 'gpt-4o' },
    );
    expect(shown(state)).toEqual(['  an unfinished line', '', '> next question', '', 'gpt-4o']);
  });

  it('shows what waits, and what is attached', () => {
    const state = at({ columns: 80, rows: 24 }, { queue: ['one\ntwo', 'b', 'c', 'd', 'e'], attached: ['a\u001b.txt'], status: 's' });
    expect(shown(state).slice(0, 5)).toEqual([
      'next: one two',
      'next: b',
      'next: c',
      '(+2 more; Up takes the last one back)',
      'attached: a\u241b.txt',
    ]);
  });

  it('never shows a secret, not even how long it is', () => {
    const one = shown(at({ columns: 80, rows: 24 }, { overlay: overlays.secret }));
    expect(one.join('\n')).not.toContain('sk-');
    expect(one).toEqual(shown(at({ columns: 80, rows: 24 }, { overlay: { ...overlays.secret, composer: typed('x') } as Overlay }))); // the same with less
  });

  it('asks below a question that leaves no room beside it', () => {
    const question = 'What is the name of the thing? ';
    const state = at({ columns: 34, rows: 24 }, { overlay: { kind: 'line', id: 1, question, isSecret: false, composer: typed('abc') } });
    expect(shown(state).slice(0, 2)).toEqual(['What is the name of the thing?', 'abc']);
    const { cursor } = layoutScreen(state, PLAIN_THEME);
    expect(cursor).toEqual({ part: 'panel', row: 1, column: 3 });
  });

  it('keeps the question and the answer in a window that is too small for all of the question', () => {
    const state = at({ columns: 20, rows: 5 }, { overlay: overlays.confirm });
    expect(shown(state).join('\n')).toContain('[y/N]');
    fits(state);
  });

  it('cuts a live line that was laid out for a wider window', () => {
    const state = at({ columns: 40, rows: 10 }, { live: ['x'.repeat(79), `${'漢'.repeat(39)}.`] });
    expect(shown(state).slice(0, 2)).toEqual(['x'.repeat(39), '漢'.repeat(19)]);
  });

  it('leaves out the oldest live lines where there is no room', () => {
    const live = Array.from({ length: 9 }, (_, index) => `line ${index}`);
    const lines = shown(at({ columns: 40, rows: 8 }, { live, status: 's' }));
    expect(lines).toHaveLength(7);
    expect(lines).toContain('line 8');
    expect(lines).not.toContain('line 0');
  });

  it('keeps the line that is typed below an approval that comes in between', () => {
    const lines = shown(
      at({ columns: 60, rows: 12 }, { overlay: { ...approval, isHeld: true }, composer: typed('and then'), status: 'gpt-4o' }),
    );
    expect(lines).toContain('Allow? write_file  wants to write');
    expect(lines).toContain('[Tab] answer   [Enter] queues what you type');
    expect(lines.at(-2)).toBe('> and then');
  });

  it.each(SIZES.flatMap((size) => Object.keys(overlays).map((name) => [name, size] as const)))(
    'fits the window with an overlay: %s in %o',
    (name, size) => {
      for (const live of [[], ['one', 'two', 'three']]) fits(at(size, { overlay: overlays[name], live, status: 'gpt-4o', hint: 'a hint' }));
    },
  );

  it('fits every window, whatever is in it', () => {
    const words = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('漢字'.repeat(80), 'word '.repeat(200), '👩‍👩‍👧'),
    );
    const state = fc.record({
      columns: fc.integer({ min: 8, max: 200 }),
      rows: fc.integer({ min: 3, max: 60 }),
      draft: words,
      pasted: fc.boolean(),
      live: fc.array(fc.constantFrom('', 'live line', 'x'.repeat(150), '漢字'.repeat(60)), { maxLength: 8 }),
      queue: fc.array(words, { maxLength: 6 }),
      attached: fc.array(words, { maxLength: 3 }),
      hint: fc.option(words, { nil: undefined }),
      isWorking: fc.boolean(),
      overlay: fc.option(fc.constantFrom(...Object.values(overlays)), { nil: undefined }),
      keys: fc.constantFrom('', '/', '/mo', '<esc>', 'abc\n'),
    });
    fc.assert(
      fc.property(state, ({ columns, rows, draft, pasted, keys, ...changes }) => {
        const composer = pasted ? paste(createComposer({ keys: 'emacs' }), draft.repeat(30)) : typed(draft);
        const begun = at({ columns, rows }, { ...changes, composer, status: 'm'.repeat(Math.max(0, columns - 1)) });
        fits(keys === '' ? begun : pressed(keys, begun).state);
      }),
      { numRuns: 400 },
    );
  });
});
