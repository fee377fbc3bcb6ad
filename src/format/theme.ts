/** What each kind of text looks like: hues and roles as data, painted by chalk. */
import type { ChalkInstance, ColorSupportLevel } from 'chalk';
import { quietestGrey, type Rgb, readableOn } from './contrast.ts';
import { ASCII_GLYPHS, type Glyphs } from './glyphs.ts';

/** `auto`: it is not known what is behind the text. */
export const THEME_NAMES = ['auto', 'dark', 'light', 'none'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

/** How many colors the terminal has: 0 none, 1 sixteen, 2 256, 3 all. */
export type ColorLevel = ColorSupportLevel;

export type Theme = {
  /** 0: not one escape sequence is written. */
  readonly level: ColorLevel;
  /** False: only weight, slant and lines tell roles apart. */
  readonly hasHues: boolean;
  readonly glyphs: Glyphs;
  /** The text in the look of its role. For single lines: a look never runs over a line end. */
  paint(role: Role, text: string): string;
};

export type ThemeOptions = {
  name: ThemeName;
  colorLevel: ColorLevel;
  /** What the terminal says is behind the text: each color is then measured against it, and none is used that cannot be read. */
  background?: Rgb | undefined;
  /** ASCII where nothing is said. */
  glyphs?: Glyphs;
};

export async function openTheme({ name, colorLevel, background, glyphs = ASCII_GLYPHS }: ThemeOptions): Promise<Theme> {
  if (name === 'none' || colorLevel === 0) return { ...PLAIN_THEME, glyphs };
  // chalk looks at the process when it loads and costs 10 ms: only where there is color.
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: colorLevel });
  const ground = name === 'auto' || colorLevel === 1 ? undefined : name;
  const painters = new Map<Role, (text: string) => string>();
  for (const role of ROLE_NAMES) {
    const { hue, marks }: Look = ROLES[role];
    const color = hue !== undefined && ground ? colorOf(hue, ground, background) : undefined;
    let painter: ChalkInstance = chalk;
    for (const mark of marks) painter = painter[mark];
    painters.set(role, color === undefined ? painter : painter.ansi256(color));
  }
  return {
    level: colorLevel,
    hasHues: ground !== undefined,
    glyphs,
    paint: (role, text) => (text === '' ? '' : (painters.get(role)?.(text) ?? text)),
  };
}

/** For pipes, NO_COLOR and `--color never`. */
export const PLAIN_THEME: Theme = { level: 0, hasHues: false, glyphs: ASCII_GLYPHS, paint: (_role, text) => text };

function colorOf(hue: Hue, ground: 'dark' | 'light', background: Rgb | undefined): number | undefined {
  if (background === undefined) return HUES[hue][ground];
  return hue === 'quiet' ? quietestGrey(background) : readableOn(background, HUES[hue][ground]);
}

/**
 * Numbers of the 256 colors, never of the first sixteen: what those are is the user's, and of none of them is it known that it
 * can be read. These are at least 4.5 to 1 on the backgrounds of the usual palettes (test/format/theme-contrast.test.ts). No
 * one color can be that on dark and on light backgrounds, so where nobody knows which it is, text keeps the color it has. Nor
 * is anything faint: terminals take that halfway to the background, and on Solarized hardly anything is left.
 */
const HUES = {
  /** Brightest: what is looked for first. */
  bright: { dark: 231, light: 16 },
  /** Readable, and no more than that. */
  quiet: { dark: 247, light: 242 },
  accent: { dark: 75, light: 25 },
  code: { dark: 222, light: 90 },
  added: { dark: 114, light: 22 },
  removed: { dark: 210, light: 124 },
  warning: { dark: 221, light: 94 },
  error: { dark: 210, light: 124 },
  violet: { dark: 177, light: 91 },
  blue: { dark: 111, light: 26 },
  cyan: { dark: 116, light: 23 },
  orange: { dark: 215, light: 94 },
} as const satisfies Record<string, { dark: number; light: number }>;

type Hue = keyof typeof HUES;
type Mark = 'bold' | 'italic' | 'underline' | 'strikethrough';
type Look = { hue?: Hue; marks: readonly Mark[] };

const ROLES = {
  title: { hue: 'accent', marks: ['bold', 'underline'] },
  heading: { hue: 'accent', marks: ['bold'] },
  strong: { marks: ['bold'] },
  emphasis: { marks: ['italic'] },
  strike: { marks: ['strikethrough'] },
  code: { hue: 'code', marks: [] },
  codeBlock: { marks: [] },
  link: { marks: ['underline'] },
  url: { hue: 'blue', marks: [] },
  quote: { marks: [] },
  marker: { hue: 'accent', marks: [] },
  rule: { hue: 'quiet', marks: [] },
  literal: { hue: 'quiet', marks: [] },
  tableHead: { marks: ['bold'] },
  tableBorder: { hue: 'quiet', marks: [] },
  dim: { hue: 'quiet', marks: [] },
  accent: { hue: 'accent', marks: [] },
  key: { hue: 'bright', marks: ['bold'] },
  success: { hue: 'added', marks: [] },
  warning: { hue: 'warning', marks: [] },
  error: { hue: 'error', marks: ['bold'] },
  syntaxKeyword: { hue: 'violet', marks: [] },
  syntaxString: { hue: 'added', marks: [] },
  syntaxNumber: { hue: 'orange', marks: [] },
  syntaxComment: { hue: 'quiet', marks: ['italic'] },
  syntaxName: { hue: 'blue', marks: [] },
  syntaxType: { hue: 'cyan', marks: [] },
  syntaxAttribute: { hue: 'cyan', marks: [] },
  syntaxMeta: { hue: 'quiet', marks: [] },
  syntaxAddition: { hue: 'added', marks: [] },
  syntaxDeletion: { hue: 'removed', marks: [] },
} as const satisfies Record<string, Look>;

export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as Role[]; // the keys of ROLES are its roles
