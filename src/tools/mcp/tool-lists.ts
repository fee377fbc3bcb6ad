/** What a server's tools are: read from its answer, and kept from one run to the next so that they are known at once. */
import { writePrivateFile } from '../../config/atomic-file.ts';
import { readJsonFile } from '../../config/json-file.ts';
import type { McpServer } from '../../config/mcp/server.ts';
import { ensureFolder } from '../../config/paths.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../core/json.ts';
import { hash } from './hash.ts';

export type ListedTool = { name: string; description: string; inputSchema: JsonObject; hints: readonly string[] };

const LONGEST_DESCRIPTION = 8000;

/** In an order that does not depend on the server's mood: a prompt cache must not miss because of it. */
export function readToolList(tools: readonly JsonObject[]): ListedTool[] {
  const found = new Map<string, ListedTool>();
  for (const tool of tools) {
    const name = textAt(tool, 'name');
    if (name !== undefined && name !== '' && !found.has(name)) found.set(name, readTool(name, tool));
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readTool(name: string, tool: JsonObject): ListedTool {
  const annotations = objectAt(tool, 'annotations') ?? {};
  const description = textAt(tool, 'description') ?? textAt(tool, 'title') ?? textAt(annotations, 'title') ?? '';
  // `$schema` names a dialect that some vendors and validators refuse; `type` and `properties` are wanted by all.
  const { $schema: _, ...schema } = objectAt(tool, 'inputSchema') ?? {};
  const inputSchema: JsonObject = { ...schema, type: 'object', properties: isObject(schema.properties) ? schema.properties : {} };
  return { name, description: description.slice(0, LONGEST_DESCRIPTION), inputSchema, hints: hintsOf(annotations) };
}

function hintsOf(annotations: JsonObject): string[] {
  if (annotations.readOnlyHint === true) return ['only reads'];
  return annotations.destructiveHint === true ? ['may destroy'] : [];
}

/** The list of an earlier run of the same server; undefined where there is none. */
export function keptToolList(folder: string, server: McpServer): ListedTool[] | undefined {
  try {
    const kept = readJsonFile(fileOf(folder, server));
    return numberAt(kept, 'v') === 1 ? readToolList(listAt(kept, 'tools').filter(isObject)) : undefined;
  } catch {
    // A broken cache is no cache.
    return undefined;
  }
}

/** Keeps the server's own list; a folder that cannot be written is no reason to stop. */
export function keepToolList(folder: string, server: McpServer, tools: readonly JsonObject[]): void {
  try {
    ensureFolder(folder);
    const lean = tools.map(({ name, title, description, inputSchema, annotations }) => ({
      name,
      title,
      description,
      inputSchema,
      annotations,
    }));
    writePrivateFile(fileOf(folder, server), JSON.stringify({ v: 1, tools: lean }));
  } catch {
    return;
  }
}

/** Another command or address is another server. Values of variables and headers stay out: they change and change nothing. */
function fileOf(folder: string, server: McpServer): string {
  const identity =
    server.transport === 'http' ? server.url : JSON.stringify([server.command, server.args, server.cwd ?? '', Object.keys(server.env)]);
  return `${folder}/${server.name.replace(/[^\w-]+/g, '_').slice(0, 40)}-${hash(`${server.name}\n${identity}`)}.json`;
}
