/** The list of MCP servers, from their files alone: none of them is started. */
import type { Command } from 'commander';
import type { CommandContext } from '../compose/context.ts';
import { problemLine, projectMcpFiles, readableServers, surroundingsOf } from '../compose/mcp-servers.ts';
import { trustNow, whyNotTrusted } from '../compose/project-trust.ts';
import { noticeWriter } from '../compose/world.ts';
import { type McpServer, shownServer } from '../config/mcp/server.ts';
import { readMcpServers } from '../config/mcp/servers.ts';
import { expandServer } from '../config/mcp/variables.ts';
import { redact } from '../config/redact.ts';
import { UNKNOWN } from '../format/numbers.ts';
import { formatTable } from '../format/table.ts';
import { jsonText } from '../output/json-text.ts';
import { keptToolList } from '../tools/mcp/tool-lists.ts';
import { settingsOf } from './options.ts';
import { stdoutTheme } from './screen.ts';

export async function listServers(command: Command, context: CommandContext): Promise<void> {
  const settings = settingsOf(command, context);
  const { servers, problems } = readableServers(context);
  for (const server of servers) {
    const expanded = expandServer(server, surroundingsOf(context));
    if ('secrets' in expanded) context.secrets.push(...expanded.secrets);
  }
  const toolsOf = (server: McpServer) => keptToolList(`${context.paths.cache}/mcp`, server)?.length;
  if (command.opts<{ json?: true }>().json) {
    const rows = servers.map((server) => ({
      name: server.name,
      transport: server.transport,
      target: shownServer(server),
      enabled: server.disabled !== true,
      tools: toolsOf(server) ?? null,
      file: server.file,
    }));
    const unused = problems.map(({ name, file, error: { message } }) => ({ name: name ?? null, file, message }));
    const all = { v: 1, servers: rows, ...(unused.length > 0 ? { problems: unused } : {}) };
    context.stdout.write(`${redact(jsonText(all, 2), context.secrets)}\n`);
    return;
  }
  const notice = noticeWriter(context);
  for (const problem of problems) notice(problemLine(problem));
  if (servers.length + problems.length === 0) notice('there is no MCP server yet. Add one: sotto mcp add NAME -- PROGRAM');
  else if (servers.length > 0) {
    const rows = servers.map((server) => [
      server.name,
      server.transport,
      server.disabled ? 'off' : String(toolsOf(server) ?? UNKNOWN),
      shownServer(server),
      server.file,
    ]);
    const columns = context.isTerminal.stdout ? context.stdout.columns : undefined;
    const theme = await stdoutTheme(settings, context);
    const table = formatTable({
      head: ['name', 'transport', 'tools', 'runs or asks', 'file'],
      rows,
      theme,
      ...(columns ? { columns } : {}),
    });
    context.stdout.write(redact(table, context.secrets));
  }
  tellUntrusted(context, notice);
}

function tellUntrusted(context: CommandContext, notice: (message: string) => void): void {
  const trust = trustNow(context);
  if (trust.state === 'trusted') return;
  const why = whyNotTrusted(trust);
  for (const file of projectMcpFiles(context)) {
    const names = namesIn(file, notice);
    if (names.length > 0) notice(`${file} describes ${names.join(', ')}, not used: ${why}. See: sotto tools trust`);
  }
}

/** What is wrong with a file that is not used is no reason to fail. */
function namesIn(file: string, notice: (message: string) => void): string[] {
  const { servers, problems } = readMcpServers([file]);
  for (const { error } of problems) notice(`not used: ${error.message}`);
  return servers.map((server) => server.name);
}
