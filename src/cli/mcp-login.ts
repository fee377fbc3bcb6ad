/** Signs in to MCP servers, and forgets it again. */
import type { Command } from 'commander';
import type { CommandContext } from '../compose/context.ts';
import { mcpPorts } from '../compose/mcp-ports.ts';
import { readableServers } from '../compose/mcp-servers.ts';
import { noticeWriter } from '../compose/world.ts';
import { openLogins } from '../config/mcp/logins.ts';
import type { HttpServer, McpServer } from '../config/mcp/server.ts';
import { configurationError, usageError } from '../core/errors.ts';
import { counted, shellWord } from '../core/words.ts';
import { exactLine } from '../format/exact.ts';
import { nearest } from '../models/near.ts';
import { hasBrowser, openBrowser } from '../tools/mcp/browser.ts';
import { checkMcpServer } from '../tools/mcp/check.ts';
import { prepareServer } from '../tools/mcp/preparation.ts';
import { signIn } from '../tools/mcp/sign-in.ts';
import { formByQuestions } from './ask-form.ts';
import { settingsOf } from './options.ts';
import { readLine } from './typed-lines.ts';

type LoginRequest = { name: string; command: Command; context: CommandContext };

const CHECK_LIMIT_MS = 60_000;

export async function loginServer({ name, command, context }: LoginRequest): Promise<void> {
  const { browser, scope } = command.opts<{ browser: boolean; scope?: string }>();
  const configured = namedServer(name, context);
  if (configured.transport === 'stdio')
    throw usageError(`The MCP server ${name} is a program: it signs in by itself, or with what its "env" names.`);
  const header = Object.keys(configured.headers).find((one) => one.toLowerCase() === 'authorization');
  if (header !== undefined)
    throw usageError(
      `The MCP server ${name} is given the header ${header} instead of a sign-in.`,
      `Take it out of ${configured.file} first.`,
    );
  if (!context.isTerminal.stdin || !context.isTerminal.stderr)
    throw usageError('Signing in needs a terminal.', `Run there: sotto mcp login ${shellWord(name)}`);
  await signInTo(configured, { command, context, browser, ...(scope === undefined ? {} : { scope }) });
}

type SignInOptions = { command: Command; context: CommandContext; browser: boolean; scope?: string };

/** Ends when the server has answered somebody who is signed in. */
export async function signInTo(configured: HttpServer, { command, context, browser, scope }: SignInOptions): Promise<void> {
  const notice = noticeWriter(context);
  const ports = mcpPorts(settingsOf(command, context), context, formByQuestions(context));
  const why = ports.whyNotStarted?.(configured);
  if (why !== undefined) throw configurationError(`The MCP server ${configured.name} is not asked: ${why}`);
  const secret = (text: string) => void context.secrets.push(text);
  const server = await prepareServer(configured, { ports, secret }, context.interrupted);
  // What is prepared is what it was.
  if (server.transport !== 'http') return;
  const opens = browser && hasBrowser(ports);
  const request = {
    server,
    ...(scope === undefined ? {} : { scope }),
    fetch: ports.fetch,
    logins: openLogins(context.paths.data, context.interrupted),
    secret,
    show(address: URL, completedAt: string | undefined) {
      const lead = opens ? 'opening your browser to sign in' : 'open this address in a browser to sign in';
      const further = completedAt === undefined ? '' : `, to be completed at ${completedAt}`;
      notice(`${lead} to ${configured.name} at ${address.host}${further}:`);
      context.stderr.write(`\n${exactLine(address.href)}\n\n`);
      context.stderr.write('If the browser ends at a page that cannot be shown, paste its address here: ');
      if (opens) void openBrowser(address, ports).then((isOpen) => isOpen || notice('the browser could not be opened'));
    },
    paste: (signal: AbortSignal) => readLine(context.stdin, signal),
    refuse: (words: string) => void context.stderr.write(`${words} Paste it here: `),
  };
  await signIn(request, context.interrupted).finally(() => context.stderr.write('\n'));
  const found = await checkMcpServer(configured, { ports, startLimitMs: CHECK_LIMIT_MS, secret }, context.interrupted);
  if (!found.ok) throw found.error;
  notice(`signed in to ${configured.name}: ${counted(found.tools.length, 'tool')}`);
}

export async function logoutServer(name: string, context: CommandContext): Promise<void> {
  const forgotten = await openLogins(context.paths.data, context.interrupted).forget(namedServer(name, context));
  noticeWriter(context)(forgotten ? `forgot the sign-in to ${name}, and what was typed for it` : `there is no sign-in to ${name}`);
}

function namedServer(name: string, context: CommandContext): McpServer {
  const { servers, problems } = readableServers(context);
  const server = servers.find((one) => one.name === name);
  if (server) return server;
  const problem = problems.find((one) => one.name === name);
  if (problem) throw problem.error;
  const all = [...servers, ...problems].flatMap((one) => one.name ?? []);
  const near = nearest(name, all, 1)[0];
  throw usageError(
    `There is no MCP server ${name}.`,
    near
      ? `Did you mean ${near}?`
      : all.length === 0
        ? `Add one with: sotto mcp add ${shellWord(name)} https://…`
        : `There are: ${all.join(', ')}`,
  );
}
