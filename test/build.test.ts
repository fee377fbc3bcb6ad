/** The build of a checkout: what it leaves where it fails, and where nothing can be written. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, temporaryFolder } from './support/program.ts';

const NOBODY = 65_534;

describe('a build', () => {
  it('that fails leaves the program that was there', () => {
    using at = checkout("import './missing.ts';");
    const { status, stderr } = build(at.path);
    expect(status).toBe(1);
    expect(stderr).toContain('missing.ts');
    expect(filesOf(at.path)).toEqual({ 'main.js': 'old', 'of-the-old-one.js': 'old' });
    expect(readdirSync(at.path).filter((name) => name.startsWith('.dist'))).toEqual([]);
  });

  it('that succeeds puts the new program in the place of all of the old one', () => {
    using at = checkout("process.stdout.write('new\\n');");
    expect(build(at.path)).toMatchObject({ status: 0 });
    expect(Object.keys(filesOf(at.path))).toEqual(expect.arrayContaining(['THIRD-PARTY-NOTICES.txt', 'help.txt', 'main.js']));
    expect(filesOf(at.path)).not.toHaveProperty('of-the-old-one.js');
    expect(filesOf(at.path)['help.txt']).toBe('new\n');
  });

  it.skipIf(process.platform === 'win32')('in a checkout that cannot be written says so and uses the program that is there', () => {
    using at = checkout('');
    chmodSync(at.path, 0o555);
    const { status, stderr } = build(at.path);
    chmodSync(at.path, 0o755);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'sotto is not built anew: this folder cannot be written. The program that is there is used.\n',
    });
    expect(filesOf(at.path)).toEqual({ 'main.js': 'old', 'of-the-old-one.js': 'old' });
  });
});

function checkout(main: string): ReturnType<typeof temporaryFolder> {
  const at = temporaryFolder();
  chmodSync(at.path, 0o755);
  for (const name of ['.config', 'bin', 'package.json']) cpSync(join(ROOT, name), join(at.path, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(at.path, 'node_modules'), 'junction');
  for (const name of ['src', 'dist']) mkdirSync(join(at.path, name));
  writeFileSync(join(at.path, 'src', 'main.ts'), main);
  for (const name of ['main.js', 'of-the-old-one.js']) writeFileSync(join(at.path, 'dist', name), 'old');
  return at;
}

function build(folder: string): SpawnSyncReturns<string> {
  // root may write everywhere, so that a folder that cannot be written needs somebody else.
  const isLocked = (statSync(folder).mode & 0o200) === 0;
  const somebody = process.getuid?.() === 0 && isLocked ? { uid: NOBODY, gid: NOBODY } : {};
  return spawnSync(process.execPath, [join(folder, '.config', 'build.js')], { encoding: 'utf8', ...somebody });
}

function filesOf(folder: string): Record<string, string> {
  const dist = join(folder, 'dist');
  const files = readdirSync(dist, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ name }) => [name, readFileSync(join(dist, name), 'utf8')]));
}
