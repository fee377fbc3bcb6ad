/** What users install: the packed tarballs, through a package manager, on a machine without a compiler. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, temporaryFolder } from './support/program.ts';
import { manifestOf, type Registry, startRegistry } from './support/registry.ts';

const NPM = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'npm'))
  .find((path) => existsSync(path) && realpathSync(path).endsWith('.js'));
const SYSTEMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'linuxmusl-arm64', 'linuxmusl-x64', 'win32-arm64', 'win32-x64'];
/** How the files of these systems begin, and what their headers say of the processor: ELF, Mach-O, PE. */
const MAGIC: Record<string, (file: Buffer) => string> = {
  linux: (file) => `${file.toString('latin1', 1, 4)} ${{ 62: 'x64', 183: 'arm64' }[file.readUInt16LE(18)]}`,
  darwin: (file) => `${file.readUInt32LE(0).toString(16)} ${{ 16777223: 'x64', 16777228: 'arm64' }[file.readUInt32LE(4)]}`,
  win32: (file) => `${file.toString('latin1', 0, 2)} ${{ 34404: 'x64', 43620: 'arm64' }[file.readUInt16LE(file.readUInt32LE(0x3c) + 4)]}`,
};
const STARTS = { linux: 'ELF', darwin: 'feedfacf', win32: 'MZ' };
const MEGABYTE = 1024 * 1024;

const folder = temporaryFolder();
const packed = join(folder.path, 'packed');
const bin = join(folder.path, 'bin');
let registry: Registry;

beforeAll(async () => {
  execFileSync(process.execPath, [join(ROOT, '.config/pack.js'), packed], { stdio: ['ignore', 'ignore', 'pipe'] });
  registry = await startRegistry(packed);
  // Everything that an installation may start.
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  for (const name of ['sh', 'env']) symlinkSync(`/${name === 'sh' ? 'bin' : 'usr/bin'}/${name}`, join(bin, name));
}, 120_000);
afterAll(async () => {
  await registry.close();
  folder[Symbol.dispose]();
});

describe('the tarballs', () => {
  it('are sotto and one package for each system, none with a script that runs at installation', () => {
    const manifests = tarballs().map(manifestOf);
    expect(manifests.map(({ name }) => name).sort()).toEqual(['sotto', ...SYSTEMS.map((system) => `sotto-sqlite-${system}`)]);
    expect(new Set(manifests.map(({ version }) => version)).size).toBe(1);
    for (const { scripts = {}, dependencies = {} } of manifests) {
      expect(Object.keys(scripts as object).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
      expect(dependencies).toEqual({});
    }
    const sotto = manifests.find(({ name }) => name === 'sotto');
    expect(sotto).not.toHaveProperty('private');
    expect(sotto?.optionalDependencies).toEqual(Object.fromEntries(SYSTEMS.map((system) => [`sotto-sqlite-${system}`, sotto?.version])));
  });

  it.each(SYSTEMS)('bring to %s what it loads, and to no other system', (system) => {
    const [name = '', cpu = ''] = system.split('-');
    const tarball = tarballs().find((path) => path.includes(`sotto-sqlite-${system}-`)) ?? '';
    expect(filesOf(tarball)).toEqual(['LICENSE', 'README.md', 'package.json', 'sqlite.node']);
    const os = name === 'linuxmusl' ? 'linux' : name;
    expect(manifestOf(tarball)).toMatchObject({ os: [os], cpu: [cpu], main: 'sqlite.node' });
    expect(manifestOf(tarball).libc).toEqual({ linux: ['glibc'], linuxmusl: ['musl'] }[name]);
    const native = execFileSync('tar', ['-xzOf', tarball, 'package/sqlite.node'], { maxBuffer: 16 * MEGABYTE });
    expect(MAGIC[os]?.(native)).toBe(`${STARTS[os as keyof typeof STARTS]} ${cpu}`);
    // A musl system has another loader and another C library.
    if (os === 'linux') expect(native.includes('libc.musl-')).toBe(name === 'linuxmusl');
  });

  it('hold of sotto what runs and what is read, and nothing that builds it', () => {
    const files = filesOf(tarballs().find((path) => /sotto-\d/.test(path)) ?? '');
    expect(files).toContain('dist/main.js');
    const others = files.filter((file) => !/^(bin\/sotto\.js|dist\/.*|CHANGELOG\.md|LICENSE|README\.md|package\.json)$/.test(file));
    expect(others).toEqual([]);
    expect(files.filter((file) => /\.(map|node)$/.test(file))).toEqual([]);
  });
});

describe.skipIf(NPM === undefined)('an installation without a compiler (needs npm)', () => {
  it('in a project works after npm install and after npm ci, from nothing but the registry', async () => {
    const project = join(folder.path, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{"name":"project","version":"1.0.0"}');
    await npm(['install', 'sotto'], project);
    const sotto = join(project, 'node_modules', '.bin', 'sotto');
    expect(await answersAndKeeps(sotto)).toEqual(WORKS);
    rmSync(join(project, 'node_modules'), { recursive: true });
    await npm(['ci'], project);
    expect(await answersAndKeeps(sotto)).toEqual(WORKS);
    expect(registry.asked.filter((path) => !path.startsWith('sotto'))).toEqual([]);
  });

  it('for everybody takes at most 16 MB', async () => {
    const prefix = join(folder.path, 'global');
    await npm(['install', '--global', '--prefix', prefix, 'sotto'], folder.path);
    expect(await answersAndKeeps(join(prefix, 'bin', 'sotto'))).toEqual(WORKS);
    expect(sizeOnDisk(prefix) / MEGABYTE).toBeLessThan(16);
  });

  it('works by npx', async () => {
    const { stdout } = await npm(['exec', '--yes', '--', 'sotto', '--version'], folder.path);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('of what npm pack makes needs no other package on this system', async () => {
    await npm(['pack', '--ignore-scripts', '--pack-destination', folder.path], ROOT);
    const tarball = join(folder.path, `sotto-${manifestOf(tarballs()[0] ?? '').version}.tgz`);
    const prefix = join(folder.path, 'alone');
    const before = registry.asked.length;
    await npm(['install', '--global', '--prefix', prefix, tarball], folder.path);
    expect(registry.asked.slice(before)).toEqual([]);
    expect(await answersAndKeeps(join(prefix, 'bin', 'sotto'))).toEqual(WORKS);
  });

  it('that left out the part for its system says what is missing and what to do', async () => {
    const project = join(folder.path, 'without');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{"name":"project","version":"1.0.0"}');
    await npm(['install', '--omit=optional', 'sotto'], project);
    const program = join(project, 'node_modules', '.bin', 'sotto');
    const { status, stderr } = await ended(program, ['ask', '-p', 'guide', '--no-stdin', 'hi']);
    expect(status).toBe(3);
    expect(stderr).toMatch(/SQLite for \S+ could not be loaded\.\nInstall sotto again, with its optional packages: it needs sotto-sqlite-/);
  });

  it('that is published from a folder, for one system, is refused', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, '.config/pack.js'), '--instead-of-publish'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('npm run release');
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(manifest.scripts.prepublishOnly).toBe('node .config/pack.js --instead-of-publish');
    // Where scripts are off, as in the checkout's own .npmrc, npm refuses what is private.
    expect(manifest.private).toBe(true);
  });
});

const WORKS = { version: 0, asked: 0, listed: expect.stringContaining('how do exit codes work?') };

/** The database is written and read by processes of their own. */
async function answersAndKeeps(program: string): Promise<{ version: number | null; asked: number | null; listed: string }> {
  rmSync(join(folder.path, 'home'), { recursive: true, force: true });
  return {
    version: (await ended(program, ['--version'])).status,
    asked: (await ended(program, ['ask', '-p', 'guide', '--no-stdin', 'how do exit codes work?'])).status,
    listed: (await ended(program, ['list'])).stdout,
  };
}

async function npm(args: string[], cwd: string): Promise<Ended> {
  const run = await ended(process.execPath, [realpathSync(NPM ?? ''), ...args], cwd);
  if (run.status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${run.stdout}${run.stderr}`);
  return run;
}

type Ended = { status: number | null; stdout: string; stderr: string };

/** Not spawnSync: the registry is in this process. */
async function ended(program: string, args: string[], cwd = folder.path): Promise<Ended> {
  const child = spawn(program, args, { cwd, env: surroundings(), stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}

function surroundings(): Record<string, string> {
  const npmSettings = { npm_config_registry: registry.url, npm_config_update_notifier: 'false', npm_config_audit: 'false' };
  return { PATH: bin, HOME: join(folder.path, 'home'), SOTTO_HOME: join(folder.path, 'home', 'sotto'), LANG: 'C.UTF-8', ...npmSettings };
}

function tarballs(): string[] {
  return readdirSync(packed).map((name) => join(packed, name));
}

function filesOf(tarball: string): string[] {
  const list = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  return list
    .trim()
    .split('\n')
    .map((path) => path.replace('package/', ''))
    .sort();
}

/** As `du` counts: whole blocks. */
function sizeOnDisk(path: string): number {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.map((entry) => statSync(join(entry.parentPath, entry.name)).blocks * 512).reduce((sum, size) => sum + size, 0);
}
