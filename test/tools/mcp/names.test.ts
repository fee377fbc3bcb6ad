import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleAllows } from '../../../src/core/tool-rules.ts';
import { toolNames } from '../../../src/tools/mcp/names.ts';

describe('names of MCP tools', () => {
  it('are server__tool where nothing stands against it', () => {
    expect(
      toolNames([
        { server: 'files', tool: 'read_file' },
        { server: 'my web', tool: 'get-page.v2' },
        { server: '7', tool: 'x' },
      ]),
    ).toEqual(['files__read_file', 'my_web__get-page_v2', 'm_7__x']);
  });

  it('have two underscores between server and tool only, so that a rule for one server covers no other', () => {
    const names = toolNames(['files', 'files ', 'files_', 'files__read', '__files'].map((server) => ({ server, tool: 'x' })));
    expect(names.filter((name) => ruleAllows({ tool: 'files__*' }, { name, plan: {} }))).toEqual(['files__x']);
  });

  it('do not depend on the order of what makes them different', () => {
    const tools = [
      { server: 'a', tool: 'x y' },
      { server: 'a', tool: 'x.y' },
    ];
    expect(toolNames([...tools].reverse()).reverse()).toEqual(toolNames(tools));
  });

  it('are always valid and different', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('a', 'a b', 'a.b', 'a_b', 'l'.repeat(70), `${'l'.repeat(70)}2`));
    fc.assert(
      fc.property(fc.array(fc.record({ server: word, tool: word }), { maxLength: 30 }), (tools) => {
        const names = toolNames(tools);
        expect(names).toHaveLength(tools.length);
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
      }),
    );
  });
});
