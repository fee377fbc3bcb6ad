import { describe, expect, it } from 'vitest';
import { openTheme, THEME_NAMES } from '../../src/format/theme.ts';

describe('openTheme', () => {
  it('writes no escape sequence without colours, in any theme', async () => {
    for (const name of THEME_NAMES) {
      const theme = await openTheme({ name, colorLevel: 0 });
      expect(theme.paint('error', 'text')).toBe('text');
    }
    expect((await openTheme({ name: 'none', colorLevel: 3 })).paint('title', 'text')).toBe('text');
  });

  it('paints roles, differently on dark and light', async () => {
    const dark = await openTheme({ name: 'dark', colorLevel: 1 });
    const light = await openTheme({ name: 'light', colorLevel: 1 });
    expect(dark.paint('strong', 'x')).toBe('\u001b[1mx\u001b[22m');
    expect(dark.paint('heading', 'x')).not.toBe(light.paint('heading', 'x'));
    expect(dark.paint('codeBlock', 'x')).toBe('x');
    expect(dark.paint('error', '')).toBe('');
  });
});
