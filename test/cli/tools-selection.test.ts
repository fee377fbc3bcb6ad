import { describe, expect, it } from 'vitest';
import { checkNames, needsOnly, selectTools } from '../../src/compose/tool-selection.ts';
import type { Tool, ToolAccess } from '../../src/core/tool.ts';
import { failureOf } from '../config/home.ts';

const tool = (name: string, access: ToolAccess, source = 'built-in'): Tool => ({
  name,
  access,
  source,
  description: '',
  parameters: {},
  run: async () => ({ output: '' }),
});
const TOOLS = [
  tool('calculate', 'none'),
  tool('read_file', 'read'),
  tool('run_command', 'execute'),
  tool('weather', 'none', 'own'),
  tool('deploy', 'execute', 'own'),
  tool('files__read', 'mcp', 'mcp:files'),
  tool('web__get', 'mcp', 'mcp:web'),
];
const named = (...names: string[]) => selectTools(TOOLS, names).map(({ name }) => name);

describe('a list of tools', () => {
  it('means single ones, and groups of them, always in the same order', () => {
    expect(named('run_command', 'calculate')).toEqual(['calculate', 'run_command']);
    expect(named('all')).toEqual(TOOLS.map(({ name }) => name));
    expect(named('read')).toEqual(['calculate', 'read_file', 'weather']);
    expect(named('own', 'own')).toEqual(['weather', 'deploy']);
    expect(named('mcp', 'read_file')).toEqual(['read_file', 'files__read', 'web__get']);
    expect(named('files__*')).toEqual(['files__read']);
    expect(named()).toEqual([]);
  });

  it('with a name that means nothing is a mistake, with what was probably meant', () => {
    checkNames(['read', 'web__get', 'files__*'], TOOLS, () => false);
    expect(failureOf(() => checkNames(['wether'], TOOLS, () => false))).toMatchObject({
      kind: 'usage',
      message: 'There is no tool "wether".',
      hint: 'Did you mean weather? See: sotto tools list',
    });
    expect(failureOf(() => checkNames(['lab__*'], TOOLS, () => false)).kind).toBe('usage');
    // A server that is down may have it.
    checkNames(['lab__read'], TOOLS, (name) => name.startsWith('lab__'));
  });

  it('of built-in tools alone asks no file and no server', () => {
    const builtIn = TOOLS.slice(0, 3);
    expect(needsOnly(['calculate', 'run_command'], builtIn)).toBe(true);
    expect(needsOnly(['calculate', 'weather'], builtIn)).toBe(false);
    expect(needsOnly(['read'], builtIn)).toBe(false);
  });
});
