/** Which files of the project a script of any language names: whatever stands in it like the path of code. */
import type { Collection } from './collection.ts';
import { followModule, isModule } from './module-files.ts';

/** A longer one is data, or a program that was compiled. */
const LONGEST_SCRIPT = 1_000_000;
const MOST_WORDS = 2000;
const CODE =
  /\.(sh|bash|zsh|fish|ksh|py|pyc|pyz|rb|pl|pm|php|lua|r|jl|[cm]?[jt]sx?|so|dll|dylib|jar|exe|wasm|node|awk|sed|tcl|ps1|bat|cmd|mk)$/i;

/** Adds what the script names, its interpreter included, and what that names in turn. */
export function followScript(path: string, bytes: Buffer, collection: Collection): void {
  const waiting = [{ path, bytes }];
  for (let next = waiting.pop(); next && !collection.isTooMuch(); next = waiting.pop()) {
    if (next.bytes.length > LONGEST_SCRIPT || next.bytes.includes(0)) continue;
    for (const target of filesNamedIn(next.bytes.toString('utf8'), next.path, collection)) {
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
  for (const [word] of text.matchAll(/[\w.@+~/-]{2,300}/g)) if (words.size < MOST_WORDS) words.add(word);
  for (const name of pythonImports(text)) for (const word of pythonWords(name)) words.add(word);
  for (const word of words) {
    if (collection.isTooMuch()) return;
    if (!word.includes('/') && !CODE.test(word)) continue;
    for (const folder of [dirname(script), collection.folder]) {
      const found = codeAt(word, folder, collection);
      if (found !== undefined) yield found;
    }
  }
}

/** `import a, b.c` and `from d import e`, where e may be a module as well. */
function* pythonImports(text: string): Generator<string> {
  for (const [, names = ''] of text.matchAll(/^[ \t]*import[ \t]+([\w., \t]+)/gm))
    for (const name of names.split(',')) yield name.trim().split(/\s/, 1)[0] ?? '';
  for (const [, name = '', members = ''] of text.matchAll(/^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)/gm)) {
    yield name;
    for (const [member] of members.matchAll(/\w+/g)) yield `${name}.${member}`;
  }
}

/** A module of Python's, and the packages that it lies in, as the paths that they may have. */
export function pythonWords(name: string): string[] {
  const parts = name.split('.').filter((part) => part !== '');
  return parts.flatMap((_, index) => {
    const path = parts.slice(0, index + 1).join('/');
    return ['.py', '.pyc', '/__init__.py', '/__main__.py'].map((end) => `./${path}${end}`);
  });
}

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
    .flatMap((one) => ENDINGS.map((end) => resolve(folder, one + end)))
    .find((path) => collection.isFile(path) && collection.isInside(path) && (CODE.test(path) || collection.isProgram(path)));
}
