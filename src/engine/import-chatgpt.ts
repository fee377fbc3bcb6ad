/** Reads ChatGPT's data export (conversations.json): a tree of nodes for each conversation. */

import { idAt, isObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../core/json.ts';
import { counted, nounOf } from '../core/words.ts';
import type { RecordedMessage } from '../store/store.ts';
import { type ChatGptStep, isHidden, type OpenCall, readNode } from './import-chatgpt-content.ts';
import { createTree, type ImportStep, joinPieces, known, type Origin, type Problem, quoted, sourceIdOf, timeAt } from './import-record.ts';

export function isChatGpt(value: unknown): boolean {
  return isObject(value) && isObject(value.mapping);
}

/** One conversation of the export. `where` names it in problems. */
export function readChatGpt(value: Json, where: string, origin: Origin): ImportStep {
  if (!isObject(value) || !isObject(value.mapping)) return { conversations: [], problems: [{ where, what: 'has no tree of messages' }] };
  const title = textAt(value, 'title');
  const place = `${where}${quoted(title)}`;
  const problems: Problem[] = [];
  const createdMs = timeAt(value, 'create_time') ?? origin.modifiedMs;
  const { messages, systems, active } = readTree(value, { place, origin, problems, createdMs });
  if (messages.length === 0) {
    problems.push({ where: place, what: 'holds no messages' });
    return { conversations: [], problems };
  }
  const id = idAt(value, 'conversation_id') ?? idAt(value, 'id');
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
          updatedMs: timeAt(value, 'update_time'),
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
  const { ordered, circles } = orderNodes(mapping);
  for (const id of circles) problems.push({ where: `${place}, node ${id}`, what: 'stands in a circle of nodes: here it is a beginning' });
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
    const timeMs = timeAt(message, 'create_time') ?? from.timeMs;
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
  const current = idAt(value, 'current_node');
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

/**
 * Parents before children, children in the order in which the export names them. A node that was deleted still holds those before
 * and behind it together where both name it. A circle is cut where it is met first.
 */
function orderNodes(mapping: JsonObject): { ordered: Ordered[]; circles: string[] } {
  const { parents, children } = linksIn(mapping);
  const ids = new Set([...Object.keys(mapping), ...parents.values()]);
  const ordered: Ordered[] = [];
  const placed = new Set<string>();
  const place = (root: string) => {
    const stack: Ordered[] = [{ id: root, parent: undefined }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (placed.has(next.id)) continue;
      placed.add(next.id);
      ordered.push(next);
      for (const child of [...(children.get(next.id) ?? [])].reverse()) stack.push({ id: child, parent: next.id });
    }
  };
  for (const id of ids) if (!parents.has(id)) place(id);
  const circles: string[] = [];
  for (const id of ids) {
    if (placed.has(id)) continue;
    const root = inCircleAbove(id, parents);
    circles.push(root);
    place(root);
  }
  return { ordered, circles };
}

type Links = { parents: Map<string, string>; children: Map<string, Set<string>> };

function linksIn(mapping: JsonObject): Links {
  const parents: Links['parents'] = new Map();
  const children: Links['children'] = new Map();
  const named = new Set<string>();
  for (const node of Object.values(mapping)) {
    const parent = idAt(node, 'parent');
    if (parent !== undefined) named.add(parent);
  }
  const link = (parent: string, child: string) => {
    if (parents.has(child)) return;
    parents.set(child, parent);
    children.set(parent, (children.get(parent) ?? new Set()).add(child));
  };
  for (const [id, node] of Object.entries(mapping)) {
    for (const child of idsAt(node, 'children')) if (Object.hasOwn(mapping, child) || named.has(child)) link(id, child);
  }
  for (const [id, node] of Object.entries(mapping)) {
    const parent = idAt(node, 'parent');
    if (parent !== undefined) link(parent, id);
  }
  return { parents, children };
}

function idsAt(node: unknown, key: string): string[] {
  return listAt(node, key).flatMap((id) => idAt({ id }, 'id') ?? []);
}

/** Whoever goes up from a node without a beginning comes to the circle above it. */
function inCircleAbove(id: string, parents: Links['parents']): string {
  const seen = new Set<string>();
  let at = id;
  for (let above = parents.get(at); above !== undefined && !seen.has(at); above = parents.get(at)) {
    seen.add(at);
    at = above;
  }
  return at;
}
