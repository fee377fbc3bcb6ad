/** The wire to an MCP server at an address: streamable HTTP, or the older one of server-sent events, with the token of a sign-in. */
import type { AuthProvider, Transport } from '@modelcontextprotocol/client';
import type { HttpServer } from '../../config/mcp/server.ts';
import { boundedFetch } from './bounded-answers.ts';
import { isOddMessage, isOfKind, ODD_ERROR } from './failures.ts';
import type { McpPorts } from './ports.ts';

export type Wire = { transport: Transport; close(): Promise<void> };

/** As of a program: a message that is longer is no answer but an accident. */
const LONGEST_BYTES = 64_000_000;

type HttpRequest = { server: HttpServer; ports: McpPorts; startLimitMs: number; secret: (text: string) => void };
type HttpParts = { sdk: typeof import('./client-library.ts'); ended: (why: string) => void; isSse?: boolean };

export async function openHttp(request: HttpRequest, parts: HttpParts, signal: AbortSignal): Promise<Wire> {
  const authProvider = await providerOf(request, signal);
  const { ports, server, startLimitMs: limitMs } = request;
  const options = {
    fetch: boundedFetch(ports.fetch, { what: `The MCP server ${server.name}`, mostBytes: LONGEST_BYTES }),
    requestInit: { headers: server.headers },
    ...(authProvider ? { authProvider } : {}),
  };
  return parts.isSse ? openSse(server, options, { ...parts, limitMs }) : openStreamable(server, options, parts);
}

/** A server that is given a header of the user's own for this is not signed in to. */
async function providerOf({ server, ports, secret }: HttpRequest, signal: AbortSignal): Promise<AuthProvider | undefined> {
  const { fetch, logins } = ports;
  if (!logins || Object.keys(server.headers).some((name) => name.toLowerCase() === 'authorization')) return undefined;
  const { tokensOf } = await import('./oauth-tokens.ts');
  return tokensOf(server, { fetch, logins, secret, signal });
}

type Options = { fetch: typeof fetch; requestInit: { headers: Readonly<Record<string, string>> }; authProvider?: AuthProvider };

const CUT_ERROR = { code: -32_001, message: 'the connection was cut before the answer came' };

async function openStreamable(server: HttpServer, options: Options, { sdk }: HttpParts): Promise<Wire> {
  /** Bodies that were answered with one object, and not with a stream that may bring more. */
  const answered = new Set<string>();
  const ask: typeof fetch = async (input, init) => {
    const response = await options.fetch(input, init);
    if (typeof init?.body === 'string' && /^application\/json/i.test(response.headers.get('content-type') ?? '')) answered.add(init.body);
    return response;
  };
  const transport = new sdk.StreamableHTTPClientTransport(new URL(server.url), {
    ...options,
    fetch: ask,
    requestInit: { headers: { ...server.headers } },
    reconnectionScheduler: calmly(),
  });
  // The library waits for ever for the answer of a stream that was cut.
  const waiting = endOdd(transport, { isEnd: () => false, ended: () => {} });
  const send = transport.send.bind(transport);
  transport.send = async (message, sendOptions) => {
    const id = 'id' in message && 'method' in message ? message.id : undefined;
    if (id === undefined) return send(message, sendOptions);
    const onRequestStreamEnd = () => waiting.fail(id, CUT_ERROR);
    await send(message, { ...sendOptions, onRequestStreamEnd });
    if (answered.delete(JSON.stringify(message))) waiting.fail(id, ODD_ERROR);
  };
  return {
    transport,
    async close() {
      await endSession(transport);
      await transport.close();
    },
  };
}

const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

/** A server says how soon it wants to be asked again; one that wants it over and over waits longer each time: soon three seconds. */
function calmly(): (reconnect: () => void, delayMs: number) => () => void {
  let times: number[] = [];
  return (reconnect, delayMs) => {
    const nowMs = performance.now();
    times = [...times.filter((time) => nowMs - time < MINUTE_MS), nowMs];
    const leastMs = 100 * 1.2 ** (times.length - 1);
    const timer = setTimeout(reconnect, Math.min(LONGEST_WAIT_MS, Math.max(leastMs, delayMs)));
    return () => clearTimeout(timer);
  };
}

async function openSse(server: HttpServer, options: Options, { ended, limitMs }: HttpParts & { limitMs: number }): Promise<Wire> {
  const { SSEClientTransport } = await import('./sse-library.ts');
  const transport = new SSEClientTransport(new URL(server.url), { ...options, requestInit: { headers: { ...server.headers } } });
  const start = transport.start.bind(transport);
  let isOpen = false;
  // The library would open a second stream, which knows nothing of this session, without a word.
  endOdd(transport, {
    isEnd: (error) => isOpen && isOfKind(error, 'SseError'),
    ended: () => {
      isOpen = false;
      ended('has closed the connection');
    },
  });
  transport.start = async () => {
    const tooLong = Promise.withResolvers<never>();
    const timer = setTimeout(() => tooLong.reject(new Error('no event stream of MCP')), limitMs);
    await Promise.race([start(), tooLong.promise]).finally(() => clearTimeout(timer));
    isOpen = true;
  };
  return { transport, close: () => transport.close() };
}

/**
 * The library tells nobody who waits for an answer that something came which was none. Where one request alone is under way, that was
 * its answer.
 */
function endOdd(transport: Transport, { isEnd, ended }: { isEnd: (error: Error) => boolean; ended: () => void }) {
  const waiting = new Set<string | number>();
  let told: Transport['onerror'];
  let deliver: Transport['onmessage'];
  const fail = (id: string | number, error: { code: number; message: string }) =>
    waiting.has(id) ? transport.onmessage?.({ jsonrpc: '2.0', id, error }) : undefined;
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if ('id' in message && 'method' in message && message.id !== undefined) waiting.add(message.id);
    return send(message, options);
  };
  const received: NonNullable<Transport['onmessage']> = (message, extra) => {
    if ('id' in message && !('method' in message) && message.id !== undefined) waiting.delete(message.id);
    deliver?.(message, extra);
  };
  const failed = (error: Error) => {
    told?.(error);
    const [only] = waiting;
    if (isEnd(error)) {
      ended();
      void transport.close();
    } else if (isOddMessage(error) && only !== undefined && waiting.size === 1) fail(only, ODD_ERROR);
  };
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => deliver && received,
    set: (listener) => (deliver = listener),
  });
  Object.defineProperty(transport, 'onerror', { get: () => told && failed, set: (listener) => (told = listener) });
  return { fail };
}

/** What answers there is no stream of events. */
export function isNoStream(thrown: unknown): boolean {
  return thrown instanceof Error && /content type|event-stream/i.test(thrown.message);
}

const GOODBYE_MS = 300;

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
