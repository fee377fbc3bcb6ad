/** Opens the MCP servers that a run asks for with its tools, where there are any. */

import type { Settings } from '../config/load.ts';
import type { McpServer } from '../config/mcp/server.ts';
import type { AskForm } from '../core/form.ts';
import { shellWord } from '../core/words.ts';
import type { McpHub, McpOptions } from '../tools/mcp/hub.ts';
import { serverPrefix } from '../tools/mcp/names.ts';
import type { CommandContext } from './context.ts';
import { mcpServers, problemLine } from './mcp-servers.ts';

type McpRequest = {
  settings: Settings;
  context: CommandContext;
  notice: (message: string) => void;
  /** Which tools are wanted: the setting `tools` unless told. */
  names?: readonly string[];
  /** The tools are others than before. */
  changed?: () => void;
  /** Asks the user for a server; absent where nobody can be asked. */
  ask?: AskForm;
  /** The same, loaded only where a server is started. */
  openForm?: (() => Promise<AskForm | undefined>) | undefined;
};

/** For a server that was never started before. Whoever adds one with `sotto mcp add` has its tools from the first turn on. */
const FIRST_START_MS = 10_000;
/** A wait that is longer is explained. */
const QUIET_MS = 1500;

/**
 * For a run with one turn: servers are started when they are called, and one whose tools nobody knows yet is waited for. Undefined
 * where no server is wanted. A file that cannot be understood is a notice: everything else goes on.
 */
export async function openMcpServers(request: McpRequest, signal: AbortSignal): Promise<McpHub | undefined> {
  const names = request.names ?? request.settings.get('tools');
  if (!wantsSome(names)) return undefined;
  const servers = configuredServers(request, (name) => wantsServer(names, name));
  if (servers.length === 0) return undefined;
  const questions = openQuestions(await request.openForm?.());
  const hub = await openHub(servers, 'when-called', { ...request, ...(questions.ask ? { ask: questions.ask } : {}) });
  if (hub) await toolsAreKnown(hub, { ...request, asked: questions.asked }, signal);
  return hub;
}

/** For a chat: all that there are, and none is started yet. Undefined where there are none. */
export function openChatHub(request: Omit<McpRequest, 'names'>): Promise<McpHub | undefined> {
  return openHub(configuredServers(request), 'when-asked', request);
}

async function openHub(
  servers: readonly McpServer[],
  start: McpOptions['start'],
  { settings, context, notice, changed, ask }: McpRequest,
): Promise<McpHub | undefined> {
  if (servers.length === 0) return undefined;
  const [{ openMcp }, { mcpPorts }] = await Promise.all([import('../tools/mcp/hub.ts'), import('./mcp-ports.ts')]);
  return openMcp({
    servers,
    ports: mcpPorts(settings, context, ask),
    start,
    notice,
    secret: (text) => void context.secrets.push(text),
    ...(changed ? { changed } : {}),
  });
}

/** `asked` resolves when no server waits for an answer of the user. */
function openQuestions(question: AskForm | undefined): { ask: AskForm | undefined; asked: () => Promise<unknown> | undefined } {
  const open = new Set<Promise<unknown>>();
  const ask: AskForm | undefined =
    question &&
    ((form, signal) => {
      const answer = question(form, signal);
      open.add(answer);
      return answer.finally(() => open.delete(answer));
    });
  return { ask, asked: () => (open.size === 0 ? undefined : Promise.allSettled(open)) };
}

type KnownRequest = McpRequest & { asked: () => Promise<unknown> | undefined };

async function toolsAreKnown(hub: McpHub, { context, notice, asked }: KnownRequest, signal: AbortSignal): Promise<void> {
  const unknown = () =>
    hub
      .status()
      .filter(({ tools, problem }) => tools === undefined && problem === undefined)
      .map(({ name }) => name);
  const callOff = context.wakeAfter(QUIET_MS, () =>
    notice(`waiting for the MCP server ${unknown().join(', ')}, which has never been started before`),
  );
  await hub.known(FIRST_START_MS, signal);
  callOff();
  // Nobody types against a clock.
  for (let answered = asked(); answered && !signal.aborted; answered = asked()) {
    await answered;
    await hub.known(FIRST_START_MS, signal);
  }
  for (const name of signal.aborted ? [] : unknown())
    notice(
      `the MCP server ${name} has not started within ${FIRST_START_MS / 1000} s; this answer does without its tools. See: sotto mcp check ${shellWord(name)}`,
    );
}

function configuredServers({ context, notice }: McpRequest, isWanted: (name: string) => boolean = () => true): McpServer[] {
  const { servers, problems } = mcpServers(context);
  for (const problem of problems) if (problem.name === undefined || isWanted(problem.name)) notice(problemLine(problem));
  return servers.filter((server) => server.disabled !== true && isWanted(server.name));
}

/** Is any of these names one that a server may have to do with? */
export function wantsSome(names: readonly string[]): boolean {
  return wantsEvery(names) || names.some((name) => name.includes('__'));
}

/** A name such as files__read_file is of one server, and so is files__*. */
export function wantsServer(names: readonly string[], server: string): boolean {
  return wantsEvery(names) || names.some((name) => name.startsWith(serverPrefix(server)));
}

function wantsEvery(names: readonly string[]): boolean {
  return names.includes('all') || names.includes('mcp');
}

/** A name that only a server can explain, which may be down just now. */
export function isOfServer(name: string, hub: McpHub | undefined): boolean {
  return hub?.status().some((server) => name.startsWith(serverPrefix(server.name))) === true;
}
