/** How the user names tools that run on a provider's side. */
import { describe, expect, it } from 'vitest';
import { parseHostedTools } from '../../src/core/hosted.ts';

const read = (text: string) => parseHostedTools(text.split(','));

describe('a list of hosted tools', () => {
  it('is names, with what each needs in brackets', () =>
    expect(read('web_search, file_search(vs_1, vs_2),mcp(docs=https://a.example/mcp, token=$DOCS)')).toEqual([
      { name: 'web_search', values: [], named: {} },
      { name: 'file_search', values: ['vs_1', 'vs_2'], named: {} },
      { name: 'mcp', values: [], named: { docs: 'https://a.example/mcp', token: '$DOCS' } },
    ]));

  it('keeps what stands behind the first "=" whole', () =>
    expect(read('mcp(a=https://a.example/?x=1)')[0]?.named).toEqual({ a: 'https://a.example/?x=1' }));

  it('may be empty', () => expect([read(''), read(' , ')]).toEqual([[], []]));

  it.each(['web search', 'file_search(vs_1', 'a)b(', '(x)'])('says how to write %j instead', (text) =>
    expect(() => read(text)).toThrow(/names no hosted tool/),
  );
});
