/** What MCP servers answer, as what a model takes: results of tools, resources as attachments, prompts as messages. */

import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject, listAt, objectAt, parseJson, textAt } from '../../core/json.ts';
import type { MediaPart, Message, TextPart } from '../../core/messages.ts';
import type { ToolOutcome } from '../../core/tool.ts';
import { counted } from '../../core/words.ts';

/** A result of `tools/call`. Everything in it is the server's word: text for the model, nothing more. */
export function outcomeOf(result: JsonObject): ToolOutcome {
  const blocks = listAt(result, 'content').filter(isObject);
  const texts = blocks.map(textOfBlock);
  const structured = result.structuredContent;
  if (structured !== undefined && structured !== null && !isSaid(structured, texts)) texts.push(JSON.stringify(structured, undefined, 2));
  const output = texts.filter((text) => text !== '').join('\n\n');
  if (result.isError === true)
    return { output: output === '' ? 'The server says that the call failed, and not why.' : output, failed: true };
  return { output: output === '' ? '(no output)' : output };
}

/** Characters: many values in a long text would take minutes. */
const MOST_SEARCHED = 200_000_000;

/** Servers should say in text what they say in structure, for clients that know none; some in JSON, some in their own words. */
function isSaid(structured: Json, texts: readonly string[]): boolean {
  const all = texts.join('\n');
  let left = MOST_SEARCHED;
  const isIn = (value: Json | undefined): boolean => {
    if (value === undefined) return true;
    if (typeof value !== 'object' || value === null) {
      left -= all.length;
      return left > 0 && all.includes(String(value));
    }
    return Object.values(value).every(isIn);
  };
  return all !== '' && (texts.some((text) => isDeepStrictEqual(parseJson(text), structured)) || isIn(structured));
}

/** A result of `resources/read`: texts and media, in their order. */
export function partsOfResource(result: JsonObject): (TextPart | MediaPart)[] {
  return listAt(result, 'contents').filter(isObject).map(partOfContents);
}

/** A result of `prompts/get`. Neighbouring parts of one speaker are one message. */
export function messagesOfPrompt(result: JsonObject): Message[] {
  const messages: Message[] = [];
  for (const entry of listAt(result, 'messages')) {
    const role = textAt(entry, 'role') === 'assistant' ? 'assistant' : 'user';
    const part = partOfBlock(objectAt(entry, 'content') ?? {});
    const last = messages.at(-1);
    if (last?.role === 'user' && role === 'user') last.parts.push(part);
    else if (last?.role === 'assistant' && role === 'assistant') last.parts.push(part);
    else messages.push({ role, parts: [part] });
  }
  return messages;
}

function textOfBlock(block: JsonObject): string {
  switch (textAt(block, 'type')) {
    case 'text':
      return textAt(block, 'text') ?? '';
    case 'image':
    case 'audio':
      return `[${textAt(block, 'type')} ${textAt(block, 'mimeType') ?? 'of unknown type'}, ${sizeOf(textAt(block, 'data'))}; not shown to you]`;
    case 'resource_link':
      return linkText(block);
    case 'resource':
      return resourceText(objectAt(block, 'resource') ?? {});
    default:
      return JSON.stringify(block);
  }
}

function linkText(link: JsonObject): string {
  const facts = [textAt(link, 'mimeType'), typeof link.size === 'number' ? counted(link.size, 'byte') : undefined].filter(
    (fact) => fact !== undefined,
  );
  const about = textAt(link, 'description');
  return `[resource ${textAt(link, 'title') ?? textAt(link, 'name') ?? ''}: ${textAt(link, 'uri') ?? ''}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}]${about ? ` ${about}` : ''}`;
}

function resourceText(resource: JsonObject): string {
  const uri = textAt(resource, 'uri') ?? '';
  const text = textAt(resource, 'text');
  if (text !== undefined) return `[resource ${uri}]\n${text}`;
  return `[resource ${uri}, ${textAt(resource, 'mimeType') ?? 'of unknown type'}, ${sizeOf(textAt(resource, 'blob'))}; not shown to you]`;
}

function partOfBlock(block: JsonObject): TextPart | MediaPart {
  const type = textAt(block, 'type');
  if (type === 'resource') return partOfContents(objectAt(block, 'resource') ?? {});
  const [data, mediaType] = [textAt(block, 'data'), textAt(block, 'mimeType')];
  if ((type === 'image' || type === 'audio') && data !== undefined && mediaType !== undefined) return { type: 'media', mediaType, data };
  return { type: 'text', text: textOfBlock(block) };
}

function partOfContents(contents: Json): TextPart | MediaPart {
  const [uri, text, blob] = [textAt(contents, 'uri') ?? '', textAt(contents, 'text'), textAt(contents, 'blob')];
  const mediaType = textAt(contents, 'mimeType') ?? 'application/octet-stream';
  if (text !== undefined) return { type: 'text', text };
  if (blob === undefined) return { type: 'text', text: `[resource ${uri}, empty]` };
  const name = uri.split('/').findLast((word) => word !== '');
  return { type: 'media', mediaType, data: blob, ...(name === undefined ? {} : { name }) };
}

/** Of base64, as bytes, kB or MB. */
function sizeOf(data: string | undefined): string {
  if (data === undefined) return 'empty';
  const bytes = Math.floor((data.replace(/=+$/, '').length * 3) / 4);
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 100) / 10} kB` : `${Math.round(bytes / 100_000) / 10} MB`;
}
