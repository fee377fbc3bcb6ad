/** The tools of the user: the files of the tools folders, each asked what it is, side by side. */

import { readFileSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readFolder, readHead } from '../config/regular-file.ts';
import { exactStatIfThere } from '../config/stat.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../core/json.ts';
import type { Tool } from '../core/tool.ts';
import type { Origin, Problem } from './own-definition.ts';
import { describeModule, type ModulePorts, moduleTools } from './own-module.ts';
import { describeProgram, type ProgramPorts, programTool } from './own-program.ts';

export type ToolsFolder = { path: string; origin: Origin };

export type OwnPorts = ModulePorts &
  ProgramPorts & {
    /** The working folder, where programs are started. */
    folder: string;
    /** Where descriptions are remembered; absent: each file is asked. With `refresh` each is asked all the same. */
    cache?: { file: string; write: (text: string) => void; refresh?: boolean };
  };

/** `problems` are sentences about files that are no tools although they look like some. */
type OwnTools = { tools: OwnTool[]; problems: string[] };
export type OwnTool = { tool: Tool; file: string };

/** Of two tools with one name the first counts; `taken` are names that none may have. */
export async function loadOwnTools(
  folders: readonly ToolsFolder[],
  taken: ReadonlySet<string>,
  ports: OwnPorts,
  signal: AbortSignal,
): Promise<OwnTools> {
  const files = folders.flatMap((folder) => toolFilesOf(folder, ports.platform));
  const cache = openCache(ports);
  const loaded = await Promise.all(files.map(async (file) => ({ file, found: await loadFile(file, { ports, cache, signal }) })));
  cache.save(files.map(({ path }) => path));
  const problems: string[] = [];
  const byName = new Map<string, OwnTool>();
  for (const { file, found } of loaded) {
    for (const one of found) {
      if ('problem' in one) problems.push(`${file.path}: ${one.problem}.`);
      else if (taken.has(one.name)) problems.push(`${file.path}: sotto itself uses the name ${one.name}. Give the tool another one.`);
      else if (byName.has(one.name)) problems.push(`${file.path}: ${one.name} is there already, from ${byName.get(one.name)?.file}.`);
      else byName.set(one.name, { tool: one, file: file.path });
    }
  }
  return { tools: [...byName.values()], problems };
}

/** The names of the files in a folder that would be tools; none of them is run. */
export function toolFileNames(path: string, platform: string): string[] {
  return toolFilesOf({ path, origin: 'project' }, platform).map((file) => basename(file.path));
}

type ToolFile = { path: string; origin: Origin; kind: 'module' | 'program' };

function toolFilesOf({ path, origin }: ToolsFolder, platform: string): ToolFile[] {
  return namesIn(path).flatMap((name) => {
    const file = join(path, name);
    const kind = kindOf(file, platform);
    return kind === undefined ? [] : [{ path: file, origin, kind }];
  });
}

/** More are no tools of anybody; a folder that cannot be read has none. */
const MOST_ENTRIES = 2000;

function namesIn(path: string): string[] {
  try {
    return readFolder(path, MOST_ENTRIES).entries.map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Programs say so by being executable; what is neither program nor module (notes, data, packages) is none of ours. */
function kindOf(file: string, platform: string): ToolFile['kind'] | undefined {
  const name = basename(file);
  const stats = statsOf(file);
  if (!stats?.isFile() || /^[._]|~$|\.d\.[mc]?ts$|\.test\.[mc]?[jt]s$/.test(name)) return undefined;
  const isModule = /\.[mc]?[jt]s$/.test(name);
  const isProgram = platform === 'win32' ? /\.(exe|cmd|bat)$/i.test(name) : (stats.mode & 0o111) !== 0;
  if (isProgram && (!isModule || startsAsScript(file))) return 'program';
  return isModule ? 'module' : undefined;
}

function statsOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    // Nothing, a circle of links, or a folder that may not be entered.
    return undefined;
  }
}

function startsAsScript(file: string): boolean {
  try {
    return readHead(file, 2).toString('latin1') === '#!';
  } catch {
    return false;
  }
}

type Loading = { ports: OwnPorts; cache: Cache; signal: AbortSignal };

async function loadFile(file: ToolFile, { ports, cache, signal }: Loading): Promise<(Tool | Problem)[]> {
  const { path } = file;
  const known = cache.find(path);
  if (known && 'problem' in known) return [known];
  if (known) return toolsOf(file, known.description, ports);
  // As it was before it was asked: what changes meanwhile is asked again.
  const state = stateOf(path);
  const asked = await (file.kind === 'module' ? describeModule(file, ports, signal) : describeProgram(file, ports.folder, ports, signal));
  if ('problem' in asked) {
    // To wait for it costs seconds: once is enough.
    if (asked.isSlow) cache.add(path, { state, problem: `${asked.problem}; it is not asked again until the file changes` });
    return [asked];
  }
  const tools = toolsOf(file, asked.description, ports);
  // What is wrong with it is told each time, until it is mended.
  if (!tools.some((tool) => 'problem' in tool)) cache.add(path, { state, description: asked.description });
  return tools;
}

function toolsOf(file: ToolFile, description: Json, ports: OwnPorts): (Tool | Problem)[] {
  return file.kind === 'module' ? moduleTools(file, description, ports) : [programTool(file, description, ports)];
}

type Cache = {
  /** Of a file that has not changed since: its description, or why it has none although it was waited for. */
  find(path: string): { description: Json } | Problem | undefined;
  add(path: string, entry: JsonObject): void;
  /** Writes what is new, and only for these files. */
  save(paths: readonly string[]): void;
};

function openCache({ cache }: OwnPorts): Cache {
  const known: JsonObject = cache ? readCache(cache.file) : {};
  const isRead = cache?.refresh !== true;
  let isNew = false;
  return {
    find(path) {
      const entry = known[path];
      if (!isObject(entry) || entry.state !== stateOf(path)) return undefined;
      if (typeof entry.problem === 'string') return { problem: entry.problem };
      return isRead && entry.description !== undefined ? { description: entry.description } : undefined;
    },
    add(path, entry) {
      known[path] = entry;
      isNew = true;
    },
    save(paths) {
      if (!isNew || !cache) return;
      const kept = Object.entries(known).filter(([path]) => paths.includes(path) || statsOf(path));
      cache.write(`${JSON.stringify(Object.fromEntries(kept))}\n`);
    },
  };
}

function readCache(file: string): JsonObject {
  try {
    const value = parseJson(readFileSync(file, 'utf8'));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function stateOf(path: string): string {
  const stats = exactStatIfThere(path);
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : '';
}
