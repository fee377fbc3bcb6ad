/** Holds the source against the floors: imports go down or stay in their folder, no circles, no overlong files, no barrels. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'src');

/** Folder → floor. What stands higher may import what stands lower. */
const FLOORS: Record<string, number> = {
  core: 0,
  config: 1,
  models: 1,
  format: 1,
  providers: 2,
  middleware: 2,
  store: 2,
  tools: 2,
  engine: 3,
  output: 4,
  tui: 4,
  server: 4,
  compose: 5,
  cli: 6,
  '': 7,
};
const HARD_LIMIT = 400;
/** Tables of data, which may be as long as they are. */
const DATA_TABLES = /^(models\/catalogue-.*|providers\/(guide-manual.*|presets)|config\/settings)\.ts$/;
const TOP_LEVEL = [
  'src',
  'bin',
  'test',
  'fixtures',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];
const IGNORED = new Set(['node_modules', 'dist', 'release', 'coverage']);

const EXPORTED = /^export (?:async )?(?:function\*?|const|let|class|type|interface) (\w+)/gm;

type SourceFile = { path: string; text: string; imports: string[] };

const files = sourceFiles(SOURCE);

describe('the floors', () => {
  it('knows every folder of src', () => {
    const unknown = [...new Set(files.map(folderOf))].filter((folder) => !(folder in FLOORS));
    expect(unknown, 'give the new folder a floor in test/architecture.test.ts and in the README').toEqual([]);
  });

  it('lets a file import only from lower floors and from its own folder', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((target) => folderOf({ path: target }) !== folderOf(file) && floorOf(target) >= floorOf(file.path))
        .map((target) => `${file.path} imports ${target}: state what you need as a port type and let app.ts plug it in`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps the core free of Node and of packages', () => {
    const wrong = files
      .filter((file) => folderOf(file) === 'core' && /from '(?!\.)|import\('(?!\.)|process\.|Buffer/.test(file.text))
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('has no import circles', () => {
    expect(circles(files)).toEqual([]);
  });

  it('asks in one place whether something is at a path: Node 22 and 24 answer differently', () => {
    expect(files.filter((file) => file.text.includes('throwIfNoEntry')).map((file) => file.path)).toEqual(['config/stat.ts']);
  });

  it('asks settings by their names only where things are put together', () => {
    const wrong = files.filter((file) => /^(engine|tui)\//.test(file.path) && /\bsettings\.(get|origin)\(/.test(file.text));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('names the events that it does not look at, so that a new one is no silence', () => {
    const wrong = files.flatMap((file) =>
      [...file.text.matchAll(/switch \((\w+)\.type\) \{([\s\S]*?)\n( *)default:\n\s*(.*)/g)]
        .filter(
          ([, , cases = '']) => /case '(request\.start|part\.(start|end)|turn\.(start|end))'/.test(cases) && !cases.includes('switch ('),
        )
        .filter(([, name = '', , , next = '']) => !next.startsWith(`${name}.type satisfies`))
        .map(([, name]) => `${file.path}: behind "default:" say ${name}.type satisfies 'a' | 'b' of the kinds that are left out`),
    );
    expect(wrong).toEqual([]);
  });

  it('exports what somebody outside of the file reads, and nothing else', () => {
    const readers = [...files, ...sourceFiles(join(ROOT, 'test'))];
    const unread = files.flatMap(({ path, text }) => {
      const texts = readers.filter(({ imports }) => imports.includes(path)).map((reader) => reader.text);
      const names = [...text.matchAll(EXPORTED)].map(([, name]) => new RegExp(`\\b${name}\\b`));
      return names.filter((name) => !texts.some((one) => name.test(one))).map((name) => `${path}: ${name.source.slice(2, -2)}`);
    });
    expect(unread).toEqual([]);
  });

  it('has no barrels', () => {
    expect(files.filter((file) => /^export \* from/m.test(file.text)).map((file) => file.path)).toEqual([]);
  });
});

describe('a file', () => {
  it(`has at most ${HARD_LIMIT} lines, unless it is a table of data`, () => {
    const long = files
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > HARD_LIMIT && !DATA_TABLES.test(path))
      .map(({ path, lines }) => `${path} has ${lines} lines: split it by what it does`);
    expect(long).toEqual([]);
  });

  it('says in its first line what it is for', () => {
    expect(files.filter((file) => !/^\/\*\* \S/.test(file.text)).map((file) => file.path)).toEqual([]);
  });
});

describe('the types of Node', () => {
  it('are those of the oldest Node that is promised: what came later does not compile', () => {
    const { engines, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(engines.node).toBe(`>=${devDependencies['@types/node'].split('.').slice(0, 2).join('.')}`);
  });
});

describe('the checkout', () => {
  it('has nothing at its top level but what the house knows', () => {
    const unknown = readdirSync(ROOT).filter(
      (name) => !name.startsWith('.') && !TOP_LEVEL.includes(name) && !IGNORED.has(name) && !name.endsWith('.tgz'),
    );
    expect(unknown).toEqual([]);
  });

  it('is installed without a script of a package, and needs no hook of npm itself', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(scripts).filter((name) => /^(pre|post)/.test(name))).toEqual(['prepublishOnly']);
  });

  it('mirrors src in its tests', () => {
    const folders = readdirSync(join(ROOT, 'test')).filter((name) => statSync(join(ROOT, 'test', name)).isDirectory());
    const known = new Set([...Object.keys(FLOORS), 'attacks', 'bench', 'support']);
    expect(folders.filter((folder) => !known.has(folder))).toEqual([]);
  });
});

describe('a test', () => {
  it('holds no bound against the time of a machine that others use too: test/support/own-time.ts knows the time of a process', () => {
    const bound = /expect\((?=[^;]*(?:(?:performance|Date)\.now\(\)|endedMs) ?-)[^;]*\)\.toBeLessThan/;
    expect(sourceFiles(join(ROOT, 'test')).filter(({ text }) => bound.test(text))).toEqual([]);
  });
});

function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    if (!/\.tsx?$/.test(entry.name)) return [];
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => relative(SOURCE, join(dirname(path), match[1]!)));
    return [{ path: relative(SOURCE, path), text, imports: imports.filter((target) => !target.startsWith('..')) }];
  });
}

function folderOf({ path }: { path: string }): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

function floorOf(path: string): number {
  return FLOORS[folderOf({ path })] ?? Number.POSITIVE_INFINITY;
}

/** Every chain of imports that leads back to where it began. */
function circles(all: SourceFile[]): string[] {
  const imports = new Map(all.map((file) => [file.path, file.imports]));
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const file of all) visit(file.path, []);
  return found;
}
