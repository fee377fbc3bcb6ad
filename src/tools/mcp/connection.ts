/** One open connection to an MCP server. The client library is loaded here, and only when a server is started. */
import type { Progress, Transport } from '@modelcontextprotocol/client';
import type { McpServer, StdioServer } from '../../config/mcp/server.ts';
import { isObject, type Json, type JsonObject, parseDeepJson } from '../../core/json.ts';
import { createAsking, type Work } from './asking.ts';
import { serverEnvironment } from './environment.ts';
import { lostError, ODD_ERROR, serverError, statusOf } from './failures.ts';
import { isNoStream, openHttp, type Wire } from './http-wire.ts';
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

type ToolRequest = {
  name: string;
  arguments: JsonObject;
  progress: (message: string, fraction?: number) => void;
  /** Told of what the user is asked meanwhile. */
  waitsFor?: (answer: Promise<unknown>) => void;
};

type ConnectionRequest = {
  /** Its variables are put in. */
  server: McpServer;
  log: ServerLog;
  ports: McpPorts;
  startLimitMs: number;
  /** A text that must never be shown. */
  secret: (text: string) => void;
  events: {
    /** The server has other tools than before. */
    toolsChanged(): void;
    /** The connection has ended by itself; `why` completes "The server …". */
    ended(why: string): void;
    /** What was answered for the user, who could not be asked. */
    declined(message: string): void;
    /** Something that it offers cannot be used; `what` says what. */
    leftOut(what: string): void;
  };
};

export async function connect(request: ConnectionRequest, signal: AbortSignal): Promise<McpConnection> {
  const sdk = await import('./client-library.ts');
  signal.throwIfAborted();
  const { server } = request;
  const isSse = server.transport === 'http' && server.isSse === true;
  try {
    return await open(request, { sdk, mode: 'legacy', isSse }, signal);
  } catch (thrown) {
    const next = nextWay(request, { sdk, mode: 'legacy', isSse }, thrown);
    if (!next || signal.aborted) throw serverError(server, thrown);
    return await open(request, next, signal).catch((again) => {
      // Where both transports fail, the one that the server should speak says more.
      throw serverError(server, next.isSse === isSse || isSse ? again : thrown);
    });
  }
}

type Sdk = typeof import('./client-library.ts');
type Way = { sdk: Sdk; mode: 'legacy' | 'auto'; isSse: boolean };

/**
 * Nearly every server knows the handshake of 2025; one that refuses it is asked for its own version. An address that does not take
 * what is posted to it may be one of the older transport, and the other way round.
 */
function nextWay({ server }: ConnectionRequest, way: Way, thrown: unknown): Way | undefined {
  const status = statusOf(thrown);
  const isOther = status !== undefined && (way.isSse ? status < 500 && status !== 401 && status !== 403 : status === 404 || status === 405);
  if (server.transport === 'http' && (isOther || (way.isSse && isNoStream(thrown)))) return { ...way, isSse: !way.isSse };
  return thrown instanceof way.sdk.ProtocolError || status === 400 ? { ...way, mode: 'auto' } : undefined;
}

/** A call may take as long as its own signal lets it; this is as long as a timer can be. */
const UNLIMITED_MS = 2_147_000_000;

async function open(request: ConnectionRequest, { sdk, mode, isSse }: Way, signal: AbortSignal): Promise<McpConnection> {
  const { server, ports, log, events, startLimitMs } = request;
  let whyEnded: string | undefined;
  let isOpen = false;
  const wire = await openWire(request, { sdk, isSse, ended: (why) => (whyEnded ??= why) }, signal);
  mendAnswers(wire.transport, events.leftOut);
  const client = new sdk.Client(
    { name: 'sotto', version: ports.version },
    {
      versionNegotiation: { mode },
      // A result that does not follow the schema that its own server has declared is still what the server says.
      jsonSchemaValidator: { getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }) }, // the library's generic type has no value here
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => events.toolsChanged() } },
      capabilities: { elicitation: { form: {}, url: {} } },
    },
  );
  client.onerror = (error) => log.push(`(sotto) ${error.message.slice(0, 300).replace(/\s+/g, ' ')}\n`);
  client.setNotificationHandler('notifications/message', ({ params }) =>
    log.push(`(${params.level}) ${typeof params.data === 'string' ? params.data : JSON.stringify(params.data)}\n`),
  );
  const asking = createAsking(server.name, {
    ...(ports.ask ? { ask: ports.ask } : {}),
    ...(ports.open ? { open: ports.open } : {}),
    said: events.declined,
    secret: request.secret,
  });
  // The shape of what it asks is checked by the library.
  client.setRequestHandler('elicitation/create', ({ params }, { mcpReq }) =>
    asking.answer(params as JsonObject, AbortSignal.any([signal, mcpReq.signal])),
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
  const ask = async (work: Work, answer: Promise<unknown>): Promise<JsonObject> => {
    try {
      const value = await asking.during(work, answer);
      return isObject(value) ? value : {};
    } catch (thrown) {
      throw whyEnded === undefined ? serverError(server, thrown) : lostError(server, whyEnded, log);
    }
  };
  const options = (of: AbortSignal) => ({ signal: of, timeout: UNLIMITED_MS });
  // The library prints a line where a server is asked for what it does not have.
  const has = client.getServerCapabilities() ?? {};
  const listed = async (key: 'tools' | 'resources' | 'prompts', of: AbortSignal, list: () => Promise<unknown>) =>
    has[key] ? objectsAt(await ask({ signal: of }, list()), key) : [];
  return {
    facts: factsOf(client.getNegotiatedProtocolVersion(), client.getServerVersion(), client.getInstructions()),
    tools: (of) => listed('tools', of, () => client.listTools(undefined, options(of))),
    call: ({ name, arguments: args, progress, waitsFor }, of) => {
      const onprogress = ({ progress: done, total, message }: Progress) =>
        progress(
          message ?? (total === undefined ? String(done) : `${done} of ${total}`),
          total ? Math.min(1, Math.max(0, done / total)) : undefined,
        );
      return ask({ signal: of, waitsFor }, client.callTool({ name, arguments: args }, { ...options(of), onprogress }));
    },
    resources: (of) => listed('resources', of, () => client.listResources(undefined, options(of))),
    read: (uri, of) => ask({ signal: of }, client.readResource({ uri }, options(of))),
    prompts: (of) => listed('prompts', of, () => client.listPrompts(undefined, options(of))),
    prompt: (name, args, of) => ask({ signal: of }, client.getPrompt({ name, arguments: { ...args } }, options(of))),
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

type WireParts = { sdk: Sdk; ended: (why: string) => void; isSse?: boolean };

function openWire(request: ConnectionRequest, parts: WireParts, signal: AbortSignal): Promise<Wire> {
  const { server } = request;
  return server.transport === 'stdio' ? openStdio(server, request, parts) : openHttp({ ...request, server }, parts, signal);
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
    const parsed = parseDeepJson(text);
    for (const one of Array.isArray(parsed) ? parsed : [parsed]) {
      try {
        transport.onmessage?.(sdk.parseJSONRPCMessage(one));
      } catch {
        log.push(`(stdout, no message) ${text.slice(0, 500)}\n`);
        // Whoever asked is not left waiting for another answer.
        const id = isObject(one) && one.method === undefined ? one.id : undefined;
        if (typeof id === 'number' || typeof id === 'string') transport.onmessage?.({ jsonrpc: '2.0', id, error: ODD_ERROR });
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
