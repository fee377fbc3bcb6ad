/** The MCP servers of a run: which files describe them. */
import type { McpServer } from '../config/mcp/server.ts';
import { type McpProblem, mergeServers, type ReadServers, readMcpServers } from '../config/mcp/servers.ts';
import type { Surroundings } from '../config/mcp/variables.ts';
import type { CommandContext } from './context.ts';
import { trustNow } from './project-trust.ts';

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
