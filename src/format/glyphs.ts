/** The signs that lines and edges are drawn with: those of Unicode where a terminal shows them one column wide, ASCII elsewhere. */

const GLYPH_SETS = ['auto', 'unicode', 'ascii'] as const;

export type Glyphs = {
  /** The edge of code and tables, and between columns. */
  bar: string;
  line: string;
  /** Where a line leaves the edge. */
  tee: string;
  /** Where the last line leaves it, and it ends. */
  corner: string;
  /** Where a line and a bar cross. */
  cross: string;
  /** Where something was cut off. */
  dots: string;
};

export const ASCII_GLYPHS: Glyphs = { bar: '|', line: '-', tee: '|', corner: '`', cross: '+', dots: '...' };
export const UNICODE_GLYPHS: Glyphs = { bar: '│', line: '─', tee: '├', corner: '└', cross: '┼', dots: '…' };

/** In Chinese, Japanese and Korean locales many terminals make these signs two columns wide. */
export function glyphsFor(setting: (typeof GLYPH_SETS)[number], { env, platform }: Surroundings): Glyphs {
  const isUnicode = setting === 'auto' ? isUtf8(env, platform) && !/^(?:zh|ja|ko)(?![a-z])/i.test(localeOf(env)) : setting === 'unicode';
  return isUnicode ? UNICODE_GLYPHS : ASCII_GLYPHS;
}

type Surroundings = { env: Readonly<Record<string, string | undefined>>; platform: string };

/** The one that counts for characters. */
function localeOf({ LC_ALL, LC_CTYPE, LANG }: Surroundings['env']): string {
  return LC_ALL || LC_CTYPE || LANG || '';
}

function isUtf8(env: Surroundings['env'], platform: string): boolean {
  const locale = localeOf(env);
  // Windows has no such variables, but terminals that say who they are.
  if (locale === '' && platform === 'win32') return Boolean(env.WT_SESSION ?? env.TERM_PROGRAM);
  return /utf-?8/i.test(locale);
}
