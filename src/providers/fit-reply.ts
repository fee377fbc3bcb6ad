/** Fits what a model sends into its conversation: call ids that nobody had before, tools by our names, kept items with their maker. */
import type { ModelEvent } from '../core/events.ts';
import type { Message, ReplyPart } from '../core/messages.ts';
import type { ToolNames } from './tool-definitions.ts';

type ReplyPlace = {
  provider: string;
  model: string;
  /** What was sent before. */
  messages: readonly Message[];
  names: ToolNames;
};

/** The events of one reply, in their order. */
export function fitReply({ provider, model, messages, names }: ReplyPlace): (event: ModelEvent) => ModelEvent {
  const taken = new Set(messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []))));
  /** Ids given in this reply, by part: small servers count from one in every answer, or call everything 0. */
  const given = new Map<string, { sent: string; id: string }>();

  function idFor(partId: string, sent: string): string {
    const before = given.get(partId);
    if (before?.sent === sent) return before.id;
    let id = sent;
    for (let n = 2; taken.has(id); n++) id = `${sent}_${n}`;
    taken.add(id);
    given.set(partId, { sent, id });
    return id;
  }

  function fitPart(partId: string, part: ReplyPart): ReplyPart {
    const named = part.type === 'tool_call' ? { ...part, id: idFor(partId, part.id), name: names.ownName(part.name) } : part;
    if (named.type === 'media' || named.original === undefined) return named;
    return { ...named, original: { ...named.original, provider, model } };
  }

  return (event) => {
    switch (event.type) {
      case 'part.start':
        return {
          ...event,
          ...(event.name === undefined || event.kind !== 'tool_call' ? {} : { name: names.ownName(event.name) }),
          ...(event.callId === undefined ? {} : { callId: idFor(event.id, event.callId) }),
        };
      case 'part.end':
        return { ...event, part: fitPart(event.id, event.part) };
      default:
        event.type satisfies 'request.start' | 'part.delta' | 'usage' | 'notice' | 'finish';
        return event;
    }
  };
}
