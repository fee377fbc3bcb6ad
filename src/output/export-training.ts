/** `--format training`: chat fine-tuning examples, one per line: {"messages": [{"role", "content", "tool_calls"}]}. */
import { type AssistantMessage, type Message, textOf, type UserMessage } from '../core/messages.ts';
import type { ConversationRecord, RecordedMessage } from '../store/store.ts';
import { activePath, everyPath } from './export-path.ts';
import { jsonText } from './json-text.ts';

export type TrainingOptions = {
  /** An example for every end of the tree, not only for the active one. */
  branches: boolean;
  /** Told of every turn that is left out, with the reason. */
  onSkipped: (reason: SkipReason) => void;
};

/** `unfinished`: failed, cancelled or interrupted. `unanswered`: no reply, or calls without results. */
export type SkipReason = 'unfinished' | 'unanswered';

/** A model should learn from whole turns only: one that did not end well is left out with its question. */
export function* exportTraining(records: Iterable<ConversationRecord>, { branches, onSkipped }: TrainingOptions): Generator<string> {
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
      yield `${jsonText({ messages: [...system, ...messages.flatMap(exampleOf)] })}\n`;
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
  const calls = new Set<string>();
  for (const { message } of turn) {
    for (const part of message.parts) {
      if (part.type === 'tool_call') calls.add(part.id);
      if (part.type === 'tool_result' && !calls.delete(part.callId)) return 'unanswered';
    }
  }
  return calls.size > 0 ? 'unanswered' : undefined;
}

function exampleOf(message: Message): object[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: userContent(message) }];
    case 'assistant':
      return [assistantExample(message)];
    case 'tool':
      return message.parts.map((part) => ({ role: 'tool', tool_call_id: part.callId, content: part.output }));
  }
}

function userContent(message: UserMessage): string | object[] {
  if (message.parts.every((part) => part.type === 'text')) return textOf(message);
  return message.parts.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } },
  );
}

function assistantExample(message: AssistantMessage): object {
  const calls = message.parts.flatMap((part) =>
    part.type === 'tool_call' ? [{ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments || '{}' } }] : [],
  );
  const text = textOf(message);
  return { role: 'assistant', content: text === '' && calls.length > 0 ? null : text, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
}
