/** Whatever starts something else, in any language and by any runner: what it starts counts to what was trusted. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookAtFolder, readTrust, trustFolder } from '../../src/config/trusted-folders.ts';
import { makePlace, put } from './hostile.ts';

const script = (text: string) => ({ '.sotto/tools/tool': `#!/bin/sh\n${text}\n` });
const module = (text: string) => ({ '.sotto/tools/tool.mjs': text });
const program = (first: string) => ({ '.sotto/tools/tool': `#!${first}\n` });
const server = (command: string, args: readonly string[], more: object = {}) => ({
  '.mcp.json': JSON.stringify({ mcpServers: { s: { command, args, ...more } } }),
});
const PACKAGE = { 'node_modules/pack/package.json': '{"name": "pack"}' };

/** `changed`: what changes, or is new where it was not there before. */
const STARTS: readonly [what: string, files: Record<string, string>, changed: string, isNew?: true][] = [
  ['a module that starts a shell', module(`execFileSync('bash', ['scripts/x.sh'])`), 'scripts/x.sh'],
  ['a module with a command', module(`execSync('bash scripts/x')`), 'scripts/x'],
  ['a module with an interpreter', module(`spawn('python3', ['./scripts/x.py'])`), 'scripts/x.py'],
  ['a module that joins a path', module(`execFile('bash', [join(process.cwd(), 'scripts', 'x.sh')])`), 'scripts/x.sh'],
  ['a module with a path behind a variable', module(`execFile('bash', [\`\${folder}/scripts/x.sh\`])`), 'scripts/x.sh'],
  ['a module that runs a script of npm', module(`execSync('npm run go')`), 'package.json'],
  ['a module with comments in an import', module(`import { a } from // why\n 'pack'`), 'node_modules/pack/index.js'],
  ['a module that imports an address', module(`import '../../lib/my%20x.mjs'`), 'lib/my x.mjs'],
  ['an option of Node in a first line', program('/usr/bin/env -S node --require ./hook.cjs'), 'hook.cjs'],
  ['variables in a first line', program('/usr/bin/env -S node --env-file=.env'), '.env'],
  ['Bun', program('/usr/bin/env bun'), 'bunfig.toml'],
  ['Deno', program('/usr/bin/env -S deno run -A'), 'deno.json'],
  ['npx in a first line', program('/usr/bin/env -S npx tool'), 'node_modules/.bin/tool'],
  ['uv in a first line', program('/usr/bin/env -S uv run'), 'pyproject.toml'],
  ['a script that runs a script of npm', script('npm run go'), 'package.json'],
  ['a script that makes', script('make -s go'), 'Makefile'],
  ['a script that runs a module of Python', script('python3 -m sub.main'), 'sub/main.py'],
  ['a script with a program of Node', script('node lib/x'), 'lib/x.js'],
  ['a script with text for Node', script(`node -e "require('./lib/x')"`), 'lib/x.js'],
  ['a script that sources', script('. ./.env'), '.env'],
  ['a script that goes elsewhere', script('cd lib && ./run'), 'lib/run'],
  ['a name with a space', script('sh "lib/my run.sh"'), 'lib/my run.sh'],
  ['a name with other letters', script('sh lib/é.sh'), 'lib/é.sh'],
  ['a long text before', script(`# ${Array.from({ length: 5000 }, (_, index) => `word${index}`).join(' ')}\nsh lib/x.sh`), 'lib/x.sh'],
  ['a script with a zero in it', script('sh lib/x.sh\nexit\n\0'), 'lib/x.sh'],
  ['a folder of modules', program(`/usr/bin/env python3\nsys.path.insert(0, 'lib')\nimport helper`), 'lib/helper.py'],
  ['an archive of modules', program(`/usr/bin/env python3\nsys.path.insert(0, 'lib.zip')`), 'lib.zip'],
  ['a server that is a folder', { ...server('node', ['.']), 'package.json': '{"main": "a.js"}' }, 'a.js'],
  ['a server without its ending', server('node', ['dist/server']), 'dist/server.js'],
  ['a script that Node runs', server('node', ['--run', 'go']), 'package.json'],
  ['a part of a package', { ...server('node', ['-r', 'pack/register', 'x.js']), ...PACKAGE }, 'node_modules/pack/register.js'],
  ['a runner with settings', server('npx', ['tsx', 'x.ts']), 'tsconfig.json'],
  ['a server with quotes', server('sh', ['-c', `sh 'my x.sh'`]), 'my x.sh'],
  ['a server whose script starts another', { ...server('sh', ['x.sh']), 'x.sh': 'exec npx tool\n' }, 'node_modules/.bin/tool'],
  ['a Python of the project', { ...server('.venv/bin/python', ['x.py']), '.venv/bin/python': '#!/bin/sh\n' }, '.venv/pyvenv.cfg'],
  ['what Python starts by itself', server('python3', ['x.py'], { env: { PYTHONPATH: './lib' } }), 'lib/sitecustomize.py'],
  ['a module whose name is joined to its option', server('python3', ['-mserver']), 'server.py'],
  ['a file of arguments', server('java', ['@args', 'Main']), 'args'],
  ['a pattern', server('java', ['-cp', 'lib/*', 'Main']), 'lib/a.jar'],
  ['a pattern in a loop', server('sh', ['-c', 'for f in parts/*.sh; do . "$f"; done']), 'parts/a.sh'],
  ['a pattern that means one more', { ...server('sh', ['-c', '. parts/*.sh']), 'parts/a.sh': '' }, 'parts/b.sh', true],
  ['a script with a pattern', script('for f in "$(dirname "$0")"/../../parts/*; do . "$f"; done'), 'parts/a.sh', true],
  ['npm in a folder below', { ...server('npm', ['start'], { cwd: 'sub' }), 'package.json': '{}', 'sub/x': '' }, '.npmrc', true],
  [
    'a script of npm in a folder above',
    { ...server('npm', ['start'], { cwd: 'sub' }), 'package.json': '{"scripts": {"start": "node lib/x"}}', 'sub/x': '' },
    'lib/x',
  ],
  ['uv in a folder below', { ...server('uv', ['run', 'x.py'], { cwd: 'sub' }), 'sub/x.py': '' }, 'pyproject.toml', true],
  ['cargo in a folder below', { ...server('cargo', ['run'], { cwd: 'sub' }), 'sub/Cargo.toml': '' }, '.cargo/config.toml', true],
  ['mise in a folder below', { ...server('mise', ['x', '--', 'node', 'x.js'], { cwd: 'sub' }), 'sub/x.js': '' }, 'mise.toml', true],
  ['Node with its settings', server('node', ['--experimental-default-config-file', 'x.js']), 'node.config.json'],
  ['Maven', server('mvn', ['exec:java']), 'pom.xml'],
  ['Gradle', server('./gradlew', ['run']), 'build.gradle'],
  ['Elixir', server('mix', ['run']), 'mix.exs'],
  ['CMake', server('cmake', ['--build', '.']), 'CMakeLists.txt'],
  ['Nix', server('nix-shell', ['--run', 'x']), 'shell.nix'],
  ['Composer', server('composer', ['run', 'x']), 'composer.json'],
  ['a module that hides another', { ...server('python3', ['sub/x.py'], { env: { PYTHONPATH: '.' } }), 'x.py': '' }, 'json.py', true],
];

describe.skipIf(process.platform === 'win32')('what was trusted', () => {
  const opened = async (files: Record<string, string>) => {
    const at = makePlace(files);
    const data = join(at.home, 'data');
    await trustFolder(data, at.project);
    return { at, trust: () => readTrust(data, at.project), [Symbol.dispose]: () => at[Symbol.dispose]() };
  };

  it.each(STARTS)('holds what is started by %s', async (_, files, changed, isNew) => {
    using here = await opened(isNew ? files : { ...packageOf(changed), [changed]: '#!/bin/sh\n', ...files });
    expect(here.trust().state).toBe('trusted');
    put(here.at.project, changed, '#!/bin/sh\nevil\n');
    expect(here.trust()).toEqual({ state: 'changed', changes: expect.arrayContaining([expect.stringMatching(/ (changed|is new)$/)]) });
  });

  it.each<[string, Record<string, string>, string]>([
    ['a script writes', script('python3 lib/x.py > out.json'), 'out.json'],
    ['a module writes', module(`execFileSync('bash', ['x.sh']); writeFileSync('state.json', '')`), 'state.json'],
    ['a server keeps', server('node', ['x.js', './data.sqlite']), 'data.sqlite'],
    ['stands beside what is started', script('sh lib/x.sh'), 'lib/other.sh'],
    ['a pattern means as data', script('python3 x.py data/*.csv'), 'data/a.csv'],
    ['stands beside a pattern', server('sh', ['-c', '. parts/*.sh']), 'parts/notes.md'],
  ])('does not mind what %s', async (_, files, changed) => {
    using here = await opened({ ...files, [changed]: 'before' });
    put(here.at.project, changed, 'after');
    expect(here.trust().state).toBe('trusted');
  });

  it.each<[string, readonly string[], string]>([
    ['go', ['run', '.'], 'what go builds and runs of this folder for the server s'],
    ['npx', ['vite'], 'what npx fetches for the server s, and what that reads in this folder'],
    ['run-parts', ['./parts'], 'what run-parts reads in this folder by itself for the server s'],
    ['/usr/bin/git', ['status'], 'what git reads in this folder by itself for the server s'],
    ['sh', ['-c', '. parts/**/x.sh'], 'what parts/**/x.sh means'],
  ])('says of %s %j what it does not hold', (command, args, said) => {
    using at = makePlace({ ...server(command, args), 'parts/a': '' });
    expect(lookAtFolder(at.project).unchecked).toContain(said);
  });

  it('is said to be less than all where a text starts or names too much', async () => {
    const many = (word: (index: number) => string) => Array.from({ length: 3000 }, (_, index) => word(index)).join('\n');
    using at = makePlace({ '.sotto/tools/tool': `#!/bin/sh\n${many((index) => `sh lib/${index}.sh`)}` });
    chmodSync(join(at.project, '.sotto/tools/tool'), 0o755);
    const { stderr } = await at.sotto(['tools', 'trust', '--yes']);
    expect(stderr).toContain('  some of the programs that .sotto/tools/tool starts, which are many\n');
    expect(stderr).toContain('  some of the files that .sotto/tools/tool names, which are many\n');
  });
});

/** A package needs its folder to be one. */
function packageOf(changed: string): Record<string, string> {
  return changed.startsWith('node_modules/pack/') ? PACKAGE : {};
}
