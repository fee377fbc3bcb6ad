/** The tools of a turn: what the model is told of them, and how the calls of one step are carried out side by side. */
import type { ToolCallPart, ToolResultPart } from '../core/messages.ts';
import type { Tool, ToolDefinition } from '../core/tool.ts';
import type { Toolbox, ToolEvent } from '../core/toolbox.ts';
import type { Approvals } from './approvals.ts';
import { createGate } from './gate.ts';
import { createInbox } from './inbox.ts';
import { createArgumentReader } from './tool-arguments.ts';
import { type CallPorts, carryOut } from './tool-call.ts';
import type { OutputPorts } from './tool-output.ts';

export type ToolboxOptions = {
  /** Names are unique. */
  tools: readonly Tool[];
  approvals: Approvals;
  /** Absolute path of the working folder. */
  folder: string;
  /** For tools that name no time of their own: the setting `toolTimeout`. */
  timeoutMs: number;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** Most calls that run at the same time: 8 unless told. */
  parallel?: number;
  /** Most characters of an output that the model is sent: 32,000 unless told. */
  outputCap?: number;
  /** Puts a longer output where the model can read it, and gives the path; undefined where it could not. */
  keepOutput?: OutputPorts['keepOutput'];
  /** Takes keys and passwords out of an output: they are their own provider's alone. */
  redact?: OutputPorts['redact'];
};

export interface RunningToolbox extends Toolbox {
  /** Cancels one call that waits or runs; false where there is none. */
  cancel(callId: string): boolean;
}

export function createToolbox(options: ToolboxOptions): RunningToolbox {
  const { tools, approvals, folder, timeoutMs, now, parallel = 8, outputCap = 32_000, keepOutput, redact } = options;
  const definitions = tools.map(({ name, description, parameters }): ToolDefinition => ({ name, description, parameters }));
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const open = new Map<string, AbortController>();
  const ports: CallPorts = {
    approvals,
    folder,
    timeoutMs,
    now,
    readArguments: createArgumentReader(),
    output: { cap: outputCap, keepOutput, redact, canRead: byName.has('read_file') },
  };

  /** Calls of exclusive tools come one after the other, each planned when the one before has ended: a plan shows what really is. */
  function startAll(calls: readonly ToolCallPart[], tell: (event: ToolEvent) => void, signal: AbortSignal): Promise<ToolResultPart[]> {
    const gate = createGate(parallel);
    const names = [...byName.keys()];
    let exclusive: Promise<unknown> = Promise.resolve();
    const started = calls.map((call) => {
      const tool = byName.get(call.name);
      const stop = new AbortController();
      const cancel = () => stop.abort();
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true });
      open.set(call.id, stop);
      const carry = async () => {
        try {
          return await carryOut({ call, tool, names, gate, tell, stop }, ports);
        } finally {
          signal.removeEventListener('abort', cancel);
          if (open.get(call.id) === stop) open.delete(call.id);
        }
      };
      if (!tool?.exclusive) return carry();
      const result = exclusive.then(carry);
      exclusive = result.catch(() => undefined);
      return result;
    });
    return Promise.all(started);
  }

  return {
    definitions: () => definitions,
    cancel(callId) {
      const stop = open.get(callId);
      stop?.abort();
      return stop !== undefined;
    },
    async *run(calls, signal) {
      const inbox = createInbox<ToolEvent>();
      const leave = new AbortController();
      const results = startAll(calls, inbox.put, AbortSignal.any([signal, leave.signal])).finally(inbox.close);
      // It is awaited below; until then nobody shall call it unhandled.
      results.catch(() => {});
      try {
        yield* inbox.items();
        return await results;
      } finally {
        leave.abort();
      }
    },
  };
}
