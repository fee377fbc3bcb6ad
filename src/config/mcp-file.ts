/** Changes a file of MCP servers: adds one, takes one out. Everything else in the file stays as it is. */
import { isObject, type JsonObject } from '../core/json.ts';
import { writePrivateFile } from './atomic-file.ts';
import { readJsonFile } from './json-file.ts';
import { withFileLock } from './lock.ts';

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
      const tree = readJsonFile(file) ?? {};
      const servers = isObject(tree.mcpServers) ? tree.mcpServers : {};
      if (!edit(servers)) return false;
      writePrivateFile(file, `${JSON.stringify({ ...tree, mcpServers: servers }, undefined, 2)}\n`);
      return true;
    },
    signal,
  );
}
