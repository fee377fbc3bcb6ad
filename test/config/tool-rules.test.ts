/** The stored rules of tools: a private file that several processes change. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addToolRule, listToolRules, removeToolRule } from '../../src/config/tool-rules.ts';
import { temporaryFolder } from '../store/support.ts';

const newFile = () => join(temporaryFolder(), 'deep', 'tool-rules.json');
const rule = { tool: 'run_command', pattern: 'git status *', addedMs: 5 };

describe('rules of tools', () => {
  it('are none where there is no file', () => expect(listToolRules(newFile())).toEqual([]));

  it('are kept in a file that only its owner can read', async () => {
    const file = newFile();
    expect(await addToolRule(file, rule)).toBe(true);
    expect(await addToolRule(file, { ...rule, addedMs: 9 })).toBe(false);
    expect(await addToolRule(file, { tool: 'run_command', addedMs: 7 })).toBe(true);
    expect(listToolRules(file)).toEqual([rule, { tool: 'run_command', addedMs: 7 }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('are revoked one by one: the whole tool is another rule than its pattern', async () => {
    const file = newFile();
    await addToolRule(file, rule);
    expect(await removeToolRule(file, { tool: 'run_command' })).toBe(false);
    expect(await removeToolRule(file, { tool: 'run_command', pattern: 'git status *' })).toBe(true);
    expect(listToolRules(file)).toEqual([]);
  });

  it('are for what the tool was: another state of it is another rule, and replaces one that does not say', async () => {
    const file = newFile();
    const of = (identity?: string) => ({ tool: 'files__read', ...(identity === undefined ? {} : { identity }), addedMs: 1 });
    await addToolRule(file, of());
    expect(await addToolRule(file, of('a'))).toBe(true);
    expect(await addToolRule(file, of('a'))).toBe(false);
    await addToolRule(file, of('b'));
    expect(listToolRules(file)).toEqual([of('a'), of('b')]);
    await removeToolRule(file, { tool: 'files__read' });
    expect(listToolRules(file)).toEqual([]);
  });

  it('are all there when many are added at once', async () => {
    const file = newFile();
    await Promise.all(Array.from({ length: 12 }, (_, index) => addToolRule(file, { tool: `tool_${index}`, addedMs: index })));
    expect(listToolRules(file)).toHaveLength(12);
  });

  it('that cannot be read are refused, not taken for none', async () => {
    const file = newFile();
    await addToolRule(file, rule);
    for (const text of [
      '{',
      '{"rules":[{"pattern":"*"}]}',
      '{"rules":[{"tool":"a","pattern":5}]}',
      '{"rules":[{"tool":"a","identity":5}]}',
    ]) {
      writeFileSync(file, text);
      expect(() => listToolRules(file)).toThrow(/tool-rules\.json/);
    }
  });
});
