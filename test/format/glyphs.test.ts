/** Which signs lines and edges are drawn with. */
import { describe, expect, it } from 'vitest';
import { ASCII_GLYPHS, glyphsFor, UNICODE_GLYPHS } from '../../src/format/glyphs.ts';

const auto = (env: Record<string, string>, platform = 'linux') => glyphsFor('auto', { env, platform });

describe('glyphs', () => {
  it.each([
    { LANG: 'en_US.UTF-8' },
    { LANG: 'C.UTF-8' },
    { LC_ALL: 'de_DE.utf8', LANG: 'C' },
    { LC_CTYPE: 'UTF-8' },
    { LC_CTYPE: 'fr_FR.UTF-8', LANG: 'ja_JP.UTF-8' },
    { LANG: 'kok_IN.UTF-8' },
  ])('are those of Unicode in %o', (env) => {
    expect(auto(env)).toBe(UNICODE_GLYPHS);
  });

  it.each([
    {},
    { LANG: 'C' },
    { LANG: 'POSIX' },
    { LANG: 'de_DE.ISO-8859-1' },
    { LC_ALL: 'C', LANG: 'en_US.UTF-8' },
    { LANG: 'ja_JP.UTF-8' },
    { LANG: 'zh_CN.UTF-8' },
    { LANG: 'ko_KR.UTF-8' },
    { LC_CTYPE: 'zh_TW.UTF-8', LANG: 'en_US.UTF-8' },
  ])('are ASCII in %o: not there, or perhaps two columns wide', (env) => {
    expect(auto(env)).toBe(ASCII_GLYPHS);
  });

  it('are those of Unicode in the terminals of Windows that say who they are', () => {
    expect(auto({ WT_SESSION: 'x' }, 'win32')).toBe(UNICODE_GLYPHS);
    expect(auto({}, 'win32')).toBe(ASCII_GLYPHS);
  });

  it('are what the setting says', () => {
    expect(glyphsFor('unicode', { env: { LANG: 'ja_JP.UTF-8' }, platform: 'linux' })).toBe(UNICODE_GLYPHS);
    expect(glyphsFor('ascii', { env: { LANG: 'en_US.UTF-8' }, platform: 'linux' })).toBe(ASCII_GLYPHS);
  });

  it('are in ASCII nothing but ASCII', () => {
    expect(Object.values(ASCII_GLYPHS).join('')).toMatch(/^[\x20-\x7e]+$/);
  });
});
