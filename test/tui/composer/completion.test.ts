/** The menu of completions: what it offers, how it is moved through, how it looks. */
import { describe, expect, it } from 'vitest';
import { PLAIN_THEME } from '../../../src/format/theme.ts';
import {
  type Completion,
  type CompletionItem,
  filterCompletion,
  insertOf,
  layoutCompletion,
  openCompletion,
  pressMenu,
} from '../../../src/tui/composer/completion.ts';
import { chord, text } from './typing.ts';

const items = ['model', 'memory', 'summarize', 'rename', 'resume'].map((label) => ({ label, detail: `about ${label}` }));

function open(query: string, from: readonly CompletionItem[] = items): Completion {
  return openCompletion(from, query)!;
}

function labels(completion: Completion | undefined): string[] | undefined {
  return completion?.matches.map(({ label }) => label);
}

describe('matching', () => {
  it('has what begins with the query first, then what contains it, then what has its letters in order', () => {
    expect(labels(open(''))).toEqual(['model', 'memory', 'summarize', 'rename', 'resume']);
    expect(labels(open('m'))).toEqual(['model', 'memory', 'summarize', 'rename', 'resume']);
    expect(labels(open('me'))).toEqual(['memory', 'rename', 'resume', 'model', 'summarize']);
    expect(labels(open('RES'))).toEqual(['resume']);
    expect(labels(open('mdl'))).toEqual(['model']);
  });

  it('has what is the query before all, by any of its names', () => {
    const named = [{ label: 'more' }, { label: 'model', also: ['m'] }, { label: 'me' }];
    expect(labels(open('m', named))).toEqual(['model', 'more', 'me']);
    expect(labels(open('me', named))?.[0]).toBe('me');
  });

  it('is no menu where nothing matches', () => {
    expect(openCompletion(items, 'xyz')).toBeUndefined();
    expect(filterCompletion(open('re'), 'rez')).toBeUndefined();
    expect(labels(filterCompletion(open('re'), 'ren'))).toEqual(['rename']);
  });
});

describe('keys', () => {
  it('goes round in both directions', () => {
    const moved = (keys: string[]) => keys.reduce((now, key) => pressMenu(now, chord(key))!.completion, open('')).index;
    expect(moved(['down', 'ctrl+n'])).toBe(2);
    expect(moved(['up'])).toBe(4);
    expect(moved(['shift+tab', 'down'])).toBe(0);
  });

  it('accepts by Tab and Enter, closes by Esc, and leaves every other key to the composer', () => {
    const menu = open('me');
    expect(pressMenu(menu, chord('tab'))?.outcome).toEqual({ type: 'accepted', item: items[1], by: 'tab' });
    expect(pressMenu(menu, chord('enter'))?.outcome).toEqual({ type: 'accepted', item: items[1], by: 'enter' });
    expect(pressMenu(menu, chord('escape'))?.outcome).toEqual({ type: 'closed' });
    expect(pressMenu(menu, text('m'))).toBeUndefined();
    expect(pressMenu(menu, chord('shift+enter'))).toBeUndefined();
  });

  it('puts in what the item says, or its label', () => {
    expect([insertOf({ label: 'a' }), insertOf({ label: 'a', insert: '@a ' })]).toEqual(['a', '@a ']);
  });
});

describe('the look', () => {
  it('marks the chosen one without colour and lines the details up', () => {
    const { completion } = pressMenu(open('su'), chord('down'))!;
    expect(layoutCompletion(completion, { columns: 60, maxRows: 8, theme: PLAIN_THEME })).toEqual([
      '  summarize  about summarize',
      '> resume     about resume',
    ]);
  });

  it('has at most eight rows, the chosen one among them, and says how many there are', () => {
    const many = open(
      '',
      Array.from({ length: 30 }, (_, index) => ({ label: `item ${index}`, detail: '' })),
    );
    const lines = layoutCompletion({ ...many, index: 20 }, { columns: 40, maxRows: 20, theme: PLAIN_THEME });
    expect(lines).toHaveLength(8);
    expect(lines).toContain('> item 20');
    expect(lines.at(-1)).toBe('  (21 of 30)');
    expect(layoutCompletion({ ...many, index: 20 }, { columns: 40, maxRows: 1, theme: PLAIN_THEME })).toEqual(['> item 20']);
  });

  it('fits narrow windows and shows nothing raw', () => {
    const menu = open('', [{ label: `${'long '.repeat(20)}\x1b[2J`, detail: 'detail\nof it' }]);
    for (const columns of [6, 20, 60]) {
      for (const line of layoutCompletion(menu, { columns, maxRows: 8, theme: PLAIN_THEME })) {
        expect(line.length).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/[\x1b\n]/);
      }
    }
  });
});
