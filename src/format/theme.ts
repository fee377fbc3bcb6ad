/** What each kind of text looks like: themes as data, painted by chalk. */
import type { BackgroundColorName, ColorSupportLevel, ForegroundColorName, ModifierName } from 'chalk';

export const THEME_NAMES = ['dark', 'light', 'none'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

export type Role =
  | 'title'
  | 'heading'
  | 'strong'
  | 'emphasis'
  | 'strike'
  | 'code'
  | 'codeBlock'
  | 'link'
  | 'url'
  | 'quote'
  | 'marker'
  | 'rule'
  | 'literal'
  | 'tableHead'
  | 'tableBorder'
  | 'dim'
  | 'accent'
  | 'success'
  | 'warning'
  | 'error'
  | 'syntaxKeyword'
  | 'syntaxString'
  | 'syntaxNumber'
  | 'syntaxComment'
  | 'syntaxName'
  | 'syntaxType'
  | 'syntaxAttribute'
  | 'syntaxMeta'
  | 'syntaxAddition'
  | 'syntaxDeletion';

/** How many colours the terminal has: 0 none, 1 sixteen, 2 256, 3 all. */
export type ColorLevel = ColorSupportLevel;

export type Theme = {
  /** 0: not one escape sequence is written. */
  readonly level: ColorLevel;
  /** The text in the look of its role. For single lines: a look never runs over a line end. */
  paint(role: Role, text: string): string;
};

export async function openTheme(options: { name: ThemeName; colorLevel: ColorLevel }): Promise<Theme> {
  const { name, colorLevel } = options;
  if (name === 'none' || colorLevel === 0) return PLAIN_THEME;
  // chalk looks at the process when it loads and costs 10 ms: only where there is colour.
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: colorLevel });
  const painters = new Map<Role, (text: string) => string>();
  for (const role of ROLES) {
    let painter = chalk;
    for (const look of THEMES[name][role]) painter = painter[look];
    painters.set(role, painter);
  }
  return { level: colorLevel, paint: (role, text) => (text === '' ? '' : (painters.get(role)?.(text) ?? text)) };
}

/** For pipes, NO_COLOR and `--color never`. */
export const PLAIN_THEME: Theme = { level: 0, paint: (_role, text) => text };

type Look = ForegroundColorName | BackgroundColorName | ModifierName;

// The sixteen colours only: they are the user's own palette, so contrast is theirs.
const DARK = {
  title: ['bold', 'underline', 'cyanBright'],
  heading: ['bold', 'cyanBright'],
  strong: ['bold'],
  emphasis: ['italic'],
  strike: ['strikethrough'],
  code: ['yellow'],
  codeBlock: [],
  link: ['underline'],
  url: ['blueBright'],
  quote: ['gray'],
  marker: ['cyan'],
  rule: ['gray'],
  literal: ['gray'],
  tableHead: ['bold'],
  tableBorder: ['gray'],
  dim: ['gray'],
  accent: ['cyan'],
  success: ['green'],
  warning: ['yellow'],
  error: ['redBright'],
  syntaxKeyword: ['magentaBright'],
  syntaxString: ['green'],
  syntaxNumber: ['yellow'],
  syntaxComment: ['gray', 'italic'],
  syntaxName: ['blueBright'],
  syntaxType: ['cyan'],
  syntaxAttribute: ['cyan'],
  syntaxMeta: ['gray'],
  syntaxAddition: ['green'],
  syntaxDeletion: ['red'],
} as const satisfies Record<Role, readonly Look[]>;

const LIGHT = {
  ...DARK,
  title: ['bold', 'underline', 'blue'],
  heading: ['bold', 'blue'],
  code: ['magenta'],
  url: ['blue'],
  marker: ['blue'],
  accent: ['blue'],
  error: ['red'],
  warning: ['magenta'],
  syntaxKeyword: ['magenta'],
  syntaxNumber: ['red'],
  syntaxName: ['blue'],
} as const satisfies Record<Role, readonly Look[]>;

const THEMES = { dark: DARK, light: LIGHT } as const satisfies Record<Exclude<ThemeName, 'none'>, Record<Role, readonly Look[]>>;

const ROLES = Object.keys(DARK) as Role[]; // the keys of a Record<Role, …> are its roles
