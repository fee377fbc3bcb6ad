/** Opens the MCP servers that a run asks for with its tools, where there are any. */
import type { Settings } from '../config/load.ts';
import type { McpServer } from '../config/mcp-servers.ts';
import { asSottoError } from '../core/errors.ts';
import type { McpHub, McpOptions } from '../tools/mcp/hub.ts';
import { serverPrefix } from '../tools/mcp/names.ts';
import type { CommandContext } from './context.ts';
import { mcpPorts, mcpServers } from './mcp-servers.ts';

export type McpRequest = {
  settings: Settings;
  context: CommandContext;
  notice: (message: string) => void;
  /** Which tools are wanted: the setting `tools` unless told. */
  names?: readonly string[];
  /** The tools are others than before. */
  changed?: () => void;
};

/** For a server that was never started before. Whoever adds one with `sotto mcp add` has its tools from the first turn on. */
const FIRST_START_MS = 10_000;
/** A wait that is longer is explained. */
const QUIET_MS = 1500;

/**
 * For a run with one turn: servers are started when they are called, and one whose tools nobody knows yet is waited for. Undefined
 * where no server is wanted. A file that cannot be understood is a notice: everything else goes on.
 */
export async function openMcpServers(request: McpRequest, signal: AbortSignal): Promise<McpHub | undefined> {
  const names = request.names ?? request.settings.get('tools');
  if (!wantsSome(names)) return undefined;
  const servers = configuredServers(request).filter(({ name }) => wantsServer(names, name));
  const hub = await openHub(servers, 'when-called', request);
  if (hub) await toolsAreKnown(hub, request, signal);
  return hub;
}

/** For a chat: all that there are, and none is started yet. Undefined where there are none. */
export function openChatHub(request: Omit<McpRequest, 'names'>): Promise<McpHub | undefined> {
  return openHub(configuredServers(request), 'when-asked', request);
}

async function openHub(
  servers: readonly McpServer[],
  start: McpOptions['start'],
  { settings, context, notice, changed }: McpRequest,
): Promise<McpHub | undefined> {
  if (servers.length === 0) return undefined;
  const { openMcp } = await import('../tools/mcp/hub.ts');
  return openMcp({
    servers,
    ports: mcpPorts(settings, context),
    start,
    notice,
    secret: (text) => void context.secrets.push(text),
    ...(changed ? { changed } : {}),
  });
}

async function toolsAreKnown(hub: McpHub, { context, notice }: McpRequest, signal: AbortSignal): Promise<void> {
  const unknown = () =>
    hub
      .status()
      .filter(({ tools, problem }) => tools === undefined && problem === undefined)
      .map(({ name }) => name);
  const callOff = context.wakeAfter(QUIET_MS, () =>
    notice(`waiting for the MCP server ${unknown().join(', ')}, which has never been started before`),
  );
  await hub.known(FIRST_START_MS, signal);
  callOff();
  for (const name of signal.aborted ? [] : unknown())
    notice(
      `the MCP server ${name} has not started within ${FIRST_START_MS / 1000} s; this answer does without its tools. See: sotto mcp check ${name}`,
    );
}

function configuredServers({ context, notice }: McpRequest): McpServer[] {
  try {
    return mcpServers(context).filter((server) => server.disabled !== true);
  } catch (thrown) {
    const { message, hint } = asSottoError(thrown);
    notice(`no MCP servers: ${message}${hint === undefined ? '' : ` ${hint}`}`);
    return [];
  }
}

/** Is any of these names one that a server may have to do with? */
export function wantsSome(names: readonly string[]): boolean {
  return wantsEvery(names) || names.some((name) => name.includes('__'));
}

/** A name such as files__read_file is of one server, and so is files__*. */
export function wantsServer(names: readonly string[], server: string): boolean {
  return wantsEvery(names) || names.some((name) => name.startsWith(serverPrefix(server)));
}

function wantsEvery(names: readonly string[]): boolean {
  return names.includes('all') || names.includes('mcp');
}

/** A name that only a server can explain, which may be down just now. */
export function isOfServer(name: string, hub: McpHub | undefined): boolean {
  return hub?.status().some((server) => name.startsWith(serverPrefix(server.name))) === true;
}
