/** Finds what there is to import below the paths that were named, and the files that an export refers to. */

import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { errorCode } from '../core/errors.ts';
import type { Asset, Problem } from './import-record.ts';

export type ImportFile = {
  path: string;
  /** Path below the folder that was named, with slashes and without its ending: what a file is called that has no name inside. */
  name: string;
  modifiedMs: number;
  bytes: number;
  asset: (reference: string) => Asset | undefined;
};

/** Files of the paths, folders searched; what is not there is a problem. */
export function findImports(paths: readonly string[]): { files: ImportFile[]; problems: Problem[] } {
  const files: ImportFile[] = [];
  const problems: Problem[] = [];
  for (const path of paths) {
    try {
      const stats = statSync(path);
      if (stats.isDirectory()) files.push(...inFolder(path, problems));
      // It is read more than once, and a pipe that nobody writes to would be waited for.
      else if (!stats.isFile()) problems.push({ where: path, what: 'is not a regular file' });
      else files.push(fileOf(path, dirname(path), assetsBelow(dirname(path))));
    } catch (thrown) {
      problems.push({ where: path, what: reasonOf(thrown) });
    }
  }
  return { files, problems };
}

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';
type Beginning = 'sqlite' | 'zip' | 'gzip' | 'text' | Exclude<TextEncoding, 'utf-8'>;

/** What a file is by its first bytes. */
export function beginningOf(path: string): Beginning {
  const head = Buffer.alloc(16);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head.toString('latin1') === 'SQLite format 3\0') return 'sqlite';
  if (head.toString('latin1', 0, 2) === 'PK' && head[2] === 3) return 'zip';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  // As PowerShell writes what is sent into a file. JSON begins with a sign of ASCII: without a mark the zero beside it tells.
  if ((head[0] === 0xff && head[1] === 0xfe) || (isSign(head[0]) && head[1] === 0)) return 'utf-16le';
  return (head[0] === 0xfe && head[1] === 0xff) || (head[0] === 0 && isSign(head[1])) ? 'utf-16be' : 'text';
}

function isSign(byte: number | undefined): boolean {
  return byte === 0x5b || byte === 0x7b;
}

export function reasonOf(thrown: unknown): string {
  const code = errorCode(thrown) ?? '';
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ELOOP: 'too many links',
    EFBIG: 'is too large to be read at once (over 512 MB)',
    ERR_STRING_TOO_LONG: 'is too large to be read at once (over 512 MB)',
    ERR_FS_FILE_TOO_LARGE: 'is too large to be read at once (over 2 GB)',
  };
  return reasons[code] ?? (thrown instanceof Error ? thrown.message : String(thrown));
}

const READABLE = /\.(json|jsonl|ndjson|ya?ml|db|sqlite3?|zip)$|(^|[\\/])messages\.md$/i;
/** Other files of the exports of ChatGPT and Claude: accounts, ratings, shared links. No conversations. */
const BESIDE =
  /^(user|users|user_settings|message_feedback|model_comparisons|shared_conversations|group_chats|sora|shopping|projects|memories|export_manifest|manifest|config)\.(json|ya?ml)$/i;
/** An upload is called by its id, whatever it is: no export, but a file that one refers to. */
const UPLOAD = /^file[-_][\w-]{6,}/i;
/** Folders nest: aichat keeps sessions one below another, exports keep pictures in folders. */
const DEEPEST = 4;

function inFolder(folder: string, problems: Problem[]): ImportFile[] {
  const all = below(folder, DEEPEST);
  const assets = assetsAmong(all);
  const readable = all.filter((path) => READABLE.test(path) && !BESIDE.test(basename(path)) && !UPLOAD.test(basename(path)));
  if (readable.length === 0) problems.push({ where: folder, what: 'holds nothing that could be imported' });
  return readable.map((path) => fileOf(path, folder, assets));
}

function fileOf(path: string, root: string, asset: ImportFile['asset']): ImportFile {
  const { mtimeMs, size } = statSync(path);
  const name = relative(root, path).split(sep).join('/');
  return { path, name: name.slice(0, name.length - extname(name).length), modifiedMs: Math.round(mtimeMs), bytes: size, asset };
}

function below(folder: string, depth: number): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 0 && !entry.name.startsWith('.') && entry.name !== 'node_modules' ? below(path, depth - 1) : [];
    return entry.isFile() ? [path] : [];
  });
}

/** The folder of a file is only looked through when the file refers to another one. */
function assetsBelow(folder: string): ImportFile['asset'] {
  let lookup: ImportFile['asset'] | undefined;
  return (reference) => {
    lookup ??= assetsAmong(below(folder, DEEPEST));
    return lookup(reference);
  };
}

/** Exports name a file by its id, or by the id and what it was called. */
function assetsAmong(paths: readonly string[]): ImportFile['asset'] {
  let files: { path: string; name: string }[] | undefined;
  return (reference) => {
    files ??= paths
      .map((path) => ({ path, name: basename(path) }))
      .filter(({ name }) => UPLOAD.test(name) || !READABLE.test(name))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    // Sorted by name, those that begin with the reference stand together: exports hold thousands of both.
    for (let at = firstFrom(files, reference); files[at]?.name.startsWith(reference); at++) {
      const found = files[at];
      if (found && (found.name === reference || /^[-_.]/.test(found.name.slice(reference.length))))
        return readAsset(found.path, found.name, reference);
    }
    return undefined;
  };
}

function firstFrom(files: readonly { name: string }[], name: string): number {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle]?.name ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

const LARGEST_ASSET = 64 * 1024 * 1024;

function readAsset(path: string, name: string, reference: string): Asset | undefined {
  if (statSync(path).size > LARGEST_ASSET) return undefined;
  const bytes = readFileSync(path);
  const mediaType = mediaTypeOf(bytes, name);
  const given = name.slice(reference.length).replace(/^[-_]/, '');
  return { mediaType, data: bytes.toString('base64'), name: /\w\.\w/.test(given) ? given : name };
}

function mediaTypeOf(bytes: Buffer, name: string): string {
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  if (head.startsWith('RIFF')) return head.endsWith('WEBP') ? 'image/webp' : 'audio/wav';
  if (head.startsWith('%PDF-')) return 'application/pdf';
  const byEnding: Record<string, string> = { '.mp3': 'audio/mpeg', '.m4a': 'audio/mp4', '.mp4': 'video/mp4', '.txt': 'text/plain' };
  return byEnding[extname(name).toLowerCase()] ?? 'application/octet-stream';
}
