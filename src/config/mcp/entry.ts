/** Reads one server as the configuration of any client describes it: Claude, VS Code, Cursor, Windsurf, Cline, Gemini, Zed, OpenCode. */
import { configurationError, type SottoError } from '../../core/errors.ts';
import { isObject, type Json, type JsonObject, numberAt, textAt } from '../../core/json.ts';
import type { McpServer, OAuthClient, ServerInput } from './server.ts';

/** What a file says of its inputs, by their IDs. */
export type DescribedInputs = ReadonlyMap<string, Json>;

/** Where the entry stands; `key` is the object of servers in the file. */
type Place = { file: string; name: string; key?: string };

/** Throws for one that cannot be understood. */
export function readMcpServer(entry: unknown, place: Place, inputs: DescribedInputs = new Map()): McpServer {
  const { name, file } = place;
  if (!isObject(entry)) throw wrong(place, [], 'an object with "command" or "url"');
  const server = { name, file, ...(entry.disabled === true || entry.enabled === false ? { disabled: true as const } : {}) };
  const kind = kindOf(entry, place);
  const read: McpServer = kind === 'stdio' ? { ...server, ...programOf(entry, place) } : { ...server, ...addressOf(entry, kind, place) };
  const asked = inputsOf(read, inputs);
  return asked.length === 0 ? read : { ...read, inputs: asked };
}

type Kind = 'stdio' | 'http' | 'sse';

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['stdio', 'stdio'],
  ['local', 'stdio'],
  ['http', 'http'],
  ['streamablehttp', 'http'],
  ['remote', 'http'],
  ['sse', 'sse'],
]);

function kindOf(entry: JsonObject, place: Place): Kind {
  const type = entry.type ?? entry.transport ?? entry.transportType;
  if (type === undefined || type === null) return addressIn(entry) === undefined ? 'stdio' : 'http';
  const kind = typeof type === 'string' ? KINDS.get(type.toLowerCase().replace(/[-_]/g, '')) : undefined;
  if (!kind) throw wrong(place, ['type'], '"stdio", "http" or "sse"');
  return kind;
}

/** `serverUrl` is Windsurf's word, `httpUrl` Gemini's. */
function addressIn(entry: JsonObject): { key: string; url: Json } | undefined {
  for (const key of ['url', 'serverUrl', 'httpUrl']) {
    const url = entry[key];
    if (url !== undefined && url !== null) return { key, url };
  }
  return undefined;
}

function addressOf(entry: JsonObject, kind: Kind, place: Place) {
  const { key = 'url', url } = addressIn(entry) ?? {};
  if (typeof url !== 'string' || !/^(https?:\/\/|\$\{)/i.test(url))
    throw wrong(place, [key], 'an address that begins with http:// or https://');
  const oauth = oauthOf(entry);
  return {
    transport: 'http' as const,
    url,
    headers: textsAt(entry, ['headers'], place),
    ...(kind === 'sse' ? { isSse: true as const } : {}),
    ...(oauth ? { oauth } : {}),
  };
}

/** Gemini, Claude Code and OpenCode say `oauth`, Cursor `auth`. */
function oauthOf(entry: JsonObject): OAuthClient | undefined {
  const given = isObject(entry.oauth) ? entry.oauth : isObject(entry.auth) ? entry.auth : undefined;
  const clientId = textAt(given, 'clientId') ?? textAt(given, 'CLIENT_ID');
  const clientSecret = textAt(given, 'clientSecret') ?? textAt(given, 'CLIENT_SECRET');
  const scopes = given?.scopes ?? given?.scope;
  const scope = Array.isArray(scopes) ? scopes.filter((one) => typeof one === 'string').join(' ') : scopes;
  const callbackPort = numberAt(given, 'callbackPort');
  const client = {
    ...(clientId ? { clientId } : {}),
    ...(clientSecret ? { clientSecret } : {}),
    ...(typeof scope === 'string' && scope !== '' ? { scope } : {}),
    ...(callbackPort !== undefined && Number.isInteger(callbackPort) && callbackPort > 0 && callbackPort < 65_536 ? { callbackPort } : {}),
  };
  return Object.keys(client).length > 0 ? client : undefined;
}

/** The program is a text, a list with its arguments (OpenCode), or an object with `path`, `args` and `env` (Zed). */
function programOf(entry: JsonObject, place: Place) {
  const nested = isObject(entry.command) ? entry.command : {};
  const given = isObject(entry.command) ? (nested.path ?? nested.command) : entry.command;
  const [command, ...before] = Array.isArray(given) ? wordsOf(given, ['command'], place) : [given];
  if (typeof command !== 'string' || command.trim() === '') throw wrong(place, ['command'], 'the program to run');
  const more = entry.args ?? nested.args ?? [];
  if (!Array.isArray(more)) throw wrong(place, ['args'], 'a list of texts');
  const { cwd, envFile } = entry;
  if (cwd !== undefined && cwd !== null && typeof cwd !== 'string') throw wrong(place, ['cwd'], 'a folder');
  if (envFile !== undefined && envFile !== null && typeof envFile !== 'string') throw wrong(place, ['envFile'], 'a file of variables');
  return {
    transport: 'stdio' as const,
    command,
    args: [...before.map(String), ...wordsOf(more, ['args'], place)],
    env: { ...textsAt(nested, ['env'], place), ...textsAt(entry, ['env', 'environment'], place) },
    ...(envFile ? { envFile } : {}),
    ...(typeof cwd === 'string' ? { cwd } : {}),
  };
}

function wordsOf(list: readonly Json[], at: readonly string[], place: Place): string[] {
  return list.map((word) => {
    if (typeof word !== 'string' && typeof word !== 'number' && typeof word !== 'boolean') throw wrong(place, at, 'a list of texts');
    return String(word);
  });
}

/** At the first of these names that there is. */
function textsAt(entry: JsonObject, keys: readonly string[], place: Place): Record<string, string> {
  const key = keys.find((one) => entry[one] !== undefined && entry[one] !== null);
  const texts = key === undefined ? {} : entry[key];
  if (!isObject(texts)) throw wrong(place, [key ?? ''], 'an object of texts');
  return Object.fromEntries(
    Object.entries(texts).map(([field, value]) => {
      if (typeof value === 'object' || value === undefined) throw wrong(place, [key ?? '', field], 'a text');
      return [field, String(value)];
    }),
  );
}

/** Those that the server's own texts name, also where the file does not describe them. */
function inputsOf(server: McpServer, described: DescribedInputs): ServerInput[] {
  const ids = new Set([...JSON.stringify(server).matchAll(/\$\{input:((?:[^}"\\$]|\$(?!\{))+)\}/g)].map(([, id = '']) => id));
  return [...ids].map((id) => {
    const input = described.get(id);
    const options = isObject(input) && Array.isArray(input.options) ? input.options.flatMap(optionOf) : [];
    const usual = textAt(input, 'default');
    return {
      id,
      description: textAt(input, 'description') ?? id,
      isSecret: isObject(input) && input.password === true,
      ...(options.length > 0 ? { options } : {}),
      ...(usual === undefined ? {} : { usual }),
    };
  });
}

/** A text, or an object with a label and a value. */
function optionOf(option: Json): string[] {
  const value = typeof option === 'string' ? option : textAt(option, 'value');
  return value === undefined ? [] : [value];
}

function wrong({ file, name, key = 'mcpServers' }: Place, at: readonly string[], expected: string): SottoError {
  return configurationError(`${file}: ${[key, name, ...at].filter((word) => word !== '').join('.')} should be ${expected}.`, FORM_HINT);
}

export const FORM_HINT = 'Correct it in an editor. The form: {"mcpServers": {"NAME": {"command": "npx", "args": ["-y", "PACKAGE"]}}}';
