/** The key map as data: what it says is what the help says. */
import { describe, expect, it } from 'vitest';
import { ACTIONS, actionOf, isPrefix, KEYMAP, type KeymapName, keyHelp } from '../../../src/tui/composer/keymap.ts';

const maps = Object.keys(KEYMAP) as KeymapName[];

describe('the key map', () => {
  it('finds an action with and without Shift, but not another one than the map says', () => {
    expect(actionOf('emacs', 'alt+shift+f')).toBe('word.right');
    expect(actionOf('emacs', 'alt+F')).toBe('word.right');
    expect(actionOf('emacs', 'shift+left')).toBe('left');
    expect(actionOf('emacs', 'shift+enter')).toBe('newline');
    expect(actionOf('emacs', 'ctrl+shift+_')).toBe('redo');
    expect(actionOf('emacs', 'shift+tab')).toBeUndefined();
  });

  it('knows pairs of keys', () => {
    expect(isPrefix('emacs', 'ctrl+x')).toBe(true);
    expect(isPrefix('emacs', 'ctrl+')).toBe(false);
    expect(actionOf('emacs', 'ctrl+e', 'ctrl+x')).toBe('editor');
    expect(actionOf('emacs', 'ctrl+x')).toBeUndefined();
  });

  it.each(maps)('has a row in the help of %s for each action that has a key', (map) => {
    const help = keyHelp(map);
    expect(help.flatMap(({ chords }) => chords).toSorted()).toEqual(Object.keys(KEYMAP[map]).toSorted());
    expect(new Set(help.map(({ description }) => description)).size).toBe(help.length);
  });

  it('leaves no action without a key', () => {
    const used = new Set<string>(maps.flatMap((map) => Object.values(KEYMAP[map])));
    expect(Object.keys(ACTIONS).filter((action) => !used.has(action))).toEqual([]);
  });
});
