/** A list to choose from: narrowing, moving, items that come later, and how it looks in any window. */
import { describe, expect, it } from 'vitest';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import type { PickColumn, PickItem } from '../../src/tui/actions.ts';
import { addItems, createPicker, layoutPicker, type Picker, pastePicker, pressPicker } from '../../src/tui/picker.ts';
import { keysOf } from './composer/typing.ts';

const MODELS: PickItem<string>[] = ['openai/gpt-4o', 'openai/gpt-4o-mini', 'anthropic/claude-sonnet-5', 'ollama/llama3.2'].map((label) => ({
  value: label,
  label,
  detail: '128k',
}));

const KEYS = [
  { word: 'delete', chord: 'ctrl+x', on: 'item' },
  { word: 'search inside', chord: 'ctrl+f', on: 'list' },
] as const;

function open(changes: Partial<Parameters<typeof createPicker<string>>[0]> = {}): Picker<string> {
  return createPicker({ title: 'Model', empty: 'No such model.', items: MODELS, ...changes }, { columns: 80, rows: 24 });
}

function pressed(written: string, picker = open()) {
  let last: ReturnType<typeof pressPicker<string>> = { picker };
  for (const key of keysOf(written)) last = pressPicker(last.picker, key);
  return last;
}

function shown(picker: Picker<string>, columns = 60, rows = 12): string[] {
  return layoutPicker(picker, { columns, rows, theme: PLAIN_THEME }).lines;
}

describe('choosing', () => {
  it('takes the one under the cursor', () => {
    expect(pressed('<enter>').outcome).toEqual({ type: 'chosen', value: 'openai/gpt-4o' });
    expect(pressed('<down><down><enter>').outcome).toEqual({ type: 'chosen', value: 'anthropic/claude-sonnet-5' });
    expect(pressed('<up><enter>').outcome).toEqual({ type: 'chosen', value: 'ollama/llama3.2' });
  });

  it('narrows by letters in order and by several words, the best first', () => {
    expect(pressed('snnt<enter>').outcome).toEqual({ type: 'chosen', value: 'anthropic/claude-sonnet-5' });
    expect(pressed('tenn<enter>').outcome).toBeUndefined();
    expect(pressed('sonnet<enter>').outcome).toEqual({ type: 'chosen', value: 'anthropic/claude-sonnet-5' });
    expect(pressed('mini open<enter>').outcome).toEqual({ type: 'chosen', value: 'openai/gpt-4o-mini' });
    expect(pressed('LLAMA<enter>').outcome).toEqual({ type: 'chosen', value: 'ollama/llama3.2' });
  });

  it('takes nothing where nothing matches, and comes back', () => {
    const none = pressed('zzz<enter>');
    expect(none.outcome).toBeUndefined();
    expect(shown(none.picker)).toContain('  No such model.');
    expect(pressed('<ctrl+u><enter>', none.picker).outcome).toEqual({ type: 'chosen', value: 'openai/gpt-4o' });
  });

  it('begins at the one in use, and with what is typed already', () => {
    const items = MODELS.map((item) => (item.label.includes('llama') ? { ...item, current: true } : item));
    expect(pressed('<enter>', open({ items })).outcome).toEqual({ type: 'chosen', value: 'ollama/llama3.2' });
    expect(pressed('<enter>', open({ items, query: 'mini' })).outcome).toEqual({ type: 'chosen', value: 'openai/gpt-4o-mini' });
  });

  it('leaves by Esc and Ctrl+C', () => {
    for (const key of ['<escape>', '<ctrl+c>', '<ctrl+d>']) expect(pressed(key).outcome).toEqual({ type: 'left' });
  });

  it('takes a paste as typing', () => {
    expect(pressed('<enter>', pastePicker(open(), 'claude\n')).outcome).toEqual({ type: 'chosen', value: 'anthropic/claude-sonnet-5' });
  });
});

describe('keys that do more', () => {
  it('name themselves and what they were pressed on', () => {
    const picker = open({ keys: KEYS });
    expect(pressed('<down><ctrl+x>', picker).outcome).toEqual({ type: 'key', key: 'delete', value: 'openai/gpt-4o-mini' });
    expect(pressed('zzz<ctrl+x>', picker).outcome).toBeUndefined();
    expect(pressed('zzz<ctrl+f>', picker).outcome).toEqual({ type: 'key', key: 'search inside', value: undefined });
    expect(pressed('<ctrl+x>').outcome).toBeUndefined();
  });

  it('stand in the last line, as far as there is room', () => {
    const picker = open({ keys: KEYS });
    const last = (columns: number) => shown(picker, columns).at(-1);
    expect(last(90)).toBe('Enter chooses, Esc leaves, typing narrows, Ctrl+X delete, Ctrl+F search inside');
    expect(last(70)).toBe('Enter chooses, Esc leaves, Ctrl+X delete, Ctrl+F search inside');
    expect(last(36)).toBe('Ctrl+X delete, Ctrl+F search inside');
    for (let columns = 1; columns < 100; columns++) expect(displayWidth(last(columns) ?? '')).toBeLessThanOrEqual(columns);
  });

  it('take two rows where one would leave some of them out, and say what Enter does', () => {
    const keys = [...KEYS, { word: 'rename', chord: 'ctrl+r', on: 'item' } as const];
    expect(shown(open({ keys, enter: 'opens it' }), 39, 14).slice(-2)).toEqual([
      'Enter opens it, Ctrl+X delete',
      'Ctrl+F search inside, Ctrl+R rename',
    ]);
    expect(shown(open({ keys, enter: 'opens it' }), 39, 7).slice(-1)).toEqual(['Enter opens it, Ctrl+X delete']);
  });

  it('are set apart from a preview above them', () => {
    const lines = shown(open({ preview: () => Array.from({ length: 20 }, (_, line) => `line ${line}`) }), 60, 20);
    expect(lines.slice(-3)).toEqual([expect.stringMatching(/^line \d$/), '', 'Enter chooses, Esc leaves, typing narrows']);
  });
});

describe('what comes later', () => {
  const late: PickItem<string>[] = [{ value: 'late', label: 'openai/gpt-4o-late' }];

  it('goes to the end, and the cursor stays where it is', () => {
    const moved = pressed('<down>').picker;
    expect(pressed('<enter>', addItems(moved, late)).outcome).toEqual({ type: 'chosen', value: 'openai/gpt-4o-mini' });
    expect(pressed('<up><enter>', addItems(open(), late)).outcome).toEqual({ type: 'chosen', value: 'late' });
  });

  it('is narrowed like the others', () => {
    const narrowed = pressed('late').picker;
    expect(pressed('<enter>', narrowed).outcome).toBeUndefined();
    expect(pressed('<enter>', addItems(narrowed, late)).outcome).toEqual({ type: 'chosen', value: 'late' });
  });

  it('fills a list that was empty', () => {
    expect(pressed('<enter>', addItems(open({ items: [] }), late)).outcome).toEqual({ type: 'chosen', value: 'late' });
  });
});

describe('the look', () => {
  it('has the title, what is typed, the list and the keys', () => {
    expect(shown(pressed('mini').picker)).toEqual([
      'Model  1 of 4',
      '> mini',
      '> openai/gpt-4o-mini  128k',
      '',
      '',
      '',
      'Enter chooses, Esc leaves, typing narrows',
    ]);
  });

  it('asks for a preview once, and only for what is looked at', () => {
    const asked: string[] = [];
    const preview = (value: string) => {
      asked.push(value);
      return [`about ${value}`, '\x1b[2J'];
    };
    const picker = open({ preview });
    for (let drawing = 0; drawing < 3; drawing++) shown(picker, 120, 14);
    expect(asked).toEqual(['openai/gpt-4o']);
    const lines = shown(pressed('<down>', picker).picker, 120, 14).join('\n');
    expect(lines).toContain('about openai/gpt-4o-mini');
    expect(lines).not.toContain('\x1b');
  });

  it('keeps to the window, however small, with the cursor inside', () => {
    const items = Array.from({ length: 50 }, (_, index) => ({
      value: 'x',
      label: `日本語のモデル ${index} ${'long '.repeat(20)}`,
      detail: 'some detail',
    }));
    for (const columns of [4, 10, 39, 80, 199]) {
      for (const rows of [1, 2, 3, 7, 24]) {
        const picker = pressed('<up>', open({ items, preview: () => ['one', 'two '.repeat(50)] })).picker;
        const { lines, cursor } = layoutPicker(picker, { columns, rows, theme: PLAIN_THEME });
        expect(lines.length, `${columns}x${rows}`).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
        expect(cursor.column).toBeLessThan(columns);
        expect(cursor.row).toBeLessThan(lines.length);
      }
    }
  });

  describe('with columns', () => {
    const columns: PickColumn[] = [
      { head: 'model', from: 40 },
      { head: 'when', from: 24 },
      { head: 'size', from: 30, align: 'right' },
    ];
    const items: PickItem<string>[] = [
      { value: 'a', label: 'Soup', cells: ['gpt-4o', 'now', '4'] },
      { value: 'b', label: 'How do I squash the last three commits without an editor?', cells: ['claude-sonnet-5', '5 days ago', '1,204'] },
      { value: 'c', label: '日本語', cells: ['', 'yesterday', '12'], current: true },
    ];

    it('aligns them under a head, numbers at the right, with one marker', () => {
      expect(shown(open({ columns, items }), 60, 12)).toEqual([
        'Model  3',
        '> ',
        '  name                    model            when         size',
        '  Soup                    gpt-4o           now             4',
        '  How do I squash the...  claude-sonnet-5  5 days ago  1,204',
        '> 日本語                                   yesterday      12',
        'Enter chooses, Esc leaves, typing narrows',
      ]);
    });

    it('have words behind them where there is room', () => {
      const worded = items.map((item) => ({ ...item, label: item.label.slice(0, 4), detail: 'A conversation about cooking' }));
      expect(shown(open({ columns, items: worded }), 72, 12).slice(2, 5)).toEqual([
        '  name          model            when         size',
        '  Soup          gpt-4o           now             4  A conversation ab...',
        '  How           claude-sonnet-5  5 days ago  1,204  A conversation ab...',
      ]);
      expect(shown(open({ columns, items: worded }), 58, 12)[3]).toBe('  Soup          gpt-4o           now             4');
    });

    it('leaves those out that the window has no room for', () => {
      expect(shown(open({ columns, items }), 34, 12).slice(2, 4)).toEqual([
        '  name           when         size',
        '  Soup           now             4',
      ]);
      expect(shown(open({ columns, items }), 20, 12).slice(2, 4)).toEqual(['  name', '  Soup']);
    });

    it('keeps to any window', () => {
      for (let width = 4; width < 120; width++)
        for (const line of shown(open({ columns, items }), width, 12)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    });
  });
});
