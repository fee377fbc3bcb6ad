/** One call of a tool from the model's words to its result: found, read, planned, approved, run, and told exactly once how it ended. */
import type { ToolEndOutcome } from '../core/events.ts';
import type { JsonObject } from '../core/json.ts';
import type { ToolCallPart, ToolResultPart } from '../core/messages.ts';
import type { Tool, ToolContext, ToolOutcome, ToolPlan } from '../core/tool.ts';
import type { ToolEvent } from '../core/toolbox.ts';
import type { Approvals } from './approvals.ts';
import type { Gate } from './gate.ts';
import type { ArgumentReader } from './tool-arguments.ts';
import { beginningOf, cleanLine, fitOutput, type OutputPorts, summaryLine } from './tool-output.ts';
import { type RunEnd, runLimited } from './tool-run.ts';

export type CallPorts = {
  approvals: Approvals;
  readArguments: ArgumentReader;
  output: OutputPorts;
  /** Absolute path of the working folder. */
  folder: string;
  /** For tools that name no time of their own. */
  timeoutMs: number;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
};

type Carried = {
  call: ToolCallPart;
  tool: Tool | undefined;
  /** Names of the tools there are. */
  names: readonly string[];
  /** Room for one more that runs. */
  gate: Gate;
  tell: (event: ToolEvent) => void;
  /** Fires when the call is cancelled; it is fired here when its time is up. */
  stop: AbortController;
};

/** Every failure is a result. */
export async function carryOut(carried: Carried, ports: CallPorts): Promise<ToolResultPart> {
  const { call, tell, stop } = carried;
  const clock = { startedMs: ports.now() };
  const { outcome, output, ran } = await resultOf(carried, clock, ports);
  const told = await fitOutput(output, call.id, ports.output);
  const durationMs = Math.round(ports.now() - clock.startedMs);
  // Nothing that is still running has a say any more.
  stop.abort();
  tell({ type: 'tool.end', callId: call.id, name: call.name, outcome, output: told, durationMs });
  return {
    type: 'tool_result',
    callId: call.id,
    name: call.name,
    output: told,
    ...(outcome === 'ok' ? {} : { failed: true }),
    ...(ran === undefined ? {} : { arguments: ran }),
  };
}

/** `ran`: see `ToolResultPart.arguments`. */
type Result = { outcome: ToolEndOutcome; output: string; ran?: string };
type Clock = { startedMs: number };

const CANCELLED: Result = { outcome: 'cancelled', output: 'The user cancelled this call; it was not run.' };

async function resultOf(carried: Carried, clock: Clock, ports: CallPorts): Promise<Result> {
  const { call, tool, names, stop } = carried;
  if (stop.signal.aborted) return CANCELLED;
  if (!tool) return { outcome: 'invalid', output: `There is no tool "${call.name}". The tools are: ${names.join(', ')}.` };
  const missing = tool.unavailable?.();
  if (missing !== undefined) return { outcome: 'failed', output: `${tool.name} cannot be used now: ${missing}` };
  const read = await ports.readArguments(call, tool);
  if ('complaint' in read) return { outcome: 'invalid', output: read.complaint };
  const planned = await planOf(tool, read.value, { carried, ports });
  if ('outcome' in planned) return planned;
  const approved = await approve(tool, { args: read.value, plan: planned }, { carried, ports });
  if ('outcome' in approved) return approved;
  const leave = await carried.gate.enter(tool.exclusive === true);
  try {
    if (stop.signal.aborted) return CANCELLED;
    // Waiting for a yes, or for others, is not the tool's time.
    clock.startedMs = ports.now();
    const shown = { summary: summaryOf(tool, planned), details: beginningOf(planned.details) };
    carried.tell({ type: 'tool.start', callId: call.id, name: tool.name, arguments: read.value, ...shown });
    const result = await run(tool, { args: read.value, ...approved }, { carried, ports });
    if (!read.repaired) return result;
    return { ...result, output: `${result.output}\n[the arguments were no valid JSON and were repaired]`, ran: JSON.stringify(read.value) };
  } finally {
    leave();
  }
}

type Surroundings = { carried: Carried; ports: CallPorts };

async function planOf(tool: Tool, args: JsonObject, { carried, ports }: Surroundings): Promise<ToolPlan | Result> {
  if (!tool.plan) return { summary: `${tool.name} ${JSON.stringify(args)}` };
  // A plan only looks; a time that is up ends it alone.
  const stop = new AbortController();
  const cancel = () => stop.abort();
  carried.stop.signal.addEventListener('abort', cancel, { once: true });
  const plan = tool.plan.bind(tool);
  const end = await runLimited(() => plan(args, { folder: ports.folder, signal: stop.signal, progress: () => {} }), {
    timeoutMs: ports.timeoutMs,
    stop,
  });
  carried.stop.signal.removeEventListener('abort', cancel);
  if (end.kind === 'value' && typeof end.value?.summary === 'string') return end.value;
  return carried.stop.signal.aborted
    ? CANCELLED
    : { outcome: end.kind === 'timeout' ? 'timeout' : 'failed', output: failureOf(end, ports.timeoutMs) };
}

/** Null where it says no more than the name and the arguments do: what a tool that is not ours would do, they alone tell. */
function summaryOf({ plan, source }: Tool, { summary }: ToolPlan): string | null {
  return plan === undefined || source !== 'built-in' ? null : summaryLine(summary);
}

type Approved = Pick<ToolContext, 'granted'>;

/** A result: it may not run. */
async function approve(
  tool: Tool,
  { args, plan }: { args: JsonObject; plan: ToolPlan },
  { carried, ports }: Surroundings,
): Promise<Result | Approved> {
  const { call, tell, stop } = carried;
  const access = plan.access ?? tool.access;
  const about = { type: 'tool.approval', callId: call.id, name: tool.name, access, summary: summaryLine(plan.summary) } as const;
  let isAsked = false;
  const onWaiting = () => {
    isAsked = true;
    tell({ ...about, decision: 'waiting', reason: null });
  };
  const request = { callId: call.id, name: tool.name, arguments: args, access, plan };
  const verdict = await ports.approvals.decide(request, onWaiting, stop.signal);
  switch (verdict.decision) {
    case 'allowed':
      if (isAsked || verdict.reason !== null) tell({ ...about, decision: 'allowed', reason: verdict.reason });
      return { granted: verdict.granted };
    case 'denied':
      tell({ ...about, decision: 'denied', reason: verdict.reason });
      return { outcome: 'denied', output: `Not run. ${verdict.reason}` };
    case 'cancelled':
      if (isAsked) tell({ ...about, decision: 'denied', reason: 'cancelled' });
      return CANCELLED;
  }
}

async function run(tool: Tool, { args, granted }: { args: JsonObject } & Approved, { carried, ports }: Surroundings): Promise<Result> {
  const timeoutMs = tool.timeoutMs ?? ports.timeoutMs;
  const { stop } = carried;
  const context: ToolContext = { folder: ports.folder, granted, signal: stop.signal, progress: progressOf(carried, ports) };
  const end = await runLimited((waitsFor) => tool.run(args, { ...context, waitsFor }), { timeoutMs, stop });
  switch (end.kind) {
    case 'value': {
      const { output, failed } = readOutcome(end.value);
      return { outcome: failed ? 'failed' : 'ok', output };
    }
    case 'thrown':
      return { outcome: 'failed', output: failureOf(end, timeoutMs) };
    case 'timeout':
    case 'cancelled': {
      const said = end.value === undefined ? '' : readOutcome(end.value).output.trimEnd();
      return { outcome: end.kind, output: `${said === '' ? '' : `${said}\n`}[${failureOf(end, timeoutMs)}]` };
    }
  }
}

function failureOf(end: RunEnd<unknown>, timeoutMs: number): string {
  if (end.kind === 'timeout') return `stopped: it did not finish within ${timeoutMs / 1000} s`;
  if (end.kind === 'cancelled') return 'stopped: the user cancelled this call';
  const { thrown } = end.kind === 'thrown' ? end : { thrown: 'it gave no plan' };
  return `The tool failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
}

/** A tool that is a file of the user may give anything back. */
function readOutcome(value: ToolOutcome | undefined): ToolOutcome {
  const given: unknown = value;
  if (typeof given === 'string') return { output: given };
  if (typeof given !== 'object' || given === null) return { output: 'The tool gave no output.', failed: true };
  const output = 'output' in given ? given.output : undefined;
  const text = typeof output === 'string' ? output : (JSON.stringify(output ?? given) ?? '');
  return 'failed' in given && given.failed === true ? { output: text, failed: true } : { output: text };
}

/** A tool that tells more than anybody can read is heard from time to time. */
const PROGRESS_MS = 50;

function progressOf({ call, tell, stop }: Carried, { now }: CallPorts): ToolContext['progress'] {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (message, fraction) => {
    if (stop.signal.aborted || now() - toldMs < PROGRESS_MS) return;
    toldMs = now();
    const share = typeof fraction === 'number' && Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : null;
    tell({ type: 'tool.progress', callId: call.id, message: cleanLine(String(message)), fraction: share });
  };
}
