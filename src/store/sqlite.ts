/** SQLite, loaded the short way: the package's JavaScript is part of the bundle, its native part is taken straight from its file. */
import Database from 'better-sqlite3';

/** The package's own way looks at every folder, at this process's memory map and at a dozen small files: 4 to 10 ms before a question. */
export function openDatabase(file: string, options: Database.Options): Database.Database {
  open ??= straight() ?? usual();
  return open(file, options);
}

type Open = (file: string, options: Database.Options) => Database.Database;

let open: Open | undefined;

function straight(): Open | undefined {
  const addon = nativePart();
  // It takes the part itself as well as a path to it; the types know only the path.
  return addon && ((file, options) => new Database(file, { ...options, nativeBinding: addon as unknown as string }));
}

/** Everything that is not the usual case is left to the package: another processor, a musl system, a build made on purpose, no node_modules. */
function nativePart(): object | undefined {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const { platform, arch } = process;
  if (platform === 'linux' && existsSync(arch === 'x64' ? '/lib/ld-musl-x86_64.so.1' : '/lib/ld-musl-aarch64.so.1')) return undefined;
  const folder = packageFolder();
  if (folder === undefined || existsSync(join(folder, 'build'))) return undefined;
  const loaded = { exports: {} };
  try {
    process.dlopen(loaded, join(folder, 'prebuilds', `${platform}-${arch}.node`));
    return loaded.exports;
  } catch {
    return undefined;
  }
}

/** Where Node would find the package: the bundled half is of the same version, because package.json names one exactly. */
function packageFolder(): string | undefined {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { dirname, join } = process.getBuiltinModule('node:path');
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', 'better-sqlite3');
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

function usual(): Open {
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  const Whole: typeof Database = require('better-sqlite3');
  return (file, options) => new Whole(file, options);
}
