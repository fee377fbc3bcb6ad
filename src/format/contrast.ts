/** How well a color can be read on a background, as WCAG 2 measures it, and the fixed colors of a terminal. */

/** Each from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What text needs, by WCAG 2 level AA. */
export const READABLE = 4.5;

/** From 1, the same, to 21, black and white. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]; // two are sorted
  return (high + 0.05) / (low + 0.05);
}

/** As bright as the eye takes it, from 0 to 1. */
function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Light is what black is the better ink for. */
export function groundOf(background: Rgb): 'dark' | 'light' {
  return contrast(background, BLACK) > contrast(background, WHITE) ? 'light' : 'dark';
}

/** One of the colors 16 to 255: a cube and a row of greys, the same in every terminal. The 16 before them are the user's. */
export function fixedColor(index: number): Rgb {
  if (index >= FIRST_GREY) return [greyLevel(index), greyLevel(index), greyLevel(index)];
  const place = index - 16;
  return [CUBE[Math.floor(place / 36)] ?? 0, CUBE[Math.floor(place / 6) % 6] ?? 0, CUBE[place % 6] ?? 0];
}

/** The color, if text in it can be read there. */
export function readableOn(background: Rgb, index: number): number | undefined {
  return contrast(fixedColor(index), background) >= READABLE ? index : undefined;
}

/** The grey that stands out least and can still be read; undefined where none can. */
export function quietestGrey(background: Rgb): number | undefined {
  const readable = GREYS.filter((index) => readableOn(background, index) !== undefined);
  return readable.sort((a, b) => contrast(fixedColor(a), background) - contrast(fixedColor(b), background))[0];
}

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
const CUBE = [0, 95, 135, 175, 215, 255] as const;
const FIRST_GREY = 232;
const GREYS = Array.from({ length: 24 }, (_, step) => FIRST_GREY + step);

function greyLevel(index: number): number {
  return 8 + 10 * (index - FIRST_GREY);
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
