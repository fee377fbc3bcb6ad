/** Takes a conversation from elsewhere in: whole, or what is new of it, in transactions of bounded time. */
import { configurationError, type SottoError } from '../core/errors.ts';
import { unpackMessage } from './attachments.ts';
import { attemptKey, attemptsOf, insertAttempt } from './attempts.ts';
import type { Connection } from './connection.ts';
import type { StoreContext } from './context.ts';
import { conversationById, conversationBySource, conversationKey, growConversation, setActive, sumConversation } from './conversations.ts';
import { isBusy } from './failure.ts';
import { fold } from './folding.ts';
import { idAt, isId } from './ids.ts';
import { type KnownTree, knownTree, type Match, matchSiblings } from './merge.ts';
import { insertMessage, markIndexed, messageRow, pathRows, replaceMessage, setSourceId } from './messages.ts';
import { rename } from './rename.ts';
import { type IndexTexts, indexTexts, unindexMessage } from './search-index.ts';
import { indexText } from './search-text.ts';
import type { ConversationRecord, Imported, ImportStep, RecordedMessage } from './store.ts';
import { addTag } from './tags.ts';
import { cleanTitle, titleFrom } from './title.ts';
import { insertWithNewId } from './turns.ts';

export function importConversation(context: StoreContext, record: ConversationRecord): Imported {
  return atOnce(importSteps(context, record, { dryRun: false }));
}

function atOnce(steps: Generator<ImportStep, Imported>): Imported {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (step.value.locked) throw step.value.locked;
  }
}

/** All of them or none, in one transaction: for conversations of a few messages, of which each would cost more than it holds. */
export function importTogether(context: StoreContext, records: readonly ConversationRecord[]): Imported[] {
  const { connection } = context;
  return connection.write(() => {
    const texts: IndexTexts = new Map();
    const imported = records.map((record) => atOnce(stepsOf(newJob(context, record, { dryRun: false, texts }))));
    indexTexts(connection, texts);
    return imported;
  });
}

/** Long enough that a transaction costs nothing beside it, short enough that Ctrl+C is heard and others get in between. */
const STEP_MS = 100;

/** Each step leaves a conversation that is right as far as it goes: the next import adds the rest of one that was stopped. */
export function importSteps(
  context: StoreContext,
  record: ConversationRecord,
  { dryRun }: { dryRun: boolean },
): Generator<ImportStep, Imported> {
  return stepsOf(newJob(context, record, { dryRun }));
}

function* stepsOf(job: Job): Generator<ImportStep, Imported> {
  const { dryRun, record } = job;
  const { connection, now } = job.context;
  const { messages } = record;
  requireTree(messages);
  for (let at = 0; ; ) {
    const step = (): boolean => {
      begin(job);
      const untilMs = now() + STEP_MS;
      for (let message = messages[at]; message; message = messages[at]) {
        place(job, message);
        at++;
        if (now() >= untilMs) break;
      }
      finishStep(job, at === messages.length);
      if (!job.isShared) indexTexts(connection, job.texts);
      return at === messages.length;
    };
    const isDone = attempt(() => (dryRun ? connection.snapshot(step) : connection.write(step)));
    const { id, isNew, added, renewed } = job;
    const soFar: Imported = {
      id,
      outcome: isNew ? 'added' : added + renewed > 0 ? 'grown' : 'present',
      messages: { added, renewed },
    };
    if (isDone === true) return soFar;
    yield isDone ? { ...soFar, locked: isDone } : soFar;
  }
}

/** A lock is met before anything has happened. */
function attempt(step: () => boolean): boolean | SottoError {
  try {
    return step();
  } catch (thrown) {
    if (isBusy(thrown)) return thrown;
    throw thrown;
  }
}

function requireTree(messages: readonly RecordedMessage[]): void {
  const ids = new Set<number>();
  for (const { id, parent } of messages) {
    const isTwice = ids.has(id);
    if (isTwice || (parent !== null && !ids.has(parent))) {
      throw configurationError(
        `The conversation cannot be imported: message ${id} ${isTwice ? 'is there twice' : `comes before its parent ${parent}`}.`,
        'Nothing of it was imported.',
      );
    }
    ids.add(id);
  }
}

type Job = {
  context: StoreContext;
  record: ConversationRecord;
  dryRun: boolean;
  /** Empty in a dry run of a new one. */
  id: string;
  key: number | undefined;
  isNew: boolean;
  tree: KnownTree;
  /** Changes when another process has written. */
  version: number;
  siblings: Map<number | null, RecordedMessage[]>;
  sourceIds: Set<string>;
  /** Parents in the record whose children have been looked for here, and what was found. */
  looked: Set<number | null>;
  matches: Map<number, Match>;
  /** From the ids in the record to the ids here. */
  places: Map<number, number>;
  last: number | undefined;
  added: number;
  renewed: number;
  addedInStep: number;
  /** What goes into the search index at the end of the transaction, which others may share. */
  texts: IndexTexts;
  isShared: boolean;
};

type HowToImport = { dryRun: boolean; texts?: IndexTexts };

function newJob(context: StoreContext, record: ConversationRecord, { dryRun, texts }: HowToImport): Job {
  const siblings: Job['siblings'] = new Map();
  for (const message of record.messages) {
    const there = siblings.get(message.parent);
    if (there) there.push(message);
    else siblings.set(message.parent, [message]);
  }
  return {
    ...{ context, record, dryRun, siblings, id: '', key: undefined, isNew: false, tree: new Map(), version: -1 },
    sourceIds: new Set(record.messages.flatMap(({ sourceId }) => sourceId ?? [])),
    ...{ looked: new Set(), matches: new Map(), places: new Map(), last: undefined, added: 0, renewed: 0, addedInStep: 0 },
    ...{ texts: texts ?? new Map(), isShared: texts !== undefined },
  };
}

/** What another process wrote since the last step is looked at anew: it may have imported the same. */
function begin(job: Job): void {
  const { connection } = job.context;
  job.addedInStep = 0;
  const version = connection.get<{ data_version: number }>('PRAGMA data_version')?.data_version ?? 0;
  const isFirst = job.version < 0;
  if (version === job.version) return;
  job.version = version;
  const id = isFirst ? presentId(connection, job.record) : job.id;
  const key = id ? conversationKey(connection, id) : undefined;
  if (id !== undefined && key !== undefined) Object.assign(job, { id, key, tree: knownTree(connection, key) });
  else if (!isFirst && !job.dryRun)
    throw configurationError('The conversation was deleted while it was imported.', 'Import it again if it should be there.');
  else {
    job.isNew = true;
    if (!job.dryRun) Object.assign(job, insertRecord(job));
  }
  job.looked.clear();
  job.matches.clear();
}

/** The same conversation was imported before, or is the one that was exported. */
function presentId(connection: Connection, { id, source }: ConversationRecord): string | undefined {
  const bySource = source ? conversationBySource(connection, source.name, source.id) : undefined;
  if (bySource !== undefined) return bySource;
  return id !== undefined && conversationKey(connection, id) !== undefined ? id : undefined;
}

function insertRecord({ context: { connection, random }, record, texts }: Job): { key: number; id: string } {
  const first = record.messages.find(({ message }) => message.role === 'user') ?? record.messages[0];
  const given = cleanTitle(record.title ?? '');
  const kept = record.id !== undefined && isId(record.id) ? record.id : undefined;
  const createdMs = timeOf(record);
  const title = given || (first ? titleFrom(first.message) : 'Untitled');
  const created = insertWithNewId(connection, () => kept ?? idAt(createdMs, random), {
    title,
    titleSource: record.titleSource ?? (given ? 'import' : 'prompt'),
    createdMs,
    updatedMs: updatedOf(record),
    provider: record.provider ?? null,
    model: record.model ?? null,
    system: record.system ?? null,
    folder: record.folder ?? null,
    pinned: record.pinned ?? false,
    archived: record.archived ?? false,
    forkedFrom: record.forkedFrom ?? null,
    // What is marked as imported is looked for by its time, not by its place in the table.
    source: record.source ?? { name: 'sotto', id: record.id ?? idAt(createdMs, random) + idAt(createdMs, random) },
    indexed: true,
  });
  texts.set(-created.key, fold(title));
  for (const tag of record.tags ?? []) addTag(connection, created.key, tag);
  return created;
}

/** Later than any id can say (the year 3084), before 1970, or not a number: no time. */
const LATEST_MS = 32 ** 9 - 1;

function timeOf({ createdMs }: { createdMs: number }, otherwise = 0): number {
  return createdMs >= 0 && createdMs <= LATEST_MS ? Math.round(createdMs) : otherwise;
}

function updatedOf(record: ConversationRecord): number {
  const newest = record.messages.reduce((latest, message) => Math.max(latest, timeOf(message)), timeOf(record));
  return timeOf({ createdMs: record.updatedMs ?? newest }, newest);
}

function place(job: Job, message: RecordedMessage): void {
  const parent = message.parent === null ? null : (job.places.get(message.parent) ?? null);
  if (!job.looked.has(message.parent)) lookFor(job, message.parent, parent);
  const match = job.matches.get(message.id);
  if (!match) {
    job.places.set(message.id, add(job, message, parent));
    return;
  }
  const { known, relation } = match;
  job.places.set(message.id, known.id);
  if (relation === 'fuller' || relation === 'longer') renew(job, known.id, message);
  else if (relation === 'same' && known.sourceId === null && message.sourceId !== undefined && !job.dryRun)
    setSourceId(job.context.connection, known.id, message.sourceId);
}

function lookFor(job: Job, parent: number | null, here: number | null): void {
  job.looked.add(parent);
  const found = matchSiblings({
    connection: job.context.connection,
    messages: job.siblings.get(parent) ?? [],
    known: job.tree.get(here) ?? [],
    sourceIds: job.sourceIds,
    hasChildren: ({ id }) => job.siblings.has(id),
  });
  for (const [id, match] of found) job.matches.set(id, match);
}

function add(job: Job, recorded: RecordedMessage, parent: number | null): number {
  job.added++;
  job.addedInStep++;
  // Of a message that a dry run only thinks of, nothing is stored below it.
  if (job.dryRun || job.key === undefined) return -job.added;
  const { connection } = job.context;
  const { message, sourceId } = recorded;
  const createdMs = timeOf(recorded, timeOf(job.record));
  const status = statusOf(recorded);
  const id = insertMessage(connection, { key: job.key, parent, message, createdMs, status, facts: recorded, sourceId, indexed: true });
  job.texts.set(id, indexText(message));
  job.last = id;
  return id;
}

function statusOf({ status = 'complete' }: RecordedMessage) {
  return status === 'streaming' ? 'interrupted' : status;
}

function renew(job: Job, id: number, recorded: RecordedMessage): void {
  job.renewed++;
  if (job.dryRun) return;
  const { texts, context } = job;
  const { connection } = context;
  const before = messageRow(connection, id);
  if (before?.indexed === 1 && !texts.has(id)) unindexMessage(connection, id, unpackMessage(connection, before, false));
  replaceMessage(connection, id, { message: recorded.message, status: statusOf(recorded), facts: recorded, sourceId: recorded.sourceId });
  texts.set(id, indexText(recorded.message));
  markIndexed(connection, id, true);
}

function finishStep(job: Job, isLast: boolean): void {
  const { context, record, key, isNew } = job;
  if (job.dryRun || key === undefined) return;
  const { connection } = context;
  const isMoved = isLast && (isNew || (job.added + job.renewed > 0 && !goesOnHere(job)));
  growConversation(connection, {
    key,
    messages: job.addedInStep,
    active: isNew ? job.last : undefined,
    nowMs: isLast && job.added > 0 && !isNew ? updatedOf(record) : 0,
    provider: (isMoved && !isNew && record.provider) || null,
    model: (isMoved && !isNew && record.model) || null,
  });
  if (!isLast) return;
  const active = record.activeMessage ?? record.messages.at(-1)?.id;
  const end = active === undefined ? undefined : job.places.get(active);
  if (isMoved && end !== undefined) setActive(connection, key, end);
  if (record.attempts && record.attempts.length > 0) insertAttempts(job, key);
  if (isNew || record.titleSource !== 'import' || !record.title) return;
  if (conversationById(connection, job.id)?.title_source !== 'import') return;
  // The older title must be in the index to be taken out of it: another record of this transaction may have brought it.
  indexTexts(connection, job.texts);
  rename(connection, job.id, record.title, 'import');
}

/** The user has gone on here, on the branch that is current: a message of his own stands on it, or a reply that he paid for. */
function goesOnHere({ context: { connection }, id, key, places }: Job): boolean {
  const leaf = conversationById(connection, id)?.active_message;
  if (leaf == null || key === undefined) return false;
  const imported = new Set(places.values());
  const paid = new Set(attemptsOf(connection, key).map(({ message }) => message));
  return pathRows(connection, key, leaf).some(
    (row) => !imported.has(row.id) && ((row.role === 'user' && row.provider !== null) || paid.has(row.id)),
  );
}

function insertAttempts({ context: { connection }, record, places }: Job, key: number): void {
  const nowMs = timeOf(record);
  const there = new Set(attemptsOf(connection, key).map((attempt) => attemptKey(attempt, nowMs)));
  for (const attempt of record.attempts ?? []) {
    const message = (attempt.message === null ? undefined : places.get(attempt.message)) ?? null;
    if (!there.has(attemptKey({ ...attempt, message }, nowMs))) insertAttempt(connection, attempt, { key, message, nowMs });
  }
  sumConversation(connection, key);
}
