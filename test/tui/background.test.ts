/** Dark or light. */
import { describe, expect, it } from 'vitest';
import { readBackground } from '../../src/tui/background.ts';

function background(answer: string | undefined, env: Readonly<Record<string, string>> = { TERM: 'xterm' }) {
  const asked: string[] = [];
  const ask = async (query: string, pattern: RegExp) => {
    asked.push(query);
    return answer !== undefined && pattern.test(answer) ? answer : undefined;
  };
  return readBackground({ env }, { ask }).then((found) => ({ found, asked }));
}

describe('the background', () => {
  it('is what the terminal says, in any number of digits', async () => {
    for (const dark of ['11;rgb:0000/0000/0000', '11;rgb:1e1e/1e1e/2e2e', '11;rgb:00/2b/36', '11;rgba:0/0/0/f']) {
      expect((await background(dark)).found, dark).toBe('dark');
    }
    for (const light of ['11;rgb:ffff/ffff/ffff', '11;rgb:fdfd/f6f6/e3e3', '11;rgb:f/f/f']) {
      expect((await background(light)).found, light).toBe('light');
    }
  });

  it('is what the environment says where the terminal does not answer', async () => {
    expect((await background(undefined, { TERM: 'rxvt', COLORFGBG: '0;15' })).found).toBe('light');
    expect((await background(undefined, { TERM: 'rxvt', COLORFGBG: '15;default;0' })).found).toBe('dark');
    expect((await background('11;rgb:ffff/ffff/ffff', { TERM: 'rxvt', COLORFGBG: '15;0' })).found).toBe('light');
  });

  it('is unknown where nobody says it, and a terminal that cannot answer is not asked', async () => {
    expect((await background(undefined)).found).toBeUndefined();
    expect((await background('something else', { TERM: 'xterm', COLORFGBG: 'default;default' })).found).toBeUndefined();
    expect((await background(undefined, { TERM: 'dumb' })).asked).toEqual([]);
  });
});
