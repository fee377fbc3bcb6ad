/** Hostile folders × the real program: nothing hangs, nothing eats the memory, nothing of them runs before it is trusted. */
import { closeSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readerOf } from '../support/pipes.ts';
import { start } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';
import { CANARY_MODULE, CANARY_PROGRAM, inTime, makePipe, makePlace, type Place, put, THINGS } from './hostile.ts';

/** A run without anything hostile takes 60 to 130 MB, threads included. */
const MOST_MB = 330;
const ASK = ['ask', '-p', 'guide', '--private', '--no-stdin', '--tools', 'all'];

/** What is read on its own, or by a model that is asked to. */
const COMMANDS: readonly (readonly string[])[] = [
  ['mcp', 'list'],
  ['tools'],
  [...ASK, 'list the files'],
  // How long it may take is looked at here, in its own time.
  ['tools', 'run', '--set', 'toolTimeout=300', 'search_files', '--pattern', 'needle'],
];

/** Names that sotto looks for by itself. */
const NAMES = ['.mcp.json', '.sotto/mcp.json', '.gitignore', '.sotto/tools', '.sotto/tools/a.mjs', '.sotto', '.git'];

const isWindows = process.platform === 'win32';

async function holds(at: Place): Promise<void> {
  const ended = await Promise.all(COMMANDS.map(async (args) => ({ args, ...(await at.sotto(args)) })));
  for (const { args, code, signal, stderr, peakMb } of ended) {
    expect({ args, code, signal, stderr }).toEqual({ args, code: 0, signal: null, stderr: expect.not.stringContaining('a bug in sotto') });
    expect(peakMb, args.join(' ')).toBeLessThan(MOST_MB);
  }
  expect(at.hasRun()).toBe(false);
}

describe.skipIf(isWindows)('a folder that nobody has looked at', () => {
  it.each(Object.keys(THINGS))('may have %s wherever sotto reads by itself', async (what) => {
    for (const names of [NAMES.slice(0, 4), NAMES.slice(4, 5), NAMES.slice(5)]) {
      using at = makePlace({ 'plain.txt': 'a needle\n' });
      const undo = names.map((name) => {
        mkdirSync(dirname(join(at.project, name)), { recursive: true });
        return THINGS[what]?.(join(at.project, name));
      });
      try {
        await holds(at);
        // To trust it reads it all: it is trusted or refused, and either way at once.
        const trusted = await at.sotto(['tools', 'trust']);
        expect([0, 2, 3]).toContain(trusted.code);
        expect(trusted.peakMb).toBeLessThan(MOST_MB);
        if (trusted.code === 0) await holds(at);
      } finally {
        for (const one of undo) one?.();
      }
    }
  });

  it.each<[string, (project: string) => void]>([
    ['tools and servers of its own', () => {}],
    ['20,000 files for tools', (project) => manyFiles(join(project, '.sotto/tools'), 20_000)],
    ['20,000 files in one folder', (project) => manyFiles(join(project, 'many'), 20_000)],
    ['folders in folders, deeper than a path can say', deepFolders],
    ['names that speak to terminals', hostileNames],
    [
      'names that are no text',
      (project) => writeFileSync(Buffer.from([...Buffer.from(`${project}/.sotto/tools/`), 0xff, 0xfe, 0x2e, 0x6a, 0x73]), CANARY_MODULE),
    ],
    ['circles of links between its tools', circles],
    [
      'servers with names that speak to terminals',
      (project) => put(project, '.mcp.json', JSON.stringify({ mcpServers: { '\u001b]0;owned\u0007\n\u202ex': { command: './run' } } })),
    ],
    ['servers without end', (project) => put(project, '.mcp.json', manyServers(20_000))],
    ['JSON that is nested without end', (project) => put(project, '.mcp.json', `{"mcpServers":${'['.repeat(2_000_000)}`)],
    ['ignore rules without end', (project) => put(project, '.gitignore', `${'*a'.repeat(200)}b\n!**/**/**/x\n`.repeat(2000))],
  ])('may have %s', async (_, build) => {
    using at = makePlace({
      'plain.txt': 'a needle\n',
      '.sotto/tools/bad.mjs': CANARY_MODULE,
      '.sotto/tools/run': CANARY_PROGRAM,
      run: CANARY_PROGRAM,
      '.mcp.json': JSON.stringify({ mcpServers: { bad: { command: './run' } } }),
    });
    build(at.project);
    await holds(at);
    const { stdout, stderr } = await at.sotto(['mcp', 'list']);
    expect(stdout + stderr).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

describe.skipIf(isWindows)('a run that waits for what its user named', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends at once with %s: a named pipe that nobody writes to', async (signal) => {
    for (const args of [
      ['ask', '-p', 'guide', '--private', '--no-stdin', '-f', 'pipe', 'x'],
      ['ask', '-p', 'guide', '--private', '--no-stdin', '--schema', 'pipe', 'x'],
    ]) {
      using at = makePlace();
      makePipe(join(at.project, 'pipe'));
      const running = start(args, { home: at.home, cwd: at.project });
      const writer = await readerOf(join(at.project, 'pipe'));
      running.child.kill(signal);
      const ended = await inTime(running.ended, running.child, args);
      closeSync(writer);
      expect(ended.code).toBe(signal === 'SIGINT' ? 130 : 143);
    }
  });

  it('is told at once where a pipe cannot be what was meant', async () => {
    using at = makePlace();
    makePipe(join(at.project, 'chats.json'));
    const { code, stderr } = await at.sotto(['import', 'chats.json']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('chats.json is not a regular file') });
  });

  it('is told at once where an import is a text larger than a text can be', async () => {
    using at = makePlace();
    THINGS['a file of 4 TB']?.(join(at.project, 'chats.json'));
    const { code, stderr, peakMb } = await at.sotto(['import', 'chats.json']);
    expect({ code, stderr }).toEqual({ code: expect.any(Number), stderr: expect.stringContaining('is too large to be read at once') });
    expect(code).not.toBe(0);
    expect(peakMb).toBeLessThan(MOST_MB);
  });

  it('reads a pipe that somebody writes to, also one of a shell', async () => {
    using at = makePlace();
    const shell = `bash -c "$SOTTO ask -p guide --private --no-stdin --dry-run -f <(echo from-a-pipe) what"`;
    const ended = await at.sotto([], { shell });
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    expect(ended.stdout).toContain('from-a-pipe');
  });

  it.each(['/dev/zero', '/dev/random', '/proc/self/pagemap', 'socket'])(
    'says what is wrong with %s, and takes no more than it may',
    async (what) => {
      using at = makePlace();
      const server: Server = createServer().listen(join(at.project, 'socket'));
      try {
        for (const option of ['-f', '--schema']) {
          const { code, stderr, peakMb } = await at.sotto(['ask', '-p', 'guide', '--private', '--no-stdin', option, what, 'x']);
          expect({ code, stderr }).toEqual({
            code: 2,
            stderr: expect.stringMatching(/too large|cannot be read|neither text|not UTF-8|no JSON/),
          });
          expect(peakMb).toBeLessThan(MOST_MB);
        }
      } finally {
        server.close();
      }
    },
  );
});

describe.skipIf(isWindows)('the keyboard', () => {
  it('stays with the chat, whatever links to the terminal lie in the folder', async () => {
    using at = makePlace({ 'plain.txt': 'x' });
    for (const name of ['.mcp.json', '.gitignore', '.sotto/mcp.json', '.sotto/tools', 'AGENTS.md', '@x']) {
      mkdirSync(dirname(join(at.project, name)), { recursive: true });
      symlinkSync('/dev/tty', join(at.project, name));
    }
    const script = `cd project && $SOTTO chat --private -p guide --tools all`;
    const run = openTerminal([], { home: at.home, script });
    await inTime(
      run.until((rows) => rows.some((row) => row.startsWith('>'))),
      run.pty,
      ['chat'],
    );
    run.pty.write('look at @./.gitignore\r');
    await inTime(run.shows('is not a regular file'), run.pty, ['chat, attaching a terminal']);
    run.pty.write('\u0015@pl');
    await inTime(run.shows('plain.txt'), run.pty, ['chat, completion']);
    run.pty.write('\u0015list the files\r');
    await inTime(run.shows('list_files'), run.pty, ['chat, tools']);
    run.pty.write('/quit\r');
    const { code } = await inTime(run.ended, run.pty, ['chat, end']);
    expect(code).toBe(0);
  });

  it.skipIf(process.platform !== 'linux')('ends a run that reads what is typed, with Ctrl+C', async () => {
    using at = makePlace();
    const run = openTerminal([], {
      home: at.home,
      script: `echo begins; $SOTTO ask -p guide --private --no-stdin -f /dev/tty what; echo "ended $?"`,
    });
    await run.shows('begins');
    await inTime(readsTerminal(run.pty.pid), run.pty, ['-f /dev/tty']);
    run.pty.write('\u0003');
    await inTime(run.shows('ended 130'), run.pty, ['-f /dev/tty, Ctrl+C']);
    await run.ended;
  });
});

/** As soon as a process below this one has opened the terminal by its name. */
async function readsTerminal(pid: number): Promise<void> {
  for (;;) {
    const below = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && tried(() => readFileSync(`/proc/${name}/stat`, 'utf8'))?.split(' ')[3] === String(pid),
    );
    const open = below.flatMap(
      (name) => tried(() => readdirSync(`/proc/${name}/fd`).map((fd) => readlinkSync(`/proc/${name}/fd/${fd}`))) ?? [],
    );
    if (open.includes('/dev/tty')) return;
    await pause(20);
  }
}

function tried<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function manyFiles(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count; index += 1) writeFileSync(join(folder, `${index}.mjs`), '');
}

function deepFolders(project: string): void {
  for (let level = 0, path = join(project, '.sotto/tools'); level < 900; level += 1, path = join(path, 'ddd'))
    mkdirSync(path, { recursive: true });
}

function hostileNames(project: string): void {
  for (const name of [
    '\u001b]0;owned\u0007.mjs',
    'two\nlines.mjs',
    '\u202egnp.mjs',
    '-rf',
    '--describe',
    '\r.mjs',
    '$(touch ran)',
    ';touch ran;',
  ])
    put(project, `.sotto/tools/${name}`, CANARY_MODULE);
}

function circles(project: string): void {
  symlinkSync('..', join(project, '.sotto/tools/up'));
  symlinkSync('../..', join(project, '.sotto/tools/top'));
  symlinkSync('b', join(project, '.sotto/tools/a'));
  symlinkSync('a', join(project, '.sotto/tools/b'));
}

function manyServers(count: number): string {
  return JSON.stringify({
    mcpServers: Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, { command: './run' }])),
  });
}
