/** A conversation as plain markdown: what `show` writes into a pipe. */

import { parseArguments, reasoningOf, type ToolCallPart, type ToolResultPart } from '../../core/messages.ts';
import { counted, oneLine } from '../../core/words.ts';
import { exactLine } from '../../format/exact.ts';
import { codeSpan, fenced, quotedLines } from '../../format/markdown-text.ts';
import { formatDuration } from '../../format/numbers.ts';
import { safeLine } from '../../format/safety.ts';
import { localTime } from '../../format/times.ts';
import type { Conversation, StoredMessage } from '../../store/store.ts';
import { costOf, markOf, modelOf, speakerOf } from './facts.ts';

export type Detail = {
  /** Reasoning in full instead of its length. */
  reasoning: boolean;
  /** Tool calls and their results in full instead of their first line. */
  tools: boolean;
};

export function plainHeader(conversation: Conversation): string {
  const system = conversation.system === null ? '' : `\n${quotedLines(`System: ${conversation.system}`)}\n`;
  return `# ${safeName(conversation.title)}\n\n${safeLine(headerFacts(conversation).join(' · '))}\n${system}`;
}

/** A heading, what was said, and what became of it, with an empty line between them. */
export function plainMessage(stored: StoredMessage, detail: Detail): string {
  const { message } = stored;
  const blocks: string[] = [];
  if (message.role !== 'tool') blocks.push(`## ${capital(safeLine(speakerOf(stored)))}`, messageFacts(stored).join(' · '));
  const reasoning = message.role === 'assistant' ? reasoningOf(message) : '';
  if (reasoning !== '') blocks.push(detail.reasoning ? quotedLines(reasoning) : `*[${folded(reasoning)}]*`);
  for (const part of message.parts) {
    switch (part.type) {
      case 'text':
        blocks.push(part.text.replace(/^\n+|\s+$/g, ''));
        break;
      case 'media':
        blocks.push(`*[attached: ${safeLine(mediaName(part))}]*`);
        break;
      case 'tool_call':
        blocks.push(`- ${codeSpan(callLine(part, detail))}`);
        break;
      case 'tool_result':
        blocks.push(
          detail.tools
            ? `- ${codeSpan(exactLine(part.name))}${failedWord(part)}:\n\n${fenced(part.output)}`
            : `- ${codeSpan(resultLine(part))}`,
        );
        break;
      case 'hosted':
        blocks.push(`- ${codeSpan(exactLine(part.name))} (run by the provider)`);
        break;
      case 'reasoning':
        break;
    }
  }
  const mark = markOf(stored);
  if (mark !== undefined) blocks.push(`*[${safeName(mark)}]*`);
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Id, model, time, size, cost and what else is worth knowing about the whole. */
export function headerFacts(conversation: Conversation): string[] {
  const { id, createdMs, messageCount, costUsd, tags, folder, pinned, archived, forkedFrom } = conversation;
  return [
    id,
    modelOf(conversation),
    localTime(createdMs),
    counted(messageCount, 'message'),
    costUsd === null ? undefined : costOf(conversation),
    pinned ? 'pinned' : undefined,
    archived ? 'archived' : undefined,
    ...tags.map((tag) => `#${tag}`),
    folder ?? undefined,
    forkedFrom ? `forked from ${forkedFrom.conversation}` : undefined,
  ].filter((fact) => fact !== undefined);
}

export function messageFacts({ id, createdMs, timing, message }: StoredMessage): string[] {
  const took = message.role === 'assistant' && timing.durationMs !== null ? [formatDuration(timing.durationMs)] : [];
  return [localTime(createdMs), ...took, `message ${id}`];
}

export function folded(reasoning: string): string {
  return `thought: ${counted(reasoning.length, 'character')}; show with --reasoning`;
}

export function mediaName({ name, mediaType }: { name?: string; mediaType: string }): string {
  return name === undefined ? mediaType : `${name} (${mediaType})`;
}

/** `get_weather {"city":"Paris"}` */
export function callLine({ name, arguments: raw }: ToolCallPart, { tools }: Pick<Detail, 'tools'>): string {
  const parsed = parseArguments(raw);
  const text = parsed.ok ? JSON.stringify(parsed.value) : raw;
  return `${exactLine(name)} ${exactLine(tools ? text : shortened(text))}`;
}

/** `get_weather → 18 °C, cloudy (+5 lines)` */
export function resultLine(result: ToolResultPart): string {
  const lines = result.output.replace(/\s+$/, '').split('\n');
  const more = lines.length > 1 ? ` (+${counted(lines.length - 1, 'line')})` : '';
  return `${exactLine(result.name)}${failedWord(result)} → ${shortened(safeName(lines[0] ?? ''))}${more}`;
}

export function failedWord({ failed }: Pick<ToolResultPart, 'failed'>): string {
  return failed ? ' failed' : '';
}

const LONGEST_LINE = 160;

function shortened(text: string): string {
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE).replace(/[\ud800-\udbff]$/, '')}...` : text;
}

/** Names and marks are safe in a pipe too; what was said stays as it is. */
function safeName(text: string): string {
  return safeLine(oneLine(text));
}

function capital(text: string): string {
  return text === 'you' ? 'You' : text;
}
