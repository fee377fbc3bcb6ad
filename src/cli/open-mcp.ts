/** Opens the MCP servers that a run asks for with its tools, where there are any. */
import type { Settings } from '../config/load.ts';
import type { McpServer } from '../config/mcp-servers.ts';
import { asSottoError } from '../core/errors.ts';
import type { McpHub } from '../tools/mcp/hub.ts';
import { serverPrefix } from '../tools/mcp/names.ts';
import type { CommandContext } from './context.ts';
import { mcpPorts, mcpServers } from './mcp-servers.ts';

export type McpRequest = {
  settings: Settings;
  context: CommandContext;
  notice: (message: string) => void;
  /**
   * `once`: servers are started when they are called, and one whose tools nobody knows yet is waited for, because there is no
   * second turn that could have them. `chat`: all are started in the background and nobody waits.
   */
  kind: 'once' | 'chat';
  /** Which tools are wanted: the setting `tools` unless told. */
  names?: readonly string[];
  /** The tools are others than before. */
  changed?: () => void;
};

/** For a server that was never started before. Whoever adds one with `sotto mcp add` has its tools from the first turn on. */
const FIRST_START_MS = 10_000;
/** A wait that is longer is explained. */
const QUIET_MS = 1500;

/** Undefined where no server is wanted. A file that cannot be understood is a notice: everything else goes on. */
export async function openMcpServers(request: McpRequest, signal: AbortSignal): Promise<McpHub | undefined> {
  const { settings, context, notice, kind, changed } = request;
  const servers = wantedServers(request.names ?? settings.get('tools'), request);
  if (servers.length === 0) return undefined;
  const { openMcp } = await import('../tools/mcp/hub.ts');
  const hub = openMcp({
    servers,
    ports: mcpPorts(settings, context),
    start: kind === 'chat' ? 'now' : 'when-called',
    notice,
    secret: (text) => void context.secrets.push(text),
    ...(changed ? { changed } : {}),
  });
  if (kind === 'once') await toolsAreKnown(hub, request, signal);
  return hub;
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

/** `all` and `mcp` are every server; a name such as files__read_file is one, and so is files__*. */
function wantedServers(names: readonly string[], { context, notice }: McpRequest): McpServer[] {
  const isEvery = names.includes('all') || names.includes('mcp');
  if (!isEvery && !names.some((name) => name.includes('__'))) return [];
  try {
    const servers = mcpServers(context).filter((server) => server.disabled !== true);
    return isEvery ? servers : servers.filter((server) => names.some((name) => name.startsWith(serverPrefix(server.name))));
  } catch (thrown) {
    const { message, hint } = asSottoError(thrown);
    notice(`no MCP servers: ${message}${hint === undefined ? '' : ` ${hint}`}`);
    return [];
  }
}

/** A name that only a server can explain, which may be down just now. */
export function isOfServer(name: string, hub: McpHub | undefined): boolean {
  return hub?.status().some((server) => name.startsWith(serverPrefix(server.name))) === true;
}
