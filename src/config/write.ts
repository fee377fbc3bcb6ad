/** Changes the configuration file. The only user of `conf`, which is loaded here and only when something is written. */
import { basename, dirname } from 'node:path';
import { configurationError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { parseJsonObject, readJsonFile } from './json-file.ts';
import { putAt, valueAt } from './layers.ts';
import { withFileLock } from './lock.ts';

/** Sets a value that was checked against the table. Keys that sotto does not know stay in the file. */
export async function setInFile(configFile: string, path: readonly string[], value: Json, signal?: AbortSignal): Promise<void> {
  await change(configFile, path, (tree) => putAt(tree, path, value), signal);
}

/** Takes a value out of the file; false where it was not there. */
export async function unsetInFile(configFile: string, path: readonly string[], signal?: AbortSignal): Promise<boolean> {
  const before = readJsonFile(configFile);
  if (before === undefined || valueAt(before, path) === undefined) return false;
  await change(configFile, path, (tree) => removeAt(tree, path), signal);
  return true;
}

async function change(
  configFile: string,
  [top = '']: readonly string[],
  edit: (tree: JsonObject) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const edited = async () => {
    // Read by our own reader first: it says where a broken file is broken, and conf is then not let near it.
    const current = readJsonFile(configFile)?.[top];
    const tree: JsonObject = current === undefined ? {} : { [top]: structuredClone(current) };
    edit(tree);
    const store = await openStore(configFile);
    try {
      const value = tree[top];
      if (value === undefined) store.delete(top);
      else store.set(top, value);
    } catch (thrown) {
      throw notWritten(configFile, thrown);
    }
  };
  await withFileLock(configFile, edited, signal);
}

async function openStore(configFile: string) {
  const { default: Conf } = await import('conf');
  try {
    return new Conf<Record<string, unknown>>({
      cwd: dirname(configFile),
      configName: basename(configFile, '.json'),
      fileExtension: 'json',
      projectName: 'sotto',
      projectSuffix: '',
      configFileMode: 0o600,
      // Names of models and headers hold dots; paths are ours to resolve.
      accessPropertiesByDotNotation: false,
      serialize: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
      deserialize: (text) => parseJsonObject(text, configFile),
    });
  } catch (thrown) {
    throw notWritten(configFile, thrown);
  }
}

function notWritten(configFile: string, thrown: unknown) {
  const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
  return configurationError(
    `${configFile} cannot be written${code}; it was left as it is.`,
    'Check the permissions of its folder and the free space of its disk.',
  );
}

/** Removes a value, and the objects that become empty by it. */
function removeAt(tree: JsonObject, [head = '', ...rest]: readonly string[]): void {
  const inner = tree[head];
  if (rest.length > 0 && isObject(inner)) {
    removeAt(inner, rest);
    if (Object.keys(inner).length > 0) return;
  }
  delete tree[head];
}
