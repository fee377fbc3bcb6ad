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
    const dark = await openTheme({ name: 'dark', colorLevel: 2 });
    const light = await openTheme({ name: 'light', colorLevel: 2 });
    expect(dark.paint('strong', 'x')).toBe('\u001b[1mx\u001b[22m');
    expect(dark.paint('heading', 'x')).not.toBe(light.paint('heading', 'x'));
    expect(dark.paint('codeBlock', 'x')).toBe('x');
    expect(dark.paint('error', '')).toBe('');
  });

  it('tells roles apart by weight, slant and lines where nobody knows what is behind the text, or there are 16 colors', async () => {
    for (const options of [
      { name: 'auto', colorLevel: 3 },
      { name: 'dark', colorLevel: 1 },
    ] as const) {
      const theme = await openTheme(options);
      expect(theme.hasHues).toBe(false);
      expect([theme.paint('dim', 'x'), theme.paint('error', 'x'), theme.paint('syntaxComment', 'x')]).toEqual([
        'x',
        '\u001b[1mx\u001b[22m',
        '\u001b[3mx\u001b[23m',
      ]);
    }
  });
});
