/** What a server needs before it is started: the values of its variables, and what only the user knows. */
import type { McpServer, ServerInput } from '../../config/mcp/server.ts';
import { type Expanded, expandServer, type Unmet } from '../../config/mcp/variables.ts';
import { cancelledError, configurationError } from '../../core/errors.ts';
import type { FormField } from '../../core/form.ts';
import { unmetError } from './failures.ts';
import type { McpPorts } from './ports.ts';

/** Throws a SottoError that says what is missing. `secret` is told what must never be shown. */
export async function prepareServer(
  configured: McpServer,
  { ports, secret }: { ports: McpPorts; secret: (text: string) => void },
  signal: AbortSignal,
): Promise<McpServer> {
  const { env, folder, home } = ports;
  mayStart(configured, ports);
  const inputs = ports.logins?.inputs(configured) ?? {};
  const expand = (typed: Readonly<Record<string, string>>): Expanded => expandServer(configured, { env, folder, home, inputs: typed });
  let expanded = expand(inputs);
  if ('unmet' in expanded && lacksInputsOnly(expanded.unmet) && ports.ask) {
    const typed = await askInputs(configured, expanded.unmet.inputs, { ports, secret }, signal);
    expanded = expand({ ...inputs, ...typed });
    // Whoever was asked took a while.
    mayStart(configured, ports);
  }
  if ('unmet' in expanded) throw unmetError(configured, expanded.unmet);
  expanded.secrets.forEach(secret);
  return expanded.server;
}

function mayStart(configured: McpServer, { whyNotStarted }: McpPorts): void {
  const why = whyNotStarted?.(configured);
  if (why !== undefined) throw configurationError(`The MCP server ${configured.name} was not started: ${why}`);
}

function lacksInputsOnly({ inputs, variables, foreign, envFile }: Unmet): boolean {
  return inputs.length > 0 && variables.length + foreign.length === 0 && envFile === undefined;
}

/** What is typed is kept as keys are kept, so that it is asked once. */
async function askInputs(
  configured: McpServer,
  inputs: readonly ServerInput[],
  { ports, secret }: { ports: McpPorts; secret: (text: string) => void },
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const from = `the MCP server ${configured.name}`;
  const form = { from, message: `${configured.file} says that it needs:`, fields: inputs.map(fieldOf), isExpected: true as const };
  const answer = await ports.ask?.(form, signal);
  if (answer?.action !== 'accept') throw cancelledError();
  const typed = Object.fromEntries(inputs.map(({ id }) => [id, String(answer.values[id] ?? '')]));
  for (const { id, isSecret } of inputs) if (isSecret && typed[id]) secret(typed[id]);
  if (!ports.isPrivate) await ports.logins?.keepInputs(configured, typed);
  return typed;
}

function fieldOf({ id, description, isSecret, options, usual }: ServerInput): FormField {
  const base = { name: id, title: description, isRequired: true, ...(usual === undefined ? {} : { usual }) };
  if (options) return { ...base, kind: 'choice', options: options.map((value) => ({ value, title: value })) };
  return { ...base, kind: 'text', ...(isSecret ? { isSecret: true as const } : {}) };
}
