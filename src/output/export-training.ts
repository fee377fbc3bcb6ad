/** `--format training`: chat fine-tuning examples, one per line: {"messages": [{"role", "content", "tool_calls"}], "tools": […]}. */
import {
  type AssistantMessage,
  type Message,
  type ToolCallPart,
  type ToolResultPart,
  textOf,
  type UserMessage,
  withoutMedia,
} from '../core/messages.ts';
import type { ToolDefinition } from '../core/tool.ts';
import type { ConversationRecord, RecordedMessage } from '../store/store.ts';
import { activePath, everyPath } from './export-path.ts';
import { jsonText } from './json-text.ts';
import { argumentsOf, type ExampleTools, toolsOfExample } from './training-tools.ts';

type TrainingOptions = {
  /** An example for every end of the tree, not only for the active one. */
  branches: boolean;
  /** Tools whose definitions are known; those of others are what their calls show. */
  tools: readonly ToolDefinition[];
  /** Told of every turn that is left out, with the reason. */
  onSkipped: (reason: SkipReason) => void;
};

/** `unfinished`: failed, cancelled or interrupted. `unanswered`: no reply, or calls without results. `garbled`: a call whose arguments are no JSON. */
export type SkipReason = 'unfinished' | 'unanswered' | 'garbled';

/** A model should learn from whole turns only: one that did not end well is left out with its question. */
export function* exportTraining(
  records: Iterable<ConversationRecord>,
  { branches, tools: known, onSkipped }: TrainingOptions,
): Generator<string> {
  for (const record of records) {
    const told = new Set<number>();
    for (const path of branches ? everyPath(record) : [activePath(record)]) {
      const messages = turnsOf(path).flatMap((turn) => {
        const reason = flawOf(turn);
        if (reason === undefined) return turn.map(({ message }) => message);
        // Branches share turns: each is told of once.
        const id = turn.at(-1)?.id ?? 0;
        if (!told.has(id)) onSkipped(reason);
        told.add(id);
        return [];
      });
      if (messages.length === 0) continue;
      const system = record.system ? [{ role: 'system', content: record.system }] : [];
      const tools = toolsOfExample(messages, known);
      const example = messages.flatMap((message, index) =>
        exampleOf(message, { tools, result: (id) => resultBehind(messages, index, id) }),
      );
      yield `${jsonText({ messages: [...system, ...example], ...(tools.list.length > 0 ? { tools: tools.list } : {}) })}\n`;
    }
  }
}

/** A question with all that follows, up to the next question. */
function turnsOf(path: readonly RecordedMessage[]): RecordedMessage[][] {
  const turns: RecordedMessage[][] = [];
  for (const message of path) {
    const open = turns.at(-1);
    // Questions without a reply between them are one turn.
    if (open && !(message.message.role === 'user' && open.at(-1)?.message.role !== 'user')) open.push(message);
    else turns.push([message]);
  }
  return turns;
}

function flawOf(turn: readonly RecordedMessage[]): SkipReason | undefined {
  if (turn.some(({ status = 'complete', damage }) => status !== 'complete' || damage !== undefined)) return 'unfinished';
  const last = turn.at(-1)?.message;
  if (turn[0]?.message.role !== 'user' || last?.role !== 'assistant' || textOf(last) === '') return 'unanswered';
  const calls = new Map<string, ToolCallPart>();
  for (const { message } of turn) {
    for (const part of message.parts) {
      if (part.type === 'tool_call') calls.set(part.id, part);
      if (part.type !== 'tool_result') continue;
      const call = calls.get(part.callId);
      if (!call) return 'unanswered';
      if (!argumentsOf(call, part)) return 'garbled';
      calls.delete(part.callId);
    }
  }
  return calls.size > 0 ? 'unanswered' : undefined;
}

/** The result of a call is the next one with its id: small servers use the same ids in every turn. */
function resultBehind(messages: readonly Message[], index: number, id: string): ToolResultPart | undefined {
  const behind = messages.slice(index).flatMap((message) => (message.role === 'tool' ? message.parts : []));
  return behind.find(({ callId }) => callId === id);
}

type Example = { tools: ExampleTools; result: (callId: string) => ToolResultPart | undefined };

function exampleOf(message: Message, example: Example): object[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: userContent(withoutMedia(message, ({ mediaType }) => !PICTURES.has(mediaType))) }];
    case 'assistant':
      return [assistantExample(message, example)];
    case 'tool':
      return message.parts.map((part) => ({ role: 'tool', tool_call_id: example.tools.callId(part.callId), content: part.output }));
  }
}

/** What the fine-tuning APIs take as pictures; anything else is named in words. */
const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp']);

function userContent(message: UserMessage): string | object[] {
  if (message.parts.every((part) => part.type === 'text')) return textOf(message);
  return message.parts.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } },
  );
}

function assistantExample(message: AssistantMessage, { tools, result }: Example): object {
  const calls = message.parts.flatMap((part) => (part.type === 'tool_call' ? [tools.call(part, result(part.id))] : []));
  const text = textOf(message);
  return { role: 'assistant', content: text === '' && calls.length > 0 ? null : text, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
}
