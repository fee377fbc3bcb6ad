import { describe, expect, it } from 'vitest';
import { countToolTokens, toolShareWarning } from '../../src/models/tool-tokens.ts';

const tool = (name: string, words = 1) => ({ name, description: 'word '.repeat(words), parameters: { type: 'object', properties: {} } });

describe('the tokens of tools', () => {
  it('are those of names, descriptions and schemas, and none where there is no tool', async () => {
    expect(await countToolTokens([])).toBe(0);
    const one = await countToolTokens([tool('a')]);
    expect(one).toBeGreaterThan(10);
    expect(await countToolTokens([tool('a', 1001)])).toBeGreaterThan(one + 900);
    // What is not sent does not count.
    expect(await countToolTokens([{ ...tool('a'), source: 'x'.repeat(5000) } as never])).toBe(one);
  });

  it('are a warning above a fifth of the window, and nothing where that is not known', () => {
    expect(toolShareWarning(2001, { contextWindow: 8000 })).toMatch(/about 2001 tokens, 25 % of what the model can read/);
    expect(toolShareWarning(1600, { contextWindow: 8000 })).toBeUndefined();
    expect(toolShareWarning(1_000_000, {})).toBeUndefined();
  });
});
