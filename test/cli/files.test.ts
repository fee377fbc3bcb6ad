import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, type MockServer, startMockServer } from '../support/mock-server.ts';
import { readerOf } from '../support/pipes.ts';
import { run, start, temporaryFolder } from '../support/program.ts';

let server: MockServer;
const folder = temporaryFolder();
beforeAll(async () => {
  server = await startMockServer();
  const put = (name: string, content: string | Buffer) => writeFileSync(join(folder.path, name), content);
  put('a.txt', 'AAA\n');
  put('b.md', 'BBB\r\n\r\n');
  put('--odd', 'ODD');
  put('empty', '');
  put('with space ü.txt', 'SPACE');
  put('binary', Buffer.from([0, 1, 2]));
  put('big.txt', Buffer.alloc(17 * 1024 * 1024, 'x'));
  put('huge.png', Buffer.alloc(21 * 1024 * 1024));
  put('p.png', Buffer.from('89504e470d0a1a0a', 'hex'));
  put('no-extension', Buffer.from('ffd8ffe000104a46', 'hex'));
  put('g.gif', Buffer.from('GIF89a...', 'latin1'));
  put('w.webp', Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 ', 'latin1'));
  mkdirSync(join(folder.path, 'folder'));
  put('locked', 'x');
  chmodSync(join(folder.path, 'locked'), 0);
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

const attach = (...files: string[]) => files.flatMap((file) => ['-f', file]);
const ask = (args: string[]) => run([...args, ...asks(server)], { cwd: folder.path });
const sent = () => server.turns()[0]?.json.messages?.[0]?.content;

describe('attached text', () => {
  it.each([
    ['one file', ['why?', ...attach('a.txt')], 'why?\n\na.txt:\n\nAAA'],
    ['several, in their order', ['why?', ...attach('b.md', 'a.txt')], 'why?\n\nb.md:\n\nBBB\n\na.txt:\n\nAAA'],
    ['no question', attach('a.txt'), 'a.txt:\n\nAAA'],
    ['the same file twice, once', ['why?', ...attach('a.txt', './a.txt', 'a.txt')], 'why?\n\na.txt:\n\nAAA'],
    ['a file named like an option', ['why?', ...attach('--odd')], 'why?\n\n--odd:\n\nODD'],
    ['the same with an equals sign', ['why?', '--file=--odd'], 'why?\n\n--odd:\n\nODD'],
    ['spaces and umlauts in a name', ['why?', ...attach('with space ü.txt')], 'why?\n\nwith space ü.txt:\n\nSPACE'],
    ['an empty file', ['why?', ...attach('empty')], 'why?\n\nempty:\n\n(empty file)'],
    ['a path', ['why?', ...attach(join('folder', '..', 'a.txt'))], `why?\n\n${join('folder', '..', 'a.txt')}:\n\nAAA`],
  ])('is sent under its name: %s', async (_, args, expected) => {
    expect(await ask(args)).toMatchObject({ code: 0, stderr: '' });
    expect(sent()).toBe(expected);
  });

  it('stands behind what is piped in, and "-" is the pipe', async () => {
    await run(['why?', ...attach('a.txt', '-'), ...asks(server)], { cwd: folder.path, stdin: { send: 'piped' } });
    expect(sent()).toBe('why?\n\npiped\n\na.txt:\n\nAAA');
  });

  it.runIf(process.platform !== 'win32')('may come through a named pipe', async () => {
    execFileSync('mkfifo', [join(folder.path, 'pipe')]);
    const writer = spawn('/bin/sh', ['-c', 'sleep 0.3; printf PIPED > pipe'], { cwd: folder.path });
    expect((await ask(['why?', ...attach('pipe')])).code).toBe(0);
    expect(sent()).toBe('why?\n\npipe:\n\nPIPED');
    writer.kill();
  });

  it.runIf(process.platform !== 'win32')('can be called off while a named pipe stays silent', async () => {
    execFileSync('mkfifo', [join(folder.path, 'silent')]);
    const running = start(['why?', ...attach('silent'), ...asks(server)], { cwd: folder.path });
    const writer = await readerOf(join(folder.path, 'silent'));
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    closeSync(writer);
  });
});

describe('attached pictures', () => {
  it('are known by their bytes, whatever their name', async () => {
    await ask(['why?', ...attach('p.png', 'no-extension', 'g.gif', 'w.webp')]);
    const content = sent() as { type: string; image_url?: { url: string } }[];
    expect(content.map((part) => part.image_url?.url.split(';')[0] ?? part.type)).toEqual([
      'text',
      'data:image/png',
      'data:image/jpeg',
      'data:image/gif',
      'data:image/webp',
    ]);
  });
});

describe('files that cannot be sent', () => {
  it.each([
    ['missing', 'nope.txt', /^sotto: nope\.txt cannot be read: there is no such file\.\n/],
    ['below a file', 'a.txt/b', /there is no such file/],
    ['a folder', 'folder', /^sotto: folder is a folder\.\n.*-f one -f two/],
    ['binary', 'binary', /binary is neither text nor a picture/],
    ['too large', 'big.txt', /big\.txt is too large: 17 MB/],
    ['a picture too large', 'huge.png', /huge\.png is too large: 21 MB/],
    ['without a name', '', /cannot be read: there is no such file/],
    ['alone and empty', 'empty', /There is no question, and what is attached is empty/],
  ])('are named, and nothing is sent: %s', async (name, file, message) => {
    const { code, stdout, stderr } = await ask([...(name === 'alone and empty' ? [] : ['why?']), ...attach(file)]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect({ code, stdout, asked: server.asked.length }).toEqual({ code: 2, stdout: '', asked: 0 });
  });

  it.runIf(process.platform === 'linux')('have no end', async () => {
    const { code, stderr } = await ask(['why?', ...attach('/dev/zero')]);
    expect(code).toBe(2);
    expect(stderr).toContain('/dev/zero is too large: over 20 MB');
  });

  // Root may read everything.
  it.skipIf(process.getuid?.() === 0)('are not readable', async () => {
    expect((await ask(['why?', ...attach('locked')])).stderr).toContain('locked cannot be read: permission denied');
  });

  it('say so without control characters of their names', async () => {
    const { stderr } = await ask(['why?', ...attach('\u001b[31mred')]);
    expect(stderr).toContain('cannot be read');
    expect(stderr).not.toContain('\u001b');
  });
});
