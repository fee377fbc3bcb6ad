import { describe, expect, it } from 'vitest';
import { run } from '../support/program.ts';

/** Commands with their subcommands, as `sotto help` lists them. */
const overview = (await run(['help'])).stdout;
const commands = [...overview.matchAll(/^ {2}([a-z]+) {2,}[a-z]/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'sotto');

describe('sotto help', () => {
  it('fits on a screen of eighty columns and names every command', () => {
    expect(commands).toEqual(expect.arrayContaining(['ask', 'models', 'providers', 'keys', 'config']));
    expect(overview.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('is the same with --help, and with nothing but stdin closed', async () => {
    expect((await run(['--help'])).stdout).toBe(overview);
    expect((await run(['-h'])).stdout).toBe(overview);
  });
});

describe.each(commands)('sotto %s --help', (name) => {
  it('has a purpose, examples and readable lines, and so have its subcommands', async () => {
    const { code, stdout, stderr } = await run([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: sotto ${name}`));
    const subcommands = [...(stdout.split('Commands:\n')[1]?.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z]+)/gm)].map(
      (match) => match[1] ?? '',
    );
    const pages = await Promise.all(subcommands.map(async (sub) => ({ path: [name, sub], ...(await run([name, sub, '--help'])) })));
    for (const page of [{ path: [name], code, stdout }, ...pages]) {
      expect(page.code).toBe(0);
      expect(page.stdout, page.path.join(' ')).toMatch(/\nExamples?:\n {2}\S/);
      expect(page.stdout).toContain('show this help');
      expect(page.stdout).not.toContain('display help');
      if (name === 'ask') expect(page.stdout.split('\n').filter((line) => line.length > 84)).toEqual([]);
      expect((await run(['help', ...page.path])).stdout).toBe(page.stdout);
    }
  });

  it('says in grammatical words what was not given', async () => {
    const help = async (path: readonly string[]) => (await run([...path, '--help'])).stdout;
    const own = await help([name]);
    const subcommands = [...(own.split('Commands:\n')[1]?.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z]+)/gm)].map(
      (match) => match[1] ?? '',
    );
    for (const path of [[name], ...subcommands.map((sub) => [name, sub])]) {
      const needed = /^Usage: sotto [^\n<]*<([a-z-]+)(?:\.\.\.)?>/.exec(await help(path))?.[1];
      if (needed === undefined) continue;
      const { code, stdout, stderr } = await run(path);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^sotto: No ${needed} was given\\.\\n`));
      // "No conversations was given" is wrong, and so is "No files was given".
      expect(needed).not.toMatch(/[^s]s$/);
    }
  });
});
