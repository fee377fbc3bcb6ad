/** One tool of an MCP server as a tool like every other. Its server is waited for, and asked once more where it had forgotten us. */

import { asSottoError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { changedSince, stoppedWith, type Tool, type ToolContext, type ToolOutcome } from '../../core/tool.ts';
import { oneLine } from '../../core/words.ts';
import { identityOf } from '../identity.ts';
import { isConnectionLost, isSessionLost } from './failures.ts';
import { outcomeOf } from './results.ts';
import type { Server } from './server.ts';
import type { ListedTool } from './tool-lists.ts';

const LONGEST_PROGRESS = 200;

export function createMcpTool({ server, listed, name }: { server: Server; listed: ListedTool; name: string }): Tool {
  // As the server describes it now, which may be another list than the one that the model was given.
  const identity = () => identityOf({ server: server.facts, tool: server.tools()?.find((one) => one.name === listed.name) ?? null });
  return {
    name,
    description: listed.description,
    parameters: listed.inputSchema,
    access: 'mcp',
    source: `mcp:${server.name}`,
    unavailable: () => server.unavailable(),
    async plan(args) {
      // What a server says of its tool is shown, and decides nothing.
      const hints = listed.hints.length === 0 ? '' : ` (${server.name} says: ${listed.hints.join(', ')})`;
      return {
        summary: `${listed.name} of the MCP server ${server.name}${hints}`,
        details: JSON.stringify(args, undefined, 2),
        covers: `${name}, while its server and the description of it stay as they are`,
        identity: identity(),
      };
    },
    run: (args, context) => call({ server, name: listed.name, args, context, identity }, { mayAskAgain: true }),
  };
}

type Call = { server: Server; name: string; args: JsonObject; context: ToolContext; identity: () => string };

async function call(request: Call, { mayAskAgain }: { mayAskAgain: boolean }): Promise<ToolOutcome> {
  const { server, name, args, context, identity } = request;
  const { signal, progress, granted, waitsFor } = context;
  try {
    if (server.state() !== 'ready') progress(`waiting for ${server.name} to start`);
    const connection = await server.connected(signal);
    if (granted?.identity !== undefined) await server.listed(connection, signal);
    if (granted?.identity !== undefined && granted.identity !== identity()) return changedSince(`what ${server.name} says of ${name}`);
    try {
      return outcomeOf(
        await connection.call(
          {
            name,
            arguments: args,
            progress: (message, fraction) => progress(oneLine(message).slice(0, LONGEST_PROGRESS), fraction),
            ...(waitsFor ? { waitsFor } : {}),
          },
          signal,
        ),
      );
    } catch (thrown) {
      if (isConnectionLost(thrown)) server.lost(connection);
      if (isSessionLost(thrown) && mayAskAgain && !signal.aborted) return await call(request, { mayAskAgain: false });
      throw thrown;
    }
  } catch (thrown) {
    if (signal.aborted) return stoppedWith('');
    return { output: asSottoError(thrown).message, failed: true };
  }
}
