/** Changes a file of MCP servers: adds one, takes one out. Everything else in the file stays as it is. */
import { configurationError } from '../../core/errors.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { writePrivateFile } from '../atomic-file.ts';
import { hasComments, withoutComments } from '../json-comments.ts';
import { parseJsonObject, readJsonText } from '../json-file.ts';
import { withFileLock } from '../lock.ts';
import { serverObject } from './servers.ts';

/** False where there is one of that name and it may not be replaced. */
export function addMcpServer(
  file: string,
  { name, entry, replace }: { name: string; entry: JsonObject; replace: boolean },
  signal?: AbortSignal,
): Promise<boolean> {
  return change(
    file,
    (servers) => {
      if (Object.hasOwn(servers, name) && !replace) return false;
      servers[name] = entry;
      return true;
    },
    signal,
  );
}

/** False where there is none of that name. */
export function removeMcpServer(file: string, name: string, signal?: AbortSignal): Promise<boolean> {
  return change(
    file,
    (servers) => {
      if (!Object.hasOwn(servers, name)) return false;
      delete servers[name];
      return true;
    },
    signal,
  );
}

function change(file: string, edit: (servers: JsonObject) => boolean, signal: AbortSignal | undefined): Promise<boolean> {
  return withFileLock(
    file,
    () => {
      const text = readJsonText(file) ?? '';
      const tree = parseJsonObject(withoutComments(text), file);
      const { key, entries } = serverObject(tree, file);
      if (!edit(entries)) return false;
      if (hasComments(text))
        throw configurationError(`${file} has comments, which would be lost; nothing was changed.`, 'Change it in an editor.');
      writePrivateFile(file, `${JSON.stringify(withServers(tree, key, entries), undefined, 2)}\n`);
      return true;
    },
    signal,
  );
}

/** The servers stay below the word that the file has for them. */
function withServers(tree: JsonObject, key: string, servers: JsonObject): JsonObject {
  if (key === '') return servers;
  return key === 'mcp.servers' && isObject(tree.mcp) ? { ...tree, mcp: { ...tree.mcp, servers } } : { ...tree, [key]: servers };
}
