/** Reads sotto's own exports: every value is checked at this border, and everything that is not known is kept as it is. */
import { z } from 'zod';
import { FINISH_REASONS } from '../core/events.ts';
import { isObject, type Json, listAt } from '../core/json.ts';
import type { ConversationRecord } from '../store/store.ts';
import type { ImportStep, Problem } from './import-record.ts';

/** The whole of `sotto export --format json`. */
export function readSotto(value: Json, where: string): ImportStep {
  const newer = newerThanThis(value, where);
  if (newer) return { conversations: [], problems: [newer] };
  const steps = listAt(value, 'conversations').map((record, index) => readSottoRecord(record, `${where}, conversation ${index + 1}`));
  if (!isObject(value) || !Array.isArray(value.conversations))
    return { conversations: [], problems: [{ where, what: 'has no list of conversations' }] };
  return { conversations: steps.flatMap((step) => step.conversations), problems: steps.flatMap((step) => step.problems) };
}

/** One record: an item of the JSON form, or a line of the JSONL form. */
export function readSottoRecord(value: Json, where: string): ImportStep {
  const newer = newerThanThis(value, where);
  if (newer) return { conversations: [], problems: [newer] };
  const { kind: _kind, ...bare } = isObject(value) ? value : {};
  const checked = RECORD.safeParse(isObject(value) ? bare : value);
  if (!checked.success)
    return { conversations: [], problems: [{ where, what: `is not a conversation of sotto: ${reasonsOf(checked.error)}` }] };
  // The schema describes the type; what zod calls `undefined` cannot stand in JSON.
  const record = checked.data as unknown as ConversationRecord;
  const wrong = brokenTree(record);
  return wrong === undefined ? { conversations: [record], problems: [] } : { conversations: [], problems: [{ where, what: wrong }] };
}

function newerThanThis(value: Json, where: string): Problem | undefined {
  const version = isObject(value) ? value.v : undefined;
  return typeof version === 'number' && version > 1
    ? { where, what: `was written by a newer sotto (version ${version}); update sotto` }
    : undefined;
}

function brokenTree({ messages, activeMessage }: ConversationRecord): string | undefined {
  const ids = new Set<number>();
  for (const { id, parent } of messages) {
    if (ids.has(id)) return `has two messages with the id ${id}`;
    if (parent !== null && !ids.has(parent)) return `has a message ${id} that comes before its parent ${parent}`;
    ids.add(id);
  }
  return activeMessage == null || ids.has(activeMessage)
    ? undefined
    : `ends its active path at a message ${activeMessage} that is not there`;
}

function reasonsOf(error: z.ZodError): string {
  const [first, ...others] = error.issues;
  const place = first?.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return `${place || 'it'}: ${first?.message ?? 'wrong'}${others.length > 0 ? `, and ${others.length} more` : ''}`;
}

const ORIGINAL = z.looseObject({
  wire: z.enum(['chat', 'responses', 'anthropic', 'ollama', 'guide']),
  item: z.record(z.string(), z.json()),
});
const CITATION = z.looseObject({ url: z.string().optional(), title: z.string().optional(), quote: z.string().optional() });
const TEXT = z.looseObject({
  type: z.literal('text'),
  text: z.string(),
  refusal: z.literal(true).optional(),
  citations: z.array(CITATION).optional(),
  original: ORIGINAL.optional(),
});
const MEDIA = z.looseObject({ type: z.literal('media'), mediaType: z.string(), data: z.string(), name: z.string().optional() });
const REASONING = z.looseObject({ type: z.literal('reasoning'), text: z.string(), original: ORIGINAL.optional() });
const TOOL_CALL = z.looseObject({
  type: z.literal('tool_call'),
  id: z.string(),
  name: z.string(),
  arguments: z.string(),
  original: ORIGINAL.optional(),
});
const HOSTED = z.looseObject({ type: z.literal('hosted'), name: z.string(), original: ORIGINAL });
const TOOL_RESULT = z.looseObject({
  type: z.literal('tool_result'),
  callId: z.string(),
  name: z.string(),
  output: z.string(),
  failed: z.literal(true).optional(),
  arguments: z.string().optional(),
});
const MESSAGE = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('user'), parts: z.array(z.discriminatedUnion('type', [TEXT, MEDIA])) }),
  z.looseObject({
    role: z.literal('assistant'),
    parts: z.array(z.discriminatedUnion('type', [TEXT, REASONING, TOOL_CALL, HOSTED, MEDIA])),
  }),
  z.looseObject({ role: z.literal('tool'), parts: z.array(TOOL_RESULT) }),
]);
const COUNT = z.number().optional();
const USAGE = z.looseObject({ input: COUNT, output: COUNT, cacheRead: COUNT, cacheWrite: COUNT, reasoning: COUNT });
const COST = z.looseObject({
  usd: z.number(),
  estimated: z.boolean(),
  atLeast: z.boolean().optional(),
  source: z.union([z.literal('provider'), z.looseObject({ priceOf: z.string() })]),
});
const TIMING = z.looseObject({ firstTokenMs: z.number().nullable(), durationMs: z.number().nullable() });
const ERROR = z.looseObject({ kind: z.string(), message: z.string() });
const RECORDED_MESSAGE = z.looseObject({
  id: z.int(),
  parent: z.int().nullable(),
  createdMs: z.number(),
  message: MESSAGE,
  status: z.enum(['complete', 'streaming', 'interrupted', 'cancelled', 'failed']).optional(),
  provider: z.string().nullish(),
  model: z.string().nullish(),
  finishReason: z.enum(FINISH_REASONS).nullish(),
  rawFinishReason: z.string().nullish(),
  usage: USAGE.nullish(),
  cost: COST.nullish(),
  timing: TIMING.optional(),
  error: ERROR.nullish(),
  sourceId: z.string().optional(),
});
const ATTEMPT = z.looseObject({
  purpose: z.string(),
  provider: z.string(),
  model: z.string(),
  outcome: z.string(),
  usage: USAGE.optional(),
  cost: COST.optional(),
  startedMs: COUNT,
  durationMs: COUNT,
  firstTokenMs: COUNT,
  requestId: z.string().optional(),
  status: COUNT,
  message: z.int().nullable(),
});
const RECORD = z.looseObject({
  v: z.literal(1),
  id: z.string().optional(),
  source: z.looseObject({ name: z.string(), id: z.string() }).nullish(),
  title: z.string().optional(),
  titleSource: z.enum(['prompt', 'model', 'user', 'import']).optional(),
  createdMs: z.number(),
  updatedMs: z.number().optional(),
  provider: z.string().nullish(),
  model: z.string().nullish(),
  system: z.string().nullish(),
  folder: z.string().nullish(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  forkedFrom: z.looseObject({ conversation: z.string(), message: z.int() }).nullish(),
  activeMessage: z.int().nullish(),
  messages: z.array(RECORDED_MESSAGE),
  attempts: z.array(ATTEMPT).optional(),
});
