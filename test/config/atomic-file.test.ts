/** Files that are written whole or not at all: links, modes, full disks, kills, pipes and devices. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openWhole, writePrivateFile } from '../../src/config/atomic-file.ts';
import { temporaryFolder } from '../support/program.ts';

const base = temporaryFolder();
afterAll(() => base[Symbol.dispose]());
let count = 0;
function freshFolder(): string {
  const folder = join(base.path, String(++count));
  mkdirSync(folder);
  return folder;
}

function write(path: string, text: string, options = { replaces: true }): void {
  const file = openWhole(path, options);
  try {
    file.write(text);
    file.finish();
  } catch (thrown) {
    file.discard();
    throw thrown;
  }
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('a file that is written whole', () => {
  it('appears under its name when it is whole, readable by its owner alone', () => {
    const folder = freshFolder();
    const path = join(folder, 'a.txt');
    const file = openWhole(path, { replaces: false });
    file.write('one');
    expect(existsSync(path)).toBe(false);
    file.write('two');
    file.finish();
    expect([readFileSync(path, 'utf8'), modeOf(path), readdirSync(folder)]).toEqual(['onetwo', 0o600, ['a.txt']]);
  });

  it('keeps the mode that was there, unless it has to be private', () => {
    const path = join(freshFolder(), 'a.txt');
    writeFileSync(path, 'old');
    chmodSync(path, 0o664);
    write(path, 'new');
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', 0o664]);
    writePrivateFile(path, 'secret');
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['secret', 0o600]);
  });

  it('keeps a link and replaces what it leads to, also where that is not there yet', () => {
    const folder = freshFolder();
    const real = join(folder, 'real.txt');
    const link = join(folder, 'link.txt');
    symlinkSync('real.txt', link);
    write(link, 'first');
    write(link, 'second');
    expect([lstatSync(link).isSymbolicLink(), readlinkSync(link), readFileSync(real, 'utf8')]).toEqual([true, 'real.txt', 'second']);
    expect(readdirSync(folder).sort()).toEqual(['link.txt', 'real.txt']);
  });

  it('replaces nothing that it may not, also where it comes while it writes', () => {
    const folder = freshFolder();
    const path = join(folder, 'a.txt');
    const file = openWhole(path, { replaces: false });
    file.write('mine');
    writeFileSync(path, 'theirs');
    expect(() => file.finish()).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    file.discard();
    expect(() => openWhole(path, { replaces: false })).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(() => openWhole(folder, { replaces: true })).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['theirs', ['a.txt']]);
  });

  it.skipIf(process.platform === 'win32')('is written in place where it is a device or a pipe', () => {
    expect(() => write('/dev/full', 'text')).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    write('/dev/null', 'text', { replaces: false });
    const fifo = join(freshFolder(), 'fifo');
    spawnSync('mkfifo', [fifo]);
    expect(() => write(fifo, 'text')).toThrow(expect.objectContaining({ code: 'ENXIO' }));
    expect(statSync('/dev/full').isCharacterDevice() && statSync(fifo).isFIFO()).toBe(true);
  });
});

/** Writes a large file in a process of its own, piece by piece, or only its beginning; `limit` is what a shell lets a file grow to, in blocks of 1 KB. */
function writer(path: string, { limit = 'unlimited', hangs = '' }: { limit?: string; hangs?: string }) {
  const module = JSON.stringify(new URL('../../src/config/atomic-file.ts', import.meta.url).href);
  const source = `import { openWhole } from ${module};
    const file = openWhole(process.argv[1], { replaces: true });
    for (let i = 0; i < 64; i++) { file.write('x'.repeat(65536)); console.log(i); if (process.argv[2]) await new Promise((go) => setTimeout(go, 1e6)); }
    file.finish();`;
  const script = `ulimit -f ${limit}; exec "$0" --input-type=module -e "$1" "$2" "$3"`;
  return spawn('bash', ['-c', script, process.execPath, source, path, hangs], { stdio: ['ignore', 'pipe', 'ignore'] });
}

describe.skipIf(process.platform === 'win32')('a process that ends in the middle of it', () => {
  it.each(['SIGKILL', 'limit'] as const)('leaves what was there, and the next one takes its remains away (%s)', async (how) => {
    const folder = freshFolder();
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'old');
    const child = writer(path, how === 'limit' ? { limit: '1024' } : { hangs: 'yes' });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.stdout?.on('data', () => how === 'SIGKILL' && child.kill('SIGKILL'));
    expect(await ended).not.toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual(['a.txt']);
    writeFileSync(join(folder, '.a.txt.mine.tmp'), 'not ours');
    write(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['.a.txt.mine.tmp', 'a.txt']);
  });
});
