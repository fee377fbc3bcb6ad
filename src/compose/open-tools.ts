/** The tools that the settings switch on, with the real world behind them: built-in ones, the user's own, those of MCP servers. */
import type { Settings } from '../config/load.ts';
import type { AskForm } from '../core/form.ts';
import type { Tool } from '../core/tool.ts';
import { builtInTools } from '../tools/built-in.ts';
import type { McpHub } from '../tools/mcp/hub.ts';
import type { OwnTool } from '../tools/own-tools.ts';
import type { CommandContext } from './context.ts';
import { isOfServer, openMcpServers } from './open-mcp.ts';
import { toolsFolders, untrustedNotice } from './tool-folders.ts';
import { builtInPorts, ownPorts } from './tool-ports.ts';
import { checkNames, GROUP_NAMES, needsOnly, selectTools } from './tool-selection.ts';

type ToolsRequest = {
  settings: Settings;
  context: CommandContext;
  notice: (message: string) => void;
  /** Which tools: the setting `tools` unless told. */
  names?: readonly string[];
  /** Gives the servers of these names where they are open already: who gives them also closes them. Absent: for this run alone. */
  servers?: (names: readonly string[]) => Promise<McpHub | undefined>;
  /** Asks the user for a server; absent where nobody can be asked. */
  openForm?: (() => Promise<AskForm | undefined>) | undefined;
  /** The tools of a server are others than before: `current` gives another list. */
  changed?: () => void;
};

export type OpenedTools = {
  tools: Tool[];
  /** As `tools`, with what servers have told since. */
  current(): Tool[];
  /** The MCP servers, where any are wanted. */
  servers: McpHub | undefined;
  /** Ends what was started. */
  close(): Promise<void>;
};

/** Throws a usage error for a name that means no tool. */
export async function openTools(request: ToolsRequest, signal: AbortSignal): Promise<OpenedTools> {
  const { settings, context, notice, changed, openForm } = request;
  const names = request.names ?? settings.get('tools');
  const builtIn = builtInTools(builtInPorts(settings, context));
  if (needsOnly(names, builtIn)) {
    const tools = selectTools(builtIn, names);
    return { tools, current: () => tools, servers: undefined, close: async () => {} };
  }
  const untrusted = await untrustedNotice(context);
  if (untrusted !== undefined) notice(untrusted);
  const [own, servers] = await Promise.all([
    names.some((name) => mayBeOwn(name, builtIn)) ? openOwn(request, builtIn, signal) : [],
    request.servers?.(names) ?? openMcpServers({ settings, context, notice, names, openForm, ...(changed ? { changed } : {}) }, signal),
  ]);
  const close = async () => {
    if (!request.servers) await servers?.close();
  };
  const taken = new Set([...builtIn, ...own].map(({ name }) => name));
  const every = () => [...builtIn, ...own, ...(servers?.tools() ?? []).filter(({ name }) => !taken.has(name))];
  try {
    checkNames(names, every(), (name) => isOfServer(name, servers));
  } catch (thrown) {
    await close();
    throw thrown;
  }
  const current = () => selectTools(every(), names);
  return { tools: current(), current, servers, close };
}

/** A name, or a word for a group, that files of the user may have to do with. */
function mayBeOwn(name: string, builtIn: readonly Tool[]): boolean {
  return !name.includes('__') && name !== 'mcp' && !builtIn.some((tool) => tool.name === name);
}

async function openOwn({ settings, context, notice }: ToolsRequest, builtIn: readonly Tool[], signal: AbortSignal): Promise<Tool[]> {
  const { tools, problems } = await loadOwn({ settings, context, builtIn, refresh: false }, signal);
  for (const problem of problems) notice(`not a tool: ${problem}`);
  return tools.map(({ tool }) => tool);
}

type OwnRequest = { settings: Settings; context: CommandContext; builtIn: readonly Tool[]; refresh: boolean };

/** The user's own tools, from every folder that may be used. */
export async function loadOwn(
  { settings, context, builtIn, refresh }: OwnRequest,
  signal: AbortSignal,
): Promise<{ tools: OwnTool[]; problems: string[] }> {
  const { loadOwnTools } = await import('../tools/own-tools.ts');
  const taken = new Set([...builtIn.map(({ name }) => name), ...GROUP_NAMES]);
  return loadOwnTools(toolsFolders(context), taken, ownPorts(settings, context, { refresh }), signal);
}
