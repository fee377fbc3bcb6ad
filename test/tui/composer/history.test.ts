/** Earlier prompts: going through them, and searching them. */
import { describe, expect, it } from 'vitest';
import { PLAIN_THEME } from '../../../src/format/theme.ts';
import { createComposer, paste, textOf } from '../../../src/tui/composer/composer.ts';
import {
  beginBrowsing,
  beginSearch,
  browse,
  extendSearch,
  type HistorySearch,
  layoutSearch,
  pasteIntoSearch,
  pressSearch,
} from '../../../src/tui/composer/history.ts';
import { keysOf, marked, type } from './typing.ts';

describe('going back and forward', () => {
  const draft = paste(type(createComposer({ keys: 'emacs' }), 'my draft<left>'), 'x\n'.repeat(20));

  it('passes each prompt once and comes back to the draft as it was, chips, cursor and undo', () => {
    let now = { browsing: beginBrowsing(['three', 'two', 'two', 'one'], draft), composer: draft };
    const seen: string[] = [];
    for (const direction of ['back', 'back', 'back', 'forward', 'forward', 'forward'] as const) {
      now = browse(now.browsing, now.composer, direction)!;
      seen.push(textOf(now.composer));
    }
    expect(seen.slice(0, 5)).toEqual(['three', 'two', 'one', 'two', 'three']);
    expect(now.composer).toEqual(draft);
  });

  it('ends at both ends', () => {
    const browsing = beginBrowsing(['one'], draft);
    expect(browse(browsing, draft, 'forward')).toBeUndefined();
    const back = browse(browsing, draft, 'back')!;
    expect(browse(back.browsing, back.composer, 'back')).toBeUndefined();
    expect(browse(beginBrowsing([], draft), draft, 'back')).toBeUndefined();
    expect(browse(beginBrowsing(['a', 'b', 'b'], draft), draft, 'back')?.browsing.index).toBe(0);
  });

  it('brings the draft back by undo, too', () => {
    const back = browse(beginBrowsing(['one'], draft), draft, 'back')!;
    expect(marked(back.composer)).toBe('one|');
    expect(textOf(type(back.composer, '<ctrl+_>'))).toBe(textOf(draft));
  });
});

describe('searching', () => {
  const prompts = ['How do I squash commits?', 'rebase or squash', 'lunch', 'Squash soup', 'lunch'];

  function search(keys: string, from: HistorySearch = beginSearch(prompts)) {
    let pressed: ReturnType<typeof pressSearch> = { search: from };
    for (const key of keysOf(keys)) pressed = pressSearch(pressed.search, key);
    return pressed;
  }

  it('finds the newest first, older and newer ones on request', () => {
    expect(search('squash<enter>').outcome).toEqual({ type: 'taken', text: 'How do I squash commits?' });
    expect(search('squash<ctrl+r><enter>').outcome).toEqual({ type: 'taken', text: 'rebase or squash' });
    expect(search('squash<ctrl+r><ctrl+r><ctrl+r><ctrl+r><enter>').outcome).toEqual({ type: 'taken', text: 'Squash soup' });
    expect(search('squash<ctrl+r><ctrl+s><enter>').outcome).toEqual({ type: 'taken', text: 'How do I squash commits?' });
  });

  it('takes capitals as they are and small letters for both', () => {
    expect(search('Squash').search.matches).toEqual(['Squash soup']);
    expect(search('Squash<backspace><backspace><backspace><backspace><backspace><backspace>s').search.matches).toHaveLength(3);
  });

  it('takes small letters for all that a search takes them for', () => {
    for (const typed of ["don't", 'dong', 'i don']) {
      expect(pasteIntoSearch(beginSearch(['I don’t know Đồng']), typed).matches, typed).toHaveLength(1);
    }
  });

  it('shows each prompt once', () => {
    expect(beginSearch(prompts).matches).toHaveLength(4);
  });

  it('leaves by Esc, Ctrl+G and Ctrl+C, and when there is nothing to take', () => {
    for (const key of ['<escape>', '<ctrl+g>', '<ctrl+c>']) expect(search(key).outcome).toEqual({ type: 'left' });
    expect(search('zzz<enter>').outcome).toEqual({ type: 'left' });
  });

  it('stays where it is when more prompts come in', () => {
    const { search: before } = search('squash<ctrl+r>');
    const after = extendSearch(before, ['squash it', ...prompts]);
    expect(after.matches[after.index]).toBe('rebase or squash');
  });

  it('takes a paste as part of the query', () => {
    expect(pasteIntoSearch(beginSearch(prompts), 'or\nsquash').matches).toEqual(['rebase or squash']);
  });

  it('shows the query with the cursor behind it, and what matches', () => {
    const { lines, cursor } = layoutSearch(search('squ<ctrl+r>').search, { columns: 40, rows: 5, theme: PLAIN_THEME });
    expect(lines).toEqual(['(history) squ  2 of 3', '  How do I squash commits?', '> rebase or squash', '  Squash soup']);
    expect(cursor).toEqual({ row: 0, column: 13 });
  });

  it('shows the match beside the query where there is one row', () => {
    const options = { columns: 40, rows: 1, theme: PLAIN_THEME };
    expect(layoutSearch(search('squ').search, options).lines).toEqual(['(history) squ: How do I squash commits?']);
    expect(layoutSearch(search('zzz').search, options).lines).toEqual(['(history) zzz: no match']);
    expect(layoutSearch(search('a long query that goes on and on and on').search, options).cursor.column).toBeLessThan(40);
  });

  it('shows the part of a long prompt that matches, safely and in one line', () => {
    const long = beginSearch([`${'word '.repeat(100)}\x1b[2J\nneedle in here`], 'needle');
    const { lines } = layoutSearch(long, { columns: 40, rows: 3, theme: PLAIN_THEME });
    expect(lines[1]).toContain('needle');
    expect(lines[1]).not.toContain('\x1b');
    expect(lines.every((line) => line.length <= 40)).toBe(true);
  });
});
