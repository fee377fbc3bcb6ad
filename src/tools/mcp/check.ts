/** Starts one MCP server, looks at everything it offers, and ends it again: what `sotto mcp check` tells. */
import type { McpServer } from '../../config/mcp/server.ts';
import { asSottoError, type SottoError } from '../../core/errors.ts';
import { textAt } from '../../core/json.ts';
import { connect, type McpConnection, type ServerFacts } from './connection.ts';
import { createServerLog } from './log.ts';
import type { McpPorts } from './ports.ts';
import { prepareServer } from './preparation.ts';
import { keepToolList } from './tool-lists.ts';

export type McpCheck = {
  name: string;
  durationMs: number;
  /** The last lines that it wrote beside the protocol. */
  log: string[];
  /** What it offers and cannot be used. */
  leftOut: string[];
} & ({ ok: true; facts: ServerFacts; tools: string[]; resources: number; prompts: number } | { ok: false; error: SottoError });

type CheckOptions = { ports: McpPorts; startLimitMs: number; secret: (text: string) => void };

/** Never throws. What it learns of the tools is kept, so that the next run knows them at once. */
export async function checkMcpServer(
  configured: McpServer,
  { ports, startLimitMs, secret }: CheckOptions,
  signal: AbortSignal,
): Promise<McpCheck> {
  const { name } = configured;
  const log = createServerLog();
  const startMs = ports.now();
  const leftOut: string[] = [];
  const took = () => ({ name, durationMs: ports.now() - startMs, log: log.lines(), leftOut });
  let connection: McpConnection | undefined;
  try {
    const server = await prepareServer(configured, { ports, secret }, signal);
    const events = { toolsChanged() {}, ended() {}, declined() {}, leftOut: (what: string) => void leftOut.push(what) };
    connection = await connect({ server, log, ports, startLimitMs, secret, events }, signal);
    const limited = AbortSignal.any([signal, AbortSignal.timeout(startLimitMs)]);
    const [tools, resources, prompts] = await Promise.all([
      connection.tools(limited),
      connection.resources(limited),
      connection.prompts(limited),
    ]);
    if (ports.cacheFolder !== undefined && !ports.isPrivate) keepToolList(ports.cacheFolder, configured, tools);
    const names = tools.flatMap((tool) => textAt(tool, 'name') ?? []);
    return { ...took(), ok: true, facts: connection.facts, tools: names, resources: resources.length, prompts: prompts.length };
  } catch (thrown) {
    return { ...took(), ok: false, error: asSottoError(thrown) };
  } finally {
    await connection?.close();
  }
}
