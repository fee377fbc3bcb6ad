/** One round of tools within a turn: the calls of a reply are carried out, or answered without being run. */
import type { FinishReason, StreamEvent } from '../core/events.ts';
import type { ToolCallPart, ToolMessage, ToolResultPart } from '../core/messages.ts';
import type { Toolbox } from '../core/toolbox.ts';
import type { Guard } from './turn-guard.ts';

/** Codes of the notices: a limit is reached and the model is asked to answer; the turn ends without its answer. */
const LIMIT_NOTICE = 'tool_limit';
export const STOP_NOTICE = 'tools_stopped';

type Round = {
  calls: readonly ToolCallPart[];
  finishReason: FinishReason | undefined;
  tools: Toolbox;
  guard: Guard;
};

/** `stopped`: the turn must not go on. */
type RoundEnd = { message: ToolMessage; stopped: boolean };

/** Every call gets one result, in the order of the calls. */
export async function* runRound({ calls, finishReason, tools, guard }: Round, signal: AbortSignal): AsyncGenerator<StreamEvent, RoundEnd> {
  const { refusals, warning, stop } = guard.judge(calls, finishReason);
  for (const [index, call] of calls.entries()) {
    const output = refusals[index];
    if (output !== undefined) yield { type: 'tool.end', callId: call.id, name: call.name, outcome: 'failed', output, durationMs: 0 };
  }
  if (warning !== undefined) yield { type: 'notice', level: 'warning', code: LIMIT_NOTICE, message: warning };
  const permitted = calls.filter((_, index) => refusals[index] === undefined);
  const results = permitted.length === 0 ? [] : yield* tools.run(permitted, signal);
  guard.learn(permitted, results);
  const left = [...results];
  const parts = calls.map((call, index) => {
    const output = refusals[index];
    return output === undefined ? (left.shift() ?? resultOf(call, 'The call gave no result.')) : resultOf(call, output);
  });
  const message: ToolMessage = { role: 'tool', parts };
  yield { type: 'message', message };
  if (stop !== undefined) yield { type: 'notice', level: 'warning', code: STOP_NOTICE, message: stop };
  return { message, stopped: stop !== undefined };
}

function resultOf({ id, name }: ToolCallPart, output: string): ToolResultPart {
  return { type: 'tool_result', callId: id, name, output, failed: true };
}
