/** Which files of the project a script of any language names: whatever stands in it like the path of code. */
import type { Collection } from './collection.ts';
import { filesMeant } from './meant-files.ts';
import { followModule, isModule, meetCommands } from './module-files.ts';

/** A longer one is data, or a program that was compiled. */
const LONGEST_SCRIPT = 1_000_000;
const MOST_WORDS = 2000;
const MOST_FOLDERS = 8;
const CODE =
  /\.(sh|bash|zsh|fish|ksh|py|pyc|pyz|pyd|zip|whl|egg|rb|pl|pm|php|lua|r|jl|[cm]?[jt]sx?|so|dll|dylib|jar|exe|wasm|node|awk|sed|tcl|ps1|bat|cmd|mk)$/i;

export function isCode(path: string): boolean {
  return CODE.test(path);
}

/** Adds what the script names, its interpreter included, and what that names in turn. */
export function followScript(path: string, bytes: Buffer, collection: Collection): void {
  const waiting = [{ path, bytes }];
  for (let next = waiting.pop(); next && !collection.isTooMuch(); next = waiting.pop()) {
    const isScript = next.bytes.subarray(0, 2).toString('latin1') === '#!';
    if (next.bytes.includes(0) && !isScript) continue;
    if (next.bytes.length > LONGEST_SCRIPT) {
      collection.leaveUnchecked(`what ${collection.nameOf(next.path)} names, which is too large`);
      continue;
    }
    const text = next.bytes.toString('utf8');
    meetCommands(text, next.path, collection);
    for (const target of filesNamedIn(text, next.path, collection)) {
      const added = collection.add(target);
      if (typeof added !== 'object' || !('bytes' in added)) continue;
      if (isModule(target, added.bytes)) followModule(target, added.bytes, collection);
      else waiting.push({ path: target, bytes: added.bytes });
    }
  }
}

/** Relative to the script, to the folder itself (where programs are started), or behind a variable: `$DIR/lib.sh`. */
function* filesNamedIn(text: string, script: string, collection: Collection): Generator<string> {
  const { dirname } = process.getBuiltinModule('node:path');
  const words = new Set<string>();
  for (const [word] of text.matchAll(/[\p{L}\p{M}\p{N}_.@+~/-]{2,300}/gu)) if (word.includes('/') || isCode(word)) words.add(word);
  for (const name of pythonImports(text, script, collection)) for (const word of pythonWords(name)) words.add(word);
  if (words.size > MOST_WORDS) collection.leaveUnchecked(`some of the files that ${collection.nameOf(script)} names, which are many`);
  const folders = foldersIn(text, [dirname(script), collection.folder], collection);
  for (const pattern of patternsIn(text))
    for (const folder of folders) yield* filesMeant(pattern, folder, collection, (path) => CODE.test(path) || collection.isProgram(path));
  for (const word of [...words].slice(0, MOST_WORDS)) {
    if (collection.isTooMuch()) return;
    for (const folder of folders) {
      const found = codeAt(word, folder, collection);
      if (found !== undefined) yield found;
    }
  }
}

/** And those that it names, as `cd lib` and `sys.path.insert(0, 'lib')` do. */
function foldersIn(text: string, from: readonly string[], collection: Collection): string[] {
  const { resolve } = process.getBuiltinModule('node:path');
  const named = [...text.matchAll(/(?:\bcd\s+["']?|["'])([\w./-]{1,200})/g)].slice(0, MOST_WORDS).map(([, word = '']) => word);
  const inside = [...new Set(named)].flatMap((word) => from.map((folder) => resolve(folder, word)));
  const found = inside.filter((path) => collection.isFolder(path) && collection.isInside(path) && !from.includes(path));
  return [...new Set([...from, ...found])].slice(0, MOST_FOLDERS);
}

/** `for part in "$here"/parts/*.sh`: a word with a star in it, and the folders before it. */
function patternsIn(text: string): Set<string> {
  const found = new Set<string>();
  for (const { index, 0: behind } of text.matchAll(/\*[\w.@+~*?/-]{0,100}/g)) {
    let from = index;
    while (from > 0 && index - from < LONGEST_PATTERN && /[\w.@+~/-]/.test(text.charAt(from - 1))) from -= 1;
    const before = text.slice(from, index).replace(/^\/+/, '');
    if (before.includes('/')) found.add(before + behind);
    if (found.size >= MOST_WORDS) break;
  }
  return found;
}

const LONGEST_PATTERN = 300;

/** `import a, b.c` and `from d import e`, where e may be a module as well. */
function* pythonImports(text: string, script: string, collection: Collection): Generator<string> {
  for (const [, names = ''] of text.matchAll(/^[ \t]*import[ \t]+([\w., \t]+)/gm))
    for (const name of names.split(',')) yield name.trim().split(/\s/, 1)[0] ?? '';
  let left = MOST_IMPORTS;
  for (const { index, 0: whole, 1: name = '' } of text.matchAll(/^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+/gm)) {
    yield name;
    const rest = text.slice(index + whole.length, index + whole.length + LONGEST_IMPORT);
    const end = rest.indexOf(rest.startsWith('(') ? ')' : '\n');
    const members = (end < 0 ? rest : rest.slice(0, end)).match(/\w+/g) ?? [];
    left -= 1 + members.length;
    if ((end < 0 && rest.length === LONGEST_IMPORT) || left < 0)
      collection.leaveUnchecked(`some of what ${collection.nameOf(script)} imports`);
    if (left < 0) return;
    for (const member of members) yield `${name}.${member}`;
  }
}

/** A text may begin more of them than it ends. */
const LONGEST_IMPORT = 4000;
const MOST_IMPORTS = 10_000;

/** A module of Python's, and the packages that it lies in, as the paths that they may have. */
export function pythonWords(name: string): string[] {
  // Longer ones are no names, and each of their parts is a path.
  const parts = name.length > LONGEST_NAME ? [] : name.split('.').filter((part) => part !== '');
  return parts.flatMap((_, index) => {
    const path = parts.slice(0, index + 1).join('/');
    return ['.py', '.pyc', '/__init__.py', '/__main__.py'].map((end) => `./${path}${end}`);
  });
}

const LONGEST_NAME = 300;

/** What `require_relative 'lib/x'` and its like leave out. */
const ENDINGS = ['', '.rb', '.sh', '.py', '.pl', '.lua', '.php'];

/** `-I` and `-E` make Python deaf to what sotto tells it by variables. */
export function isDeafPython(bytes: Buffer): boolean {
  return /^#!.*\bpython[\d.]*\s(.*\s)?-\w*[IE]/.test(bytes.subarray(0, 300).toString('latin1').split('\n', 1)[0] ?? '');
}

function codeAt(word: string, folder: string, collection: Collection): string | undefined {
  const { resolve } = process.getBuiltinModule('node:path');
  const candidates = [word, word.replace(/^\/+/, ''), word.replace(/^[^/]*\//, '')].filter((one) => one !== '');
  return candidates
    .flatMap((one) => (CODE.test(one) ? [resolve(folder, one)] : ENDINGS.map((end) => resolve(folder, one + end))))
    .find((path) => collection.isFile(path) && collection.isInside(path) && (CODE.test(path) || collection.isProgram(path)));
}
