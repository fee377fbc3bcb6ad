/** The tools of a turn as the loop sees them: what the model is told, and how the calls of one step are carried out. */
import type { StreamEvent } from './events.ts';
import type { ToolCallPart, ToolResultPart } from './messages.ts';
import type { ToolDefinition } from './tool.ts';

export type ToolEvent = Extract<StreamEvent, { type: `tool.${string}` }>;

export interface Toolbox {
  /** Formatted once and in a stable order, so that a provider's prompt cache hits. Empty: the request has no tools. */
  definitions(): readonly ToolDefinition[];
  /** Runs the calls of one step and gives one result for each, in their order. Every failure is a result; it throws for a bug only. */
  run(calls: readonly ToolCallPart[], signal: AbortSignal): AsyncGenerator<ToolEvent, ToolResultPart[]>;
}
