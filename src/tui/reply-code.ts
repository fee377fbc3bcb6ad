/** The blocks of code of a turn, in the order of the numbers that stand above them. */
import type { Message } from '../core/messages.ts';
import type { ChatMessage } from '../engine/chat.ts';
import { type CodeBlock, codeBlocks } from '../format/code-blocks.ts';

/** Those of the last turn that has an answer; undefined: there is none yet. */
export function codeOfLastTurn(path: readonly ChatMessage[]): CodeBlock[] | undefined {
  const last = path.findLastIndex(({ message }) => textRuns(message).length > 0);
  return last < 0 ? undefined : [...codeBefore(path, last), ...codeOf(path[last])];
}

/** Those of the same turn that stand above this message. */
export function codeBefore(path: readonly ChatMessage[], index: number): CodeBlock[] {
  const prompt = path.slice(0, index).findLastIndex(({ message }) => message.role === 'user');
  return path.slice(prompt + 1, index).flatMap(codeOf);
}

function codeOf(stored: ChatMessage | undefined): CodeBlock[] {
  return stored === undefined ? [] : textRuns(stored.message).flatMap(codeBlocks);
}

/** The texts of a reply as they are laid out: what a call parts is two. */
function textRuns(message: Message): string[] {
  if (message.role !== 'assistant') return [];
  const runs: string[] = [];
  let isOpen = false;
  for (const part of message.parts) {
    if (part.type === 'text') {
      if (isOpen) runs.push((runs.pop() ?? '') + part.text);
      else runs.push(part.text);
      isOpen = true;
    } else if (part.type !== 'reasoning') isOpen = false;
  }
  return runs.filter((text) => text.trim() !== '');
}
