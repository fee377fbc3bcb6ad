/** The MCP servers of a run: which files describe them, and what they are given of the world. */
import type { Settings } from '../config/load.ts';
import { openLogins } from '../config/mcp/logins.ts';
import type { McpServer } from '../config/mcp/server.ts';
import { type McpProblem, mergeServers, type ReadServers, readMcpServers } from '../config/mcp/servers.ts';
import type { Surroundings } from '../config/mcp/variables.ts';
import { proxyFor } from '../config/proxy.ts';
import type { AskForm } from '../core/form.ts';
import { openFetch } from '../providers/transport.ts';
import { hasBrowser, openBrowser } from '../tools/mcp/browser.ts';
import type { McpPorts } from '../tools/mcp/ports.ts';
import type { CommandContext } from './context.ts';
import { trustNow, whyNotStarted } from './project-trust.ts';

/** The user's own servers, which `sotto mcp add` writes. */
export function mcpFileOf({ paths }: CommandContext): string {
  return `${paths.config}/mcp.json`;
}

/** Files of the folder that the user is in; they are read only where the user trusts it. */
export function projectMcpFiles(context: CommandContext): string[] {
  const folder = context.folder();
  return [`${folder}/.mcp.json`, `${folder}/.sotto/mcp.json`];
}

/** By name; the user's own go before those of a folder that is trusted. */
export function mcpServers(context: CommandContext): ReadServers {
  const trust = trustNow(context);
  const own = readMcpServers([mcpFileOf(context)]);
  const atHome = { ...own, servers: own.servers.map((server) => inHome(server, context)) };
  if (trust.state !== 'trusted') return atHome;
  return mergeServers([atHome, { servers: [...trust.brought.servers], problems: [...trust.brought.unusable] }]);
}

/** As `mcpServers`; throws where the user's own file cannot be understood at all. */
export function readableServers(context: CommandContext): ReadServers {
  const read = mcpServers(context);
  const broken = read.problems.find(({ name }) => name === undefined);
  if (broken) throw broken.error;
  return read;
}

/** "the MCP server old is not used: …" */
export function problemLine({ name, error: { message } }: McpProblem): string {
  return name === undefined ? `no MCP servers of yours: ${message}` : `the MCP server ${name} is not used: ${message}`;
}

/** What the texts of a server may name. */
export function surroundingsOf({ env, folder, home }: CommandContext): Surroundings {
  return { env, folder: folder(), home };
}

/**
 * A server of the user's own, started in the home folder where it does not say where: what the working folder holds has no say in
 * what npx, uvx or python run.
 */
export function inHome(server: McpServer, { home }: CommandContext): McpServer {
  return server.transport === 'stdio' && server.cwd === undefined ? { ...server, cwd: home } : server;
}

/** With `private` nothing is kept of what the servers have. */
export function mcpPorts(settings: Settings, context: CommandContext, ask?: AskForm): McpPorts {
  const { env, platform, version, paths } = context;
  return {
    spawn: (command, args, options) => context.spawn(command, args, options),
    kill: (pid, signal) => context.kill(pid, signal),
    platform,
    env,
    now: () => context.now(),
    folder: context.folder(),
    home: context.home,
    logins: openLogins(paths.data, context.interrupted),
    ...(ask ? { ask } : {}),
    ...(ask && hasBrowser(context) ? { open: async (address: URL) => openBrowser(address, context) } : {}),
    fetch: fetchOf(settings, context),
    later: (milliseconds, action) => context.wakeAfter(milliseconds, action),
    version,
    cacheFolder: `${paths.cache}/mcp`,
    // Those of the user are the user's own affair.
    whyNotStarted: (server) => (server.file === mcpFileOf(context) ? undefined : whyNotStarted(server, context)),
    pythonCache: `${paths.cache}/python`,
    ...(settings.get('private') ? { isPrivate: true } : {}),
  };
}

/** Through the proxy, and with the authorities, that providers are reached with. */
function fetchOf(settings: Settings, context: CommandContext): typeof fetch {
  const opened = new Map<string, Promise<typeof fetch>>();
  return async (input, init) => {
    const { origin } = new URL(input instanceof Request ? input.url : input);
    let through = opened.get(origin);
    if (!through) {
      through = openFetch({ fetch: context.fetch, proxy: proxyFor(settings, origin), caFile: settings.get('caFile'), timeoutMs: 0 });
      opened.set(origin, through);
    }
    return (await through)(input, init);
  };
}
