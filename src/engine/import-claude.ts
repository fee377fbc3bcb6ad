/** Reads Claude's data export (conversations.json): messages with content blocks, attachments and, in newer exports, parents. */
import { idAt, isObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../core/json.ts';
import type { Citation, Message, ReplyPart, TextPart, ToolResultPart, UserMessage } from '../core/messages.ts';
import {
  createTree,
  type ImportStep,
  joinPieces,
  known,
  missingAttachment,
  type Origin,
  type Problem,
  paragraphs,
  quoted,
  sourceIdOf,
  timeAt,
} from './import-record.ts';

export function isClaude(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.chat_messages);
}

/** One conversation of the export. `where` names it in problems. */
export function readClaude(value: Json, where: string, origin: Origin): ImportStep {
  if (!isObject(value) || !Array.isArray(value.chat_messages)) return { conversations: [], problems: [{ where, what: 'has no messages' }] };
  const title = textAt(value, 'name')?.trim();
  const place = `${where}${quoted(title)}`;
  const problems: Problem[] = [];
  const createdMs = timeAt(value, 'created_at') ?? origin.modifiedMs;
  const model = textAt(value, 'model');
  const { messages, active } = readMessages(value, { place, origin, problems, createdMs, model });
  if (messages.length === 0) {
    problems.push({ where: place, what: 'holds no messages' });
    return { conversations: [], problems };
  }
  const id = idAt(value, 'uuid');
  return {
    problems,
    conversations: [
      {
        v: 1,
        createdMs,
        messages,
        ...known({
          source: id === undefined ? undefined : { name: 'claude', id },
          title: title || undefined,
          titleSource: title ? ('import' as const) : undefined,
          updatedMs: timeAt(value, 'updated_at'),
          provider: 'anthropic',
          model,
          pinned: value.is_starred === true ? true : undefined,
          activeMessage: active ?? undefined,
        }),
      },
    ],
  };
}

type Reading = { place: string; origin: Origin; problems: Problem[]; createdMs: number; model: string | undefined };

function readMessages(value: JsonObject, { place, origin, problems, createdMs, model }: Reading) {
  const tree = createTree();
  const lastOf = new Map<string, number | null>();
  let previous: number | null = null;
  let previousMs = createdMs;
  for (const { message, index, parent } of parentsFirst(value, { place, problems })) {
    const contents = contentsOf(message, { where: `${place}, message ${index + 1}`, origin, problems });
    // Older exports name no parents: their messages are one line. A parent that is not there is the beginning.
    let last: number | null = parent === undefined ? previous : (lastOf.get(parent) ?? null);
    const timeMs = timeAt(message, 'created_at') ?? previousMs;
    const uuid = idAt(message, 'uuid');
    for (const [at, content] of contents.entries()) {
      const reply = content.role === 'assistant' ? { provider: 'anthropic', status: 'complete' as const, ...known({ model }) } : {};
      last = tree.add({ parent: last, createdMs: timeMs, message: content, ...sourceIdOf(uuid, at), ...reply });
    }
    if (uuid !== undefined && !lastOf.has(uuid)) lastOf.set(uuid, last);
    previous = last;
    previousMs = timeMs;
  }
  const leaf = idAt(value, 'current_leaf_message_uuid');
  const end = (leaf === undefined ? undefined : lastOf.get(leaf)) ?? tree.messages.at(-1)?.id ?? null;
  return joinPieces(tree.messages, end);
}

type Listed = { message: JsonObject; index: number; parent: string | undefined };

/** In the order of the export, except that a message waits for its parent. In a circle nobody waits. */
function parentsFirst(value: JsonObject, { place, problems }: Pick<Reading, 'place' | 'problems'>): Listed[] {
  const listed: Listed[] = [];
  const byId = new Map<string, Listed>();
  for (const [index, message] of listAt(value, 'chat_messages').entries()) {
    const where = `${place}, message ${index + 1}`;
    if (!isObject(message)) {
      problems.push({ where, what: 'is not an object' });
      continue;
    }
    const uuid = idAt(message, 'uuid');
    const before = uuid === undefined ? undefined : byId.get(uuid);
    if (before && JSON.stringify(before.message) === JSON.stringify(message)) continue;
    const one = { message, index, parent: idAt(message, 'parent_message_uuid') };
    listed.push(one);
    if (uuid !== undefined && !before) byId.set(uuid, one);
  }
  const ordered: Listed[] = [];
  const placed = new Set<Listed>();
  for (const one of listed) {
    const waiting: Listed[] = [];
    for (
      let next: Listed | undefined = one;
      next && !placed.has(next);
      next = next.parent === undefined ? undefined : byId.get(next.parent)
    ) {
      placed.add(next);
      waiting.push(next);
    }
    for (const ready of waiting.reverse()) ordered.push(ready);
  }
  return ordered;
}

type Place = { where: string; origin: Origin; problems: Problem[] };

function contentsOf(message: JsonObject, place: Place): Message[] {
  const sender = textAt(message, 'sender');
  const blocks = blocksOf(message);
  if (sender === 'human') return userMessage(blocks, message, place);
  if (sender === 'assistant') return assistantMessages(blocks, message, place);
  place.problems.push({ where: place.where, what: `has the sender "${sender ?? ''}", which sotto does not know` });
  return [];
}

/** The words stand beside the blocks, too: where these hold none that sotto reads, they are all there is. */
function blocksOf(message: JsonObject): readonly Json[] {
  const content = typeof message.content === 'string' ? [message.content] : listAt(message, 'content');
  const blocks = content.map((block) => (typeof block === 'string' ? { type: 'text', text: block } : block));
  const text = textAt(message, 'text') ?? '';
  return text === '' || blocks.some(saysSomething) ? blocks : [...blocks, { type: 'text', text }];
}

function saysSomething(block: Json): boolean {
  const type = textAt(block, 'type') ?? '';
  return (
    type.startsWith('tool_') ||
    !!(type === 'thinking' ? textAt(block, 'thinking') : ['text', 'voice_note'].includes(type) && textAt(block, 'text'))
  );
}

function userMessage(blocks: readonly Json[], message: JsonObject, place: Place): UserMessage[] {
  const parts: UserMessage['parts'] = blocks.flatMap((block) => {
    const type = textAt(block, 'type');
    if (type === 'text' || type === 'voice_note') return textParts(block);
    if (type !== 'token_budget') unknownBlock(type, place);
    return [];
  });
  parts.push(...attached(message, place));
  const shown = paragraphs(parts.filter((part) => part.type !== 'text' || part.text !== ''));
  return shown.length > 0 ? [{ role: 'user', parts: shown }] : [];
}

/** The export holds the text of attached documents, but of pictures only the name. */
function attached(message: JsonObject, place: Place): UserMessage['parts'] {
  const documents = listAt(message, 'attachments').flatMap((attachment): UserMessage['parts'] => {
    const name = textAt(attachment, 'file_name') || 'pasted text';
    const content = textAt(attachment, 'extracted_content');
    if (content) return [{ type: 'text', text: `Attached: ${name}\n\n${content}` }];
    return [fileOf(name, undefined, place)];
  });
  const texts = new Set(listAt(message, 'attachments').map((attachment) => textAt(attachment, 'file_name')));
  const files = listAt(message, 'files').flatMap((file): UserMessage['parts'] => {
    const name = textAt(file, 'file_name') ?? textAt(file, 'file_uuid') ?? 'file';
    return texts.has(name) ? [] : [fileOf(name, textAt(file, 'file_uuid'), place)];
  });
  return [...documents, ...files];
}

function fileOf(name: string, id: string | undefined, { where, origin, problems }: Place): UserMessage['parts'][number] {
  const found = (id === undefined ? undefined : origin.asset(id)) ?? origin.asset(name);
  if (found) return { type: 'media', ...found, name };
  problems.push({ where, what: `refers to the file ${name}, whose content is not in the export` });
  return missingAttachment(name);
}

/** Calls and results stand between the texts of one reply: each round becomes a reply and a message of results. */
function assistantMessages(blocks: readonly Json[], message: JsonObject, place: Place): Message[] {
  const messages: Message[] = [];
  const uuid = idAt(message, 'uuid') ?? place.where;
  let parts: ReplyPart[] = [];
  let results: ToolResultPart[] = [];
  const open: { id: string; name: string }[] = [];
  const closeResults = () => {
    if (results.length > 0) messages.push({ role: 'tool', parts: results });
    results = [];
  };
  const closeReply = () => {
    if (parts.length > 0) messages.push({ role: 'assistant', parts });
    parts = [];
  };
  for (const [index, block] of blocks.entries()) {
    const type = textAt(block, 'type');
    if (type === 'tool_result') {
      const result = resultOf(block, open, place);
      if (!result.answers) parts.push({ type: 'tool_call', id: result.part.callId, name: result.part.name, arguments: '{}' });
      closeReply();
      results.push(result.part);
      continue;
    }
    const found = replyParts(block, `${uuid}:${index}`, place);
    if (found.length > 0) closeResults();
    for (const part of found) if (part.type === 'tool_call') open.push({ id: part.id, name: part.name });
    parts.push(...found);
  }
  closeResults();
  parts.push(...attached(message, place));
  closeReply();
  return messages;
}

function replyParts(block: Json, id: string, place: Place): ReplyPart[] {
  const type = textAt(block, 'type');
  if (type === 'text') return textParts(block);
  if (type === 'thinking') {
    const text = textAt(block, 'thinking') ?? '';
    return text === '' ? [] : [{ type: 'reasoning', text }];
  }
  if (type === 'tool_use') {
    const input = isObject(block) && block.input !== undefined && block.input !== null ? block.input : {};
    const raw = isObject(input) ? input : { input };
    return [{ type: 'tool_call', id: textAt(block, 'id') ?? id, name: textAt(block, 'name') ?? 'tool', arguments: JSON.stringify(raw) }];
  }
  if (type !== 'token_budget') unknownBlock(type, place);
  return [];
}

function resultOf(block: Json, open: { id: string; name: string }[], place: Place): { part: ToolResultPart; answers: boolean } {
  const named = textAt(block, 'tool_use_id');
  const at = named === undefined ? open.length - 1 : open.findIndex(({ id }) => id === named);
  const [call] = at < 0 ? [] : open.splice(at, 1);
  const name = call?.name ?? textAt(block, 'name') ?? 'tool';
  const failed = isObject(block) && block.is_error === true;
  return {
    answers: call !== undefined,
    part: {
      type: 'tool_result',
      callId: call?.id ?? named ?? place.where,
      name,
      output: outputOf(block, place),
      ...(failed ? { failed: true as const } : {}),
    },
  };
}

function outputOf(block: Json, place: Place): string {
  const plain = textAt(block, 'content');
  if (plain !== undefined) return plain;
  return listAt(block, 'content')
    .flatMap((item) => {
      const text = textAt(item, 'text') ?? textAt(item, 'content');
      if (text !== undefined) return [[textAt(item, 'title'), textAt(item, 'url'), text].filter(Boolean).join('\n')];
      unknownBlock(textAt(item, 'type'), place);
      return [];
    })
    .join('\n\n');
}

function textParts(block: Json): TextPart[] {
  const title = textAt(block, 'type') === 'voice_note' ? textAt(block, 'title') : undefined;
  const text = [title, textAt(block, 'text')].filter(Boolean).join('\n\n');
  if (text === '') return [];
  const citations = listAt(block, 'citations').flatMap(citationOf);
  return [{ type: 'text', text, ...(citations.length > 0 ? { citations } : {}) }];
}

function citationOf(citation: Json): Citation[] {
  const details = objectAt(citation, 'details');
  const facts = known<Citation>({
    url: textAt(citation, 'url') ?? textAt(details, 'url'),
    title: textAt(citation, 'title') ?? textAt(details, 'title'),
    quote: textAt(citation, 'cited_text'),
  });
  return Object.keys(facts).length > 0 ? [facts] : [];
}

function unknownBlock(type: string | undefined, { where, problems }: Place): void {
  problems.push({ where, what: `has a block of the kind "${type ?? 'unknown'}", which sotto does not know` });
}
