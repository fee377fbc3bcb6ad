/** The built-in guide with tools in the real program: no key, no network, and the loop of every other model. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, temporaryFolder } from '../support/program.ts';

const ask = (home: string, ...more: string[]) => run(['ask', '-p', 'guide', '--private', '--no-stdin', ...more], { home, cwd: home });

describe('sotto ask -p guide with tools', () => {
  it('calculates', async () => {
    using home = temporaryFolder();
    const { code, stdout, stderr } = await ask(home.path, '--tools', 'current_time,calculate', 'what is 12*12?');
    expect(code).toBe(0);
    expect(stdout).toContain('not a language model');
    expect(stdout).toContain('`144`');
    expect(stderr).toMatch(/^tool calculate 12\*12 {2}ok/);
  });

  it('answers several at once, in their order, with what really is there', async () => {
    using home = temporaryFolder();
    writeFileSync(join(home.path, 'notes.md'), 'pears\nand figs\n');
    const { stdout } = await ask(home.path, '--tools', 'all', '--output', 'json', 'read notes.md, and what time is it in Lima?');
    const { toolCalls, finishReason, text, cost } = JSON.parse(stdout);
    expect(toolCalls.map(({ name }: { name: string }) => name)).toEqual(['read_file', 'current_time']);
    expect(toolCalls[1].result).toContain('America/Lima');
    expect(text).toContain('```\npears\nand figs\n```');
    expect({ finishReason, usd: cost.usd }).toEqual({ finishReason: 'stop', usd: 0 });
  });

  it('passes on that nobody could be asked, and runs what --allow names', async () => {
    using home = temporaryFolder();
    const refused = await ask(home.path, '--tools', 'run_command', 'run `echo sung softly`');
    expect(refused.code).toBe(0);
    expect(refused.stdout).toContain('`run_command` could not do it');
    const allowed = await ask(home.path, '--tools', 'run_command', '--allow', 'run_command(echo *)', 'run `echo sung softly`');
    expect(allowed.stdout).toMatch(/`run_command` says:\s+`+\s*sung softly/);
  });

  it('stays with the manual for what is about sotto, and calls nothing with --no-tools', async () => {
    using home = temporaryFolder();
    expect((await ask(home.path, '--tools', 'all', 'how do I use a proxy?')).stdout).toContain('## Proxies');
    expect((await ask(home.path, '--no-tools', 'what is 12*12?')).stdout).toContain('I have no section about that.');
  });
});
