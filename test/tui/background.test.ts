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
      expect((await background(dark)).found.name, dark).toBe('dark');
    }
    for (const light of ['11;rgb:ffff/ffff/ffff', '11;rgb:fdfd/f6f6/e3e3', '11;rgb:f/f/f']) {
      expect((await background(light)).found.name, light).toBe('light');
    }
  });

  it('is known as the color that it is', async () => {
    expect((await background('11;rgb:00/2b/36')).found).toEqual({ name: 'dark', background: [0, 43, 54] });
    // Black is the better ink on this grey, which has less than half of white's numbers.
    expect((await background('11;rgb:7878/7878/7878')).found.name).toBe('light');
  });

  it('is what the environment says where the terminal does not answer', async () => {
    expect((await background(undefined, { TERM: 'rxvt', COLORFGBG: '0;15' })).found.name).toBe('light');
    expect((await background(undefined, { TERM: 'rxvt', COLORFGBG: '15;default;0' })).found.name).toBe('dark');
    expect((await background('11;rgb:ffff/ffff/ffff', { TERM: 'rxvt', COLORFGBG: '15;0' })).found.name).toBe('light');
  });

  it('is black on the console of Linux', async () => {
    expect((await background(undefined, { TERM: 'linux' })).found.name).toBe('dark');
  });

  it('is unknown where nobody says it, and a terminal that cannot answer is not asked', async () => {
    expect((await background(undefined)).found).toEqual({ name: 'auto' });
    expect((await background('something else', { TERM: 'xterm', COLORFGBG: 'default;default' })).found).toEqual({ name: 'auto' });
    expect((await background(undefined, { TERM: 'dumb' })).asked).toEqual([]);
  });
});
