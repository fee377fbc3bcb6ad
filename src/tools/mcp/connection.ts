/** One open connection to an MCP server. The client library is loaded here, and only when a server is started. */
import type { Progress, Transport } from '@modelcontextprotocol/client';
import type { HttpServer, McpServer, StdioServer } from '../../config/mcp/server.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../core/json.ts';
import { serverEnvironment } from './environment.ts';
import { lostError, serverError, statusOf } from './failures.ts';
import type { ServerLog } from './log.ts';
import { mendAnswers } from './mended-answers.ts';
import type { McpPorts } from './ports.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export type ServerFacts = { protocol?: string; name?: string; version?: string; instructions?: string };

/** Every method throws a SottoError that names the server. The answers are the server's own words. */
export type McpConnection = {
  readonly facts: ServerFacts;
  tools(signal: AbortSignal): Promise<JsonObject[]>;
  call(request: ToolRequest, signal: AbortSignal): Promise<JsonObject>;
  resources(signal: AbortSignal): Promise<JsonObject[]>;
  read(uri: string, signal: AbortSignal): Promise<JsonObject>;
  prompts(signal: AbortSignal): Promise<JsonObject[]>;
  prompt(name: string, args: Readonly<Record<string, string>>, signal: AbortSignal): Promise<JsonObject>;
  close(): Promise<void>;
};

export type ToolRequest = { name: string; arguments: JsonObject; progress: (message: string, fraction?: number) => void };

export type ConnectionRequest = {
  /** Its variables are put in. */
  server: McpServer;
  log: ServerLog;
  ports: McpPorts;
  startLimitMs: number;
  events: {
    /** The server has other tools than before. */
    toolsChanged(): void;
    /** The connection has ended by itself; `why` completes "The server …". */
    ended(why: string): void;
    /** Something that it offers cannot be used; `what` says what. */
    leftOut(what: string): void;
  };
};

export async function connect(request: ConnectionRequest, signal: AbortSignal): Promise<McpConnection> {
  const sdk = await import('./client-library.ts');
  signal.throwIfAborted();
  try {
    return await open(request, { sdk, mode: 'legacy' }, signal);
  } catch (thrown) {
    // Nearly every server knows the handshake of 2025; one that refuses it is asked for its own version.
    if (!(thrown instanceof sdk.ProtocolError) && statusOf(thrown) !== 400) throw serverError(request.server, thrown);
    return await open(request, { sdk, mode: 'auto' }, signal).catch((again) => {
      throw serverError(request.server, again);
    });
  }
}

type Sdk = typeof import('./client-library.ts');
type Way = { sdk: Sdk; mode: 'legacy' | 'auto' };

/** A call may take as long as its own signal lets it; this is as long as a timer can be. */
const UNLIMITED_MS = 2_147_000_000;

async function open(request: ConnectionRequest, { sdk, mode }: Way, signal: AbortSignal): Promise<McpConnection> {
  const { server, ports, log, events, startLimitMs } = request;
  let whyEnded: string | undefined;
  let isOpen = false;
  const wire = await openWire(request, { sdk, ended: (why) => (whyEnded ??= why) });
  mendAnswers(wire.transport, events.leftOut);
  const client = new sdk.Client(
    { name: 'sotto', version: ports.version },
    {
      versionNegotiation: { mode },
      // A result that does not follow the schema that its own server has declared is still what the server says.
      jsonSchemaValidator: { getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }) }, // the library's generic type has no value here
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => events.toolsChanged() } },
      inputRequired: { autoFulfill: false },
    },
  );
  client.onerror = (error) => log.push(`(sotto) ${error.message.slice(0, 300)}\n`);
  client.setNotificationHandler('notifications/message', ({ params }) =>
    log.push(`(${params.level}) ${typeof params.data === 'string' ? params.data : JSON.stringify(params.data)}\n`),
  );
  client.onclose = () => {
    if (isOpen) events.ended(whyEnded ?? 'has closed the connection');
    isOpen = false;
  };
  try {
    await client.connect(wire.transport, { timeout: startLimitMs, signal });
    isOpen = true;
  } catch (thrown) {
    await wire.close();
    if (whyEnded !== undefined && !signal.aborted) throw lostError(server, whyEnded, log);
    throw thrown;
  }
  const ask = async (answer: Promise<unknown>): Promise<JsonObject> => {
    try {
      const value = await answer;
      return isObject(value) ? value : {};
    } catch (thrown) {
      throw whyEnded === undefined ? serverError(server, thrown) : lostError(server, whyEnded, log);
    }
  };
  const options = (of: AbortSignal) => ({ signal: of, timeout: UNLIMITED_MS });
  // The library prints a line where a server is asked for what it does not have.
  const has = client.getServerCapabilities() ?? {};
  const listed = async (key: 'tools' | 'resources' | 'prompts', list: () => Promise<unknown>) =>
    has[key] ? objectsAt(await ask(list()), key) : [];
  return {
    facts: factsOf(client.getNegotiatedProtocolVersion(), client.getServerVersion(), client.getInstructions()),
    tools: (of) => listed('tools', () => client.listTools(undefined, options(of))),
    call: ({ name, arguments: args, progress }, of) => {
      const onprogress = ({ progress: done, total, message }: Progress) =>
        progress(
          message ?? (total === undefined ? String(done) : `${done} of ${total}`),
          total ? Math.min(1, Math.max(0, done / total)) : undefined,
        );
      return ask(client.callTool({ name, arguments: args }, { ...options(of), onprogress }));
    },
    resources: (of) => listed('resources', () => client.listResources(undefined, options(of))),
    read: (uri, of) => ask(client.readResource({ uri }, options(of))),
    prompts: (of) => listed('prompts', () => client.listPrompts(undefined, options(of))),
    prompt: (name, args, of) => ask(client.getPrompt({ name, arguments: { ...args } }, options(of))),
    async close() {
      isOpen = false;
      await wire.close();
      await client.close();
    },
  };
}

function factsOf(
  protocol: string | undefined,
  about: { name: string; version: string } | undefined,
  instructions: string | undefined,
): ServerFacts {
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(about ? { name: about.name, version: about.version } : {}),
    ...(instructions ? { instructions } : {}),
  };
}

function objectsAt(value: JsonObject, key: string): JsonObject[] {
  const list: Json | undefined = value[key];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

type Wire = { transport: Transport; close(): Promise<void> };
type WireParts = { sdk: Sdk; ended: (why: string) => void };

function openWire(request: ConnectionRequest, parts: WireParts): Promise<Wire> {
  const { server } = request;
  return server.transport === 'stdio' ? openStdio(server, request, parts) : openHttp(server, request, parts);
}

async function openStdio(server: StdioServer, { log, ports }: ConnectionRequest, { sdk, ended }: WireParts): Promise<Wire> {
  let child: ServerProcess | undefined;
  const transport: Transport = {
    start: async () => {},
    send: async (message) => {
      await child?.send(JSON.stringify(message));
    },
    close: async () => {
      await child?.close();
    },
  };
  const command = {
    command: server.command,
    args: server.args,
    env: {
      ...serverEnvironment(ports.env, server.env),
      ...(ports.pythonCache === undefined ? {} : { PYTHONPYCACHEPREFIX: ports.pythonCache }),
    },
    folder: server.cwd === undefined ? ports.folder : absolute(server.cwd, ports.folder),
  };
  const deliver = (text: string) => {
    const parsed = parseJson(text);
    for (const one of Array.isArray(parsed) ? parsed : [parsed]) {
      try {
        transport.onmessage?.(sdk.parseJSONRPCMessage(one));
      } catch {
        log.push(`(stdout, no message) ${text.slice(0, 500)}\n`);
        // Whoever asked is not left waiting for another answer.
        const id = isObject(one) && one.method === undefined ? one.id : undefined;
        const error = { code: ODD_CODE, message: 'an answer that does not follow MCP' };
        if (typeof id === 'number' || typeof id === 'string') transport.onmessage?.({ jsonrpc: '2.0', id, error });
      }
    }
  };
  /**
   * The library handles a notification one turn after it has come, and forgets whom to tell of progress with the answer: of
   * messages that came in one read, each waits for the one before.
   */
  let delivered = Promise.resolve();
  const inTurn = (action: () => void) => {
    delivered = delivered.then(action).then(() => undefined);
  };
  const events = {
    line: (text: string) => inTurn(() => deliver(text)),
    ended: (why: string) => {
      inTurn(() => {
        ended(why);
        transport.onclose?.();
      });
    },
  };
  child = await startServerProcess(command, { events, log, ports }).catch((thrown: Error) => {
    throw lostError(server, thrown.message, log);
  });
  return { transport, close: () => child?.close() ?? Promise.resolve() };
}

function absolute(path: string, folder: string): string {
  return process.getBuiltinModule('node:path').resolve(folder, path);
}

const ODD_CODE = -32_603;
const CUT_CODE = -32_001;
const GOODBYE_MS = 300;

async function openHttp(server: HttpServer, { ports }: ConnectionRequest, { sdk }: WireParts): Promise<Wire> {
  const transport = new sdk.StreamableHTTPClientTransport(new URL(server.url), {
    fetch: ports.fetch,
    requestInit: { headers: server.headers },
  });
  const send = transport.send.bind(transport);
  // The library waits for ever for the answer of a stream that was cut.
  transport.send = (message, options) => {
    const id = 'id' in message && 'method' in message ? message.id : undefined;
    if (id === undefined) return send(message, options);
    const onRequestStreamEnd = () =>
      transport.onmessage?.({ jsonrpc: '2.0', id, error: { code: CUT_CODE, message: 'the connection was cut before the answer came' } });
    return send(message, { ...options, onRequestStreamEnd });
  };
  return {
    transport,
    async close() {
      await endSession(transport);
      await transport.close();
    },
  };
}

/** Tells the server that nobody comes back; one that does not listen is not waited for. */
function endSession(transport: { terminateSession(): Promise<void> }): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GOODBYE_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    transport.terminateSession().then(done, done);
  });
}
