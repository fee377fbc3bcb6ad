/** The folders whose own tools and servers may run: one file that only its owner can read, beside the keys. */
import { listAt } from '../core/json.ts';
import { readJsonFile } from './json-file.ts';

/** Exactly this folder, wherever a link to it lies; what is below it is another folder. */
export function isTrustedFolder(dataFolder: string, folder: string): boolean {
  return listTrustedFolders(dataFolder).includes(realPath(folder));
}

export function listTrustedFolders(dataFolder: string): string[] {
  return listAt(readJsonFile(fileIn(dataFolder)), 'folders').filter((folder) => typeof folder === 'string');
}

/** False where it was trusted already. */
export function trustFolder(dataFolder: string, folder: string): Promise<boolean> {
  const path = realPath(folder);
  return change(dataFolder, (folders) => (folders.includes(path) ? folders : [...folders, path]));
}

/** False where it was not trusted. A folder that is gone is named as it was listed. */
export function distrustFolder(dataFolder: string, folder: string): Promise<boolean> {
  const path = realPath(folder);
  return change(dataFolder, (folders) => (folders.includes(path) ? folders.filter((other) => other !== path) : folders));
}

function fileIn(dataFolder: string): string {
  return `${dataFolder}/trusted-folders.json`;
}

function realPath(folder: string): string {
  try {
    return process.getBuiltinModule('node:fs').realpathSync(folder);
  } catch {
    return folder;
  }
}

/** `edit` gives the same list back where there is nothing to change. */
async function change(dataFolder: string, edit: (folders: string[]) => string[]): Promise<boolean> {
  const [{ withFileLock }, { writePrivateFile }] = await Promise.all([import('./lock.ts'), import('./atomic-file.ts')]);
  const file = fileIn(dataFolder);
  return withFileLock(file, () => {
    const before = listTrustedFolders(dataFolder);
    const after = edit(before);
    if (after === before) return false;
    writePrivateFile(file, `${JSON.stringify({ v: 1, folders: after }, undefined, 2)}\n`);
    return true;
  });
}
