/** What one node of ChatGPT's export says, as messages: by role, recipient and content type. */
import { isObject, type Json, type JsonObject, listAt, objectAt, parseJson, textAt } from '../core/json.ts';
import type { Citation, MediaPart, Message, ReasoningPart, TextPart } from '../core/messages.ts';
import { mediaOfDataUrl, missingAttachment, type Origin, type Problem, paragraphs } from './import-record.ts';

export type OpenCall = { id: string; name: string };
export type ChatGptStep = { message: Message; failed?: true };
type ChatGptNode = { steps: ChatGptStep[]; system?: string; problems: Problem[]; call: OpenCall | undefined };

type NodeContext = {
  nodeId: string;
  where: string;
  asset: Origin['asset'];
  /** The call before this node that may still get results. */
  call: OpenCall | undefined;
};

export function readNode(message: JsonObject, context: NodeContext): ChatGptNode {
  const role = textAt(objectAt(message, 'author'), 'role') ?? '';
  const content = contentOf(message);
  const problems: Problem[] = [];
  const read = readContent(content, context, problems);
  const metadata = objectAt(message, 'metadata');
  read.parts.push(...attached(read.parts, metadata, { context, problems }));
  const instructions = metadata?.is_user_system_message === true ? instructionsOf(objectAt(metadata, 'user_context_message_data')) : '';
  // The same instructions stand in both places, in the content wrapped into a prompt.
  const system = instructions || read.system || undefined;
  const rest = { problems, call: context.call, ...(system === undefined ? {} : { system }) };
  if (role === 'system' || metadata?.is_user_system_message === true) {
    const text = [...new Set([system ?? '', ...read.parts.map((part) => (part.type === 'text' ? part.text : ''))])].filter((one) =>
      one.trim(),
    );
    return { ...rest, steps: [], ...(text.length > 0 ? { system: text.join('\n\n') } : {}) };
  }
  if (role === 'user') {
    const parts = paragraphs(read.parts.filter((part) => part.type !== 'reasoning'));
    return { ...rest, call: undefined, steps: parts.length > 0 ? [{ message: { role, parts } }] : [] };
  }
  if (role === 'assistant') return assistantNode({ message, content, parts: read.parts, failed: read.failed, context, rest });
  if (role === 'tool') return toolNode({ message, parts: read.parts, failed: read.failed, context, rest });
  problems.push({ where: context.where, what: `has the role "${role}", which sotto does not know` });
  return { ...rest, steps: [] };
}

/** Other programs that write this format put the words where ChatGPT has an object or a list. */
function contentOf(message: JsonObject): JsonObject {
  const { content } = message;
  return isObject(content) ? content : content == null ? {} : { parts: content };
}

/**
 * What ChatGPT keeps from its user: reminders of its own, and what was taken out of the conversation again. Instructions that the
 * user wrote are hidden there, too, but are theirs.
 */
export function isHidden(message: JsonObject): boolean {
  const metadata = objectAt(message, 'metadata');
  if (metadata?.is_user_system_message === true || CONTEXTS.has(textAt(objectAt(message, 'content'), 'content_type') ?? '')) return false;
  return (
    metadata?.is_visually_hidden_from_conversation === true ||
    (message.weight === 0 && textAt(objectAt(message, 'author'), 'role') !== 'system')
  );
}

const CONTEXTS: ReadonlySet<string> = new Set(['user_editable_context', 'model_editable_context']);

type ContentPart = TextPart | ReasoningPart | MediaPart;
type Read = { parts: ContentPart[]; system?: string; failed: boolean };
type Rest = Omit<ChatGptNode, 'steps'>;
type NodeReading = { message: JsonObject; parts: ContentPart[]; failed: boolean; context: NodeContext; rest: Rest };

/** Whatever is not addressed to all is addressed to a tool. */
function assistantNode({ message, content, parts, failed, context, rest }: NodeReading & { content: JsonObject }): ChatGptNode {
  const recipient = textAt(message, 'recipient') ?? 'all';
  if (parts.length === 0) return { ...rest, steps: [] };
  if (recipient === 'all' || parts.some((part) => part.type !== 'text')) {
    const shown = withCitations(paragraphs(parts), objectAt(message, 'metadata'));
    return { ...rest, steps: [{ message: { role: 'assistant', parts: shown }, ...(failed ? { failed: true as const } : {}) }] };
  }
  const raw =
    content.content_type === 'code'
      ? (textAt(content, 'text') ?? '')
      : parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const call: OpenCall = { id: context.nodeId, name: recipient };
  const key = content.content_type === 'code' ? 'code' : 'input';
  const callArguments = isObject(parseJson(raw)) ? raw : JSON.stringify({ [key]: raw });
  return {
    ...rest,
    call,
    steps: [{ message: { role: 'assistant', parts: [{ type: 'tool_call', id: call.id, name: call.name, arguments: callArguments }] } }],
  };
}

/** Pictures a tool made are the assistant's; a result without a call gets one, because no provider takes it alone. */
function toolNode({ message, parts, failed, context, rest }: NodeReading): ChatGptNode {
  const output = parts.map((part) => (part.type === 'media' ? '' : part.text)).join('\n\n');
  const pictures = parts.filter((part) => part.type === 'media');
  if (output.trim() === '' && pictures.length === 0) return { ...rest, steps: [] };
  const name = textAt(objectAt(message, 'author'), 'name') ?? context.call?.name ?? 'tool';
  const call = context.call ?? { id: context.nodeId, name };
  const steps: ChatGptStep[] = [];
  if (!context.call)
    steps.push({ message: { role: 'assistant', parts: [{ type: 'tool_call', id: call.id, name: call.name, arguments: '{}' }] } });
  const result = { type: 'tool_result' as const, callId: call.id, name: call.name, output, ...(failed ? { failed: true as const } : {}) };
  steps.push({ message: { role: 'tool', parts: [result] } });
  if (pictures.length > 0) steps.push({ message: { role: 'assistant', parts: pictures } });
  // After a picture of the assistant's a further result would answer nothing.
  return { ...rest, call: pictures.length > 0 ? undefined : call, steps };
}

function readContent(content: JsonObject, context: NodeContext, problems: Problem[]): Read {
  const type = textAt(content, 'content_type') ?? 'text';
  const reader = Object.hasOwn(CONTENT, type) ? CONTENT[type] : undefined;
  if (reader) {
    const parts = reader(content, context, problems);
    return { parts: parts.filter((part) => part.type === 'media' || part.text.trim() !== ''), failed: type === 'system_error' };
  }
  if (CONTEXTS.has(type)) return { parts: [], system: instructionsOf(content), failed: false };
  const parts = texts(['title', 'url', 'text', 'result', 'content'], content);
  problems.push({
    where: context.where,
    what: `has content of the kind "${type}", which sotto does not know${parts.length > 0 ? '; its text was kept' : ''}`,
  });
  return { parts, failed: false };
}

type Reader = (content: JsonObject, context: NodeContext, problems: Problem[]) => ContentPart[];

const CONTENT: Record<string, Reader | undefined> = {
  text: readParts,
  multimodal_text: readParts,
  code: (content) => {
    const text = textAt(content, 'text') ?? '';
    const language = textAt(content, 'language');
    return [{ type: 'text', text: text === '' ? '' : `\`\`\`${language && language !== 'unknown' ? language : ''}\n${text}\n\`\`\`` }];
  },
  execution_output: (content) => texts(['text'], content),
  tether_quote: (content) => texts(['title', 'url', 'text'], content),
  tether_browsing_display: (content) => texts(['result', 'summary'], content),
  tether_browsing_code: (content) => texts(['text', 'result'], content),
  sonic_webpage: (content) => texts(['title', 'url', 'text'], content),
  system_error: (content) => texts(['name', 'text'], content),
  reasoning_recap: (content) => reasoning(textAt(content, 'content') ?? ''),
  thoughts: (content) => {
    const thoughts = listAt(content, 'thoughts').map((thought) =>
      typeof thought === 'string' ? thought : [textAt(thought, 'summary'), textAt(thought, 'content')].filter(Boolean).join('\n\n'),
    );
    const older = listAt(content, 'parts').flatMap((part) => (typeof part === 'string' ? [part] : []));
    return reasoning([...thoughts, ...older].filter(Boolean).join('\n\n'));
  },
};

function readParts(content: JsonObject, context: NodeContext, problems: Problem[]): ContentPart[] {
  const parts: Json[] = [content.parts ?? content.text ?? []].flat(MOST_LISTS);
  return parts.flatMap((part): ContentPart[] => {
    if (part === null) return [];
    if (!isObject(part)) return [{ type: 'text', text: String(part) }];
    const type = textAt(part, 'content_type');
    if (type === 'audio_transcription') return texts(['text'], part);
    const found = pointersIn(part);
    if (found.length > 0) return found.map((pointer) => attachment(pointer, context, problems));
    const kept = texts(['title', 'url', 'text', 'result'], part);
    if (kept.length > 0) return kept;
    problems.push({ where: context.where, what: `has a part of the kind "${type ?? 'unknown'}", which sotto does not know` });
    return [];
  });
}

const MOST_LISTS = 3;

/** Of a picture, a sound, or what was seen and said in a call with the camera on. */
function pointersIn(part: JsonObject): string[] {
  const places = [part, part.audio_asset_pointer, part.video_container_asset_pointer, ...listAt(part, 'frames_asset_pointers')];
  return places.flatMap((place) => (typeof place === 'string' ? place : textAt(place, 'asset_pointer')) ?? []);
}

/** `file-service://file-abc` or `sediment://file_0a1b`: the export holds a file whose name begins with the id. */
function attachment(pointer: string, { asset, where }: NodeContext, problems: Problem[], name?: string): ContentPart {
  const inline = mediaOfDataUrl(pointer);
  if (inline) return inline;
  const id = idOf(pointer);
  const found = asset(id) ?? (name === undefined ? undefined : asset(name));
  if (found) return { type: 'media', ...found, ...(name === undefined ? {} : { name }) };
  const what = name === undefined ? id : `${name} (${id})`;
  problems.push({
    where,
    what: `refers to the file ${what}, which is not in the export (import the whole folder, not only conversations.json)`,
  });
  return missingAttachment(name ?? id);
}

function idOf(pointer: string): string {
  return pointer.replace(/^[a-z-]+:\/\//, '').replace(/[#?].*$/, '');
}

type Attaching = { context: NodeContext; problems: Problem[] };

/** Files that the message names beside its words: uploads, and the pictures that a program drew. Pictures stand among the words, too. */
function attached(parts: readonly ContentPart[], metadata: JsonObject | undefined, { context, problems }: Attaching): ContentPart[] {
  const shown = new Set(parts.map((part) => (part.type === 'media' ? part.data : part.text)));
  const uploads = listAt(metadata, 'attachments').map((upload) => ({ id: textAt(upload, 'id'), name: textAt(upload, 'name') }));
  const drawn = listAt(objectAt(metadata, 'aggregate_result'), 'messages').map((message) => ({
    id: textAt(message, 'image_url'),
    name: undefined,
  }));
  return [...uploads, ...drawn].flatMap(({ id, name }) => {
    const pointer = id ?? name;
    if (!pointer || shown.has(missingAttachment(idOf(pointer)).text)) return [];
    const found = attachment(pointer, context, problems, name || undefined);
    return found.type === 'media' && shown.has(found.data) ? [] : [found];
  });
}

function instructionsOf(data: JsonObject | undefined): string {
  const names = ['user_profile', 'about_user_message', 'user_instructions', 'about_model_message', 'model_set_context'];
  return names.flatMap((name) => textAt(data, name)?.trim() || []).join('\n\n');
}

/** The markers of citations in the text become what they stand for; their sources become citations. */
function withCitations(parts: readonly ContentPart[], metadata: JsonObject | undefined): ContentPart[] {
  const references = [...listAt(metadata, 'content_references'), ...listAt(metadata, 'citations')];
  if (references.length === 0) return [...parts];
  const citations = references.flatMap(citationsOf);
  let given = false;
  return parts.map((part) => {
    if (part.type !== 'text') return part;
    let { text } = part;
    for (const reference of references) {
      const matched = textAt(reference, 'matched_text');
      if (matched && /[\ue200-\ue2ff]/.test(matched)) text = text.replaceAll(matched, () => textAt(reference, 'alt') ?? '');
    }
    const first = !given && citations.length > 0;
    given = true;
    return { ...part, text, ...(first ? { citations } : {}) };
  });
}

function citationsOf(reference: Json): Citation[] {
  const sources = [reference, objectAt(reference, 'metadata'), ...listAt(reference, 'items'), ...listAt(reference, 'sources')];
  return sources.flatMap((source) => {
    const url = textAt(source, 'url');
    const title = textAt(source, 'title');
    return url === undefined ? [] : [{ url, ...(title ? { title } : {}) }];
  });
}

function texts(keys: readonly string[], content: Json): TextPart[] {
  const text = keys.flatMap((key) => textAt(content, key)?.trim() || []).join('\n\n');
  return text === '' ? [] : [{ type: 'text', text }];
}

function reasoning(text: string): ReasoningPart[] {
  return text.trim() === '' ? [] : [{ type: 'reasoning', text }];
}
