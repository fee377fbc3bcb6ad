/** Reads `mcpServers` objects, in the form that other clients use, into servers whose every field is checked. */
import { configurationError } from '../core/errors.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import { hideAddress, hideAddresses, SECRET_NAME, secretsInText, secretsOfAddress } from './address-parts.ts';
import { parseJsonObject, readJsonFile } from './json-file.ts';

type Named = {
  name: string;
  /** The file that describes it. */
  file: string;
  disabled?: true;
};

/** Texts may still hold `${NAME}`: see `expandServer`. */
export type StdioServer = Named & {
  transport: 'stdio';
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Absent: the working folder. */
  cwd?: string;
};
export type HttpServer = Named & { transport: 'http'; url: string; headers: Readonly<Record<string, string>> };
export type McpServer = StdioServer | HttpServer;

/** The servers of these files, by name; of two with the same name the one in the earlier file counts. */
export function readMcpServers(files: readonly string[]): McpServer[] {
  return mergeServers(files.flatMap((file) => serversIn(readJsonFile(file) ?? {}, file)));
}

/** The servers of a text that is the content of this file. */
export function mcpServersIn(text: string, file: string): McpServer[] {
  return serversIn(parseJsonObject(text, file), file);
}

/** Of two with the same name the earlier one counts. */
export function mergeServers(servers: readonly McpServer[]): McpServer[] {
  const found = new Map<string, McpServer>();
  for (const server of servers) if (!found.has(server.name)) found.set(server.name, server);
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

export type Expanded = { server: McpServer; secrets: string[] } | { missing: string[] };

/** Puts the values of `${NAME}` and `${NAME:-otherwise}` in; `secrets` are the texts that must never be shown. */
export function expandServer(server: McpServer, env: Readonly<Record<string, string | undefined>>): Expanded {
  const missing = new Set<string>();
  const one = (text: string) =>
    text.replace(REFERENCE, (_, name: string, otherwise: string | undefined) => {
      const value = env[name] || otherwise;
      if (value === undefined) missing.add(name);
      return value ?? '';
    });
  const each = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, one(text)]));
  const expanded: McpServer =
    server.transport === 'http'
      ? { ...server, url: one(server.url), headers: each(server.headers) }
      : {
          ...server,
          command: one(server.command),
          args: server.args.map(one),
          env: each(server.env),
          ...(server.cwd === undefined ? {} : { cwd: one(server.cwd) }),
        };
  if (missing.size > 0) return { missing: [...missing] };
  return { server: expanded, secrets: secretsOf(expanded) };
}

const REFERENCE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;
const PLAIN_HEADER = /^(accept(-.*)?|content-.*|user-agent|mcp-.*)$/i;

function secretsOf(server: McpServer): string[] {
  if (server.transport === 'stdio') {
    const inEnvironment = Object.entries(server.env).flatMap(([name, value]) => (SECRET_NAME.test(name) ? [value] : secretsInText(value)));
    return [...inEnvironment, ...server.args.flatMap(secretsOfArgument)].filter((text) => text !== '');
  }
  // "Bearer abc": the second word alone is the secret as well.
  const inHeaders = Object.entries(server.headers).flatMap(([name, value]) =>
    PLAIN_HEADER.test(name) ? [] : [value, ...value.split(' ').slice(1)],
  );
  return [...inHeaders, ...secretsOfAddress(server.url)].filter((text) => text !== '');
}

/** `--api-key abc`, `--token=abc`, `API_KEY=abc`, `Authorization: Bearer abc`, and addresses. */
function secretsOfArgument(argument: string, index: number, all: readonly string[]): string[] {
  const before = all[index - 1] ?? '';
  if (/^--?[\w-]+$/.test(before) && SECRET_NAME.test(before) && !argument.startsWith('-')) return [argument];
  const [, name = '', value = ''] = /^([\w.-]+)(?:=|:\s*)([\s\S]*)$/.exec(argument) ?? [];
  if (value !== '' && SECRET_NAME.test(name) && !/^https?$/i.test(name)) return [value, ...value.split(' ').slice(1)];
  return secretsInText(argument);
}

/** The server's program and arguments, or its address, as they may be shown: variables as they are written. */
export function shownServer(server: McpServer): string {
  if (server.transport === 'http') return hideAddress(server.url);
  const words = server.args.map((argument, index) => {
    const secrets = secretsOfArgument(argument, index, server.args).sort((a, b) => b.length - a.length);
    const isReference = /^(Bearer )?\$\{[^}]*\}$/.test(secrets[0] ?? '');
    if (secrets.length === 0 || isReference) return argument;
    const hidden = hideAddresses(argument);
    return hidden === argument ? secrets.reduce((text, secret) => text.replaceAll(secret, '***'), argument) : hidden;
  });
  return [server.command, ...words].join(' ');
}

/**
 * What makes it this server: the file that names it, and what is started or where it is reached. Values that may be secrets stay
 * out: they change, and it is the same server.
 */
export function serverFacts(server: McpServer): JsonObject {
  const { name, file } = server;
  if (server.transport === 'http') return { name, file, url: hideAddress(server.url), headers: Object.keys(server.headers).sort() };
  const env = Object.fromEntries(Object.entries(server.env).map(([key, value]) => [key, SECRET_NAME.test(key) ? '' : value]));
  return { name, file, command: server.command, args: [...server.args], cwd: server.cwd, env };
}

function serversIn(tree: JsonObject, file: string): McpServer[] {
  const all = tree.mcpServers ?? {};
  if (!isObject(all)) throw wrong(file, 'mcpServers', 'an object of servers by their names');
  return Object.entries(all).map(([name, entry]) => readMcpServer(name, entry, file));
}

/** One entry of `mcpServers`; throws for one that cannot be understood. */
export function readMcpServer(name: string, entry: unknown, file: string): McpServer {
  if (!isObject(entry)) throw wrong(file, name, 'an object with "command" or "url"');
  const base = { name, file, ...(entry.disabled === true || entry.enabled === false ? { disabled: true as const } : {}) };
  const type = entry.type ?? (entry.url === undefined ? 'stdio' : 'http');
  if (type === 'sse') {
    const hint = 'sotto speaks streamable HTTP ("type": "http") and stdio; most servers of that kind have an address that ends in /mcp.';
    throw configurationError(`${file}: the server ${name} is of the old type "sse", which sotto does not speak.`, hint);
  }
  if (typeof type !== 'string' || !KINDS.has(type)) throw wrong(file, `${name}.type`, '"stdio" or "http"');
  if (KINDS.get(type) === 'http') {
    const { url } = entry;
    if (typeof url !== 'string' || !/^(https?:\/\/|\$\{)/.test(url))
      throw wrong(file, `${name}.url`, 'an address that begins with http:// or https://');
    return { ...base, transport: 'http', url, headers: textsAt(entry, 'headers', { name, file }) };
  }
  const { command, args = [], cwd } = entry;
  if (typeof command !== 'string' || command.trim() === '') throw wrong(file, `${name}.command`, 'the program to run');
  if (!Array.isArray(args)) throw wrong(file, `${name}.args`, 'a list of texts');
  const words = args.flatMap((arg) => (typeof arg === 'string' || typeof arg === 'number' ? [String(arg)] : []));
  if (words.length < args.length) throw wrong(file, `${name}.args`, 'a list of texts');
  if (cwd !== undefined && typeof cwd !== 'string') throw wrong(file, `${name}.cwd`, 'a folder');
  const env = textsAt(entry, 'env', { name, file });
  return { ...base, transport: 'stdio', command, args: words, env, ...(cwd === undefined ? {} : { cwd }) };
}

const KINDS: ReadonlyMap<string, McpServer['transport']> = new Map([
  ['stdio', 'stdio'],
  ['http', 'http'],
  ['streamable-http', 'http'],
  ['streamableHttp', 'http'],
]);

function textsAt(entry: JsonObject, key: string, { name, file }: { name: string; file: string }): Record<string, string> {
  const texts = entry[key] ?? {};
  if (!isObject(texts)) throw wrong(file, `${name}.${key}`, 'an object of texts');
  return Object.fromEntries(
    Object.entries(texts).map(([field, value]) => {
      if (typeof value === 'object' || value === undefined) throw wrong(file, `${name}.${key}.${field}`, 'a text');
      return [field, String(value)];
    }),
  );
}

function wrong(file: string, at: string, expected: string) {
  return configurationError(
    `${file}: ${at === 'mcpServers' ? at : `mcpServers.${at}`} should be ${expected}.`,
    'Correct it in an editor. The form: {"mcpServers": {"NAME": {"command": "npx", "args": ["-y", "PACKAGE"]}}}',
  );
}
