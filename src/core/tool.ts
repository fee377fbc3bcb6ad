/** The contract of a tool: what the model is told of it, what it may touch, and how it is run. */
import type { JsonObject } from './json.ts';

/** What a model is told of a tool; `parameters` is a JSON schema of an object. */
export type ToolDefinition = { name: string; description: string; parameters: JsonObject };

/**
 * What running a tool reaches. `none` computes only; `read` reads files inside the granted folders; the others change or
 * reach something and ask the user first.
 */
const TOOL_ACCESSES = ['none', 'read', 'write', 'execute', 'network', 'mcp'] as const;
export type ToolAccess = (typeof TOOL_ACCESSES)[number];

/** What a call would do, for whoever approves it. */
export type ToolPlan = {
  /** One line: "write src/a.ts (12 lines)", "run npm test". */
  summary: string;
  /** Lines of a diff, a command, an address: what is to be looked at before saying yes. */
  details?: string;
  /** What a rule "always" would cover: a folder, a command, a host; absent: the whole tool. */
  pattern?: string;
  /** The same in words, where the pattern itself is none for people: "exactly this command, in this folder". */
  covers?: string;
  /** A mark of what the tool is now, where that can change: a rule holds for what it was when the user said yes. */
  identity?: string;
  /** What the user's own patterns (`--allow`) are held against: the command, path or host. Absent: `pattern`, or only rules for the whole tool. */
  subject?: string;
  /** This call needs less or more than the tool in general. */
  access?: ToolAccess;
  /** It asks whatever its access says, as a read outside of the granted folders does. */
  asks?: true;
  /** The call is not run whatever the user says: why. */
  refusal?: string;
};

/** What a call was allowed for. `pattern` only where a rule allowed it: who says yes to one call has seen that call. */
export type Granted = { pattern?: string | undefined; identity?: string | undefined };

export type ToolContext = {
  /** Absolute path of the working folder. */
  folder: string;
  /** What the yes to this call was for, where it can have changed since: whoever runs it looks again. */
  granted?: Granted | undefined;
  /** Fires when the call is cancelled or has taken too long. */
  signal: AbortSignal;
  /** Something to show while it runs; one line. `fraction` is between 0 and 1. */
  progress(message: string, fraction?: number): void;
  /** Until it settles a person is asked: that is not the time of the call. */
  waitsFor?(answer: Promise<unknown>): void;
};

/** `output` is text for the model. A failure is a result that the model can use, never an exception that ends the turn. */
export type ToolOutcome = { output: string; failed?: true };

/** Of a call whose yes was for something else than what would be run by now. */
export function changedSince(what: string): ToolOutcome {
  return { output: `Not run: ${what} has changed since this call was allowed. Call it again, so that the user is asked.`, failed: true };
}

/** Of a call that was stopped: whoever stopped it says so, the tool only what it had brought till then. */
export function stoppedWith(output: string): ToolOutcome {
  return { output, failed: true };
}

export interface Tool extends ToolDefinition {
  readonly access: ToolAccess;
  /** Where it is from: `built-in`, `own` (a file of the user), `mcp:<server>`. */
  readonly source: string;
  /** Why it asks although it says of itself that it reaches nothing: "it comes from this folder". */
  readonly asksBecause?: string;
  /** Runs alone: no other call of the same step at the same time. */
  readonly exclusive?: true;
  /** Absent: the setting. */
  readonly timeoutMs?: number;
  /** Why it cannot be used now (its server is down); the model is told so when it calls. */
  unavailable?(): string | undefined;
  /** Says what the call would do, without doing it. Absent: the name and the arguments say it. */
  plan?(args: JsonObject, context: ToolContext): Promise<ToolPlan>;
  /** `args` follow `parameters`. Throws only for a bug; everything expected is an outcome with `failed`. */
  run(args: JsonObject, context: ToolContext): Promise<ToolOutcome>;
}

/** What the user is asked before a call is run. */
export type ApprovalRequest = {
  callId: string;
  name: string;
  arguments: JsonObject;
  access: ToolAccess;
  plan: ToolPlan;
  /** Why it asks although there is a rule: what the rule was for has changed. */
  note?: string;
};

/** `once`: this call; `conversation`: this tool (and pattern) until the conversation ends; `always`: stored as a rule. */
export type ApprovalAnswer = { decision: 'once' | 'conversation' | 'always' } | { decision: 'no'; reason?: string };
