/** The one vocabulary: every layer and every consumer speaks these events, untranslated. Plain JSON by type. */
import type { ErrorReport } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Message, PartKind, ReplyPart } from './messages.ts';
import type { ToolAccess } from './tool.ts';
import type { Cost, Usage, UsageReport } from './usage.ts';

export const FINISH_REASONS = ['stop', 'length', 'tool_calls', 'content_filter', 'cancelled', 'error'] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

/** What a model's stream is made of. */
export type ModelEvent =
  /** An attempt begins: forget what an earlier one brought. */
  | { type: 'request.start'; provider: string; model: string }
  /** A part opens. `name` and `callId` are known early for tool calls; either may come only with the end. */
  | { type: 'part.start'; id: string; kind: PartKind; name?: string; callId?: string }
  /** A piece of a part: a hint for display. Several pieces may come as one. */
  | { type: 'part.delta'; id: string; text: string }
  /** The part is complete: this is the truth, whatever the deltas said. */
  | { type: 'part.end'; id: string; part: ReplyPart }
  /** Totals so far of this attempt: replace, never add; null takes one back. `costUsd` is the provider's own bill where it sends one, hosted tools included. */
  | { type: 'usage'; usage: UsageReport; costUsd?: number }
  /** Something the user should know that is neither answer nor failure. `code` is stable. */
  | { type: 'notice'; level: 'info' | 'warning'; code: string; message: string }
  /** The model is done. `raw` is the provider's own word; `model` the one that really answered, `requestId` the provider's id. */
  | { type: 'finish'; reason: FinishReason; raw: string | null; model?: string; requestId?: string };

/** What middleware adds. */
export type MiddlewareEvent =
  /** The last attempt failed and the same provider is asked again after `waitMs`. `attempt` counts the failed ones from 1. */
  { type: 'retry'; attempt: number; of: number; waitMs: number; error: ErrorReport };

/**
 * One request to one provider, and what came of it. Absent facts are null; `durationMs` is its own share of the turn.
 * `firstTokenMs` is from its own start; null where it ended before the model began.
 */
export type Attempt = {
  provider: string;
  model: string;
  outcome: 'ok' | ErrorReport['kind'];
  usage: Usage | null;
  cost: Cost | null;
  firstTokenMs: number | null;
  durationMs: number;
  requestId: string | null;
};

/** How a call of a tool ended. `invalid`: unknown tool or arguments that do not follow its schema; it was not run. */
export type ToolEndOutcome = 'ok' | 'failed' | 'invalid' | 'denied' | 'timeout' | 'cancelled';

/** What the engine adds. */
type EngineEvent =
  | { type: 'turn.start'; conversation: string | null; provider: string; model: string }
  /** What a request sends is more than its model takes, by estimate; once in a turn, before the request that is the first to be so. */
  | { type: 'context'; tokens: number; contextWindow: number; model: string }
  /** A complete message: truth. */
  | { type: 'message'; message: Message }
  /** A call needs a yes: first `waiting`, then what was decided, by the user or by a rule. Calls that never ask have none. */
  | {
      type: 'tool.approval';
      callId: string;
      name: string;
      access: ToolAccess;
      /** One line: what the call would do. */
      summary: string;
      decision: 'waiting' | 'allowed' | 'denied';
      /** Why it was denied, or which rule allowed it. */
      reason: string | null;
    }
  /** A call begins to run; `arguments` are parsed and follow the tool's schema. */
  | {
      type: 'tool.start';
      callId: string;
      name: string;
      arguments: JsonObject;
      /** Null where it would say no more than the arguments. */
      summary: string | null;
      /** What there is to look at beside the summary, as the lines of a diff. A long one ends with "... 12 more lines". */
      details: string | null;
    }
  | { type: 'tool.progress'; callId: string; message: string; fraction: number | null }
  /** A call has its result: `output` is what the model is told. Every call of a step has exactly one. */
  | { type: 'tool.end'; callId: string; name: string; outcome: ToolEndOutcome; output: string; durationMs: number }
  /** A reply is complete and the turn goes on behind it, with results of tools or a demand to mend it: what this reply alone took. */
  | {
      type: 'step.end';
      finishReason: FinishReason;
      rawFinishReason: string | null;
      usage: Usage | null;
      cost: Cost | null;
      timing: { firstTokenMs: number | null; durationMs: number };
      attempts: Attempt[];
    }
  /** Exactly one, always last. Its figures are the sums of the whole turn. Absent facts are null. */
  | {
      type: 'turn.end';
      finishReason: FinishReason;
      rawFinishReason: string | null;
      usage: Usage | null;
      cost: Cost | null;
      timing: { firstTokenMs: number | null; durationMs: number };
      attempts: Attempt[];
      error: ErrorReport | null;
    };

export type StreamEvent = ModelEvent | MiddlewareEvent | EngineEvent;
export type TurnEnd = Extract<StreamEvent, { type: 'turn.end' }>;
export type ToolEnd = Extract<StreamEvent, { type: 'tool.end' }>;
export type StepEnd = Extract<StreamEvent, { type: 'step.end' }>;
