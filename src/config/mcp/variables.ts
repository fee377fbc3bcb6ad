/** Puts values where the texts of an MCP server name them: variables, folders, what the user was asked for. */
import { SECRET_NAME, secretsInText, secretsOfAddress } from '../address-parts.ts';
import { readRegularFile } from '../regular-file.ts';
import { type McpServer, type ServerInput, type StdioServer, secretsOfArgument } from './server.ts';

/** What references may stand for. */
export type Surroundings = {
  env: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  folder: string;
  home: string;
  /** What was typed, by the id of the input. */
  inputs?: Readonly<Record<string, string>>;
};

/** What a server needs and there is not: variables, inputs, references of another client, its file of variables. */
export type Unmet = { variables: string[]; inputs: ServerInput[]; foreign: string[]; envFile?: string };

/** `secrets` are the texts that must never be shown. */
export type Expanded = { server: McpServer; secrets: string[] } | { unmet: Unmet };

export function expandServer(server: McpServer, surroundings: Surroundings): Expanded {
  const { filled, unmet, secrets } = fill(server, surroundings);
  const { envFile } = unmet;
  if (unmet.variables.length + unmet.inputs.length + unmet.foreign.length > 0 || envFile !== undefined) return { unmet };
  return { server: filled, secrets: [...secretsOf(filled), ...secrets, ...secretsTyped(server.inputs, surroundings.inputs)] };
}

/** As far as the values are known: what is not stays as it is written. For whoever looks at what may run. */
export function expandLoosely(server: McpServer, surroundings: Surroundings): McpServer {
  return fill(server, surroundings).filled;
}

/**
 * `${NAME}`, `${NAME:-otherwise}`, `${env:NAME}`, `${input:ID}`, `${workspaceFolder}`, `${command:x}`; the last is another client's.
 * None has another one in it: a text of ends that never come is read once, not once for each beginning.
 */
const REFERENCE = /\$\{(?:([A-Za-z_]\w*)(?::-((?:[^}$]|\$(?!\{))*))?|(env|input|[A-Za-z]\w*):((?:[^}\s$]|\$(?!\{))*)|(\/))\}/g;

/** Shorter ones would tear holes into every text. */
const SHORTEST_SECRET = 7;

type Filled = { filled: McpServer; unmet: Unmet; secrets: string[] };

function fill(server: McpServer, { env, folder, home, inputs = {} }: Surroundings): Filled {
  const { basename, sep } = process.getBuiltinModule('node:path');
  const unmet: Unmet = { variables: [], inputs: [], foreign: [] };
  const secrets: string[] = [];
  const places: Readonly<Record<string, string>> = {
    workspaceFolder: folder,
    workspaceRoot: folder,
    workspaceFolderBasename: basename(folder),
    cwd: folder,
    userHome: home,
    pathSeparator: sep,
    '/': sep,
  };
  const missed = new Set<string>();
  const miss = <T>(list: T[], what: T, whole: string) => {
    if (!missed.has(whole)) list.push(what);
    missed.add(whole);
  };
  const described = new Map(server.inputs?.map((input) => [input.id, input]));
  const one = (text: string) =>
    text.replace(REFERENCE, (whole, name: string | undefined, otherwise: string | undefined, kind: string, rest: string, slash: string) => {
      const [, variable = name, usual = otherwise] = kind === 'env' ? (/^(\w+)(?::-?(.*))?$/.exec(rest) ?? []) : [];
      if (kind === 'input') {
        const value = inputs[rest];
        if (value === undefined) miss(unmet.inputs, described.get(rest) ?? unknownInput(rest), whole);
        return value ?? whole;
      }
      if (kind === 'workspaceFolder') return folder;
      const held = variable === undefined ? undefined : env[variable];
      // Wherever it is put, also in an argument or a path: what it is says its own name.
      if (held && held.length >= SHORTEST_SECRET && SECRET_NAME.test(variable ?? '')) secrets.push(held);
      const value = (variable === undefined ? undefined : held || usual) ?? places[slash ?? name ?? ''];
      if (value !== undefined) return value;
      if (variable === undefined) miss(unmet.foreign, whole, whole);
      else miss(unmet.variables, variable, `\${${variable}}`);
      return whole;
    });
  const each = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, one(text)]));
  if (server.transport === 'http') {
    const oauth = server.oauth && { ...server.oauth, ...each(clientTexts(server.oauth)) };
    return { filled: { ...server, url: one(server.url), headers: each(server.headers), ...(oauth ? { oauth } : {}) }, unmet, secrets };
  }
  const { envFile, ...rest } = server;
  const ready: StdioServer = {
    ...rest,
    command: one(server.command),
    args: server.args.map(one),
    env: each(server.env),
    ...(server.cwd === undefined ? {} : { cwd: one(server.cwd) }),
  };
  return { filled: envFile === undefined ? ready : withFile(ready, one(envFile), { folder, unmet }), unmet, secrets };
}

function clientTexts({
  callbackPort: _,
  ...texts
}: NonNullable<Extract<McpServer, { transport: 'http' }>['oauth']>): Record<string, string> {
  return texts;
}

function unknownInput(id: string): ServerInput {
  return { id, description: id, isSecret: false };
}

/** Larger ones are no files of variables. */
const MOST_BYTES = 1_000_000;

function withFile(server: StdioServer, envFile: string, { folder, unmet }: { folder: string; unmet: Unmet }): StdioServer {
  const file = envFileOf(envFile, server, folder);
  try {
    const { parseEnv } = process.getBuiltinModule('node:util');
    const texts = parseEnv(readRegularFile(file, MOST_BYTES).toString('utf8'));
    return { ...server, envFile: file, env: { ...definedOf({ ...texts }), ...server.env } };
  } catch {
    unmet.envFile = file;
    return { ...server, envFile: file };
  }
}

/** Beside what the server is started in. */
export function envFileOf(envFile: string, { cwd }: Pick<StdioServer, 'cwd'>, folder: string): string {
  return process.getBuiltinModule('node:path').resolve(folder, cwd ?? '.', envFile);
}

function definedOf(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

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
  return [...inHeaders, ...secretsOfAddress(server.url), server.oauth?.clientSecret ?? ''].filter((text) => text !== '');
}

function secretsTyped(inputs: readonly ServerInput[] = [], typed: Readonly<Record<string, string>> = {}): string[] {
  return inputs.flatMap(({ id, isSecret }) => (isSecret && typed[id] ? [typed[id]] : []));
}
