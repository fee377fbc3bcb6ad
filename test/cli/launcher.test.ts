import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asks, chat, type MockServer, startMockServer } from '../support/mock-server.ts';
import { builtProgram, environment, run, start, temporaryFolder } from '../support/program.ts';

/** A Node that is too old, where this machine has one. */
const OLD_NODE = ['/usr/local/bin/node', '/usr/bin/node'].find((path) => {
  const version = existsSync(path) ? spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout : '';
  return version !== '' && Number(version.split('.')[0]) < 22;
});

let server: MockServer;
const folder = temporaryFolder();
beforeAll(async () => {
  server = await startMockServer();
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

describe('the launcher', () => {
  it('prints version and help without loading the program', async () => {
    for (const flag of ['--version', '-V']) expect((await run([flag])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const [fast, whole] = [await run(['--help']), await run(['help'])];
    expect(fast).toMatchObject({ code: 0, stdout: whole.stdout, stderr: '' });
    expect((await run(['-h'])).stdout).toBe(whole.stdout);
  });

  it.each([[['ask', '--no-stdin', 'hi']], [['list']]])('loads nothing that starts programs for %j', async (args) => {
    const hook = join(folder.path, 'loaded.cjs');
    writeFileSync(hook, `process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\n')));`);
    const env = { NODE_OPTIONS: `--require ${hook}` };
    const { stderr } = await run(args[0] === 'ask' ? [...args, ...asks(server)] : args, { env });
    expect(stderr).toContain('NativeModule fs\n');
    expect(stderr).not.toContain('NativeModule child_process');
    // 3 ms, and a request needs it anyway.
    if (args[0] === 'list') expect(stderr).not.toMatch(/^NativeModule crypto$/m);
  });

  it('says so when it was not built', () => {
    mkdirSync(join(folder.path, 'unbuilt'));
    cpSync(join(builtProgram(), '..'), join(folder.path, 'unbuilt', 'bin'), { recursive: true });
    writeFileSync(join(folder.path, 'unbuilt', 'package.json'), '{"type":"module","version":"0.0.0"}');
    const { status, stderr } = spawnSync(process.execPath, [join(folder.path, 'unbuilt', 'bin', 'sotto.js'), 'models'], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^sotto is not built here: run npm [^\n]*\n$/);
  });
});

describe.skipIf(OLD_NODE === undefined)('the launcher on an old Node', () => {
  const node = OLD_NODE ?? '';

  it('goes on with a newer one: exit code, output and stdin are those of the program', async () => {
    expect(await run(['hi', ...asks(server)], { node })).toMatchObject({ code: 0, stdout: 'Hello world\n', stderr: '' });
    expect(await run(['hi', '-p', 'nobody'], { node })).toMatchObject({ code: 2, stdout: '' });
    server.asked.length = 0;
    await run(asks(server), { node, stdin: { send: 'piped' } });
    expect(server.turns()[0]?.json.messages?.[0]?.content).toBe('piped');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('hands on %s', async (signal, expected) => {
    server.script = chat(['half'], { hang: true });
    const running = start(['hi', ...asks(server)], { node });
    await running.shows('half');
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code: expected, stdout: 'half\n' });
    server.script = chat(['Hello ', 'world']);
  });

  it('takes a key that reaches both processes for one', async () => {
    server.script = chat(['half'], { hang: true });
    // Its own group, as a terminal signals it.
    const child = spawn(node, [builtProgram(), 'hi', '--no-stdin', ...asks(server)], {
      detached: true,
      env: environment(folder.path),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
        resolve();
      });
    });
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stdout }).toEqual({ code: 130, stdout: 'half\n' });
    server.script = chat(['Hello ', 'world']);
  });

  it('says what is missing and what to do where there is no newer one', () => {
    cpSync(join(builtProgram(), '..', '..', 'bin'), join(folder.path, 'alone', 'bin'), { recursive: true });
    writeFileSync(join(folder.path, 'alone', 'package.json'), '{"type":"module","version":"0.0.0"}');
    const { status, stdout, stderr } = spawnSync(node, [join(folder.path, 'alone', 'bin', 'sotto.js'), 'hi'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^sotto needs Node 22\.14 or newer; this is Node \d+\.\d+\.\d+ \(.*\)\.\nInstall a newer one: .*\n$/);
  });

  it('never starts itself over and over', () => {
    const { status, stderr } = spawnSync(node, [builtProgram(), 'help'], {
      encoding: 'utf8',
      env: { ...environment(folder.path), SOTTO_RELAUNCHED: '1' },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('sotto needs Node');
  });
});
