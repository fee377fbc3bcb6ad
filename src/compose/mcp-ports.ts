/** What MCP servers are given of the world: only who starts one loads it. */
import type { Settings } from '../config/load.ts';
import { openLogins } from '../config/mcp/logins.ts';
import { proxyFor } from '../config/proxy.ts';
import type { AskForm } from '../core/form.ts';
import { openFetch } from '../providers/transport.ts';
import { hasBrowser, openBrowser } from '../tools/mcp/browser.ts';
import type { McpPorts } from '../tools/mcp/ports.ts';
import type { CommandContext } from './context.ts';
import { mcpFileOf } from './mcp-servers.ts';
import { whyNotStarted } from './project-trust.ts';

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
