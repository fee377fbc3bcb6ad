/** The MCP servers of a run: which files describe them, and what they are given of the world. */
import type { Settings } from '../config/load.ts';
import { type McpServer, mergeServers, readMcpServers } from '../config/mcp-servers.ts';
import { proxyFor } from '../config/proxy.ts';
import { openFetch } from '../providers/transport.ts';
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

/** By name; the user's own go before those of a folder that is trusted. Throws for a file that cannot be understood. */
export function mcpServers(context: CommandContext): McpServer[] {
  const trust = trustNow(context);
  const own = readMcpServers([mcpFileOf(context)]).map((server) => inHome(server, context));
  return mergeServers([...own, ...(trust.state === 'trusted' ? trust.brought.servers : [])]);
}

/**
 * A server of the user's own, started in the home folder where it does not say where: what the working folder holds has no say in
 * what npx, uvx or python run.
 */
export function inHome(server: McpServer, { home }: CommandContext): McpServer {
  return server.transport === 'stdio' && server.cwd === undefined ? { ...server, cwd: home } : server;
}

/** With `private` nothing is kept of what the servers have. */
export function mcpPorts(settings: Settings, context: CommandContext): McpPorts {
  const { env, platform, version, paths } = context;
  return {
    spawn: (command, args, options) => context.spawn(command, args, options),
    kill: (pid, signal) => context.kill(pid, signal),
    platform,
    env,
    now: () => context.now(),
    folder: context.folder(),
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
