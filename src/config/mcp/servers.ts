/** Reads the MCP servers of files in the forms that other clients use. One entry that cannot be used never takes the others away. */
import { asSottoError, configurationError, type SottoError } from '../../core/errors.ts';
import { isObject, type Json, type JsonObject, listAt, textAt } from '../../core/json.ts';
import { withoutComments } from '../json-comments.ts';
import { parseJsonObject, readJsonText } from '../json-file.ts';
import { type DescribedInputs, FORM_HINT, readMcpServer } from './entry.ts';
import type { McpServer } from './server.ts';

/** What cannot be used; without a name it is the whole file. */
export type McpProblem = { file: string; name?: string; error: SottoError };
export type ReadServers = { servers: McpServer[]; problems: McpProblem[] };

/** Nobody writes as much by hand. */
const MOST_TEXT = 1_000_000;

/** The servers of these files, by name; of two with the same name the one in the earlier file counts. */
export function readMcpServers(files: readonly string[]): ReadServers {
  return mergeServers(files.map(serversOf));
}

/** The servers of a text that is the content of this file. Throws where it is none that servers can stand in. */
export function mcpServersIn(text: string, file: string): ReadServers {
  if (text.length > MOST_TEXT)
    throw configurationError(`${file} cannot be read: it is too large.`, 'A file of servers has less than a megabyte.');
  const tree = parseJsonObject(withoutComments(text), file);
  const { key, entries } = serverObject(tree, file);
  const inputs = inputsOf([...listAt(tree, 'inputs'), ...listAt(tree.mcp, 'inputs')]);
  const read: ReadServers = { servers: [], problems: [] };
  for (const [name, entry] of Object.entries(entries)) {
    try {
      read.servers.push(readMcpServer(entry, { file, name, key }, inputs));
    } catch (thrown) {
      read.problems.push({ file, name, error: asSottoError(thrown) });
    }
  }
  return read;
}

/** Of two with the same ID the earlier one counts. */
function inputsOf(described: readonly Json[]): DescribedInputs {
  const inputs = new Map<string, Json>();
  for (const input of described) {
    const id = textAt(input, 'id');
    if (id !== undefined && !inputs.has(id)) inputs.set(id, input);
  }
  return inputs;
}

/** Of two with the same name the earlier one counts. */
export function mergeServers(read: readonly ReadServers[]): ReadServers {
  const found = new Map<string, McpServer>();
  for (const server of read.flatMap(({ servers }) => servers)) if (!found.has(server.name)) found.set(server.name, server);
  return {
    servers: [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/**
 * `mcpServers` is the usual word; VS Code's is `servers`, in its settings below `mcp`, Zed's `context_servers`, OpenCode's `mcp`.
 * Some files are nothing but the servers.
 */
export function serverObject(tree: JsonObject, file: string): { key: string; entries: JsonObject } {
  for (const [key, entries] of [
    ['mcpServers', tree.mcpServers],
    ['servers', tree.servers],
    ['context_servers', tree.context_servers],
    ['mcp.servers', isObject(tree.mcp) ? tree.mcp.servers : undefined],
    ['mcp', tree.mcp],
  ] as const) {
    if (entries === undefined) continue;
    if (!isObject(entries)) throw configurationError(`${file}: ${key} should be an object of servers by their names.`, FORM_HINT);
    return { key, entries };
  }
  const isBare = Object.values(tree).length > 0 && Object.values(tree).every(isLikeServer);
  return isBare ? { key: '', entries: tree } : { key: 'mcpServers', entries: {} };
}

function isLikeServer(entry: unknown): boolean {
  return isObject(entry) && ['command', 'url', 'serverUrl', 'httpUrl'].some((key) => entry[key] !== undefined);
}

function serversOf(file: string): ReadServers {
  try {
    const text = readJsonText(file);
    return text === undefined ? { servers: [], problems: [] } : mcpServersIn(text, file);
  } catch (thrown) {
    return { servers: [], problems: [{ file, error: asSottoError(thrown) }] };
  }
}
