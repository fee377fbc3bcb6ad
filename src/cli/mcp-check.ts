/** Starts MCP servers and tells what they offer, or what is wrong with them. */
import type { Command } from 'commander';
import type { CommandContext } from '../compose/context.ts';
import { mcpPorts } from '../compose/mcp-ports.ts';
import { readableServers } from '../compose/mcp-servers.ts';
import { untrustedNotice } from '../compose/tool-folders.ts';
import { noticeWriter } from '../compose/world.ts';
import type { McpServer } from '../config/mcp/server.ts';
import type { McpProblem, ReadServers } from '../config/mcp/servers.ts';
import { redact } from '../config/redact.ts';
import { exitCodeOf, reportOf, usageError } from '../core/errors.ts';
import { exactLine } from '../format/exact.ts';
import { formatDuration } from '../format/numbers.ts';
import { nearest } from '../models/near.ts';
import { jsonText } from '../output/json-text.ts';
import { checkMcpServer, type McpCheck } from '../tools/mcp/check.ts';
import { formByQuestions } from './ask-form.ts';
import { settingsOf } from './options.ts';

type CheckRequest = { names: readonly string[]; command: Command; context: CommandContext; finish: (exitCode: number) => void };

/** Of the lines that a server has written. */
const SHOWN_LINES = 12;

export async function checkServers({ names, command, context, finish }: CheckRequest): Promise<void> {
  const { wait, json } = command.opts<{ wait: string; json?: true }>();
  const startLimitMs = Number(wait) * 1000;
  if (!(startLimitMs > 0 && startLimitMs <= 3_600_000))
    throw usageError(`--wait takes seconds, and "${wait}" is none.`, 'Such as: --wait 120');
  const settings = settingsOf(command, context);
  const untrusted = await untrustedNotice(context);
  if (untrusted !== undefined) noticeWriter(context)(untrusted);
  const servers = chosen(names, readableServers(context));
  const options = {
    ports: mcpPorts(settings, context, formByQuestions(context)),
    startLimitMs,
    secret: (text: string) => void context.secrets.push(text),
  };
  const write = (text: string) => void context.stdout.write(redact(text, context.secrets));
  const checks = servers.map((server) => ('error' in server ? unusable(server) : checkMcpServer(server, options, context.interrupted)));
  if (json) write(`${jsonText({ v: 1, servers: (await Promise.all(checks)).map(jsonOf) }, 2)}\n`);
  else for (const check of checks) write(reportText(await check));
  const failed = (await Promise.all(checks)).filter((check) => !check.ok);
  const isMistake = servers.every((server) => 'error' in server);
  if (failed.length > 0) finish(context.interruptedCode() ?? exitCodeOf(isMistake ? 'configuration' : 'network'));
}

/** An entry that cannot be understood is a server that does not work. */
type Unusable = McpProblem & { name: string };

async function unusable({ name, error }: Unusable): Promise<McpCheck> {
  return { name, ok: false, durationMs: 0, log: [], leftOut: [], error };
}

function chosen(names: readonly string[], read: ReadServers): (McpServer | Unusable)[] {
  const problems = read.problems.flatMap(({ name, ...problem }) => (name === undefined ? [] : [{ ...problem, name }]));
  const servers = [...read.servers, ...problems];
  const used = servers.filter((server) => 'error' in server || server.disabled !== true);
  if (names.length === 0) {
    if (used.length === 0) throw usageError('There is no MCP server to check.', 'Add one with: sotto mcp add NAME -- PROGRAM');
    return used;
  }
  return names.map((name) => {
    const server = servers.find((one) => one.name === name);
    if (server) return server;
    const all = servers.map((one) => one.name);
    const near = nearest(name, all, 1)[0];
    throw usageError(
      `There is no MCP server ${name}.`,
      near ? `Did you mean ${near}?` : all.length === 0 ? 'Add one with: sotto mcp add NAME -- PROGRAM' : `There are: ${all.join(', ')}`,
    );
  });
}

function jsonOf(check: McpCheck): object {
  const { name, durationMs, log } = check;
  const base = { name, ok: check.ok, durationMs: Math.round(durationMs) };
  if (!check.ok) return { ...base, error: reportOf(check.error), log };
  const { protocol, name: called, version } = check.facts;
  const { tools, resources, prompts } = check;
  return {
    ...base,
    server: { name: called ?? null, version: version ?? null },
    protocol: protocol ?? null,
    tools,
    resources,
    prompts,
    leftOut: check.leftOut,
    error: null,
    log,
  };
}

function reportText(check: McpCheck): string {
  const lines = check.ok ? goodLines(check) : badLines(check);
  return `${lines.map(exactLine).join('\n')}\n`;
}

function goodLines({ name, durationMs, facts, tools, resources, prompts, leftOut }: Extract<McpCheck, { ok: true }>): string[] {
  return [
    `${name}: works, ready after ${formatDuration(durationMs)}`,
    `  server     ${[facts.name, facts.version].filter((word) => word !== undefined).join(' ') || 'does not say'}`,
    `  protocol   ${facts.protocol ?? 'does not say'}`,
    `  tools      ${tools.length}${tools.length === 0 ? '' : `: ${tools.join(', ')}`}`,
    `  resources  ${resources}`,
    `  prompts    ${prompts}`,
    ...leftOut.map((what) => `  left out   ${what}`),
  ];
}

function badLines({ name, durationMs, error, log }: Extract<McpCheck, { ok: false }>): string[] {
  const hint = error.hint === undefined || error.hint.startsWith('See: sotto mcp check') ? [] : [`  ${error.hint}`];
  // What the client library has noticed is the message above once more.
  const shown = log.filter((line) => !line.startsWith('(sotto)')).slice(-SHOWN_LINES);
  return [
    `${name}: does not work (after ${formatDuration(durationMs)})`,
    `  ${error.message}`,
    ...hint,
    ...(shown.length === 0 ? [] : ['  It wrote last:', ...shown.map((line) => `    ${line}`)]),
  ];
}
