/** What an MCP server is to sotto: a program to start or an address to ask, and how both may be shown. */
import type { JsonObject } from '../../core/json.ts';
import { hideAddress, hideAddresses, SECRET_NAME, secretsInText } from '../address-parts.ts';

type Named = {
  name: string;
  /** The file that describes it. */
  file: string;
  disabled?: true;
  /** What it asks the user for: those that its texts name. */
  inputs?: readonly ServerInput[];
};

/** `${input:ID}`: a value that is typed, not written down. */
export type ServerInput = { id: string; description: string; isSecret: boolean; options?: readonly string[]; usual?: string };

/** Texts may still hold `${NAME}`: see `expandServer`. */
export type StdioServer = Named & {
  transport: 'stdio';
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** More variables, one `NAME=value` a line; those of `env` go before them. */
  envFile?: string;
  /** Absent: the working folder. */
  cwd?: string;
};
export type HttpServer = Named & {
  transport: 'http';
  url: string;
  headers: Readonly<Record<string, string>>;
  /** It is said to speak the older transport, which is tried first. */
  isSse?: true;
  oauth?: OAuthClient;
};
export type McpServer = StdioServer | HttpServer;

/** For authorization servers that do not register clients by themselves. */
export type OAuthClient = { clientId?: string; clientSecret?: string; scope?: string; callbackPort?: number };

/** `--api-key abc`, `--token=abc`, `API_KEY=abc`, `Authorization: Bearer abc`, and addresses. */
export function secretsOfArgument(argument: string, index: number, all: readonly string[]): string[] {
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
  return { name, file, command: server.command, args: [...server.args], cwd: server.cwd, env, envFile: server.envFile };
}
