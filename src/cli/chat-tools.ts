/** The tools of a chat: opened when they are wanted, switched on and off in mid-conversation, one question at a time. */

import type { CommandContext } from '../compose/context.ts';
import type { OpenedTools } from '../compose/open-tools.ts';
import type { ToolOutputs } from '../compose/tool-output.ts';
import type { Settings } from '../config/load.ts';
import type { ApprovalAnswer, ApprovalRequest, Tool } from '../core/tool.ts';
import type { Toolbox } from '../core/toolbox.ts';
import type { Approvals } from '../engine/approvals.ts';
import type { ToolboxFacts } from '../engine/chat-ports.ts';
import type { RunningToolbox } from '../engine/toolbox.ts';
import type { ToolChoice, ToolRow } from '../tui/actions.ts';
import type { ChatServers } from './chat-servers.ts';

type ChatToolsRequest = {
  settings: Settings;
  context: CommandContext;
  notice: (message: string) => void;
  approve: (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>;
  servers: Pick<ChatServers, 'forTools' | 'toolsKnown'>;
  /** Is nothing to be written? */
  isPrivate: () => boolean;
};

export type ChatTools = {
  choice: ToolChoice;
  /** For the next turn; undefined: the model is told of no tool. */
  toolbox(facts: ToolboxFacts): Promise<Toolbox | undefined>;
  /** Starts in the background what the settings switch on. */
  open(): void;
  close(): Promise<void>;
};

type Parts = { approvals: Approvals; outputs: ToolOutputs; boxOf: (tools: readonly Tool[]) => RunningToolbox };

/** Everything that one look at the tools brings: those of the settings only, or all that there are. */
type Look = { names: readonly string[]; opened: Promise<OpenedTools> };

export function createChatTools(request: ChatToolsRequest): ChatTools {
  const { settings, context, notice, approve, servers, isPrivate } = request;
  const life = new AbortController();
  const wanted = settings.get('tools');
  /** What the user has chosen in the chat; undefined: as the settings say. */
  let chosen: ReadonlySet<string> | undefined;
  let look: Look | undefined;
  let parts: Promise<Parts> | undefined;
  /** Of the turn that goes on, or of the last one. */
  let box: RunningToolbox | undefined;
  let conversation: string | undefined;

  async function opened(names: readonly string[]): Promise<OpenedTools> {
    if (look && (look.names === names || look.names === EVERYTHING)) return look.opened;
    const before = look;
    const open = async () => {
      const { openTools } = await import('../compose/open-tools.ts');
      return openTools({ settings, context, notice, names, servers: servers.forTools }, life.signal);
    };
    look = { names, opened: open() };
    const now = look;
    now.opened.catch(() => {
      // The next one who asks is told anew.
      if (look === now) look = undefined;
    });
    if (before) await (await before.opened.catch(() => undefined))?.close();
    return now.opened;
  }

  async function on(): Promise<readonly Tool[]> {
    if (chosen?.size === 0 || (chosen === undefined && wanted.length === 0)) return [];
    const { selectTools } = await import('../compose/tool-selection.ts');
    const current = (await opened(chosen === undefined ? wanted : EVERYTHING)).current();
    const names = chosen;
    return names === undefined ? selectTools(current, wanted) : current.filter(({ name }) => names.has(name));
  }

  function ready(): Promise<Parts> {
    const open = async () => {
      const [{ createBoxes, openApprovals }, { openToolOutputs }] = await Promise.all([
        import('../compose/open-toolbox.ts'),
        import('../compose/tool-output.ts'),
      ]);
      const approvals = openApprovals({ settings, context, ask: approve });
      const outputs = openToolOutputs(context);
      return { approvals, outputs, boxOf: createBoxes({ settings, context, approvals, outputs, isPrivate }) };
    };
    parts ??= open();
    return parts;
  }

  async function toolbox(facts: ToolboxFacts): Promise<Toolbox | undefined> {
    const tools = await on();
    if (tools.length === 0) return undefined;
    const { approvals, boxOf } = await ready();
    // A private conversation has no id: there it is the beginning that tells.
    if (facts.isBeginning || (conversation !== undefined && facts.conversation !== conversation)) approvals.forgetConversation();
    conversation = facts.conversation;
    const next = boxOf(tools);
    if (next === box) return box;
    box = next;
    const { toolShareWarning } = await import('../models/tool-tokens.ts');
    const warning = await toolShareWarning({ tools: box.definitions(), model: facts.model, contextWindow: facts.facts?.contextWindow });
    if (warning !== undefined) notice(warning);
    return box;
  }

  return {
    choice: {
      on: async () => (await on()).map((tool) => rowOf(tool, true)),
      async all() {
        const everything = await opened(EVERYTHING);
        // Whoever wants to see them all waits a moment for servers that were never started before.
        if (everything.servers) await servers.toolsKnown(FIRST_START_MS, life.signal);
        const tools = everything.current();
        const names = new Set((await on()).map(({ name }) => name));
        return tools.map((tool) => rowOf(tool, names.has(tool.name)));
      },
      use(names) {
        chosen = new Set(names);
      },
      cancel: (callId) => box?.cancel(callId) ?? false,
    },
    toolbox,
    open() {
      // What is wrong with it is told by whoever needs it.
      if (wanted.length > 0) void opened(wanted).catch(() => {});
    },
    async close() {
      life.abort();
      const last = await look?.opened.catch(() => undefined);
      await Promise.all([last?.close(), parts?.then(({ outputs }) => outputs.close())]);
    },
  };
}

const EVERYTHING: readonly string[] = ['all'];
const FIRST_START_MS = 2000;

function rowOf(tool: Tool, isOn: boolean): ToolRow {
  const { name, description, parameters, source, access } = tool;
  const unavailable = tool.unavailable?.();
  return { name, description, parameters, source, access, isOn, ...(unavailable === undefined ? {} : { unavailable }) };
}
