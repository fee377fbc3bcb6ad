/** What MCP servers need of the world outside, as values. */
import type { Logins } from '../../config/mcp/logins.ts';
import type { McpServer } from '../../config/mcp/server.ts';
import type { AskForm } from '../../core/form.ts';
import type { BuiltInPorts } from '../built-in-ports.ts';

export type McpPorts = Pick<BuiltInPorts, 'spawn' | 'kill' | 'platform' | 'env' | 'now'> & {
  /** The working folder: where servers are started that name no other. */
  folder: string;
  home: string;
  /** Asks the user; absent where nobody can be asked. */
  ask?: AskForm;
  /** Opens an address of the web in the user's browser; absent where there is none. */
  open?: (address: URL) => Promise<unknown>;
  /** Where answers and sign-ins are kept; absent: nowhere. */
  logins?: Logins;
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
