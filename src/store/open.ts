/** Opens the store. Loaded, like SQLite, only by what needs it. */
import { insertAttempt, sumAttempts } from './attempts.ts';
import { backUpTo } from './backup.ts';
import { activate, endAt, fork } from './branches.ts';
import { checkConnection, sizeOf } from './check.ts';
import { type Connection, openConnection } from './connection.ts';
import { keyOf, type StoreContext } from './context.ts';
import {
  type ConversationRow,
  conversationById,
  conversationKey,
  conversationsByPrefix,
  conversationsByTitle,
  listConversations,
  setFlag,
  setSystem,
  sumConversation,
  summaryOf,
  wholeOf,
} from './conversations.ts';
import { isReadOnlyPlace, newerError, outdatedError, storeFailure } from './failure.ts';
import { ensurePrivateFile, type Header, readHeader } from './file.ts';
import { foldIfOld, fold as foldLog, foldWhenIdle, keepLog, requireLog } from './fold.ts';
import { fold } from './folding.ts';
import { asIdPrefix, createIds } from './ids.ts';
import { messageRows, pathRows, storedMessageOf } from './messages.ts';
import { migrate, turnOnLog, versionOf } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { createPatience } from './patience.ts';
import { recentPrompts } from './prompts.ts';
import { openReadOnly } from './read-only.ts';
import { importConversation, importSteps, importTogether } from './receive.ts';
import { closeDeadReplies } from './recover.ts';
import { eraseLog, removing } from './remove.ts';
import { rename } from './rename.ts';
import { search, searchSteps } from './search.ts';
import { mergeCompletely, TABLES } from './search-index.ts';
import type { Found, PathOptions, Store, StoredMessage, StoreOptions, Totals, TotalsFilter } from './store.ts';
import { addTag, countTags, removeTag } from './tags.ts';
import { exportConversation, isReadable } from './transfer.ts';
import { addMessage, beginReply, beginResults, beginTurn } from './turns.ts';
import { indexAll, indexIdly } from './waiting.ts';

export function openStore(options: StoreOptions): Store {
  const context = openContext(options);
  const { connection } = context;
  /** For whoever looks: no reply of a dead process seems open. A question does not wait for that; its end sees to it. */
  const settled = (): Connection => {
    settle(context);
    return connection;
  };
  const edit =
    <Rest extends unknown[]>(action: (key: number, ...rest: Rest) => void) =>
    (id: string, ...rest: Rest): void =>
      connection.write(() => action(keyOf(connection, id), ...rest));

  return {
    file: options.file,
    patience: (onWait, signal) => createPatience({ file: options.file, onWait }, signal),
    beginTurn: (turn) => {
      foldWhenIdle(context);
      return beginTurn(context, turn);
    },
    beginReply: (reply) => beginReply(context, reply),
    beginResults: (results) => beginResults(context, results),
    addMessage: (added) => addMessage(context, added),
    recordAttempt: (attempt, of = {}) =>
      connection.write(() => {
        const key = of.conversation === undefined ? null : (conversationKey(connection, of.conversation) ?? null);
        insertAttempt(connection, attempt, { key, message: key === null ? null : (of.message ?? null), nowMs: context.now() });
        if (key !== null) sumConversation(connection, key);
      }),

    list: (filter = {}) => listConversations(settled(), filter).map(summaryOf),
    find: (reference) => find(settled(), reference),
    last: (filter = {}) => listConversations(settled(), { ...filter, limit: 1 }).map(summaryOf)[0],
    conversation: (id) => {
      const row = conversationById(settled(), id);
      return row && wholeOf(row);
    },
    path: (id, pathOptions) => path(settled(), id, pathOptions),
    tree: (id, { media = true } = {}) =>
      messageRows(settled(), keyOf(connection, id)).map((row) => storedMessageOf(connection, row, media)),
    search: (query) => search(settled(), query),
    searchSteps: (query) => searchSteps(settled(), query),
    prompts: ({ limit }) => recentPrompts(connection, limit),
    totals: (filter = {}) => totals(settled(), filter),
    tags: () => countTags(connection),

    rename: (id, title, source = 'user') => connection.write(() => rename(connection, id, title, source)),
    tag: edit((key, ...tags: string[]) => {
      for (const tag of tags) addTag(connection, key, tag);
    }),
    untag: edit((key, ...tags: string[]) => {
      for (const tag of tags) removeTag(connection, key, tag);
    }),
    pin: edit((key, pinned: boolean) => setFlag(connection, key, 'pinned', pinned)),
    archive: edit((key, archived: boolean) => setFlag(connection, key, 'archived', archived)),
    setSystem: edit((key, system: string | null) => setSystem(connection, key, system)),
    activate: (id, message) => activate(context, id, message),
    endAt: (id, message) => endAt(context, id, message),
    fork: (id, message) => {
      settle(context);
      return fork(context, id, message);
    },
    remove: (ids) => removing(settled(), ids)(),
    removing: (ids) => removing(settled(), ids),

    exportConversation: (id) => exportConversation(settled(), id),
    importConversation: (record) => importConversation(context, record),
    importTogether: (records) => importTogether(context, records),
    importSteps: (record, importOptions) => importSteps(context, record, importOptions),

    isReadable: (ids) => isReadable(settled(), ids),
    check: () => checkConnection(settled()),
    backup: (target, onPages, signal) => backUpTo(settled(), { target, onPages }, signal),
    vacuum: () => vacuum(settled()),
    fold: () => foldLog(connection),
    close: () => close(context),
  };
}

/** An up-to-date database costs a look at its header and one number. */
function openContext(options: StoreOptions): StoreContext {
  const { file, random, pid, isRunning, wakeAfter } = options;
  const header = readHeader(file);
  if (header === undefined) ensurePrivateFile(file);
  else if (header.version > MIGRATIONS.length) throw newerError(file, header.version, MIGRATIONS.length);
  else if (header.usesLog) requireLog(file, options.notice);
  const now = (): number => Math.round(options.now());
  const connection = openCurrent(options, header, now());
  const token = `${pid}.${Math.floor(random() * 2 ** 32).toString(36)}`;
  return {
    connection,
    now,
    random,
    pid,
    isRunning,
    wakeAfter,
    token,
    newId: createIds(random),
    writers: new Set(),
    asked: false,
    isSettled: false,
  };
}

/** With the schema of today; from a medium that cannot be written, at least to read. */
function openCurrent(options: StoreOptions, header: Header | undefined, nowMs: number): Connection {
  const { file, lockTimeoutMs, migrates = true } = options;
  let connection: Connection | undefined;
  try {
    connection = openConnection(file, lockTimeoutMs === undefined ? {} : { lockTimeoutMs });
    const version = versionOf(connection, MIGRATIONS.length);
    if (!migrates && version > 0 && version < MIGRATIONS.length) throw outdatedError(file);
    if (version < MIGRATIONS.length) migrate(connection, MIGRATIONS, nowMs);
    if (header && header.version > 0 && !header.usesLog) turnOnLog(connection);
    return connection;
  } catch (thrown) {
    connection?.close();
    if (header?.usesLog) keepLog(file);
    const readOnly = header && isReadOnlyPlace(thrown) ? openReadOnly(file, (copy) => updateCopy(copy, nowMs)) : undefined;
    if (readOnly && versionOf(readOnly, MIGRATIONS.length) === MIGRATIONS.length) return readOnly;
    readOnly?.close();
    throw storeFailure(thrown, file);
  }
}

/** One of an older schema is read as today's; the original stays as it is. */
function updateCopy(copy: string, nowMs: number): void {
  const connection = openConnection(copy);
  try {
    if (versionOf(connection, MIGRATIONS.length) < MIGRATIONS.length) migrate(connection, MIGRATIONS, nowMs);
  } finally {
    connection.close();
  }
}

function settle(context: StoreContext): void {
  if (context.isSettled) return;
  closeDeadReplies(context);
  context.isSettled = true;
}

function find(connection: Connection, reference: string): Found {
  const MOST = 10;
  const prefix = asIdPrefix(reference);
  const title = fold(reference).trim();
  const exact = prefix === undefined ? undefined : conversationById(connection, prefix);
  if (exact) return { kind: 'one', conversation: summaryOf(exact) };
  const ways: (() => ConversationRow[])[] = [
    () => (prefix === undefined ? [] : conversationsByPrefix(connection, prefix, MOST)),
    () => conversationsByTitle(connection, title, true, MOST),
    () => (title === '' ? [] : conversationsByTitle(connection, title, false, MOST)),
  ];
  for (const way of ways) {
    const [first, ...others] = way().map(summaryOf);
    if (first) return others.length === 0 ? { kind: 'one', conversation: first } : { kind: 'many', candidates: [first, ...others] };
  }
  return { kind: 'none' };
}

function path(connection: Connection, id: string, { leaf, media = true }: PathOptions = {}): StoredMessage[] {
  const row = conversationById(connection, id);
  const end = leaf ?? row?.active_message ?? null;
  if (!row || end === null) return [];
  return pathRows(connection, row.key, end).map((message) => storedMessageOf(connection, message, media));
}

function totals(connection: Connection, filter: TotalsFilter): Totals {
  const key = filter.conversation === undefined ? undefined : (conversationKey(connection, filter.conversation) ?? -1);
  const counted = connection.get<{ conversations: number; messages: number }>(
    'SELECT count(*) AS conversations, coalesce(sum(message_count), 0) AS messages FROM conversations WHERE ? IS NULL OR key = ?',
    key ?? null,
    key ?? null,
  );
  return { conversations: 0, messages: 0, ...counted, ...sumAttempts(connection, filter, key) };
}

function vacuum(connection: Connection): { bytesBefore: number; bytesAfter: number } {
  indexAll(connection);
  eraseLog(connection);
  const bytesBefore = sizeOf(connection.file);
  for (const table of TABLES) mergeCompletely(connection, table);
  connection.script('VACUUM');
  eraseLog(connection);
  return { bytesBefore, bytesAfter: sizeOf(connection.file) };
}

/** What still streams is written; its replies stay open for the next start to close. */
function close(context: StoreContext): void {
  const { connection, writers } = context;
  try {
    for (const writer of [...writers]) {
      writer.flush();
      writer.stop();
    }
    tidy(context);
    context.stopWaiting?.();
    foldIfOld(context);
  } finally {
    closeWithoutCheckpoint(connection);
  }
}

/** Whoever asked nothing does a little of what waits. It fails for nobody: the next one, or a search, will say why. */
function tidy(context: StoreContext): void {
  try {
    settle(context);
    if (!context.asked) indexIdly(context.connection);
  } catch {
    // Still waiting.
  }
}

/**
 * The last one to leave would copy the log into the database and wait twice for the disk: 20 ms in which `ask` only wants to
 * end. While a connection that may not write is still there, SQLite leaves the log as it is; the next start reads it, and every
 * thousand pages it is copied anyway.
 */
function closeWithoutCheckpoint(connection: Connection): void {
  let bystander: Connection | undefined;
  try {
    bystander = openConnection(connection.file, { readonly: true, lockTimeoutMs: 0 });
    versionOf(bystander, Number.POSITIVE_INFINITY);
  } catch {
    // Then it is the slow way, which takes the log away.
  }
  connection.close();
  bystander?.close();
  keepLog(connection.file);
}
