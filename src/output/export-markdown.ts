/** `--format markdown`: conversations to read, with a heading for each turn; reasoning and tool calls folded or fenced. */

import type { HostedPart, MediaPart, Part, TextPart, ToolResultPart } from '../core/messages.ts';
import { oneLine } from '../core/words.ts';
import { fenced } from '../format/markdown-text.ts';
import type { ConversationRecord, RecordedMessage } from '../store/store.ts';
import { activePath, argumentsText, factsOf, incompleteness, joinTexts, modelText, outputText, timeText, titleOf } from './export-path.ts';

type MarkdownOptions = {
  /** Pictures and other files as data URIs; otherwise only their names. */
  attachments: boolean;
};

export function* exportMarkdown(records: Iterable<ConversationRecord>, options: MarkdownOptions): Generator<string> {
  let first = true;
  for (const record of records) {
    if (!first) yield '\n---\n\n';
    first = false;
    yield `# ${oneLine(titleOf(record))}\n\n`;
    yield factsOf(record)
      .map(([label, value]) => `- ${label}: ${oneLine(value)}\n`)
      .join('');
    if (record.system) yield `\n## System\n\n${closed(record.system)}\n`;
    for (const message of activePath(record)) yield messageText(message, options);
  }
}

function messageText(recorded: RecordedMessage, options: MarkdownOptions): string {
  const { message } = recorded;
  const heading = { user: 'User', assistant: 'Assistant', tool: 'Tool' }[message.role];
  const model = message.role === 'assistant' ? modelText(recorded) : '';
  const blocks = joinTexts(message.parts).map((part) => partText(part, options));
  const note = incompleteness(recorded);
  if (note !== undefined) blocks.push(`*(${oneLine(note)})*`);
  const by = [model, timeText(recorded.createdMs)].filter(Boolean).join(', ');
  return `\n## ${heading}\n\n<sub>${escapeHtml(by)}</sub>\n${blocks
    .filter((block) => block !== '')
    .map((block) => `\n${block}\n`)
    .join('')}`;
}

function partText(part: Part, options: MarkdownOptions): string {
  switch (part.type) {
    case 'text':
      return textText(part);
    case 'reasoning':
      return part.text === ''
        ? ''
        : `<details>\n<summary>Reasoning</summary>\n\n${closed(part.text).replace(/<(?=\/?(details|summary)\b)/gi, '&lt;')}\n\n</details>`;
    case 'tool_call':
      return `Calls \`${oneLine(part.name).replaceAll('`', '')}\`:\n\n${fenced(argumentsText(part), 'json')}`;
    case 'tool_result':
      return resultText(part);
    case 'media':
      return mediaText(part, options);
    case 'hosted':
      return hostedText(part);
  }
}

function textText({ text, citations }: TextPart): string {
  const sources = (citations ?? []).flatMap(({ url, title }) =>
    url === undefined ? [] : [`- ${oneLine(title ?? '')}${title ? ' ' : ''}<${oneLine(url).replace(/[<>\s]/g, encodeURIComponent)}>`],
  );
  const unique = [...new Set(sources)];
  return [closed(text), ...(unique.length > 0 ? [`Sources:\n\n${unique.join('\n')}`] : [])].filter((one) => one.trim() !== '').join('\n\n');
}

function resultText(part: ToolResultPart): string {
  const { language, text } = outputText(part.output);
  return `Result of \`${oneLine(part.name).replaceAll('`', '')}\`${part.failed ? ' (failed)' : ''}:\n\n${fenced(text, language)}`;
}

function hostedText({ name, original }: HostedPart): string {
  return `Run by the provider, \`${oneLine(name).replaceAll('`', '')}\`:\n\n${fenced(JSON.stringify(original.item, null, 2), 'json')}`;
}

function mediaText({ mediaType, name, data }: MediaPart, { attachments }: MarkdownOptions): string {
  const label = oneLine(name ?? mediaType).replace(/[[\]\\]/g, '\\$&');
  if (!attachments) return `*(attachment: ${label}, ${oneLine(mediaType)})*`;
  const clean = `data:${mediaType.replace(/[^\w.+/-]/g, '')};base64,${data.replace(/[^A-Za-z0-9+/=]/g, '')}`;
  return `${mediaType.startsWith('image/') ? '!' : ''}[${label}](${clean})`;
}

/** A reply that was cut off in the middle of code would swallow everything after it. */
function closed(text: string): string {
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.replace(/\r$/, ''));
    if (!mark) continue;
    const [, ticks = '', rest = ''] = mark;
    if (fence === undefined) {
      if (!(ticks.startsWith('`') && rest.includes('`'))) fence = ticks;
    } else if (ticks.startsWith(fence) && rest.trim() === '') fence = undefined;
  }
  const trimmed = text.replace(/\s+$/, '');
  return fence === undefined ? trimmed : `${trimmed}\n${fence}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
