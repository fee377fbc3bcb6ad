// Makes the tarballs that are published: sotto without a native part, and one small package for each system with that system's SQLite.
//
//   npm run release -- [FOLDER]     (default: release)
//
// A package manager installs only the one that suits its system, so nobody compiles or downloads anything else: no install script, no
// flag. `npm pack` makes a tarball of what is built for the system it runs on instead, with that one part inside. The checkout is private,
// so that `npm publish` in it publishes nothing; what this makes is not.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sqlite = join(root, 'node_modules', 'better-sqlite3');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

if (process.argv[2] === '--instead-of-publish') {
  console.error('npm publish would publish sotto for this system only. Run: npm run release, then publish each tarball it lists.');
  process.exitCode = 1;
} else release(resolve(process.argv[2] ?? join(root, 'release')));

function release(out) {
  execFileSync(process.execPath, [join(root, '.config', 'build.js')], { stdio: 'inherit' });
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const draft = mkdtempSync(join(tmpdir(), 'sotto-release-'));
  try {
    const files = readdirSync(join(sqlite, 'prebuilds')).filter((name) => name.endsWith('.node'));
    const parts = files.map((file) => nativePackage(file, join(draft, basename(file, '.node'))));
    // sotto last: what is published may be installed at once, and needs the others.
    const folders = [...parts.map(({ folder }) => folder), mainPackage(parts, join(draft, 'sotto'))];
    console.log(`Publish in this order:\n${folders.map((folder) => `  ${pack(folder, out)}`).join('\n')}`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** `linuxmusl-x64.node` becomes sotto-sqlite-linuxmusl-x64, which only a Linux with musl on such a processor installs. */
function nativePackage(file, folder) {
  const part = basename(file, '.node');
  const [system, cpu] = part.split('-');
  const name = `${manifest.name}-sqlite-${part}`;
  mkdirSync(folder);
  cpSync(join(sqlite, 'prebuilds', file), join(folder, 'sqlite.node'));
  cpSync(join(sqlite, 'LICENSE'), join(folder, 'LICENSE'));
  const { version } = JSON.parse(readFileSync(join(sqlite, 'package.json'), 'utf8'));
  const { license, author, homepage, bugs, repository, engines } = manifest;
  const description = `SQLite for sotto on ${part}: the ready-made native part of better-sqlite3 ${version}.`;
  writeFileSync(join(folder, 'README.md'), `# ${name}\n\n${description} sotto installs it by itself.\n`);
  writeJson(join(folder, 'package.json'), {
    name,
    version: manifest.version,
    description,
    license,
    author,
    homepage,
    bugs,
    repository,
    engines,
    os: [system.replace('musl', '')],
    cpu: [cpu],
    ...(system === 'linux' ? { libc: ['glibc'] } : system === 'linuxmusl' ? { libc: ['musl'] } : {}),
    main: 'sqlite.node',
    // Yarn keeps packages zipped unless they say otherwise, and a native part is loaded from a file.
    preferUnplugged: true,
  });
  return { name, folder };
}

function mainPackage(parts, folder) {
  const [{ files }] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], root));
  for (const { path } of files) if (!path.endsWith('.node')) cpSync(join(root, path), join(folder, path));
  const { private: _, ...published } = manifest;
  writeJson(join(folder, 'package.json'), {
    ...published,
    optionalDependencies: Object.fromEntries(parts.map(({ name }) => [name, manifest.version])),
  });
  return folder;
}

function pack(folder, out) {
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', out], folder));
  return join(out, basename(filename));
}

/** The npm that started this, or the one on the PATH. */
function npm(args, cwd) {
  const script = process.env.npm_execpath;
  const [program, ...first] = script?.endsWith('.js') ? [process.execPath, script] : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
  return execFileSync(program, [...first, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
