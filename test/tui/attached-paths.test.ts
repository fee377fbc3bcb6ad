/** Files that a prompt names. */
import { describe, expect, it } from 'vitest';
import { attachedPaths, withoutNamed } from '../../src/tui/attached-paths.ts';

describe('the files of a prompt', () => {
  it('are what stands behind an @ and looks like a path', () => {
    expect(attachedPaths('look at @src/a.ts, @"my notes/b c.md" and (@./README).')).toEqual(['src/a.ts', 'my notes/b c.md', './README']);
    expect(attachedPaths('@a.ts @a.ts? @~/x.')).toEqual(['a.ts', '~/x']);
    expect(attachedPaths('thanks @alice, mail bob@example.com')).toEqual([]);
  });

  it('are read again when the prompt is sent again, and so do not come back with it', () => {
    const named = { type: 'text', text: './README:\n\nnotes' } as const;
    const picture = { type: 'media', mediaType: 'image/png', data: '', name: '/home/me/cat.png' } as const;
    const other = { type: 'text', text: 'standard input:\n\nlog' } as const;
    expect(withoutNamed('what is @./README and @~/cat.png', [named, other, picture])).toEqual([other]);
    expect(withoutNamed('what is it?', [named, picture])).toEqual([named, picture]);
  });
});
