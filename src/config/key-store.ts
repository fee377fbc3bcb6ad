/** The store of keys: one JSON file of provider names and keys that only its owner can read. */

import { configurationError, usageError } from '../core/errors.ts';
import { isObject } from '../core/json.ts';
import { readJsonFile } from './json-file.ts';
import { statIfThere } from './stat.ts';

/** The stored text of a provider's key: the key itself, `!command` or `$NAME`. On the path of an ask, so it reads synchronously. */
export function readKey(keysFile: string, provider: string): string | undefined {
  return readStore(keysFile).get(provider);
}

export function listKeys(keysFile: string): { provider: string; text: string }[] {
  return [...readStore(keysFile)].map(([provider, text]) => ({ provider, text })).sort((a, b) => (a.provider < b.provider ? -1 : 1));
}

/** Stores a key. Writing also takes away the rights that others had on the file. */
export async function setKey(keysFile: string, provider: string, text: string, signal?: AbortSignal): Promise<void> {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(provider)) {
    throw usageError('A provider is named with letters, digits, dots, dashes and underscores.', 'For example: sotto keys set openai');
  }
  const key = text.trim();
  if (key === '') throw usageError('The key is empty; nothing was stored.');
  if (key.startsWith('!') ? /[\r\n]/.test(key) : !isKeyText(key)) {
    throw usageError('The key holds spaces, line breaks or characters that no key has; nothing was stored.', COPY_AGAIN);
  }
  await change(keysFile, (keys) => keys.set(provider, key), signal);
}

/** False where there was no such key. */
export async function deleteKey(keysFile: string, provider: string, signal?: AbortSignal): Promise<boolean> {
  if (!readStore(keysFile).has(provider)) return false;
  await change(keysFile, (keys) => keys.delete(provider), signal);
  return true;
}

/** What is wrong with the rights of the file: a warning for people, or undefined. */
export function exposureOf(keysFile: string): string | undefined {
  // Windows has no such bits; the file is protected by its folder there.
  if (process.platform === 'win32') return undefined;
  const stats = statIfThere(keysFile);
  if (!stats || (stats.mode & 0o077) === 0) return undefined;
  return `Other users of this machine can read ${keysFile}. Mend it with: chmod 600 ${keysFile}`;
}

/** A key goes into a header: one line of printable ASCII. Anything else is a slip of copy and paste. */
export function isKeyText(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key);
}

export const COPY_AGAIN = 'Copy it again: one line of letters, digits and signs.';

function readStore(keysFile: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [provider, text] of Object.entries(readJsonFile(keysFile) ?? {})) {
    if (typeof text !== 'string') {
      throw configurationError(
        `${keysFile}: the key of ${provider} should be text, but it is ${isObject(text) ? 'an object' : 'something else'}.`,
        `Set it again with: sotto keys set ${provider}`,
      );
    }
    if (text !== '') keys.set(provider, text);
  }
  return keys;
}

async function change(keysFile: string, edit: (keys: Map<string, string>) => void, signal: AbortSignal | undefined): Promise<void> {
  const [{ withFileLock }, { writePrivateFile }] = await Promise.all([import('./lock.ts'), import('./atomic-file.ts')]);
  await withFileLock(
    keysFile,
    () => {
      const keys = readStore(keysFile);
      edit(keys);
      writePrivateFile(keysFile, `${JSON.stringify(Object.fromEntries(keys), undefined, 2)}\n`);
    },
    signal,
  );
}
