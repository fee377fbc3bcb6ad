/** Small real tools and what surrounds them, for tests of the loop. */
import type { StreamEvent } from '../../src/core/events.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Message, ToolCallPart, ToolResultPart } from '../../src/core/messages.ts';
import type { Tool, ToolContext, ToolOutcome } from '../../src/core/tool.ts';
import { type ApprovalsOptions, createApprovals } from '../../src/engine/approvals.ts';
import type { HistoryEntry, Recipient } from '../../src/engine/history.ts';
import { createToolbox, type RunningToolbox, type ToolboxOptions } from '../../src/engine/toolbox.ts';

export type ToolSketch = Partial<Omit<Tool, 'run'>> & {
  run?: (args: JsonObject, context: ToolContext) => ToolOutcome | Promise<ToolOutcome>;
};

/** A tool that takes anything and says what it was given. */
export function toolOf({ run = (args) => ({ output: JSON.stringify(args) }), ...sketch }: ToolSketch = {}): Tool {
  return {
    name: 'echo',
    description: 'Says what it was given.',
    parameters: { type: 'object' },
    access: 'none',
    source: 'built-in',
    ...sketch,
    run: async (args, context) => run(args, context),
  };
}

export function boxOf(
  tools: readonly Tool[],
  { approvals = {}, ...options }: Partial<Omit<ToolboxOptions, 'approvals'>> & { approvals?: Partial<ApprovalsOptions> } = {},
): RunningToolbox {
  return createToolbox({
    tools,
    approvals: createApprovals({ allow: [], rules: () => [], remember: async () => {}, ...approvals }),
    folder: '/work',
    timeoutMs: 5000,
    now: () => performance.now(),
    ...options,
  });
}

export function callOf(name: string, args: JsonObject | string = {}, id = `call_${name}`): ToolCallPart {
  return { type: 'tool_call', id, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) };
}

export type RanBox = { events: StreamEvent[]; results: ToolResultPart[] };

/** `onEvent` sees each event as it comes. */
export async function runBox(
  box: RunningToolbox,
  calls: readonly ToolCallPart[],
  { signal = new AbortController().signal, onEvent = () => {} }: { signal?: AbortSignal; onEvent?: (event: StreamEvent) => void } = {},
): Promise<RanBox> {
  const events: StreamEvent[] = [];
  const running = box.run(calls, signal);
  for (;;) {
    const { value, done } = await running.next();
    if (done) return { events, results: value };
    events.push(value);
    onEvent(value);
  }
}

/** Resolves when the test says so. */
export function latch(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A message as the store gives it, for tests of what is sent again. */
export function storedEntry(message: Message, facts: Partial<HistoryEntry> = {}): HistoryEntry {
  return { message, status: 'complete', error: null, provider: null, model: null, ...facts };
}

export const NOBODY: Recipient = { provider: 'nobody', model: 'none' };
