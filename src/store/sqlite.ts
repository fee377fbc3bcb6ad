/** SQLite, loaded the short way: the package's JavaScript is part of the bundle, its native part is taken straight from its file. */
import Database from 'better-sqlite3';
import { errorCode, SottoError } from '../core/errors.ts';

/** The package's own way looks at every folder, at this process's memory map and at a dozen small files: 4 to 10 ms before a question. */
export function openDatabase(file: string, options: Database.Options): Database.Database {
  open ??= straight() ?? usual();
  return open(file, options);
}

type Open = (file: string, options: Database.Options) => Database.Database;

let open: Open | undefined;

function straight(): Open | undefined {
  const file = nativeFile(partName());
  if (file === undefined) return undefined;
  const loaded: { exports: object } = { exports: {} };
  try {
    process.dlopen(loaded, file);
    return withPart(loaded.exports);
  } catch {
    return undefined;
  }
}

function withPart(addon: object): Open {
  // It takes the part itself as well as a path to it; the types know only the path.
  return (file, options) => new Database(file, { ...options, nativeBinding: addon as unknown as string });
}

/** A native part suits one kind of system: `linux-x64`, `linuxmusl-arm64`, `win32-x64`. */
function partName(): string {
  const { platform, arch } = process;
  return `${platform === 'linux' && isMusl() ? 'linuxmusl' : platform}-${arch}`;
}

/** A system may have both kinds of C library: what counts is the one that this process runs on. */
function isMusl(): boolean {
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  if (!existsSync(process.arch === 'x64' ? '/lib/ld-musl-x86_64.so.1' : '/lib/ld-musl-aarch64.so.1')) return false;
  try {
    return /\/ld-musl-[^/\s]*\.so/.test(readFileSync('/proc/self/maps', 'latin1'));
  } catch {
    return true;
  }
}

/**
 * Beside the bundle, where a build puts the part of its own system, or in the small package of its own that the package manager chose
 * for this one. Never in a better-sqlite3 of somebody else: its halves belong together.
 */
function nativeFile(part: string): string | undefined {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { dirname, join } = process.getBuiltinModule('node:path');
  const own = join(import.meta.dirname, `sqlite-${part}.node`);
  if (existsSync(own)) return own;
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', `sotto-sqlite-${part}`, 'sqlite.node');
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

/** What a package manager keeps elsewhere (Yarn's Plug'n'Play), and a better-sqlite3 that somebody built for another system. */
function usual(): Open {
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  const part = partName();
  let cause: unknown;
  try {
    return withPart(require(`sotto-sqlite-${part}`));
  } catch (thrown) {
    cause = thrown;
  }
  try {
    const Whole: typeof Database = require('better-sqlite3');
    // It looks for its native part only when something is opened.
    new Whole(':memory:').close();
    return (file, options) => new Whole(file, options);
  } catch (thrown) {
    throw missingError(part, isAbsent(cause) ? thrown : cause);
  }
}

function missingError(part: string, cause: unknown): SottoError {
  const reason = cause instanceof Error && !isAbsent(cause) ? ` (${cause.message.split('\n')[0]})` : '';
  const hint = READY_MADE.test(part)
    ? `Install sotto again, with its optional packages: it needs sotto-sqlite-${part}. A lock file that was written on another system may leave it out: remove it and node_modules first.`
    : `There is none ready-made for ${part}. Build one beside sotto, with a compiler: npm install better-sqlite3`;
  return new SottoError({ kind: 'configuration', message: `SQLite for ${part} could not be loaded${reason}.`, hint, cause });
}

function isAbsent(thrown: unknown): boolean {
  return errorCode(thrown) === 'MODULE_NOT_FOUND';
}

const READY_MADE = /^(linux|linuxmusl|darwin|win32)-(x64|arm64)$/;
