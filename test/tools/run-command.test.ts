import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ruleAllows, ruleCovers } from '../../src/core/tool-rules.ts';
import { commandEnvironment } from '../../src/tools/command-environment.ts';
import { commandPattern } from '../../src/tools/command-pattern.ts';
import { type Bench, isAlive, makeBench, makeFolder, until } from './support.ts';

describe('run_command', () => {
  it('gives stdout and stderr in their order, and the exit code where it is not 0', async () => {
    const bench = makeBench();
    expect(await bench.run('run_command', { command: 'echo one; echo two >&2; echo three' })).toEqual({ output: 'one\ntwo\nthree' });
    expect(await bench.run('run_command', { command: 'echo no; exit 3' })).toEqual({ output: 'no\n[exit code 3]', failed: true });
    expect(await bench.run('run_command', { command: 'true' })).toEqual({ output: '[exit code 0, no output]' });
    expect(await bench.run('run_command', { command: 'kill -SEGV $$' })).toEqual({
      output: expect.stringMatching(/^\[ended by SIGSEGV/),
      failed: true,
    });
    expect((await bench.run('run_command', { command: 'pwd' })).output).toBe(bench.folder);
    expect(await bench.run('run_command', { command: 'nonexistent-program' })).toEqual({
      output: expect.stringMatching(/not found\n\[exit code 127\]/),
      failed: true,
    });
  });

  it('has nothing to read, and no terminal', async () => {
    const bench = makeBench();
    expect((await bench.run('run_command', { command: 'cat; test -t 0 || test -t 1 || echo none' })).output).toBe('none');
  });

  it('gives no escape sequences, and of overwritten lines what is left', async () => {
    const bench = makeBench();
    const command = "printf '\\033[31mred\\033[0m\\n10%%\\r50%%\\rdone\\n\\033]0;title\\007x\\000y\\n'";
    expect((await bench.run('run_command', { command })).output).toBe('red\ndone\nxy');
  });

  it('keeps the beginning and the end of megabytes', async () => {
    const bench = makeBench();
    const { output } = await bench.run('run_command', { command: 'echo first; yes "0123456789" | head -c 30000000; echo last' });
    expect(output.length).toBeLessThan(600_000);
    expect(output).toMatch(/^first\n/);
    expect(output).toMatch(/last$/);
    expect(output).toMatch(/\n\[\.\.\. \d+ characters left out \.\.\.\]\n/);
  });

  it('keeps characters whole that come in two pieces', async () => {
    const bench = makeBench();
    expect((await bench.run('run_command', { command: "printf '\\303'; sleep 0.2; printf '\\244'" })).output).toBe('ä');
  });

  it('shows the last line while it runs', async () => {
    const bench = makeBench();
    await bench.run('run_command', { command: 'echo compiling; sleep 0.1' });
    expect(bench.progress).toEqual(['compiling']);
  });

  it('stops what does not end, and keeps what it has said', async () => {
    const bench = makeBench(makeFolder(), { timeoutMs: 1000 });
    const outcome = await bench.run('run_command', { command: 'echo started; sleep 60' });
    expect(outcome).toEqual({
      output: 'started\n[stopped: not finished after 1 s. Set timeout_seconds, up to 600, for more]',
      failed: true,
    });
  });

  it.each([
    ['waits for it', 'sleep 1000 & echo $! > pid; wait'],
    ['ignores the request to end', 'sh -c \'trap "" TERM; echo $$ > pid; while :; do sleep 1; done\''],
    ['has left the group', "setsid sh -c 'echo $$ > pid; exec sleep 1000' & sleep 60"],
  ])('leaves no grandchild when it takes too long: one that %s', async (_, command) => {
    const bench = makeBench();
    await bench.run('run_command', { command, timeout_seconds: 1 });
    await until(() => !isAlive(pidIn(bench.folder)));
  });

  it.each([
    ['in its group', '(sleep 1000 & echo $! > pid) >/dev/null 2>&1'],
    ['holding its output', '(sleep 1000 & echo $! > pid)'],
    [
      'outside of its group',
      "setsid sh -c 'echo $$ > pid; exec sleep 1000' >/dev/null 2>&1 & until test -s pid; do sleep 0.05; done; echo done",
    ],
  ])('leaves nothing running behind a command that ends: %s', async (_, command) => {
    const bench = makeBench();
    const outcome = await bench.run('run_command', { command });
    expect(outcome.failed).toBeUndefined();
    await until(() => !isAlive(pidIn(bench.folder)));
  });

  it('leaves nothing when it is cancelled', async () => {
    const bench = makeBench();
    const controller = new AbortController();
    const running = bench.run('run_command', { command: 'sleep 1000 & echo $! > pid; echo said; wait' }, controller.signal);
    await until(() => existsSync(join(bench.folder, 'pid')) && readFileSync(join(bench.folder, 'pid'), 'utf8') !== '');
    controller.abort();
    expect(await running).toEqual({ output: 'said', failed: true });
    await until(() => !isAlive(pidIn(bench.folder)));
    expect(await bench.run('run_command', { command: 'touch never' }, controller.signal)).toMatchObject({ failed: true });
    expect(existsSync(join(bench.folder, 'never'))).toBe(false);
  });

  it('does not wait for its watcher, nor let the command reach it', async () => {
    const bench = makeBench();
    expect(await bench.run('run_command', { command: '(: >&3) 2>/dev/null || echo closed; wait' })).toEqual({ output: 'closed' });
  });

  it('plans the whole command', async () => {
    const bench = makeBench();
    expect(await bench.plan('run_command', { command: 'git status --short' })).toEqual({
      summary: 'run git status --short',
      details: 'git status --short',
      pattern: `in ${bench.folder}: git status *`,
      subject: 'git status --short',
    });
    expect(await bench.plan('run_command', { command: 'cd a\nrm -rf b*' })).toEqual({
      summary: 'run cd a ...',
      details: 'cd a\nrm -rf b*',
      pattern: `= in ${bench.folder}: cd a\\x0arm -rf b\\x2a`,
    });
    expect(await bench.plan('run_command', { command: ' ' })).toHaveProperty('refusal');
    expect(await bench.plan('run_command', { command: 'a\0b' })).toHaveProperty('refusal');
  });
});

describe('what "always" covers of a command', () => {
  it.each([
    ['ls -la src', 'ls *'],
    ['git log --oneline -5', 'git log *'],
    ['git commit -m "fix it"', 'git commit *'],
    ['npm test', 'npm test *'],
    ['cargo build --release', 'cargo build *'],
    ['grep -n needle src/a.ts', 'grep *'],
    ['git show HEAD~1', 'git show *'],
  ])('%s: %s', (command, pattern) => {
    expect(commandPattern(command)).toBe(pattern);
  });

  it.each([
    'ls; rm -rf /',
    'ls && curl evil',
    'ls | sh',
    'echo $(rm x)',
    'echo `rm x`',
    'cat $HOME/.ssh/id_rsa',
    'ls > file',
    'ls\nrm x',
    'FOO=1 ls',
    './script',
    '/bin/ls',
    'bash -c x',
    'sudo ls',
    'npx anything',
    'npm run build',
    'npm install left-pad',
    'pip install x',
    'git -c core.pager=x log',
    'git grep -Oevil x',
    'git grep --open-files-in-pager=evil x',
    'git diff --output=/tmp/x',
    'git fetch --upload-pack=evil .',
    'git config alias.x !sh',
    'docker run -v /:/host x',
    'cat /etc/passwd',
    'cat ~/.ssh/id_rsa',
    'cat "/etc/passwd"',
    'cat ../../secret',
    'cat .env',
    'cat ".env"',
    'cat .e*',
    'cat .ssh/config',
    'grep --file=/etc/shadow x',
    'grep -rn needle .',
    'grep needle --recursive .',
    'grep -f/etc/shadow x',
    'sort -o out in',
    'rg --pre=evil x',
    '',
  ])('nothing for %s', (command) => {
    expect(commandPattern(command)).toBeUndefined();
  });
});

describe('a stored "always"', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = makeBench();
  });
  const planOf = async (command: string, where = bench) => ({ name: 'run_command', plan: await where.plan('run_command', { command }) });
  const ruleOf = async (command: string) => ({ tool: 'run_command', pattern: (await planOf(command)).plan.pattern! });

  it('to a chain of commands covers that chain and nothing else', async () => {
    const rule = await ruleOf('rm *.o; make');
    expect(ruleCovers(rule, await planOf('rm *.o; make'))).toBe(true);
    for (const other of ['rm x; curl evil; y.o; make', 'rm *.o; make; curl evil', 'rm a.o; make'])
      expect(ruleCovers(rule, await planOf(other)), other).toBe(false);
  });

  it('to a program covers no chain that begins with it', async () => {
    const rule = await ruleOf('git status');
    expect(ruleCovers(rule, await planOf('git status --short'))).toBe(true);
    for (const other of ['git status; rm x', 'git status > x', 'git push', 'git status $(rm x)'])
      expect(ruleCovers(rule, await planOf(other)), other).toBe(false);
  });

  it('is for this folder: what npm test is in another one was written by somebody else', async () => {
    for (const command of ['npm test', 'npm test; ls']) {
      const rule = await ruleOf(command);
      expect(ruleCovers(rule, await planOf(command))).toBe(true);
      expect(ruleCovers(rule, await planOf(command, makeBench()))).toBe(false);
    }
    const before = await ruleOf('npm test');
    expect(ruleCovers(before, await planOf('npm test', makeBench(makeFolder({ ': npm test/x': '' }))))).toBe(false);
  });

  it('and what the user allows beforehand cover no chain either', async () => {
    const rule = { tool: 'run_command', pattern: 'git *' };
    expect(ruleAllows(rule, await planOf('git push'))).toBe(true);
    expect(ruleAllows(rule, await planOf('git push; rm x'))).toBe(false);
  });
});

describe('the environment of a command', () => {
  const env = {
    PATH: '/bin',
    HOME: '/h',
    PWD: '/h',
    LANG: 'C',
    SSH_AUTH_SOCK: '/tmp/agent',
    MONKEY: 'fine',
    OPENAI_API_KEY: 'a',
    MY_PROVIDER: 'sk-0123456789abcdefwxyz',
    GITHUB_TOKEN: 'b',
    AWS_SECRET_ACCESS_KEY: 'c',
    AWS_ACCESS_KEY_ID: 'd',
    DB_PASSWORD: 'e',
    MYSQL_PWD: 'f',
    DATABASE_URL: 'postgres://me:pw@host/db',
    LAB_ADDRESS: 'known-secret-text',
    ODD_NAME: 'g',
    FAST_MODEL: `gsk_${'a1'.repeat(20)}`,
    SHOP: `sk_live_${'a1'.repeat(12)}`,
    GROK: `xai-${'a1'.repeat(20)}`,
    BASH_ENV: '/tmp/evil',
    'BASH_FUNC_ls%%': '() { evil; }',
  };
  it("has none of the user's keys, and is made for nobody who watches", () => {
    const kept = commandEnvironment({ env, keyVariables: ['ODD_NAME'], secrets: () => ['known-secret-text', 'no'] });
    expect(kept).toMatchObject({
      PATH: '/bin',
      HOME: '/h',
      PWD: '/h',
      LANG: 'C',
      SSH_AUTH_SOCK: '/tmp/agent',
      MONKEY: 'fine',
      TERM: 'dumb',
      NO_COLOR: '1',
      PAGER: 'cat',
    });
    for (const name of Object.keys(env).slice(6)) expect(Object.keys(kept)).not.toContain(name);
  });

  it('is what the command sees', async () => {
    const bench = makeBench(makeFolder(), { env: { ...env, PATH: process.env.PATH } });
    const { output } = await bench.run('run_command', { command: 'env' });
    expect(output).toContain('MONKEY=fine');
    expect(output).not.toMatch(/OPENAI|sk-0123|TOKEN|postgres/);
  });
});

function pidIn(folder: string): number {
  return Number(readFileSync(join(folder, 'pid'), 'utf8'));
}

it('has setsid, which these tests need', () => {
  expect(execFileSync('sh', ['-c', 'command -v setsid'], { encoding: 'utf8' })).toMatch(/setsid/);
});
