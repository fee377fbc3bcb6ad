/** The life of one MCP server: started in the background, started again with longer and longer pauses when it dies, ended with sotto. */
import { type McpServer, serverFacts } from '../../config/mcp/server.ts';
import { asSottoError, cancelledError, SottoError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { connect, type McpConnection } from './connection.ts';
import { lostError, wantsSignIn } from './failures.ts';
import { createServerLog, type ServerLog } from './log.ts';
import type { McpPorts } from './ports.ts';
import { prepareServer } from './preparation.ts';
import { keepToolList, keptToolList, type ListedTool, readToolList } from './tool-lists.ts';

export type ServerState = 'idle' | 'starting' | 'ready' | 'down';

export type Server = {
  readonly name: string;
  /** What makes it this server. */
  readonly facts: JsonObject;
  readonly log: ServerLog;
  state(): ServerState;
  /** Known at once from an earlier run, then its own. Undefined: nobody knows yet. */
  tools(): readonly ListedTool[] | undefined;
  /** Why it cannot be used now. A server that starts is waited for, so it has no reason. */
  unavailable(): string | undefined;
  /** In a moment, when what the user waits for is on its way: loading the client library takes tens of milliseconds. */
  start(): void;
  /** Starts it where need be and waits until it is ready; throws a SottoError that says what is wrong. */
  connected(signal: AbortSignal): Promise<McpConnection>;
  /** Resolves when `tools` is what the server has last announced; throws where it does not say what that is. */
  listed(from: McpConnection, signal: AbortSignal): Promise<void>;
  /** The connection was found to be of no use. */
  lost(connection: McpConnection): void;
  /** Starts it, unless it has been, and resolves when it is ready or down. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

export type ServerOptions = {
  ports: McpPorts;
  startLimitMs: number;
  /** One line for the user. */
  notice: (message: string) => void;
  /** A text that must never be shown. */
  secret: (text: string) => void;
  /** The tools are others than before. */
  changed: () => void;
};

const BACKGROUND_MS = 150;
const REFRESH_MS = 300;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Tries in a row by itself; after them only a call starts it again. */
const MOST_TRIES = 6;
/** A server that ran so long has recovered: its next death is a first one. */
const RECOVERED_MS = 60_000;

export function createServer(configured: McpServer, options: ServerOptions): Server {
  const { ports, notice, changed } = options;
  const { name } = configured;
  const log = createServerLog();
  const stopped = new AbortController();
  let connection: McpConnection | undefined;
  let starting: Promise<McpConnection> | undefined;
  let failure: { error: SottoError; retryMs: number } | undefined;
  let failures = 0;
  let readySinceMs = 0;
  let callOff = () => {};
  let callOffRefresh = () => {};
  /** It has said that its tools are others, and has not been asked which. */
  let isStale = false;
  let isSignInOffered = false;
  let listing: Promise<void> = Promise.resolve();
  let tools = ports.cacheFolder === undefined ? undefined : keptToolList(ports.cacheFolder, configured);

  async function open(): Promise<McpConnection> {
    const server = await prepareServer(configured, { ports, secret: options.secret }, stopped.signal);
    let opened: McpConnection | undefined;
    const events = {
      toolsChanged: () => {
        isStale = true;
        callOffRefresh();
        // Some say so many times in a row. Who calls a tool does not wait for this.
        callOffRefresh = ports.later(REFRESH_MS, () => opened && refresh(opened));
      },
      ended: (why: string) => opened && dropped(opened, lostError(configured, why, log)),
      declined: notice,
      leftOut: (what: string) => notice(`The MCP server ${name}: ${what}, and is left out.`),
    };
    const request = { server, log, ports, startLimitMs: options.startLimitMs, secret: options.secret, events };
    opened = await connect(request, stopped.signal).catch(async (thrown: unknown) => {
      if (!(await signsIn(server, thrown))) throw thrown;
      return connect(request, stopped.signal);
    });
    try {
      await list(opened);
      return opened;
    } catch (thrown) {
      await opened.close();
      throw thrown;
    }
  }

  /** Asked once in a run: a no is a no. */
  async function signsIn(server: McpServer, thrown: unknown): Promise<boolean> {
    if (server.transport !== 'http' || isSignInOffered || !(thrown instanceof SottoError)) return false;
    isSignInOffered = wantsSignIn(thrown) && ports.ask !== undefined;
    if (!isSignInOffered) return false;
    const { offerSignIn } = await import('./sign-in-form.ts');
    return offerSignIn(server, thrown, { ports, secret: options.secret }, stopped.signal);
  }

  function list(from: McpConnection): Promise<void> {
    isStale = false;
    const isLast = () => listing === list;
    const list: Promise<void> = listOf(from, isLast).catch((thrown: unknown) => {
      if (isLast()) isStale = true;
      throw thrown;
    });
    listing = list;
    // Who waits for it is told by his own.
    list.catch(() => {});
    return list;
  }

  /** Of two lists that are under way the one that was asked for last counts. */
  async function listOf(from: McpConnection, isLast: () => boolean): Promise<void> {
    const listed = await from.tools(AbortSignal.any([stopped.signal, AbortSignal.timeout(options.startLimitMs)]));
    if (!isLast()) return;
    const now = readToolList(listed);
    const isSame = JSON.stringify(now) === JSON.stringify(tools);
    tools = now;
    if (isSame) return;
    if (ports.cacheFolder !== undefined && !ports.isPrivate) keepToolList(ports.cacheFolder, configured, listed);
    changed();
  }

  async function refresh(from: McpConnection): Promise<void> {
    // A list that cannot be had now leaves the old one.
    await list(from).catch((thrown: unknown) => log.push(`(sotto) ${asSottoError(thrown).message}\n`));
  }

  function begin(): Promise<McpConnection> {
    callOff();
    starting ??= open().then(
      async (opened) => {
        starting = undefined;
        if (stopped.signal.aborted) {
          await opened.close();
          throw cancelledError();
        }
        connection = opened;
        failure = undefined;
        readySinceMs = ports.now();
        return opened;
      },
      (thrown: unknown) => {
        starting = undefined;
        throw stopped.signal.aborted ? cancelledError() : failed(thrown instanceof SottoError ? thrown : asSottoError(thrown));
      },
    );
    // Nobody may be waiting for it.
    starting.catch(() => {});
    return starting;
  }

  function failed(error: SottoError): SottoError {
    failures += 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    failure = { error, retryMs: ports.now() + pauseMs };
    const isHopeless = error.kind === 'configuration' || error.kind === 'authentication';
    if (failures === 1) notice(`${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`);
    if (!isHopeless && failures < MOST_TRIES) callOff = ports.later(pauseMs, () => void begin());
    return error;
  }

  function dropped(which: McpConnection, error: SottoError): void {
    if (connection !== which || stopped.signal.aborted) return;
    connection = undefined;
    if (ports.now() - readySinceMs > RECOVERED_MS) failures = 0;
    failed(error);
  }

  function isPausing(): boolean {
    return !connection && !starting && failure !== undefined && ports.now() < failure.retryMs;
  }

  return {
    name,
    facts: serverFacts(configured),
    log,
    state: () => (connection ? 'ready' : starting ? 'starting' : failure ? 'down' : 'idle'),
    tools: () => tools,
    unavailable() {
      if (!failure || !isPausing()) return undefined;
      const seconds = Math.max(1, Math.ceil((failure.retryMs - ports.now()) / 1000));
      return `${failure.error.message} It can be tried again in ${seconds} s.`;
    },
    start() {
      if (!connection && !starting && !failure) callOff = ports.later(BACKGROUND_MS, () => void begin());
    },
    async connected(signal) {
      if (failure && isPausing()) throw failure.error;
      return connection ?? (await unlessAborted(begin(), signal));
    },
    async listed(from, signal) {
      // All calls of a step wait for the same list.
      await unlessAborted(isStale ? list(from) : listing, signal);
    },
    lost(which) {
      if (connection !== which) return;
      connection = undefined;
      void which.close();
    },
    async settled() {
      if (!connection && !failure) await begin().catch(() => {});
    },
    async close() {
      stopped.abort();
      callOff();
      callOffRefresh();
      const open = connection;
      connection = undefined;
      await Promise.all([open?.close(), starting?.catch(() => {})]);
    },
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(cancelledError());
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelledError());
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
