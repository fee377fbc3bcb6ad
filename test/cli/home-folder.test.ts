/** A home that cannot be made, or cannot be entered: said at once, with exit code 3, and nothing is left behind. */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureFolder, probeFolder } from '../../src/config/paths.ts';
import { run, temporaryFolder } from '../support/program.ts';
import { conversationsHome, onTerminal } from './conversations-home.ts';

/** Where the system says "no such file" although the folder above is there, and below a device. */
const IMPOSSIBLE = [...(process.platform === 'linux' ? ['/proc/1/nope', '/proc/self/fd/nope/deeper'] : []), '/dev/null/x'];

const COMMANDS = [
  ['list'],
  ['show'],
  ['search', 'x'],
  ['last'],
  ['export'],
  ['db', 'check'],
  ['db', 'backup'],
  ['config', 'set', 'theme', 'dark'],
  ['keys', 'set', 'openai'],
  ['import', 'file.json'],
  ['ask', '-p', 'guide', 'hello'],
];

describe.each(IMPOSSIBLE)('the home %s', (home) => {
  it.each(COMMANDS.map((args) => [args.join(' '), args] as const))('sotto %s: exit code 3 and the reason', async (_, args) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'file.json'), '[]');
    const { code, stdout, stderr } = await run(args, {
      home: folder.path,
      cwd: folder.path,
      env: { SOTTO_HOME: home },
      stdin: { send: 'sk-x\n' },
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^sotto: The folder \S+ cannot be made: .+\n.*SOTTO_HOME.*\n$/);
    expect(stderr).toContain(home);
  });

  it('the chat says so before it draws anything', async () => {
    using folder = conversationsHome();
    const { code, text } = await onTerminal(folder, ['chat', '-p', 'guide'], { env: { SOTTO_HOME: home } });
    expect(code).toBe(3);
    expect(text).toContain('cannot be made');
  });

  it('is no matter where nothing is kept', async () => {
    const { code, stdout } = await run(['ask', '--private', '-p', 'guide', 'hello'], { env: { SOTTO_HOME: home } });
    expect(code).toBe(0);
    expect(stdout).not.toBe('');
  });
});

describe('a folder', () => {
  it('is made with all that is missing above it, for its owner only', () => {
    using home = temporaryFolder();
    const folder = join(home.path, 'a', 'b', 'c');
    expect(ensureFolder(folder)).toEqual([join(home.path, 'a'), join(home.path, 'a', 'b'), folder]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(ensureFolder(folder)).toEqual([]);
  });

  it('that is only probed leaves nothing behind, and takes nothing away', () => {
    using home = temporaryFolder();
    mkdirSync(join(home.path, 'there'));
    probeFolder(join(home.path, 'there', 'a', 'b'));
    expect(readdirSync(join(home.path, 'there'))).toEqual([]);
    probeFolder(join(home.path, 'there'));
    expect(existsSync(join(home.path, 'there'))).toBe(true);
  });

  it('that is a file is named as one', () => {
    using home = temporaryFolder();
    writeFileSync(join(home.path, 'file'), '');
    for (const folder of [join(home.path, 'file'), join(home.path, 'file', 'below')]) {
      expect(() => ensureFolder(folder)).toThrow(`${join(home.path, 'file')} is a file`);
    }
  });
});
