/** The tree of a chat's conversation: its branches, and the path to any of its messages. */
import { usageError } from '../core/errors.ts';
import { type Message, textOf, type UserMessage } from '../core/messages.ts';
import type { StoredMessage } from '../store/store.ts';
import type { Branch } from './chat.ts';
import { storedEnd } from './chat-line.ts';
import { changeKept, type Held, measure } from './chat-state.ts';

/** The leaves of the tree, newest first. */
export function listBranches(held: Held): Branch[] {
  const { line, keeping } = held;
  const stored = line.conversation === undefined ? [] : (keeping.store()?.tree(line.conversation, { media: false }) ?? []);
  // Parents come before their children: the store's in the order of their ids, and after them those in memory in theirs.
  const all = [...stored, ...line.unkept.values()];
  const parents = new Set(all.map(({ parent }) => parent));
  const active = line.path.at(-1)?.id;
  const known = new Map<number, { prompt: string; reply: string; messageCount: number }>();
  const branches: Branch[] = [];
  for (const { id, parent, message, createdMs } of all) {
    const above = parent === null ? undefined : known.get(parent);
    const prompt = message.role === 'user' ? typedIn(message) : (above?.prompt ?? '');
    const reply = replyAt(message, above?.reply);
    const messageCount = (above?.messageCount ?? 0) + 1;
    known.set(id, { prompt, reply, messageCount });
    if (!parents.has(id)) branches.push({ leaf: id, isActive: id === active, prompt, reply, createdMs, messageCount });
  }
  // Of two from the same millisecond the later one stands behind the other until here.
  return branches.reverse().sort((one, other) => other.createdMs - one.createdMs);
}

const MOST_OF_REPLY = 400;

/** A prompt begins anew; results of tools belong to the answer before them. */
function replyAt(message: Message, before = ''): string {
  if (message.role === 'assistant') return textOf(message).slice(0, MOST_OF_REPLY);
  return message.role === 'user' ? '' : before;
}

/** What was typed, without the files that came with it. */
function typedIn({ parts }: UserMessage): string {
  const first = parts.find((part) => part.type === 'text');
  return first?.type === 'text' ? first.text : '';
}

/** The messages from the first one to this one, on whatever branch it is. */
export function pathTo({ line, keeping }: Held, wanted: number): StoredMessage[] {
  const message = line.settled.get(wanted) ?? wanted;
  const at = line.path.findIndex(({ id }) => id === message);
  if (at >= 0) return line.path.slice(0, at + 1);
  const below: StoredMessage[] = [];
  let end: number | null = message;
  for (let found = line.unkept.get(end); found; found = end === null ? undefined : line.unkept.get(end)) {
    below.push(found);
    end = found.parent;
  }
  const above = end === null || line.conversation === undefined ? [] : (keeping.store()?.path(line.conversation, { leaf: end }) ?? []);
  const path = [...above, ...below.reverse()];
  if (path.at(-1)?.id !== message)
    throw usageError(`This conversation has no message ${wanted}.`, 'See: /edit and /fork list those it has.');
  return path;
}

export async function goTo(held: Held, leaf: number): Promise<void> {
  const path = pathTo(held, leaf);
  held.line.path = path;
  measure(held);
  await changeKept(held, (store, conversation) => store.endAt(conversation, storedEnd(path)));
}
