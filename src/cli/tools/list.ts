/** Lists the tools there are, and shows one with its arguments, its access and the tokens that it takes. */

import type { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { openMcpServers } from '../../compose/open-mcp.ts';
import { loadOwn, openTools } from '../../compose/open-tools.ts';
import { writeJson, writeRows } from '../../compose/say.ts';
import { untrustedNotice } from '../../compose/tool-folders.ts';
import { builtInPorts } from '../../compose/tool-ports.ts';
import { toolNamed } from '../../compose/tool-selection.ts';
import { noticeWriter } from '../../compose/world.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../core/json.ts';
import type { Tool, ToolAccess } from '../../core/tool.ts';
import { exactLine, exactText } from '../../format/exact.ts';
import { countToolTokens } from '../../models/tool-tokens.ts';
import { builtInTools } from '../../tools/built-in.ts';
import { formatColumns } from '../conversations/columns.ts';
import { lateForm } from '../late-form.ts';
import { settingsOf } from '../options.ts';
import { stdoutTheme } from '../screen.ts';
import { typesOf } from './arguments.ts';

type ToolRow = { tool: Tool; file: string | null };

export async function listTools(command: Command, context: CommandContext): Promise<void> {
  const settings = settingsOf(command, context);
  const notice = noticeWriter(context);
  const signal = context.interrupted;
  const builtIn = builtInTools(builtInPorts(settings, context));
  const [own, servers] = await Promise.all([
    loadOwn({ settings, context, builtIn, refresh: true }, signal),
    openMcpServers({ settings, context, notice, names: ['mcp'], openForm: lateForm(context) }, signal),
  ]);
  try {
    const rows: ToolRow[] = [
      ...builtIn.map((tool) => ({ tool, file: null })),
      ...own.tools,
      ...(servers?.tools() ?? []).map((tool) => ({ tool, file: null })),
    ];
    if (command.opts<{ json?: true }>().json) {
      const tools = await Promise.all(
        rows.map(async ({ tool, file }) => ({ ...factsOf(tool), file, tokens: await countToolTokens([tool]) })),
      );
      writeJson(context.stdout, { tools, problems: own.problems });
    } else context.stdout.write(await tableOf(rows, { settings, context }));
    for (const problem of own.problems) notice(`not a tool: ${problem}`);
    const untrusted = await untrustedNotice(context);
    if (untrusted !== undefined) notice(untrusted);
  } finally {
    await servers?.close();
  }
}

async function tableOf(
  rows: readonly ToolRow[],
  { settings, context }: { settings: ReturnType<typeof settingsOf>; context: CommandContext },
): Promise<string> {
  return formatColumns({
    columns: [{ head: 'tool' }, { head: 'access' }, { head: 'asks' }, { head: 'from' }, { head: 'what it does', least: 20 }],
    rows: rows.map(({ tool }) => [tool.name, tool.access, askWords(tool), tool.source, firstSentence(tool.description)].map(exactLine)),
    width: context.isTerminal.stdout ? context.stdout.columns || 80 : undefined,
    theme: await stdoutTheme(settings, context),
  });
}

export async function showTool(name: string, command: Command, context: CommandContext): Promise<void> {
  const settings = settingsOf(command, context);
  const opened = await openTools(
    { settings, context, notice: noticeWriter(context), names: [name], openForm: lateForm(context) },
    context.interrupted,
  );
  try {
    const tool = toolNamed(name, opened.tools);
    const tokens = await countToolTokens([tool]);
    const timeoutMs = tool.timeoutMs ?? settings.get('toolTimeout') * 1000;
    if (command.opts<{ json?: true }>().json) {
      writeJson(context.stdout, { ...factsOf(tool), parameters: tool.parameters, timeoutMs, tokens });
      return;
    }
    const facts = [
      ['tool', tool.name],
      ['from', tool.source],
      ['access', `${tool.access}: ${ACCESS_WORDS[tool.access]}`],
      ...(tool.asksBecause === undefined ? [] : [['asks', tool.asksBecause]]),
      ['time', `at most ${timeoutMs / 1000} s`],
      ['tokens', `about ${tokens} in every request that has it`],
    ];
    const lines = [
      ...facts.map(([label = '', value = '']) => `${label.padEnd(8)}${exactLine(value)}`),
      '',
      ...exactText(tool.description).split('\n'),
      ...argumentLines(tool.parameters),
      '',
      exactLine(`Try it: ${exampleOf(tool)}`),
    ];
    writeRows(lines, context);
  } finally {
    await opened.close();
  }
}

const ACCESS_WORDS: Readonly<Record<ToolAccess, string>> = {
  none: 'it only computes, and runs unasked',
  read: 'it reads inside the working folder unasked, and asks outside of it',
  write: 'it writes files, and asks first',
  execute: 'it runs a program, and asks first',
  network: 'it reaches the network, and asks first',
  mcp: 'it calls a server, and asks first',
};

function asks(access: ToolAccess): boolean {
  return access !== 'none' && access !== 'read';
}

function askWords({ access, asksBecause }: Tool): string {
  return asksBecause === undefined ? (asks(access) ? 'yes' : 'no') : `yes: ${asksBecause}`;
}

function factsOf(tool: Tool) {
  const { name, description, access, source, asksBecause = null } = tool;
  return { name, description, access, asks: asks(access), asksBecause, source, unavailable: tool.unavailable?.() ?? null };
}

function firstSentence(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return /^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line;
}

function argumentLines(parameters: JsonObject): string[] {
  const properties = Object.entries(objectAt(parameters, 'properties') ?? {});
  if (properties.length === 0) return ['', 'It takes no arguments.'];
  const required = listAt(parameters, 'required');
  const width = Math.max(...properties.map(([name]) => name.length));
  const rows = properties.map(([name, schema]) => {
    const notes = [typeWords(schema), required.includes(name) ? 'needed' : undefined, textAt(schema, 'description')];
    return `  ${exactLine(name).padEnd(width)}  ${exactLine(notes.filter((note) => note !== undefined && note !== '').join('; '))}`;
  });
  return ['', 'Arguments', ...rows];
}

function typeWords(schema: unknown): string {
  const choices = listAt(schema, 'enum');
  if (choices.length > 0) return `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  const types = typesOf(schema).join(' or ');
  const { minimum, maximum } = isObject(schema) ? schema : {};
  const range = [minimum === undefined ? '' : `from ${minimum}`, maximum === undefined ? '' : `to ${maximum}`]
    .filter((part) => part !== '')
    .join(' ');
  return [types, range].filter((part) => part !== '').join(' ');
}

function exampleOf({ name, parameters }: Tool): string {
  const words = listAt(parameters, 'required').map((one) => `--${String(one).replaceAll('_', '-')} …`);
  return ['sotto tools run', name, ...words].join(' ');
}
