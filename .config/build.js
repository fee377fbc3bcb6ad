// Builds dist: the bundle, and the notices of the packages that went into it. Runs itself on a new enough Node when this one is old.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const localNode = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (isOld(process.versions.node) && !process.env.SOTTO_BUILD_NODE && hasLocalNode()) {
  const run = spawnSync(localNode, [fileURLToPath(import.meta.url)], {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, SOTTO_BUILD_NODE: '1' },
  });
  process.exit(run.status ?? 1);
}

/** The launcher knows the same limit, and package.json. */
function isOld(version) {
  const [major, minor] = version.split('.').map(Number);
  return major < 22 || (major === 22 && minor < 14);
}

/** npm 10 fetches the Node of this checkout and forgets its place among the programs, where the launcher and npm's scripts look for it. */
function hasLocalNode() {
  if (existsSync(localNode) || process.platform === 'win32') return existsSync(localNode);
  const name = readdirSync(join(root, 'node_modules')).find((folder) => /^node-(bin-)?(linux|darwin)-/.test(folder));
  if (name === undefined) return false;
  symlinkSync(join('..', name, 'bin', 'node'), localNode);
  return true;
}

process.chdir(root);
// A consumer's install from a packed tarball has no sources and needs no build.
if (existsSync('src/main.ts')) {
  // Made beside dist and put in its place when it is whole: a failed build leaves the program that was there.
  const draft = draftFolder();
  if (draft) await build(draft);
}

/** Undefined in a checkout that cannot be written, where the program that is there is used as it is. */
function draftFolder() {
  try {
    const draft = mkdtempSync('.dist-draft-');
    process.on('exit', () => rmSync(draft, { recursive: true, force: true }));
    return draft;
  } catch (error) {
    if (!/^(EACCES|EPERM|EROFS)$/.test(error.code) || !existsSync('dist/main.js')) throw error;
    console.error('sotto is not built anew: this folder cannot be written. The program that is there is used.');
    return undefined;
  }
}

async function build(draft) {
  const { rolldown } = await import('rolldown');
  const { default: config } = await import('./rolldown.config.js');
  const { output: outputOptions, ...inputOptions } = config;
  const dist = join(draft, 'dist');
  const bundle = await rolldown(inputOptions);
  const { output } = await bundle.write({ ...outputOptions, dir: dist });
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
  writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices(modules));
  // The launcher prints this without loading anything, and starts what lies beside it.
  cpSync('bin', join(draft, 'bin'), { recursive: true });
  cpSync('package.json', join(draft, 'package.json'));
  const help = spawnSync(process.execPath, [join(draft, 'bin', 'sotto.js'), 'help'], { encoding: 'utf8' });
  if (help.status !== 0) throw new Error(`sotto help failed: ${help.stderr}`);
  writeFileSync(join(dist, 'help.txt'), help.stdout);
  if (existsSync('dist')) renameSync('dist', join(draft, 'old'));
  renameSync(dist, 'dist');
}

/** The licence text of every package that a bundled module came from. */
function notices(modules) {
  const folders = new Set();
  for (const path of modules) {
    const match = /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path.replace(/^\0/, ''));
    if (match) folders.add(match[1]);
  }
  const sections = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|$|-)/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `sotto contains code of these packages.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
