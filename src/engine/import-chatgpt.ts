/** Reads ChatGPT's data export (conversations.json): a tree of nodes for each conversation. */

import { isObject, type Json, type JsonObject, listAt, numberAt, objectAt, textAt } from '../core/json.ts';
import { counted, nounOf } from '../core/words.ts';
import type { RecordedMessage } from '../store/store.ts';
import { type ChatGptStep, isHidden, type OpenCall, readNode } from './import-chatgpt-content.ts';
import { createTree, type ImportStep, joinPieces, known, type Origin, type Problem, quoted, sourceIdOf } from './import-record.ts';

export function isChatGpt(value: unknown): boolean {
  return isObject(value) && isObject(value.mapping);
}

/** One conversation of the export. `where` names it in problems. */
export function readChatGpt(value: Json, where: string, origin: Origin): ImportStep {
  if (!isObject(value) || !isObject(value.mapping)) return { conversations: [], problems: [{ where, what: 'has no tree of messages' }] };
  const title = textAt(value, 'title');
  const place = `${where}${quoted(title)}`;
  const problems: Problem[] = [];
  const createdMs = secondsToMs(value.create_time) ?? origin.modifiedMs;
  const { messages, systems, active } = readTree(value, { place, origin, problems, createdMs });
  if (messages.length === 0) {
    problems.push({ where: place, what: 'holds no messages' });
    return { conversations: [], problems };
  }
  const id = textAt(value, 'conversation_id') ?? textAt(value, 'id');
  const model = textAt(value, 'default_model_slug') ?? messages.findLast((message) => message.model)?.model ?? undefined;
  return {
    problems,
    conversations: [
      {
        v: 1,
        createdMs,
        messages,
        ...known({
          source: id === undefined ? undefined : { name: 'chatgpt', id },
          title: title || undefined,
          titleSource: title ? ('import' as const) : undefined,
          updatedMs: secondsToMs(value.update_time),
          provider: 'openai',
          model,
          system: systems.length > 0 ? [...new Set(systems)].join('\n\n') : undefined,
          archived: value.is_archived === true ? true : undefined,
          pinned: value.is_starred === true || typeof value.pinned_time === 'number' ? true : undefined,
          activeMessage: active ?? undefined,
        }),
      },
    ],
  };
}

type Reading = { place: string; origin: Origin; problems: Problem[]; createdMs: number };
/** Where a node's children go on. */
type Reached = { last: number | null; call: OpenCall | undefined; timeMs: number };

function readTree(value: JsonObject, { place, origin, problems, createdMs }: Reading) {
  const tree = createTree();
  const systems: string[] = [];
  const mapping = objectAt(value, 'mapping') ?? {};
  const reached = new Map<string, Reached>();
  const { ordered, unreachable } = orderNodes(mapping);
  for (const id of unreachable) problems.push({ where: `${place}, node ${id}`, what: 'hangs in a circle of nodes and cannot be placed' });
  let hidden = 0;
  for (const { id, parent } of ordered) {
    const from = (parent === undefined ? undefined : reached.get(parent)) ?? { last: null, call: undefined, timeMs: createdMs };
    const message = objectAt(mapping[id], 'message');
    if (!message) {
      reached.set(id, from);
      continue;
    }
    const read = readNode(message, { nodeId: id, where: `${place}, message ${id}`, asset: origin.asset, call: from.call });
    if (isHidden(message)) {
      if (read.steps.length > 0 || read.system) hidden++;
      reached.set(id, from);
      continue;
    }
    for (const problem of read.problems) problems.push(problem);
    if (read.system) systems.push(read.system);
    const timeMs = secondsToMs(message.create_time) ?? from.timeMs;
    let { last } = from;
    for (const [index, step] of read.steps.entries())
      last = tree.add({ parent: last, createdMs: timeMs, ...sourceIdOf(id, index), ...factsOf(message, step) });
    reached.set(id, { last, call: read.call, timeMs });
  }
  if (hidden > 0) {
    problems.push({
      where: place,
      what: `hides ${counted(hidden, 'message')} from its user; ${nounOf(hidden, 'it was', 'they were')} left out`,
    });
  }
  const current = textAt(value, 'current_node');
  const end = current === undefined ? undefined : reached.get(current)?.last;
  const joined = joinPieces(tree.messages, end ?? tree.messages.at(-1)?.id ?? null);
  return { messages: joined.messages, active: joined.active, systems };
}

function factsOf(
  message: JsonObject,
  { message: content, failed }: ChatGptStep,
): Pick<RecordedMessage, 'message'> & Partial<RecordedMessage> {
  if (content.role !== 'assistant') return { message: content };
  const metadata = objectAt(message, 'metadata');
  const raw = textAt(objectAt(metadata, 'finish_details'), 'type');
  const status = textAt(message, 'status');
  const model = textAt(metadata, 'model_slug');
  const stopped = raw === 'interrupted';
  const finishReason = raw === 'stop' ? 'stop' : raw === 'max_tokens' ? 'length' : stopped ? 'cancelled' : undefined;
  return {
    message: content,
    provider: 'openai',
    status: failed ? 'failed' : stopped ? 'cancelled' : status === 'in_progress' ? 'interrupted' : 'complete',
    ...known({ model, finishReason: finishReason as RecordedMessage['finishReason'], rawFinishReason: raw }),
  };
}

type Ordered = { id: string; parent: string | undefined };

/** Parents before children, children in the order in which the export names them. */
function orderNodes(mapping: JsonObject): { ordered: Ordered[]; unreachable: string[] } {
  const parents = new Map<string, string>();
  const children = new Map<string, Set<string>>();
  const link = (parent: string, child: string) => {
    if (parents.has(child) || !Object.hasOwn(mapping, child)) return;
    parents.set(child, parent);
    children.set(parent, (children.get(parent) ?? new Set()).add(child));
  };
  for (const [id, node] of Object.entries(mapping)) {
    for (const child of listAt(node, 'children')) if (typeof child === 'string') link(id, child);
  }
  for (const [id, node] of Object.entries(mapping)) {
    const parent = textAt(node, 'parent');
    if (parent !== undefined && Object.hasOwn(mapping, parent)) link(parent, id);
  }
  const ordered: Ordered[] = [];
  const stack = Object.keys(mapping)
    .filter((id) => !parents.has(id))
    .reverse();
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    ordered.push({ id, parent: parents.get(id) });
    for (const child of [...(children.get(id) ?? [])].reverse()) stack.push(child);
  }
  const placed = new Set(ordered.map(({ id }) => id));
  return { ordered, unreachable: Object.keys(mapping).filter((id) => !placed.has(id)) };
}

function secondsToMs(value: unknown): number | undefined {
  const seconds = numberAt({ value: value as Json }, 'value'); // only its type is looked at
  if (seconds === undefined || seconds <= 0) return undefined;
  // Some programs that write this format count in milliseconds.
  return Math.round(seconds > 1e11 ? seconds : seconds * 1000);
}
