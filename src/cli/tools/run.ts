/** Runs one tool by hand: whoever types its name has approved it. */

import type { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { openTools } from '../../compose/open-tools.ts';
import { writeJson } from '../../compose/say.ts';
import { toolNamed } from '../../compose/tool-selection.ts';
import { noticeWriter } from '../../compose/world.ts';
import { cancelledError, exitCodeOf, SottoError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Tool, ToolContext, ToolOutcome, ToolPlan } from '../../core/tool.ts';
import { toolRuleText } from '../../core/tool-rules.ts';
import { runLimited } from '../../engine/tool-run.ts';
import { exactLine, exactText } from '../../format/exact.ts';
import { safeLine, safeText } from '../../format/safety.ts';
import { lateForm } from '../late-form.ts';
import { settingsOf } from '../options.ts';
import { typedArguments } from './arguments.ts';

type RunRequest = { name: string; words: string[]; command: Command; context: CommandContext; finish: (exitCode: number) => void };
type RunOptions = { dryRun?: true; json?: true };

export async function runTool({ name, words, command, context, finish }: RunRequest): Promise<void> {
  const settings = settingsOf(command, context);
  const notice = noticeWriter(context, { quiet: settings.get('quiet') });
  const { dryRun, json } = command.opts<RunOptions>();
  const opened = await openTools({ settings, context, notice, names: [name], openForm: lateForm(context) }, context.interrupted);
  try {
    const tool = toolNamed(name, opened.tools);
    const missing = tool.unavailable?.();
    if (missing !== undefined) throw new SottoError({ kind: 'network', message: `${name} cannot be used now: ${missing}` });
    const args = await typedArguments(words.length === 1 && words[0] === '-' ? [await stdinText(context)] : words, tool);
    const stop = new AbortController();
    const cancel = () => stop.abort();
    if (context.interrupted.aborted) cancel();
    context.interrupted.addEventListener('abort', cancel, { once: true });
    const surroundings: ToolContext = {
      folder: context.folder(),
      signal: stop.signal,
      progress: progressOf(context, settings.get('quiet')),
    };
    const plan = (await tool.plan?.(args, surroundings)) ?? { summary: name };
    if (dryRun) return showPlan({ tool, plan, args, json: json === true, context });
    if (plan.refusal !== undefined) throw new SottoError({ kind: 'invalid_request', message: plan.refusal });
    const timeoutMs = tool.timeoutMs ?? settings.get('toolTimeout') * 1000;
    const outcome = await carriedOut({ tool, args, surroundings, stop, timeoutMs });
    if (json) writeJson(context.stdout, { tool: name, arguments: args, output: outcome.output, failed: outcome.failed === true });
    else say(outcome, context);
    if (outcome.failed) finish(exitCodeOf('invalid_request'));
  } finally {
    await opened.close();
  }
}

async function stdinText({ stdin, interrupted }: CommandContext): Promise<string> {
  const { addAbortSignal } = await import('node:stream');
  const pieces: Buffer[] = [];
  try {
    for await (const piece of addAbortSignal(interrupted, stdin)) pieces.push(Buffer.from(piece));
  } catch (thrown) {
    throw interrupted.aborted ? cancelledError() : thrown;
  }
  return Buffer.concat(pieces).toString('utf8').trim() || '{}';
}

type Carry = { tool: Tool; args: JsonObject; surroundings: ToolContext; stop: AbortController; timeoutMs: number };

async function carriedOut({ tool, args, surroundings, stop, timeoutMs }: Carry): Promise<ToolOutcome> {
  const end = await runLimited(() => tool.run(args, surroundings), { timeoutMs, stop });
  if (end.kind === 'value') return end.value;
  if (end.kind === 'thrown') throw end.thrown;
  if (end.kind === 'cancelled') throw cancelledError();
  const said = end.value?.output.trim().slice(-1000) ?? '';
  throw new SottoError({
    kind: 'timeout',
    message: `${tool.name} was not done after ${timeoutMs / 1000} s.${said === '' ? '' : ` It had said: ${said}`}`,
    hint: 'For more time: sotto tools run --set toolTimeout=SECONDS …',
  });
}

/** The result is the answer; a failure is not. */
function say({ output, failed }: ToolOutcome, { stdout, stderr, isTerminal }: CommandContext): void {
  const end = output.endsWith('\n') ? '' : '\n';
  if (failed) stderr.write(`sotto: ${safeText(output)}${end}`);
  else stdout.write((isTerminal.stdout ? safeText(output) : output) + end);
}

function progressOf({ stderr, isTerminal }: CommandContext, quiet: boolean): ToolContext['progress'] {
  return (message, fraction) => {
    if (!quiet && isTerminal.stderr)
      stderr.write(`${fraction === undefined ? '' : `${Math.round(fraction * 100)} % `}${safeLine(message)}\n`);
  };
}

type Planned = { tool: Tool; plan: ToolPlan; args: JsonObject; json: boolean; context: CommandContext };

/** What a model's call of this would do, and what "always" would allow from then on. */
function showPlan({ tool, plan, args, json, context }: Planned): void {
  const access = plan.access ?? tool.access;
  const asks = plan.asks === true || (access !== 'none' && access !== 'read');
  const rule = toolRuleText(plan.pattern === undefined ? { tool: tool.name } : { tool: tool.name, pattern: plan.pattern });
  if (json) {
    const { summary, details, refusal } = plan;
    writeJson(context.stdout, {
      tool: tool.name,
      arguments: args,
      summary,
      details: details ?? null,
      access,
      asks,
      rule: asks ? rule : null,
      refusal: refusal ?? null,
    });
    return;
  }
  const state =
    plan.refusal !== undefined
      ? `refused: ${plan.refusal}`
      : asks
        ? `a model's call of this asks first; "always" would allow ${plan.covers ?? rule}`
        : 'it runs unasked';
  const details = plan.details === undefined || plan.details === '' ? '' : `${exactText(plan.details)}\n`;
  context.stdout.write(`${exactLine(plan.summary)}\n${details}${exactLine(state)}\n`);
}
