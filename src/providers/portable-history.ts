/** The one place that makes a history portable: whoever held the conversation so far, what comes out may be sent to this provider. */
import type { Message, ToolResultPart } from '../core/messages.ts';
import { userText } from '../core/messages.ts';
import { answerEveryCall } from './call-history.ts';
import { type CallIdRule, createCallIds } from './call-ids.ts';
import { partFor, type Receiver } from './originals.ts';

export type HistoryTarget = Receiver & {
  callIds: CallIdRule;
  /** The name that a tool of ours is sent under. */
  wireName: (name: string) => string;
  /** The server insists on user and model taking turns, the user first. */
  strictTurns?: boolean | undefined;
};

export function portableHistory(messages: readonly Message[], target: HistoryTarget): Message[] {
  const ours = messages.map(
    (message): Message =>
      message.role === 'assistant' ? { role: 'assistant', parts: message.parts.flatMap((part) => partFor(part, target)) } : message,
  );
  const answered = answerEveryCall(ours, { callId: createCallIds(target.callIds), wireName: target.wireName });
  return target.strictTurns ? takingTurns(answered) : answered;
}

/** A failed result as a wire without a field for it is told: in words. No text at all is refused by some servers. */
export function resultText({ output, failed }: ToolResultPart): string {
  const text = output.trim() === '' ? '(no output)' : output;
  return failed && !/^error\b/i.test(text) ? `Error: ${text}` : text;
}

/** Neighbours of the same role are one message. Behind results it is the model's turn, and Mistral insists on it. */
function takingTurns(messages: readonly Message[]): Message[] {
  const turns: Message[] = [];
  for (const message of messages.filter(isSaid)) {
    if (turns.length === 0 && message.role !== 'user') turns.push(userText(BEGINNING));
    if (turns.at(-1)?.role === 'tool' && message.role === 'user')
      turns.push({ role: 'assistant', parts: [{ type: 'text', text: BROKEN_OFF }] });
    const before = turns.at(-1);
    if (before?.role === 'user' && message.role === 'user')
      turns.splice(-1, 1, { role: 'user', parts: [...before.parts, ...message.parts] });
    else if (before?.role === 'assistant' && message.role === 'assistant')
      turns.splice(-1, 1, { role: 'assistant', parts: [...before.parts, { type: 'text', text: '\n\n' }, ...message.parts] });
    else turns.push(message);
  }
  return turns;
}

/** Thoughts alone are no message on the wires that insist on turns. */
function isSaid({ parts }: Message): boolean {
  return parts.some((part) => (part.type === 'text' ? part.text !== '' : part.type !== 'reasoning' && part.type !== 'hosted'));
}

export const BEGINNING = '(The beginning of this conversation is left out.)';
const BROKEN_OFF = '(This turn was broken off.)';
