/** Folds a model's events into one reply; without the deltas the result is the same. */
import type { FinishReason, StreamEvent } from './events.ts';
import type { AssistantMessage, PartKind, ReplyPart } from './messages.ts';
import { mergeUsage, type Usage } from './usage.ts';

export type Reply = {
  message: AssistantMessage;
  usage: Usage | undefined;
  /** The provider's own bill for it, in US dollars. */
  costUsd: number | undefined;
  finish: { reason: FinishReason; raw: string | null; model?: string; requestId?: string } | undefined;
};

type Fold = {
  apply(event: StreamEvent): void;
  /** What has arrived so far; parts that have not ended hold what their deltas said. */
  reply(): Reply;
};

type Slot = { kind: PartKind; text: string; name: string; callId: string; truth: ReplyPart | undefined };

export function createFold(): Fold {
  let slots = new Map<string, Slot>();
  let usage: Usage | undefined;
  let costUsd: number | undefined;
  let finish: Reply['finish'];

  function apply(event: StreamEvent): void {
    switch (event.type) {
      case 'request.start':
        slots = new Map();
        usage = undefined;
        costUsd = undefined;
        finish = undefined;
        return;
      case 'part.start':
        slots.set(event.id, { kind: event.kind, text: '', name: event.name ?? '', callId: event.callId ?? '', truth: undefined });
        return;
      case 'part.delta': {
        const slot = slots.get(event.id);
        if (slot) slot.text += event.text;
        return;
      }
      case 'part.end': {
        const slot = slots.get(event.id);
        if (slot) slot.truth = event.part;
        return;
      }
      case 'usage':
        usage = mergeUsage(usage ?? {}, event.usage);
        costUsd = event.costUsd ?? costUsd;
        return;
      case 'finish':
        finish = {
          reason: event.reason,
          raw: event.raw,
          ...(event.model === undefined ? {} : { model: event.model }),
          ...(event.requestId === undefined ? {} : { requestId: event.requestId }),
        };
        return;
      default:
        event.type satisfies
          | 'context'
          | 'notice'
          | 'retry'
          | 'turn.start'
          | 'message'
          | 'tool.approval'
          | 'tool.start'
          | 'tool.progress'
          | 'tool.end'
          | 'step.end'
          | 'turn.end';
        return;
    }
  }

  return {
    apply,
    reply: () => ({ message: { role: 'assistant', parts: [...slots.values()].flatMap(partOf) }, usage, costUsd, finish }),
  };
}

function partOf(slot: Slot): ReplyPart[] {
  if (slot.truth) return isEmpty(slot.truth) ? [] : [slot.truth];
  if (slot.text === '' && slot.kind !== 'tool_call') return [];
  switch (slot.kind) {
    case 'text':
      return [{ type: 'text', text: slot.text }];
    case 'reasoning':
      return [{ type: 'reasoning', text: slot.text }];
    case 'tool_call':
      return slot.name === '' ? [] : [{ type: 'tool_call', id: slot.callId, name: slot.name, arguments: slot.text }];
    case 'hosted':
    case 'media':
      return [];
  }
}

function isEmpty(part: ReplyPart): boolean {
  return (part.type === 'text' && part.text === '') || (part.type === 'reasoning' && part.text === '' && part.original === undefined);
}
