/** All MCP servers of a run as one: their tools, their resources as attachments, their prompts. */
import type { McpServer } from '../../config/mcp/server.ts';
import { type SottoError, usageError } from '../../core/errors.ts';
import { type JsonObject, listAt, textAt } from '../../core/json.ts';
import type { MediaPart, Message, TextPart } from '../../core/messages.ts';
import type { Tool } from '../../core/tool.ts';
import type { McpConnection } from './connection.ts';
import { isConnectionLost } from './failures.ts';
import { toolNames } from './names.ts';
import type { McpPorts } from './ports.ts';
import { messagesOfPrompt, partsOfResource } from './results.ts';
import { createServer, type Server, type ServerOptions, type ServerState } from './server.ts';
import { createMcpTool } from './tool.ts';

export type McpOptions = Omit<ServerOptions, 'startLimitMs' | 'changed' | 'ports'> & {
  servers: readonly McpServer[];
  ports: McpPorts;
  /**
   * `now`: all of them, in the background. `when-called`: only those whose tools nobody knows yet; the others when they are needed.
   * `when-asked`: none, until somebody starts it or needs it.
   */
  start: 'now' | 'when-called' | 'when-asked';
  /** Longest start of a server. */
  startLimitMs?: number;
  /** The tools of a server are others than before: definitions that were made of `tools()` are stale. */
  changed?: () => void;
};

export type McpStatus = { name: string; state: ServerState; tools: number | undefined; problem: string | undefined };
export type McpResource = { server: string; uri: string; name: string; description: string | undefined; mediaType: string | undefined };
export type McpPrompt = {
  server: string;
  name: string;
  description: string | undefined;
  arguments: { name: string; description: string | undefined; required: boolean }[];
};

export interface McpHub {
  /** In a stable order: by server, then by tool. The same list until `changed` is called. */
  tools(): readonly Tool[];
  /** Resolves when the tools of each server are known or it has failed; at the latest after this time. Never rejects. */
  known(limitMs: number, signal: AbortSignal): Promise<void>;
  status(): McpStatus[];
  /** Starts these in the background, where they do not run yet. */
  start(names: readonly string[]): void;
  /** What one server offers. These start it where it does not run, and throw a SottoError that says what is wrong. */
  listResources(server: string, signal: AbortSignal): Promise<McpResource[]>;
  readResource(server: string, uri: string, signal: AbortSignal): Promise<(TextPart | MediaPart)[]>;
  listPrompts(server: string, signal: AbortSignal): Promise<McpPrompt[]>;
  getPrompt(
    request: { server: string; name: string; arguments: Readonly<Record<string, string>> },
    signal: AbortSignal,
  ): Promise<Message[]>;
  /** Ends every server and whatever it has started. Takes a moment at most. */
  close(): Promise<void>;
}

const START_LIMIT_MS = 60_000;

export function openMcp(options: McpOptions): McpHub {
  let tools: readonly Tool[] | undefined;
  const changed = () => {
    tools = undefined;
    options.changed?.();
  };
  const servers = options.servers
    .filter((server) => server.disabled !== true)
    .map((server) => createServer(server, { ...options, startLimitMs: options.startLimitMs ?? START_LIMIT_MS, changed }));
  const isWanted = {
    now: () => true,
    'when-called': (server: Server) => server.tools() === undefined,
    'when-asked': () => false,
  }[options.start];
  for (const server of servers) if (isWanted(server)) server.start();

  async function asked<T>(name: string, ask: (connection: McpConnection) => Promise<T>, signal: AbortSignal): Promise<T> {
    const server = serverOf(servers, name);
    const connection = await server.connected(signal);
    try {
      return await ask(connection);
    } catch (thrown) {
      if (isConnectionLost(thrown)) server.lost(connection);
      throw thrown;
    }
  }

  return {
    tools: () => (tools ??= toolsOf(servers)),
    async known(limitMs, signal) {
      const unknown = servers.filter((server) => server.tools() === undefined).map((server) => server.settled());
      if (unknown.length > 0) await atMost(Promise.all(unknown), limitMs, signal);
    },
    status: () =>
      servers.map((server) => ({ name: server.name, state: server.state(), tools: server.tools()?.length, problem: server.unavailable() })),
    start(names) {
      for (const server of servers) if (names.includes(server.name)) server.start();
    },
    listResources: async (server, signal) =>
      (await asked(server, (connection) => connection.resources(signal), signal)).map((entry) => resourceOf(server, entry)),
    readResource: async (server, uri, signal) => partsOfResource(await asked(server, (connection) => connection.read(uri, signal), signal)),
    listPrompts: async (server, signal) =>
      (await asked(server, (connection) => connection.prompts(signal), signal)).map((entry) => promptOf(server, entry)),
    getPrompt: async ({ server, name, arguments: args }, signal) =>
      messagesOfPrompt(await asked(server, (connection) => connection.prompt(name, args, signal), signal)),
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

function toolsOf(servers: readonly Server[]): Tool[] {
  const all = servers.flatMap((server) => (server.tools() ?? []).map((listed) => ({ server, listed })));
  const names = toolNames(all.map(({ server, listed }) => ({ server: server.name, tool: listed.name })));
  return all.map(({ server, listed }, index) => createMcpTool({ server, listed, name: names[index] ?? listed.name }));
}

function serverOf(servers: readonly Server[], name: string): Server {
  const server = servers.find((one) => one.name === name);
  if (server) return server;
  const names = servers.map((one) => one.name).join(', ');
  throw noSuchServer(name, names);
}

function noSuchServer(name: string, names: string): SottoError {
  return usageError(
    `There is no MCP server ${name}.`,
    names === '' ? 'Add one with: sotto mcp add NAME -- COMMAND' : `There are: ${names}`,
  );
}

function resourceOf(server: string, entry: JsonObject): McpResource {
  const uri = textAt(entry, 'uri') ?? '';
  return {
    server,
    uri,
    name: textAt(entry, 'title') ?? textAt(entry, 'name') ?? uri,
    description: textAt(entry, 'description'),
    mediaType: textAt(entry, 'mimeType'),
  };
}

function promptOf(server: string, entry: JsonObject): McpPrompt {
  const args = listAt(entry, 'arguments').map((argument) => ({
    name: textAt(argument, 'name') ?? '',
    description: textAt(argument, 'description'),
    required: typeof argument === 'object' && argument !== null && 'required' in argument && argument.required === true,
  }));
  return {
    server,
    name: textAt(entry, 'name') ?? '',
    description: textAt(entry, 'description') ?? textAt(entry, 'title'),
    arguments: args,
  };
}

function atMost(promise: Promise<unknown>, limitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    signal.addEventListener('abort', () => resolve(), { once: true });
    void promise.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
