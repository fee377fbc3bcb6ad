/** Can everything be read that has to be? Measured for each look, on the palettes that people use. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, fixedColor, groundOf, quietestGrey, READABLE, type Rgb } from '../../src/format/contrast.ts';
import { openTheme, ROLE_NAMES, type Theme } from '../../src/format/theme.ts';
import { PALETTES, type Palette } from '../support/palettes.ts';

/** What a terminal makes of a look: each color that the text may have; none of them may be hard to read. */
function shownColors(painted: string, { text, background, sixteen }: Palette): Rgb[] {
  let colors: Rgb[] = [text];
  let isBold = false;
  let isFaint = false;
  for (const [, code = ''] of painted.slice(0, painted.indexOf('x')).matchAll(/\x1b\[([\d;]*)m/g)) {
    const [kind = 0, mode, index = 0] = code.split(';').map(Number);
    if (kind === 38 && mode === 5) colors = index < 16 ? ofSixteen(index) : [fixedColor(index)];
    else if (kind >= 30 && kind <= 37) colors = ofSixteen(kind - 30);
    else if (kind >= 90 && kind <= 97) colors = ofSixteen(kind - 90 + 8);
    else if (kind === 1) isBold = true;
    else if (kind === 2) isFaint = true;
    else if (kind !== 3 && kind !== 4 && kind !== 9) throw new Error(`nobody here knows what ${code} looks like`);
  }
  return isFaint ? colors.map((color) => halfway(color, background)) : colors;

  /** Bold makes many terminals take the bright one of the eight. */
  function ofSixteen(index: number): Rgb[] {
    const all = isBold && index < 8 ? [index, index + 8] : [index];
    return all.flatMap((one) => (sixteen[one] ? [sixteen[one]] : []));
  }
}

/** What faint is in xterm, VTE, kitty and xterm.js. */
function halfway(color: Rgb, other: Rgb): Rgb {
  return [(color[0] + other[0]) / 2, (color[1] + other[1]) / 2, (color[2] + other[2]) / 2];
}

/** The worst that a terminal of this palette makes of the look; text in the color that the user has chosen for text is fine. */
function worst(theme: Theme, role: (typeof ROLE_NAMES)[number], palette: Palette): number {
  const shown = shownColors(theme.paint(role, 'x'), palette).filter((color) => color !== palette.text);
  return Math.min(21, ...shown.map((color) => contrast(color, palette.background)));
}

describe('every look of the theme', () => {
  it('is read at 4.5 to 1 or more on every palette, with 16, 256 and all colors', async () => {
    for (const palette of PALETTES) {
      for (const colorLevel of [1, 2, 3] as const) {
        const theme = await openTheme({ name: palette.ground, colorLevel });
        for (const role of ROLE_NAMES) {
          expect(worst(theme, role, palette), `${role} on ${palette.name}, level ${colorLevel}`).toBeGreaterThanOrEqual(READABLE);
        }
      }
    }
  });

  it('is read on every palette where nobody knows what is behind the text', async () => {
    const theme = await openTheme({ name: 'auto', colorLevel: 3 });
    for (const palette of PALETTES) {
      for (const role of ROLE_NAMES) expect(worst(theme, role, palette), `${role} on ${palette.name}`).toBeGreaterThanOrEqual(READABLE);
    }
  });

  it('is read on any background that the terminal has told', async () => {
    const channel = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(channel, channel, channel, async (...background) => {
        const name = groundOf(background);
        const theme = await openTheme({ name, colorLevel: 2, background });
        const palette: Palette = { name: 'any', ground: name, text: [1, 1, 1], background, sixteen: [] };
        for (const role of ROLE_NAMES) expect(worst(theme, role, palette), role).toBeGreaterThanOrEqual(READABLE);
      }),
      { numRuns: 300 },
    );
  });

  it('never is faint, nor one of the sixteen colors', async () => {
    for (const name of ['dark', 'light', 'auto'] as const) {
      const theme = await openTheme({ name, colorLevel: 3 });
      const all = ROLE_NAMES.map((role) => theme.paint(role, 'x')).join('');
      expect(all).not.toMatch(/\x1b\[(?:2|3[0-7]|9[0-7]|38;5;(?:\d|1[0-5]))m/);
    }
  });

  it('gives the answer its full weight: quotes, code and tables are not made quieter', async () => {
    const theme = await openTheme({ name: 'dark', colorLevel: 3 });
    expect(theme.paint('quote', 'x')).toBe('x');
    expect(theme.paint('codeBlock', 'x')).toBe('x');
  });

  it('makes the keys of a question the brightest thing on the screen', async () => {
    for (const palette of PALETTES) {
      const theme = await openTheme({ name: palette.ground, colorLevel: 2 });
      const [key = palette.background] = shownColors(theme.paint('key', 'x'), palette);
      for (const role of ROLE_NAMES) {
        const [other = palette.background] = shownColors(theme.paint(role, 'x'), palette);
        const least = contrast(other, palette.background);
        expect(contrast(key, palette.background), `${role} on ${palette.name}`).toBeGreaterThanOrEqual(least);
      }
    }
  });

  it('is as quiet as it may be where the background is known', () => {
    expect(quietestGrey([0, 0, 0])).toBe(243);
    expect(quietestGrey([255, 255, 255])).toBe(243);
    for (const { background } of PALETTES) {
      const grey = quietestGrey(background) ?? 0;
      expect(contrast(fixedColor(grey), background)).toBeGreaterThanOrEqual(READABLE);
      expect(contrast(fixedColor(grey), background)).toBeLessThan(5.3);
    }
    // Nothing grey can be read on a middle grey.
    expect(quietestGrey([119, 119, 119])).toBeUndefined();
  });
});

describe('what a look is measured by', () => {
  it('knows black on white, grey on white, and what bright black is on Solarized', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(contrast([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 2);
    const solarized = PALETTES.find(({ name }) => name === 'solarized-dark');
    expect(solarized).toBeDefined();
    if (!solarized) return;
    expect(shownColors('\x1b[90mx', solarized).map((color) => contrast(color, solarized.background))).toEqual([1]);
    // And what faint is there: no way to write what must be read.
    expect(contrast(shownColors('\x1b[2mx', solarized)[0] ?? [0, 0, 0], solarized.background)).toBeLessThan(2.5);
  });

  it('takes the colors of the cube as they are everywhere', () => {
    expect(fixedColor(16)).toEqual([0, 0, 0]);
    expect(fixedColor(75)).toEqual([95, 175, 255]);
    expect(fixedColor(231)).toEqual([255, 255, 255]);
    expect(fixedColor(244)).toEqual([128, 128, 128]);
  });
});
