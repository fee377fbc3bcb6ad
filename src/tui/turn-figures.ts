/** Figures of a turn while it streams: estimated until the provider has counted. Constant work per event. */
import type { StreamEvent } from '../core/events.ts';
import type { ReplyPart } from '../core/messages.ts';
import { addUsage, mergeUsage, type Usage } from '../core/usage.ts';
import { roughTokens } from '../models/tokens.ts';

/** A speed over less than this is chance. */
const WORTH_DIVIDING_MS = 200;

export type TurnFigures = {
  take(event: StreamEvent): void;
  /** Milliseconds since the turn began. */
  durationMs(): number;
  firstTokenMs(): number | undefined;
  /** Tokens of the answer so far, of all its requests; estimated until the provider has said. */
  output(): { tokens: number; estimated: boolean };
  usage(): Usage | undefined;
  /** Tokens per second while they came, without the waiting before and between; undefined before there is anything to divide. */
  tokensPerSecond(): number | undefined;
};

type Before = { usage: Usage | undefined; tokens: number; estimated: boolean; streamedTokens: number; streamedMs: number };

/** What one request brought. `thought`: characters of reasoning that were seen. */
type Request = { firstMs: number | undefined; lastMs: number; characters: number; thought: number; usage: Usage | undefined };

export function createTurnFigures(now: () => number): TurnFigures {
  const startedMs = now();
  let firstMs: number | undefined;
  let endedMs: number | undefined;
  /** Sums of the requests before this one. */
  let before: Before = { usage: undefined, tokens: 0, estimated: false, streamedTokens: 0, streamedMs: 0 };
  let request = newRequest(startedMs);
  let total: Usage | undefined;
  const lengths = new Map<string, { length: number; isThought: boolean }>();

  function receive(id: string, count: number): void {
    request.lastMs = now();
    request.firstMs ??= request.lastMs;
    firstMs ??= request.lastMs;
    request.characters += count;
    if (lengths.get(id)?.isThought) request.thought += count;
  }

  function beginRequest(): void {
    const { tokens, estimated } = outputOf(request);
    before = {
      usage: addUsage(before.usage, request.usage),
      tokens: before.tokens + tokens,
      estimated: before.estimated || (estimated && tokens > 0),
      streamedTokens: before.streamedTokens + streamedOf(request),
      streamedMs: before.streamedMs + streamedMsOf(request),
    };
    request = newRequest(now());
    lengths.clear();
  }

  function take(event: StreamEvent): void {
    switch (event.type) {
      case 'request.start':
        beginRequest();
        return;
      case 'part.start':
        lengths.set(event.id, { length: 0, isThought: event.kind === 'reasoning' });
        return;
      case 'part.delta': {
        const part = lengths.get(event.id);
        if (part) part.length += event.text.length;
        receive(event.id, event.text.length);
        return;
      }
      case 'part.end':
        receive(event.id, Math.max(0, lengthOf(event.part) - (lengths.get(event.id)?.length ?? 0)));
        return;
      case 'usage':
        request.usage = mergeUsage(request.usage ?? {}, event.usage);
        return;
      case 'turn.end':
        endedMs = now();
        total = event.usage ?? undefined;
        return;
      default:
        event.type satisfies
          | 'context'
          | 'notice'
          | 'finish'
          | 'retry'
          | 'turn.start'
          | 'message'
          | 'tool.approval'
          | 'tool.start'
          | 'tool.progress'
          | 'tool.end'
          | 'step.end';
        return;
    }
  }

  return {
    take,
    durationMs: () => (endedMs ?? now()) - startedMs,
    firstTokenMs: () => (firstMs === undefined ? undefined : firstMs - startedMs),
    output() {
      if (total?.output !== undefined) return { tokens: total.output, estimated: false };
      const { tokens, estimated } = outputOf(request);
      return { tokens: before.tokens + tokens, estimated: before.estimated || estimated };
    },
    usage: () => total ?? addUsage(before.usage, request.usage),
    tokensPerSecond() {
      const ms = before.streamedMs + streamedMsOf(request);
      return ms < WORTH_DIVIDING_MS ? undefined : ((before.streamedTokens + streamedOf(request)) * 1000) / ms;
    },
  };
}

function newRequest(nowMs: number): Request {
  return { firstMs: undefined, lastMs: nowMs, characters: 0, thought: 0, usage: undefined };
}

/** Some providers count from the first chunk on: what they say is believed once it can be true. */
function outputOf({ characters, usage }: Request): { tokens: number; estimated: boolean } {
  const counted = usage?.output;
  const estimate = roughTokens({ characters, pictures: 0 });
  return counted !== undefined && counted >= estimate / 2 ? { tokens: counted, estimated: false } : { tokens: estimate, estimated: true };
}

/** Tokens that were seen coming: what was thought in secret came before the first of them. */
function streamedOf(request: Request): number {
  const { tokens, estimated } = outputOf(request);
  const hidden = estimated || request.thought > 0 ? 0 : (request.usage?.reasoning ?? 0);
  return Math.max(0, tokens - hidden);
}

function streamedMsOf({ firstMs, lastMs }: Request): number {
  return firstMs === undefined ? 0 : lastMs - firstMs;
}

function lengthOf(part: ReplyPart): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text.length;
    case 'tool_call':
      return part.arguments.length;
    case 'hosted':
    case 'media':
      return 0;
  }
}
