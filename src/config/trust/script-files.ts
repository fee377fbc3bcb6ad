/** Which files of the project a script of any language names: whatever stands in it like the path of code. */
import type { Collection } from './collection.ts';
import { followModule, isModule } from './module-files.ts';

/** A longer one is data, or a program that was compiled. */
const LONGEST_SCRIPT = 1_000_000;
const MOST_WORDS = 5000;
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
      if (isModule(target)) followModule(target, added.bytes, collection);
      else waiting.push({ path: target, bytes: added.bytes });
    }
  }
}

/** Relative to the script, to the folder itself (where programs are started), or behind a variable: `$DIR/lib.sh`. */
function* filesNamedIn(text: string, script: string, collection: Collection): Generator<string> {
  const { dirname } = process.getBuiltinModule('node:path');
  const words = new Set<string>();
  for (const [word] of text.matchAll(/[\w.@+~/-]{2,300}/g)) if (words.size < MOST_WORDS) words.add(word);
  for (const [, name = ''] of text.matchAll(/^\s*(?:from|import)\s+([\w.]+)/gm)) for (const word of pythonWords(name)) words.add(word);
  for (const word of words) {
    if (!word.includes('/') && !CODE.test(word)) continue;
    for (const folder of [dirname(script), collection.folder]) {
      const found = codeAt(word, folder, collection);
      if (found !== undefined) yield found;
    }
  }
}

/** A module of Python's as the paths that it may have. */
export function pythonWords(name: string): string[] {
  const path = name.replace(/^\.+/, '').replaceAll('.', '/');
  return path === '' ? [] : ['.py', '.pyc', '/__init__.py', '/__main__.py'].map((end) => `./${path}${end}`);
}

/** `-I` and `-E` make Python deaf to what sotto tells it by variables. */
export function isDeafPython(bytes: Buffer): boolean {
  return /^#!.*\bpython[\d.]*\s(.*\s)?-\w*[IE]/.test(bytes.subarray(0, 300).toString('latin1').split('\n', 1)[0] ?? '');
}

function codeAt(word: string, folder: string, collection: Collection): string | undefined {
  const { resolve } = process.getBuiltinModule('node:path');
  const candidates = [word, word.replace(/^\/+/, ''), word.replace(/^[^/]*\//, '')].filter((one) => one !== '');
  return candidates
    .map((one) => resolve(folder, one))
    .find((path) => collection.isFile(path) && collection.isInside(path) && (CODE.test(path) || isExecutable(path)));
}

function isExecutable(path: string): boolean {
  try {
    return (process.getBuiltinModule('node:fs').statSync(path).mode & 0o111) !== 0;
  } catch {
    return false;
  }
}
