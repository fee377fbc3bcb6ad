/** What is kept of MCP servers that is nobody else's business: what was typed for them and their sign-ins, in one file for its owner alone. */
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../core/json.ts';
import { readJsonFile } from '../json-file.ts';
import type { McpServer } from './server.ts';

export type Logins = {
  /** What was typed, by the id of the input. */
  inputs(server: McpServer): Record<string, string>;
  keepInputs(server: McpServer, inputs: Readonly<Record<string, string>>): Promise<void>;
  /** What the sign-in needs from one run to the next; an empty object where there is none. */
  oauth(server: McpServer): JsonObject;
  /** `edit` gets what is there by then: another process may have refreshed it. */
  changeOauth(server: McpServer, edit: (before: JsonObject) => JsonObject): Promise<void>;
  /** While no other process renews a sign-in: a refresh token may be good for one use. */
  alone<T>(action: () => Promise<T>): Promise<T>;
  /** False where there was nothing. */
  forget(server: Pick<McpServer, 'name' | 'file'>): Promise<boolean>;
};

export function openLogins(dataFolder: string, signal?: AbortSignal): Logins {
  const file = fileIn(dataFolder);
  const entries = () => entriesIn(file);
  const entryOf = (server: McpServer) => entries().find((entry) => entry.id === identityOf(server));
  const change = async (edit: (before: JsonObject[]) => JsonObject[]) => {
    const [{ withFileLock }, { writePrivateFile }] = await Promise.all([import('../lock.ts'), import('../atomic-file.ts')]);
    const write = () => writePrivateFile(file, `${JSON.stringify({ v: 1, servers: edit(entries()) }, undefined, 2)}\n`);
    await withFileLock(file, write, signal);
  };
  const changeEntry = (server: McpServer, edit: (before: JsonObject) => JsonObject) => {
    const id = identityOf(server);
    return change((before) => [
      ...before.filter((entry) => entry.id !== id),
      { ...edit(before.find((entry) => entry.id === id) ?? {}), id, name: server.name, file: server.file },
    ]);
  };
  return {
    inputs: (server) => texts(entryOf(server)?.inputs),
    keepInputs: (server, inputs) => {
      const secret = (server.inputs ?? []).flatMap(({ id, isSecret }) => (isSecret ? [id] : []));
      return changeEntry(server, (before) => ({ ...before, inputs: { ...texts(before.inputs), ...inputs }, secret }));
    },
    oauth: (server) => objectAt(entryOf(server), 'oauth') ?? {},
    changeOauth: (server, edit) => changeEntry(server, (before) => ({ ...before, oauth: edit(objectAt(before, 'oauth') ?? {}) })),
    async alone(action) {
      const { withFileLock } = await import('../lock.ts');
      return withFileLock(`${file}.renewal`, action, signal);
    },
    async forget({ name, file: of }) {
      const isOther = (entry: JsonObject) => textAt(entry, 'name') !== name || textAt(entry, 'file') !== of;
      if (entries().every(isOther)) return false;
      await change((before) => before.filter(isOther));
      return true;
    },
  };
}

function fileIn(dataFolder: string): string {
  return `${dataFolder}/mcp-logins.json`;
}

function entriesIn(file: string): JsonObject[] {
  return listAt(readJsonFile(file), 'servers').filter(isObject);
}

/**
 * Another file, program or address is another server, whatever it is called: what was given to one is never given to the other.
 * Only a mark is stored, because addresses may hold keys.
 */
function identityOf(server: McpServer): string {
  const { name, file } = server;
  const target = server.transport === 'http' ? [server.url] : [server.command, server.args, server.cwd ?? '', server.envFile ?? ''];
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256')
    .update(JSON.stringify([name, file, server.transport, ...target]))
    .digest('hex');
}

function texts(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])));
}
