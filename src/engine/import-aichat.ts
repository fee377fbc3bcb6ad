/** Reads aichat: sessions (one YAML file each) and the log of single questions (messages.md). */
import { isObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../core/json.ts';
import type { AssistantMessage, MediaPart, Message, TextPart, ToolMessage, UserMessage } from '../core/messages.ts';
import type { RecordedMessage } from '../store/store.ts';
import {
  createTree,
  type ImportStep,
  known,
  mediaOfDataUrl,
  missingAttachment,
  type Origin,
  type Problem,
  paragraphs,
  parseTime,
} from './import-record.ts';

export function isAichat(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.messages) && typeof value.model === 'string';
}

/** A session: `name` is its file name without the ending; it carries no times and no id of its own. */
export function readAichatSession(value: Json, name: string, origin: Origin): ImportStep {
  const problems: Problem[] = [];
  if (!isObject(value) || !isAichat(value))
    return { conversations: [], problems: [{ where: origin.where, what: 'is not a session of aichat' }] };
  const { provider, model } = modelOf(textAt(value, 'model') ?? '');
  const createdMs = timeOfName(name) ?? origin.modifiedMs;
  const compressed = listAt(value, 'compressed_messages');
  const { systems, messages } = readMessages([...compressed, ...listAt(value, 'messages')], {
    origin,
    problems,
    createdMs,
    facts: { provider, model, status: 'complete' },
    // Where messages were compressed, the first one after them is aichat's summary of what is kept here in full.
    summaryAt: compressed.length > 0 ? compressed.length : -1,
  });
  if (messages.length === 0) {
    problems.push({ where: origin.where, what: 'holds no messages' });
    return { conversations: [], problems };
  }
  const instructions = textAt(value, 'agent_instructions');
  const system = systems[0] ?? (instructions || undefined);
  const title = name.replace(/^.*\//, '').replace(/^\d{8}T\d{6}-?/, '');
  return {
    problems,
    conversations: [
      {
        v: 1,
        createdMs,
        updatedMs: Math.max(createdMs, origin.modifiedMs),
        source: { name: 'aichat', id: name },
        provider,
        model,
        messages,
        ...known({ title: title || undefined, titleSource: title ? ('import' as const) : undefined, system }),
      },
    ],
  };
}

type Reading = {
  origin: Origin;
  problems: Problem[];
  createdMs: number;
  facts: Pick<RecordedMessage, 'provider' | 'model' | 'status'>;
  summaryAt: number;
};

function readMessages(list: readonly Json[], { origin, problems, createdMs, facts, summaryAt }: Reading) {
  const tree = createTree();
  const systems: string[] = [];
  let last: number | null = null;
  for (const [index, entry] of list.entries()) {
    const where = `${origin.where}, message ${index + 1}`;
    const role = textAt(entry, 'role');
    if (role === 'system') {
      const text = plainText(entry);
      if (index === summaryAt)
        problems.push({ where, what: 'is a summary of earlier messages; left out, because they are kept themselves' });
      else if (last === null) systems.push(text);
      else problems.push({ where, what: 'changes the instructions in the middle of the session; the first ones were kept' });
      continue;
    }
    for (const message of contentsOf(entry, { role, where, index, problems })) {
      last = tree.add({ parent: last, createdMs, message, ...(message.role === 'assistant' ? facts : {}) });
    }
  }
  return { systems: systems.length > 0 ? [systems.join('\n\n')] : [], messages: tree.messages };
}

type Entry = { role: string | undefined; where: string; index: number; problems: Problem[] };

function contentsOf(entry: Json, { role, where, index, problems }: Entry): Message[] {
  const rounds = objectAt(entry, 'content');
  if (rounds && Array.isArray(rounds.tool_results)) return toolRound(rounds, index);
  const parts = partsOf(entry, where, problems);
  if (role === 'user') return parts.length > 0 ? [{ role, parts }] : [];
  if (role === 'assistant') return parts.length > 0 ? [{ role, parts } satisfies AssistantMessage] : [];
  problems.push({ where, what: `has the role "${role ?? ''}", which sotto does not know` });
  return [];
}

function toolRound(rounds: JsonObject, index: number): Message[] {
  const text = textAt(rounds, 'text');
  const reply: AssistantMessage = { role: 'assistant', parts: text ? [{ type: 'text', text }] : [] };
  const results: ToolMessage = { role: 'tool', parts: [] };
  for (const [place, result] of listAt(rounds, 'tool_results').entries()) {
    const call = objectAt(result, 'call');
    const id = textAt(call, 'id') || `call_${index + 1}_${place + 1}`;
    const name = textAt(call, 'name') ?? 'tool';
    reply.parts.push({ type: 'tool_call', id, name, arguments: asArguments(call?.arguments) });
    results.parts.push({ type: 'tool_result', callId: id, name, output: asText(isObject(result) ? result.output : undefined) });
  }
  return results.parts.length > 0 ? [reply, results] : reply.parts.length > 0 ? [reply] : [];
}

function partsOf(entry: Json, where: string, problems: Problem[]): UserMessage['parts'] {
  const text = textAt(entry, 'content');
  if (text !== undefined) return text === '' ? [] : [{ type: 'text', text }];
  const parts = listAt(entry, 'content').flatMap((part): (TextPart | MediaPart)[] => {
    const type = textAt(part, 'type');
    const words = textAt(part, 'text');
    if (type === 'text' && words !== undefined) return [{ type, text: words }];
    const url = textAt(objectAt(part, 'image_url'), 'url');
    if (url === undefined) {
      problems.push({ where, what: `has a part of the kind "${type ?? 'unknown'}", which sotto does not know` });
      return [];
    }
    const media = mediaOfDataUrl(url);
    if (media) return [media];
    problems.push({ where, what: 'refers to a picture at an address, which was not fetched; the address was kept' });
    return [missingAttachment(url)];
  });
  return paragraphs(parts);
}

function plainText(entry: Json): string {
  return (
    textAt(entry, 'content') ??
    listAt(entry, 'content')
      .flatMap((part) => textAt(part, 'text') ?? [])
      .join('\n\n')
  );
}

function asArguments(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(isObject(value) ? value : value === undefined || value === null ? {} : { input: value });
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}

/** aichat names a model by client and model; its clients have our names, except these. */
const PROVIDERS: Record<string, string | undefined> = { claude: 'anthropic', 'azure-openai': 'azure' };

function modelOf(name: string): { provider: string | null; model: string | null } {
  const [client = '', ...rest] = name.split(':');
  if (rest.length === 0) return { provider: null, model: name === '' ? null : name };
  return { provider: (Object.hasOwn(PROVIDERS, client) ? PROVIDERS[client] : undefined) ?? client, model: rest.join(':') };
}

/** Sessions that aichat names itself begin with their time: `20240814T101214-title`. */
function timeOfName(name: string): number | undefined {
  const found = /(?:^|\/)(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(name);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  return parseTime(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
}

/** `# CHAT: its first words [time] (role#documents)`; until 0.17 without the words: `# CHAT:[time] (role)`. */
const LOG_HEAD = /^# CHAT:(?: ?(.*?) ?)?\[(\d{4}-\d\d-\d\d[T ][\d:.]+ ?(?:Z|[+-]\d\d:?\d\d)?)\](?: \([^\n]*\))?$/;
const LOG_LINE = '--------';

export function isAichatLog(text: string): boolean {
  return LOG_HEAD.test(text.slice(0, Math.max(0, text.indexOf('\n'))).trimEnd());
}

/** The log of questions outside of sessions: each entry is a conversation of one turn. The log names no models. */
export function readAichatLog(text: string, origin: Origin): ImportStep {
  const result: ImportStep = { conversations: [], problems: [] };
  const lines = text.split('\n');
  const heads = lines.flatMap((line, index) => (LOG_HEAD.test(line.trimEnd()) ? [index] : []));
  if ((heads[0] ?? lines.length) > 0 && lines.slice(0, heads[0]).some((line) => line.trim() !== ''))
    result.problems.push({ where: `${origin.where}:1`, what: 'does not begin with an entry' });
  const seen = new Map<string, number>();
  for (const [order, start] of heads.entries()) {
    const where = `${origin.where}:${start + 1}`;
    const [, title = '', time = ''] = LOG_HEAD.exec((lines[start] ?? '').trimEnd()) ?? [];
    const body = lines.slice(start + 1, heads[order + 1] ?? lines.length);
    const first = body.findIndex((line) => line.trimEnd() === LOG_LINE);
    const last = body.findLastIndex((line) => line.trimEnd() === LOG_LINE);
    if (first < 0) {
      result.problems.push({ where, what: 'has no answer' });
      continue;
    }
    const question = body.slice(0, first).join('\n');
    const answer = body.slice(first + 1, last > first ? last : body.length).join('\n');
    // Without its line at the end it was still being written.
    const status = last > first ? 'complete' : 'interrupted';
    const again = seen.get(time) ?? 0;
    seen.set(time, again + 1);
    const createdMs = parseTime(time) ?? origin.modifiedMs;
    result.conversations.push({
      v: 1,
      createdMs,
      source: { name: 'aichat', id: `messages.md ${time}${again > 0 ? ` ${again + 1}` : ''}` },
      ...(title.trim() === '' ? {} : { title: title.trim(), titleSource: 'import' as const }),
      messages: [
        { id: 1, parent: null, createdMs, message: { role: 'user', parts: [{ type: 'text', text: question }] } },
        { id: 2, parent: 1, createdMs, status, message: { role: 'assistant', parts: [{ type: 'text', text: answer }] } },
      ],
    });
  }
  return result;
}
