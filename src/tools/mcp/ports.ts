/** What MCP servers need of the world outside, as values. */
import type { McpServer } from '../../config/mcp-servers.ts';
import type { BuiltInPorts } from '../built-in-ports.ts';

export type McpPorts = Pick<BuiltInPorts, 'spawn' | 'kill' | 'platform' | 'env' | 'now'> & {
  /** The working folder: where servers are started that name no other. */
  folder: string;
  fetch: typeof fetch;
  /** Runs the action once after the time, without keeping the process alive; returns how to call it off. */
  later: (milliseconds: number, action: () => void) => () => void;
  /** Where lists of tools are kept from one run to the next; absent: nowhere. */
  cacheFolder?: string;
  /** Nothing is written there, only read. */
  isPrivate?: true;
  /** Asked before each start; a reason keeps the server from being started. */
  whyNotStarted?: (server: McpServer) => string | undefined;
  /** Where Python keeps what it compiles, instead of beside the script. */
  pythonCache?: string;
  /** sotto's own, which servers are told. */
  version: string;
};
