/** Files and resources that a prompt names. */
import { describe, expect, it } from 'vitest';
import { isPath, referencesIn, withoutNamed } from '../../src/tui/attached-paths.ts';

const attachedPaths = (text: string) => referencesIn(text).filter(isPath);

describe('the files of a prompt', () => {
  it('are what stands behind an @ and looks like a path', () => {
    expect(attachedPaths('look at @src/a.ts, @"my notes/b c.md" and (@./README).')).toEqual(['src/a.ts', 'my notes/b c.md', './README']);
    expect(attachedPaths('@a.ts @a.ts? @~/x.')).toEqual(['a.ts', '~/x']);
    expect(attachedPaths('thanks @alice, mail bob@example.com')).toEqual([]);
  });

  it('are taken to the letter in quotes, and without what ends the sentence otherwise', () => {
    expect(referencesIn('@"notes (1)" and (@own:note://1), @own: @own:note://2.')).toEqual([
      'notes (1)',
      'own:note://1',
      'own',
      'own:note://2',
    ]);
  });

  it('are read again when the prompt is sent again, and so do not come back with it', () => {
    const named = { type: 'text', text: './README:\n\nnotes' } as const;
    const picture = { type: 'media', mediaType: 'image/png', data: '', name: '/home/me/cat.png' } as const;
    const other = { type: 'text', text: 'standard input:\n\nlog' } as const;
    expect(withoutNamed('what is @./README and @~/cat.png', [named, other, picture])).toEqual([other]);
    expect(withoutNamed('what is it?', [named, picture])).toEqual([named, picture]);
    const note = { type: 'text', text: 'own:memo:1:\n\nnote' } as const;
    const dot = { type: 'media', mediaType: 'image/png', data: '', name: 'own:memo:2' } as const;
    expect(withoutNamed('@own:memo:1 @own:memo:2', [note, dot, other])).toEqual([other]);
  });
});
