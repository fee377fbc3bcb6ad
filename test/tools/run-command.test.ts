import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleAllows } from '../../src/core/tool-rules.ts';
import { commandEnvironment } from '../../src/tools/command-environment.ts';
import { type CommandPlace, coveredProgram } from '../../src/tools/command-pattern.ts';
import { plainWords } from '../../src/tools/command-words.ts';
import { needsMore } from '../support/installed.ts';
import { isAlive, makeBench, makeFolder, makePorts, until } from './support.ts';

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

  it.for([
    ['waits for it', 'sleep 1000 & echo $! > pid; wait'],
    ['ignores the request to end', 'sh -c \'trap "" TERM; echo $$ > pid; while :; do sleep 1; done\''],
    ['has left the group', "setsid sh -c 'echo $$ > pid; exec sleep 1000' & sleep 60"],
  ] as const)('leaves no grandchild when it takes too long: one that %s', async ([, command], { skip }) => {
    skip(...needsMore(command));
    const bench = makeBench();
    await bench.run('run_command', { command, timeout_seconds: 1 });
    await until(() => !isAlive(pidIn(bench.folder)));
  });

  it.for([
    ['in its group', '(sleep 1000 & echo $! > pid) >/dev/null 2>&1'],
    ['holding its output', '(sleep 1000 & echo $! > pid)'],
    [
      'outside of its group',
      "setsid sh -c 'echo $$ > pid; exec sleep 1000' >/dev/null 2>&1 & until test -s pid; do sleep 0.05; done; echo done",
    ],
  ] as const)('leaves nothing running behind a command that ends: %s', async ([, command], { skip }) => {
    skip(...needsMore(command));
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
      pattern: `= in ${bench.folder}: git status --short`,
      covers: 'exactly this command, in this folder, whatever the files it uses hold then',
      subject: 'git status --short',
    });
    expect(await bench.plan('run_command', { command: 'cd a\nrm -rf b*' })).toEqual({
      summary: 'run cd a ...',
      details: 'cd a\nrm -rf b*',
      pattern: `= in ${bench.folder}: cd a\\u000arm -rf b\\u002a`,
      covers: 'exactly this command, in this folder, whatever the files it uses hold then',
    });
    expect(await bench.plan('run_command', { command: ' ' })).toHaveProperty('refusal');
    expect(await bench.plan('run_command', { command: 'a\0b' })).toHaveProperty('refusal');
  });
});

describe('what "always" covers of a command', () => {
  const outside = makePorts().env.PATH ?? '';
  const covered = (command: string, changes: Partial<CommandPlace> = {}) => {
    const folder = makeFolder({ 'README.md': 'x', 'src/a b.ts': 'x', 'src/[id].ts': 'x', '-n': 'x', '.env': 'x', '.aws/x': 'x' });
    symlinkSync('/etc', join(folder, 'out'));
    symlinkSync('.env', join(folder, 'env.txt'));
    return coveredProgram(command, { ...makePorts(), folder, env: { PATH: outside }, ...changes });
  };

  it.each([
    'pwd',
    'pwd -P',
    'whoami',
    'uname -a',
    'date',
    'date -u +%H:%M',
    "date '+%H:%M %Z'",
    'ls',
    ' ls  -la src ',
    'ls -- -n',
    'cat README.md',
    'cat -n README.md "src/a b.ts"',
    "cat 'src/[id].ts'",
    'cat ./README.md',
    'head -5 README.md',
    'head -n 5 -q README.md',
    'head -qn5 README.md',
    'tail --lines=+2 README.md',
    'tail -c -20 README.md',
    'wc -l README.md',
  ])('any of its kind: %s', async (command) => expect(await covered(command)).toBe(/[a-z]+/.exec(command)?.[0]));

  it.each([
    ['nothing', ''],
    ['a program that is not in the table', 'git status'],
    ['an option that is not known', 'tail -f README.md'],
    ['a long name that is not known', 'ls --recursive'],
    ['a long name cut short', 'tail --line=2 README.md'],
    ['a long name with its value apart', 'tail --lines 2 README.md'],
    ['a value that is none', 'head -n README.md'],
    ['an option without its value', 'head -n'],
    ['no file', 'cat'],
    ['the input', 'cat -'],
    ['an option behind a file, which may be a file', 'cat README.md -n'],
    ['a clock that is set', 'date 010203042026'],
    ['a word too many', 'whoami x'],
    ['a secret', 'cat .env'],
    ['a link to a secret', 'cat env.txt'],
    ['a folder of secrets', 'ls .aws'],
    ['a link to the outside', 'ls out'],
    ['a way through a link', 'cat out/passwd'],
    ['a step back, which may be one behind a link', 'cat src/../README.md'],
    ['an absolute path outside', 'cat /etc/hostname'],
    ['a file that is not there', 'cat later.txt'],
    ['a folder for a file', 'cat src'],
    ['a device', 'wc /dev/zero'],
    ['too many files', `cat ${'README.md '.repeat(101)}`],
    ['more than can be looked through', `ls ${' '.repeat(5000)}`],
  ])('nothing but itself with %s', async (_, command) => expect(await covered(command)).toBeUndefined());

  it('nothing but itself where the program is not the one of the system', async () => {
    const folder = makeFolder({ 'bin/cat': 'x', 'README.md': 'x' });
    const among = (path: string | undefined) => covered('cat README.md', { folder, env: { PATH: path } });
    expect(await among(outside)).toBe('cat');
    for (const path of [`${folder}/bin:${outside}`, `bin:${outside}`, undefined, ''])
      expect(await among(path), String(path)).toBeUndefined();
    symlinkSync('cat', join(folder, 'bin', 'ls'));
    expect(await covered('ls', { folder, env: { PATH: `${folder}/bin:${outside}` } })).toBeUndefined();
    const own = makeFolder();
    symlinkSync(join(folder, 'bin', 'cat'), join(own, 'cat'));
    expect(await covered('cat README.md', { folder, env: { PATH: `${own}:${outside}` } })).toBeUndefined();
    expect(await covered('ls', { platform: 'win32' })).toBeUndefined();
  });

  it('nothing but itself where the system would load something of the folder into it', async () => {
    const folder = makeFolder({ 'README.md': 'x', 'lib/x.so': '' });
    const among = (name: string, value: string) => covered('ls', { folder, env: { PATH: outside, [name]: value } });
    expect(await among('LD_LIBRARY_PATH', '/usr/lib:/opt/lib')).toBe('ls');
    for (const value of [':/usr/lib', '/usr/lib:', 'lib', './lib', `${folder}/lib`, `/usr/lib:${folder}`])
      expect(await among('LD_LIBRARY_PATH', value), value).toBeUndefined();
    for (const name of ['LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES', 'GCONV_PATH'])
      expect(await among(name, 'lib/x.so'), name).toBeUndefined();
  });

  it('nothing but itself for what the user has granted besides: only this folder is said at the question', async () => {
    const granted = makeFolder({ 'note.txt': 'x' });
    expect(await covered(`cat ${granted}/note.txt`, { roots: () => [granted] })).toBeUndefined();
  });
});

describe('the words of a command', () => {
  it('are those that a shell makes of it, or it is not taken apart', () => {
    const folder = makeFolder({ a: '', b: '', xa: '', 'a b': '' });
    const pieces = [
      'a',
      'b',
      'x',
      ' ',
      ' ',
      "'",
      '"',
      "'a b'",
      '"b"',
      '$',
      '$a',
      '*',
      '?',
      '[x]a',
      '{a,b}',
      '~',
      '!',
      '#',
      '&',
      '|',
      ';',
      '<',
      '>',
      '(',
      ')',
    ];
    const more = [
      '`',
      '=',
      'a=b',
      '%',
      '^',
      '-',
      '--',
      '/',
      '.',
      ',',
      ':',
      '@',
      '+',
      '\\',
      '\t',
      '\n',
      '\r',
      '\u00a0',
      '\u2028',
      'é',
      "$'a'",
      '$(a)',
    ];
    const some = fc.array(fc.constantFrom(...pieces, ...more), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const plain = fc.sample(some, 20_000).flatMap((text) => {
      const words = plainWords(`cat ${text}`);
      return words === undefined ? [] : [{ text: `cat ${text}`, words }];
    });
    expect(plain.length).toBeGreaterThan(500);
    const script = ["said() { printf '%s\\1' \"$@\"; printf '\\2'; }", ...plain.map(({ text }) => `said ${text}`), ''].join('\n');
    const said = execFileSync('/bin/sh', { cwd: folder, input: script, encoding: 'utf8' }).split('\x02').slice(0, -1);
    expect(said.map((words) => words.split('\x01').slice(0, -1))).toEqual(plain.map(({ words }) => words));
  });
});

describe('a pattern that the user wrote', () => {
  const allows = async (pattern: string, command: string, changes = {}) =>
    ruleAllows(
      { tool: 'run_command', pattern },
      { name: 'run_command', plan: await makeBench(makeFolder(), changes).plan('run_command', { command }) },
    );

  it('covers what it says', async () => {
    expect(await allows('git *', 'git push --force')).toBe(true);
    expect(await allows('git log', ' git log\n')).toBe(true);
    expect(await allows('*', 'anything at all')).toBe(true);
  });

  it.each([
    'git push; rm x',
    'git push && rm x',
    'git push | sh',
    'git push & rm x',
    'git push\nrm x',
    'git push\rrm x',
    'git push \\\nrm x',
    'git push > x',
    'git push < x',
    'git push $(rm x)',
    'git push "$(rm x)"',
    'git push `rm x`',
    `git push $\{x:=y}`,
    'git push <(rm x)',
    'git push {a,b}',
    'git push # x',
    '\u00a0git push',
    '\ufeffgit push',
    '\u2028git push',
    'X=1 git push',
    "'git' push",
  ])('covers no command with more in it, and none that only looks like it: %j', async (command) =>
    expect(await allows('git *', command)).toBe(false),
  );

  it('means what the shell of the system means', async () => {
    expect(await allows('git *', 'git log %PATH%', { platform: 'win32' })).toBe(false);
    expect(await allows('git *', 'git log --format=%h')).toBe(true);
  });

  it('is long without being slow', async () => {
    expect(await allows('git *', `git ${' '.repeat(1_000_000)}x`)).toBe(true);
    expect(await allows('git *x', `git ${' '.repeat(1_000_000)}`)).toBe(false);
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
