/** The MCP servers of a chat: one set of them for its tools, resources and prompts, each started when something of it is wanted. */

import type { CommandContext } from '../compose/context.ts';
import type { Settings } from '../config/load.ts';
import { asSottoError, usageError } from '../core/errors.ts';
import type { AskForm } from '../core/form.ts';
import type { MediaPart, Message, TextPart } from '../core/messages.ts';
import type { McpHub } from '../tools/mcp/hub.ts';
import type { ServerPort } from '../tui/servers.ts';

type ChatServersRequest = { settings: Settings; context: CommandContext; notice: (message: string) => void; ask: AskForm };

export type ChatServers = {
  port: ServerPort;
  /** Starts in the background those that tools with these names are of. Undefined: none is wanted. */
  forTools(names: readonly string[]): Promise<McpHub | undefined>;
  /** Waits a moment for the tools of those that start. One that fails meanwhile is not said: who waits looks at how they are. */
  toolsKnown(limitMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** The first answer has begun by then, or nobody has asked yet. */
const STARTS_AFTER_MS = 1500;

export function createChatServers({ settings, context, notice, ask }: ChatServersRequest): ChatServers {
  const notices = createNotices(notice);
  let opening: Promise<McpHub | undefined> | undefined;
  let hub: McpHub | undefined;

  function opened(): Promise<McpHub | undefined> {
    const open = async () => {
      const { openChatHub } = await import('../compose/open-mcp.ts');
      hub = await openChatHub({ settings, context, notice: notices.say, ask });
      return hub;
    };
    opening ??= open();
    return opening;
  }

  async function needed(): Promise<McpHub> {
    const found = await opened();
    if (found) return found;
    throw usageError('There are no MCP servers.', 'Add one with: sotto mcp add NAME -- COMMAND');
  }

  return {
    port: {
      names: async () => (await opened())?.status().map(({ name }) => name) ?? [],
      states: () => hub?.status() ?? [],
      resources: async (server, signal) => (await needed()).listResources(server, signal),
      prompts: async (server, signal) => (await needed()).listPrompts(server, signal),
      read: (server, uri, signal) =>
        notices.unlessThrown(async () => {
          const parts = await (await needed()).readResource(server, uri, signal);
          if (parts.length === 0) throw usageError(`${server}:${uri} is empty.`, 'Nothing was sent.');
          return checked(parts, `${server}:${uri}`, notices.say);
        }),
      prompt: (request, signal) =>
        notices.unlessThrown(async () => {
          const messages = await (await needed()).getPrompt(request, signal);
          return Promise.all(messages.map((message) => checkedMessage(message, `${request.server}:${request.name}`, notices.say)));
        }),
    },
    async forTools(names) {
      const { wantsServer, wantsSome } = await import('../compose/open-mcp.ts');
      if (!wantsSome(names)) return undefined;
      const found = await opened();
      const wanted = (found?.status() ?? []).filter(({ name }) => wantsServer(names, name));
      const start = () => found?.start(wanted.map(({ name }) => name));
      // Their tools are known from the last run: starting them does not compete with the first answer. A call starts one at once.
      if (wanted.every((server) => server.tools !== undefined)) context.wakeAfter(STARTS_AFTER_MS, start);
      else start();
      return found;
    },
    toolsKnown: async (limitMs, signal) => notices.quietly(async () => hub?.known(limitMs, signal)),
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}

/** What a server says of its bytes is checked, as the name of a file is not believed either. */
async function checked(parts: readonly (TextPart | MediaPart)[], what: string, say: Say): Promise<(TextPart | MediaPart)[]> {
  const { partOf } = await import('./files.ts');
  return Promise.all(
    parts.map((part) => partOf(part.type === 'text' ? Buffer.from(part.text) : Buffer.from(part.data, 'base64'), what, say)),
  );
}

type Say = (message: string) => void;

async function checkedMessage(message: Message, what: string, say: Say): Promise<Message> {
  return message.role === 'user' ? { role: 'user', parts: await checked(message.parts, what, say) } : message;
}

/** A server that fails is said once: by whoever asked for it, else as a notice. */
function createNotices(notice: (message: string) => void) {
  let asking = 0;
  let held: string[] = [];
  const told = new Set<string>();
  return {
    say(message: string) {
      if (asking > 0) held.push(message);
      else notice(message);
    },
    async quietly(wait: () => Promise<void>): Promise<void> {
      asking += 1;
      await wait();
      asking -= 1;
      held = [];
    },
    async unlessThrown<T>(ask: () => Promise<T>): Promise<T> {
      asking += 1;
      try {
        return await ask();
      } catch (thrown) {
        const { message, hint } = asSottoError(thrown);
        told.add(hint === undefined ? message : `${message} ${hint}`);
        throw thrown;
      } finally {
        asking -= 1;
        if (asking === 0) {
          for (const message of held) if (!told.has(message)) notice(message);
          held = [];
        }
      }
    },
  };
}
