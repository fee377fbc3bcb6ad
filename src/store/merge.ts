/** Finds the messages of a record in a conversation that holds some of them: each under its parent, by its id there or by its content. */
import type { Message } from '../core/messages.ts';
import { packParts } from './attachments.ts';
import type { Connection } from './connection.ts';
import { contentKey, type Relation, relationOf } from './same-message.ts';
import type { MessageStatus, RecordedMessage } from './store.ts';

/** What is stored, without its words: those are read where they are compared. */
type KnownMessage = {
  id: number;
  role: Message['role'];
  status: MessageStatus;
  sourceId: string | null;
  createdMs: number;
  hasChildren: boolean;
};
export type KnownTree = Map<number | null, KnownMessage[]>;
export type Match = { known: KnownMessage; relation: Relation };

export function knownTree(connection: Connection, key: number): KnownTree {
  type Row = Omit<KnownMessage, 'hasChildren'> & { parent: number | null };
  const tree: KnownTree = new Map();
  const byId = new Map<number, KnownMessage>();
  const sql = `SELECT id, parent_id AS parent, role, status, source_id AS sourceId, created_ms AS createdMs FROM messages WHERE conversation_key = ? ORDER BY id`;
  for (const { parent, ...row } of connection.each<Row>(sql, key)) {
    const known = { ...row, hasChildren: false };
    byId.set(known.id, known);
    const above = parent === null ? undefined : byId.get(parent);
    if (above) above.hasChildren = true;
    const siblings = tree.get(parent);
    if (siblings) siblings.push(known);
    else tree.set(parent, [known]);
  }
  return tree;
}

type Siblings = {
  connection: Connection;
  /** Of one parent, in the record and here. */
  messages: readonly RecordedMessage[];
  known: readonly KnownMessage[];
  /** All the ids of the record: a stored message with one of them is that message and no other. */
  sourceIds: ReadonlySet<string>;
  hasChildren: (message: RecordedMessage) => boolean;
};

/** Each stored message is taken once, and the surest ways of knowing it come first. What is not in the answer is new. */
export function matchSiblings({ connection, messages, known, sourceIds, hasChildren }: Siblings): Map<number, Match> {
  const matches = new Map<number, Match>();
  if (known.length === 0) return matches;
  const taken = new Set<KnownMessage>();
  const stored = indexOf(connection, known);
  const incoming = messages.map((message) => ({ message, ...contentOf(message) }));
  const isForeign = ({ sourceId }: KnownMessage): boolean => sourceId === null || !sourceIds.has(sourceId);
  const take = (message: RecordedMessage, match: Match | undefined): void => {
    if (!match) return;
    matches.set(message.id, match);
    // An older export knows less of a message that another one may know whole.
    if (match.relation !== 'shorter') taken.add(match.known);
  };
  const ways: ((one: Incoming) => Match | undefined)[] = [
    ({ message: { sourceId = '' }, key }) =>
      same(stored.bySourceId.get(sourceId)?.find((one) => !taken.has(one) && stored.keys.get(one) === key)),
    (one) => same(alike(one).find((known) => isOfTheTime(one, known) && (one.message.sourceId === undefined || isForeign(known)))),
    // Of two ids for the same words in the same place each is right, unless they are of one moment.
    (one) => same(alike(one).find((known) => known.sourceId === null || one.message.sourceId === undefined)),
    (one) => related(one, stored.bySourceId.get(one.message.sourceId ?? '') ?? []),
    (one) => related(one, (one.message.pieceIds ?? []).flatMap((id) => stored.bySourceId.get(id) ?? []).filter(isForeign), ['longer']),
    // Without an id of its own, such as an older sotto stored it, or one's own export; the moment is then as good as an id.
    (one) =>
      related(
        one,
        atTheTime(one).filter(({ sourceId }) => sourceId === null),
      ),
    // More pieces of it were there in a newer export than in this one.
    (one) => related(one, atTheTime(one).filter(isForeign), ['shorter']),
  ];
  // Those in front are taken first: thousands of answers with the same words are not looked through for each of them.
  const alike = ({ key }: Incoming) => {
    const all = stored.byContent.get(key) ?? [];
    while (all[0] && taken.has(all[0])) all.shift();
    return all.slice(0, MOST_COMPARED).filter((known) => !taken.has(known));
  };
  const isOfTheTime = ({ message }: Incoming, { createdMs }: KnownMessage) => createdMs === Math.round(message.createdMs);
  const atTheTime = ({ message }: Incoming) => (stored.byTime.get(Math.round(message.createdMs)) ?? []).slice(0, MOST_COMPARED);
  const related = (one: Incoming, candidates: readonly KnownMessage[], wanted?: readonly Relation[]): Match | undefined => {
    for (const known of candidates) {
      if (taken.has(known) || known.role !== one.message.message.role) continue;
      const hasSameId = known.sourceId !== null && known.sourceId === one.message.sourceId;
      const stored = { parts: storedParts(connection, known.id), status: known.status };
      const relation = relationOf(known.role, { stored, incoming: one, hasSameId });
      if (relation === 'different' || (wanted && !wanted.includes(relation))) continue;
      if ((relation === 'longer' && known.hasChildren) || (relation === 'shorter' && hasChildren(one.message))) continue;
      return { known, relation };
    }
    return undefined;
  };
  for (const way of ways) for (const one of incoming) if (!matches.has(one.message.id)) take(one.message, way(one));
  return matches;
}

/** More answers to one message than this, all of one moment, are nobody's conversation. */
const MOST_COMPARED = 50;

type Incoming = { message: RecordedMessage; key: string; parts: string; status: MessageStatus };

function contentOf({ message, status = 'complete' }: RecordedMessage): Omit<Incoming, 'message'> {
  const { json } = packParts(message);
  return { parts: json, status, key: contentKey(message.role, json) };
}

function same(known: KnownMessage | undefined): Match | undefined {
  return known && { known, relation: 'same' };
}

function storedParts(connection: Connection, id: number): string {
  return connection.get<{ parts: string }>('SELECT parts FROM messages WHERE id = ?', id)?.parts ?? '';
}

function indexOf(connection: Connection, known: readonly KnownMessage[]) {
  const keys = new Map<KnownMessage, string>();
  const byContent = new Map<string, KnownMessage[]>();
  const bySourceId = new Map<string, KnownMessage[]>();
  const byTime = new Map<number, KnownMessage[]>();
  const put = <Key>(map: Map<Key, KnownMessage[]>, key: Key, one: KnownMessage) => {
    const there = map.get(key);
    if (there) there.push(one);
    else map.set(key, [one]);
  };
  for (const one of known) {
    // The column holds one of the roles: the table sees to it.
    const key = contentKey(one.role as RecordedMessage['message']['role'], storedParts(connection, one.id));
    keys.set(one, key);
    put(byContent, key, one);
    if (one.sourceId !== null) put(bySourceId, one.sourceId, one);
    put(byTime, one.createdMs, one);
  }
  return { keys, byContent, bySourceId, byTime };
}
