/** What "always" may cover of a command: other arguments only where it is clear from the words and the files what it would do. */
import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { type ReadCommand, readCommand } from './command-table.ts';
import { plainWords } from './command-words.ts';
import type { FilePorts } from './file-access.ts';
import { type Borders, resolveInside } from './paths.ts';
import { secretKind } from './secrets-files.ts';

/** `env`: the variables that the command will see. */
export type CommandPlace = FilePorts & { folder: string; env: Readonly<Record<string, string | undefined>> };

/** The program of the table that the command runs, as things are now; undefined where only this very command can be allowed. */
export async function coveredProgram(command: string, place: CommandPlace): Promise<string | undefined> {
  // The shell of Windows reads words in another way.
  const words = place.platform === 'win32' ? undefined : plainWords(command);
  const read = words && readCommand(words);
  if (!read) return undefined;
  const own = { ...place, roots: [] };
  const granted = { ...place, roots: place.roots() };
  const looks = [isFromOutside(read.program, granted), loadsFromOutside(granted), ...read.paths.map((path) => isReadable(path, read, own))];
  return (await Promise.all(looks)).every(Boolean) ? read.program : undefined;
}

/** As the read tools see it, and as the program will: a `..` behind a link leads elsewhere than it seems. */
async function isReadable(path: string, { operands }: ReadCommand, borders: Borders): Promise<boolean> {
  if (path.split('/').includes('..')) return false;
  const named = resolve(borders.folder, path);
  const found = await resolveInside(named, borders, { write: false });
  if ('refusal' in found || !found.isInside || !found.exists) return false;
  // A folder of secrets is named by what would be in it.
  if ([named, found.path].some((one) => secretKind(`${one}/x`) !== undefined)) return false;
  const stats = await stat(found.path).catch(() => undefined);
  return stats?.isFile() === true || (operands === 'places' && stats?.isDirectory() === true);
}

/** A `cat` that lies in the working folder is no `cat`. */
async function isFromOutside(program: string, borders: Borders & Pick<CommandPlace, 'env'>): Promise<boolean> {
  for (const entry of borders.env.PATH?.split(':') ?? []) {
    const folder = resolve(borders.folder, entry);
    const file = resolve(folder, program);
    const stats = await stat(file).catch(() => undefined);
    if (!stats) continue;
    const places = await Promise.all([folder, file].map((path) => resolveInside(path, borders, { write: false })));
    return stats.isFile() && places.every((found) => !('refusal' in found || found.isInside));
  }
  return false;
}

/** What the system puts into every program, and where it looks for that: an empty entry means the working folder. */
const LOADED = /^(LD_|DYLD_|GCONV_PATH$|LOCPATH$)/;

async function loadsFromOutside(borders: Borders & Pick<CommandPlace, 'env'>): Promise<boolean> {
  const entries = Object.entries(borders.env).flatMap(([name, value = '']) =>
    LOADED.test(name) && value !== '' ? value.split(/[:; ]/) : [],
  );
  const places = await Promise.all(entries.map(async (entry) => isAbsolute(entry) && resolveInside(entry, borders, { write: false })));
  return places.every((found) => found !== false && !('refusal' in found || found.isInside));
}
