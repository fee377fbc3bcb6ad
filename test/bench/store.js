/**
 * The store against the bare library: the same conversations in better-sqlite3 with a plain word index, measured in the same
 * process, as ratios. `node test/bench/store.js [messages]` (200,000 unless told; 1,000,000 takes some minutes and 2 GB).
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../src/store/open.ts';
import { conversations, fillStore, MODEL, text, worldOf } from './conversations.js';

const MESSAGES = Number(process.argv[2] ?? 200_000);
const COMMON = 'stream';
const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
try {
  run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run() {
  const bare = buildBare(join(folder, 'bare.db'));
  const file = join(folder, 'store', 'sotto.db');
  buildStore(file);
  const rows = [...reads(bare, file), ...writes(bare, file), ...opening(file)];
  bare.close();
  console.log(`\n${'step'.padEnd(34)}${'store ms'.padStart(10)}${'bare ms'.padStart(10)}${'ratio'.padStart(8)}`);
  for (const [name, ours, theirs] of rows) {
    const ratio = theirs === undefined ? '' : (ours / theirs).toFixed(1);
    console.log(`${name.padEnd(34)}${ours.toFixed(3).padStart(10)}${(theirs?.toFixed(3) ?? '').padStart(10)}${ratio.padStart(8)}`);
  }
}

function reads(bare, file) {
  const store = openStore(worldOf(file));
  const sql = (text, ...values) => {
    const statement = bare.prepare(text);
    return median(() => statement.all(...values));
  };
  const find = (order) =>
    `SELECT m.id, snippet(words, 0, '[', ']', '…', 12) FROM words JOIN messages m ON m.id = words.rowid WHERE words MATCH ? ORDER BY ${order} LIMIT 20`;
  const long = store.find('the long one').conversation.id;
  const search = (text, more = {}) => {
    const found = store.search({ text, ...more }).hits.length;
    if (found === 0) throw new Error(`Nothing found for ${text}`);
    return median(() => store.search({ text, ...more }));
  };
  const rows = [
    ['list 50', median(() => store.list({ limit: 50 })), sql('SELECT * FROM conversations ORDER BY updated DESC, id DESC LIMIT 50')],
    ['a conversation of 1,000 messages', median(() => store.path(long)), sql('SELECT * FROM messages WHERE conversation = 1 ORDER BY seq')],
    ['rare word', search('zyxrareword'), sql(find('rank'), 'zyxrareword')],
    ['rare word of usual letters', search('interceptional'), sql(find('rank'), 'interceptional')],
    ['common word, newest', search(COMMON), sql(find('words.rowid DESC'), COMMON)],
    ['common word, ranked', search(COMMON, { order: 'rank' }), sql(find('rank'), COMMON)],
    ['two common words', search(`${COMMON} answer`), sql(find('words.rowid DESC'), `${COMMON} answer`)],
    ['part of a common word', search(COMMON.slice(1))],
    ['word of two letters', search('go')],
    ['CJK, two characters', search('数据')],
    ['not there', median(() => store.search({ text: 'qqqqwwwww' }))],
    ['find by title', median(() => store.find('the long one'), 5)],
  ];
  store.close();
  return rows;
}

function writes(bare, file) {
  const store = openStore(worldOf(file));
  const reply = text(1200);
  const conversation = store.list({ limit: 1 })[0].id;
  const save = () => {
    const turn = store.beginTurn({ conversation, message: { role: 'user', parts: [{ type: 'text', text: 'hello there' }] }, ...MODEL });
    turn.reply.finish({
      status: 'complete',
      message: { role: 'assistant', parts: [{ type: 'text', text: reply }] },
      finishReason: 'stop',
      attempts: [
        {
          purpose: 'turn',
          ...MODEL,
          outcome: 'ok',
          usage: { input: 3, output: 300 },
          cost: { usd: 0.001, estimated: false, source: 'provider' },
        },
      ],
    });
  };
  let seq = 5000;
  const insert = bare.prepare('INSERT INTO messages (conversation, seq, role, content, created) VALUES (2, ?, ?, ?, ?)');
  const touch = bare.prepare('UPDATE conversations SET updated = ? WHERE id = 2');
  const bareSave = bare.transaction(() => {
    insert.run(seq++, 'user', 'hello there', 1);
    insert.run(seq++, 'assistant', reply, 1);
    touch.run(Date.now());
  });
  const rows = [['one turn saved', median(save, 200), median(bareSave, 200)]];
  rows.push(['100,000 chunks taken and flushed', streamCost(store)]);
  store.close();
  return rows;
}

function streamCost(store) {
  const { reply } = store.beginTurn({ message: { role: 'user', parts: [{ type: 'text', text: 'go' }] }, ...MODEL });
  const startMs = performance.now();
  reply.take({ type: 'part.start', id: 'a', kind: 'text' });
  for (let index = 0; index < 100_000; index++) reply.take({ type: 'part.delta', id: 'a', text: 'word' });
  const tookMs = performance.now() - startMs;
  reply.finish({
    status: 'complete',
    message: { role: 'assistant', parts: [{ type: 'text', text: 'word'.repeat(100_000) }] },
    finishReason: 'stop',
    attempts: [],
  });
  return tookMs;
}

function opening(file) {
  const empty = join(folder, 'empty', 'sotto.db');
  openStore(worldOf(empty)).close();
  // The last to leave clears the log away: a reader that stays keeps that out of the figure.
  const hold = [empty, file].map((path) => new Database(path));
  for (const database of hold) database.prepare('SELECT count(*) FROM tags').get();
  const open = (path) => () => openStore(worldOf(path)).close();
  const rows = [['open and close, large and empty', median(open(file)), median(open(empty))]];
  for (const database of hold) database.close();
  rows.push(['open and close as the only one', median(open(file)), median(open(empty))]);
  const withTurn = () => {
    const store = openStore(worldOf(file));
    store.beginTurn({ message: { role: 'user', parts: [{ type: 'text', text: 'hello' }] }, ...MODEL }).reply.flush();
    store.close();
  };
  rows.push(['open, save a prompt, close', median(withTurn)]);
  return rows;
}

function buildBare(file) {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.exec(`CREATE TABLE conversations (id INTEGER PRIMARY KEY, title TEXT, updated INTEGER);
    CREATE INDEX by_update ON conversations (updated DESC, id DESC);
    CREATE TABLE messages (id INTEGER PRIMARY KEY, conversation INTEGER, seq INTEGER, role TEXT, content TEXT, created INTEGER, UNIQUE (conversation, seq));
    CREATE VIRTUAL TABLE words USING fts5 (content, content = 'messages', content_rowid = 'id');
    CREATE TRIGGER added AFTER INSERT ON messages BEGIN INSERT INTO words (rowid, content) VALUES (new.id, new.content); END;`);
  const conversation = database.prepare('INSERT INTO conversations VALUES (?, ?, ?)');
  const message = database.prepare('INSERT INTO messages (conversation, seq, role, content, created) VALUES (?, ?, ?, ?, ?)');
  const startMs = performance.now();
  const insert = database.transaction((number, texts) => {
    conversation.run(number + 1, `Conversation ${number}`, number);
    for (const [seq, content] of texts.entries()) message.run(number + 1, seq, seq % 2 ? 'assistant' : 'user', content, seq);
  });
  for (const [number, texts] of conversations(MESSAGES)) insert(number, texts);
  report('bare', file, startMs, database);
  return database;
}

function buildStore(file) {
  const startMs = performance.now();
  fillStore(file, MESSAGES);
  const database = new Database(file);
  report('store', file, startMs, database);
  database.close();
}

function report(name, file, startMs, database) {
  database.pragma('wal_checkpoint(TRUNCATE)');
  const seconds = (performance.now() - startMs) / 1000;
  console.log(`${name}: ${MESSAGES} messages in ${seconds.toFixed(1)} s, ${(statSync(file).size / 1e6).toFixed(0)} MB`);
}

function median(action, times = 25) {
  const tookMs = Array.from({ length: times }, () => {
    const startMs = performance.now();
    action();
    return performance.now() - startMs;
  });
  return tookMs.sort((one, other) => one - other)[times >> 1];
}
