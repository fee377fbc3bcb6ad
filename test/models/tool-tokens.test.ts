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

  it('are a warning above a fifth of the window, and nothing where that is not known', async () => {
    const tools = [tool('a', 2000)];
    const tokens = await countToolTokens(tools);
    const share = (contextWindow: number | undefined) => toolShareWarning({ tools, model: 'any', contextWindow });
    expect(await share(8000)).toMatch(new RegExp(`the tools take about ${tokens} tokens, 2\\d % of what the model can read`));
    expect(await share(tokens * 5)).toBeUndefined();
    expect(await share(tokens * 5 - 5)).toMatch(/20 %/);
    expect(await share(1_000_000)).toBeUndefined();
    expect(await share(undefined)).toBeUndefined();
  });
});
