/**
 * Prints a database of this schema as SQL: `node --experimental-strip-types test/store/children/dump.ts > fixtures/store/vN.sql`,
 * once, when schema N is released. From then on the file is never changed: every later migration is tested from it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../../src/store/open.ts';
import { realWorld } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-dump-'));
const file = join(folder, 'sotto.db');
let nowMs = 1_795_000_000_000;
let chance = 0;
const store = openStore({
  ...realWorld(file),
  now: () => {
    nowMs += 1000;
    return nowMs;
  },
  random: () => {
    chance = (chance + 0.137) % 1;
    return chance;
  },
  pid: 4_194_305,
});
const MODEL = { provider: 'anthropic', model: 'claude-3-opus' };
const first = store.beginTurn({
  message: {
    role: 'user',
    parts: [
      { type: 'text', text: 'Was ist eine Donaudampfschifffahrtsgesellschaft? 数据库' },
      { type: 'media', mediaType: 'image/png', data: 'iVBORw0KGgo=', name: 'ship.png' },
    ],
  },
  ...MODEL,
  system: 'Be brief.',
  folder: '/home/user',
  tags: ['ships'],
});
first.reply.finish({
  status: 'complete',
  message: {
    role: 'assistant',
    parts: [
      { type: 'reasoning', text: 'A long word.', original: { wire: 'anthropic', item: { type: 'thinking', signature: 'abc' } } },
      { type: 'text', text: 'A company that runs steam ships on the Danube.' },
      { type: 'tool_call', id: 'call_1', name: 'look_up', arguments: '{"word":"Donau"}' },
    ],
  },
  finishReason: 'tool_calls',
  rawFinishReason: 'tool_use',
  usage: { input: 120, output: 45, cacheRead: 20 },
  cost: { usd: 0.0051, estimated: false, source: { priceOf: 'claude-3-opus' } },
  timing: { firstTokenMs: 310, durationMs: 1450 },
  attempts: [
    { purpose: 'turn', ...MODEL, outcome: 'overloaded', startedMs: nowMs, status: 529 },
    {
      purpose: 'turn',
      ...MODEL,
      outcome: 'ok',
      usage: { input: 120, output: 45, cacheRead: 20 },
      cost: { usd: 0.0051, estimated: false, source: { priceOf: 'claude-3-opus' } },
      price: { input: 15, output: 75 },
      startedMs: nowMs,
      durationMs: 1450,
      requestId: 'req_1',
    },
  ],
});
const results = store.addMessage({
  conversation: first.conversation,
  parent: first.reply.message,
  message: { role: 'tool', parts: [{ type: 'tool_result', callId: 'call_1', name: 'look_up', output: 'a river' }] },
});
store.beginReply({ conversation: first.conversation, parent: results, ...MODEL }).finish({
  status: 'cancelled',
  message: { role: 'assistant', parts: [{ type: 'text', text: 'The Danube is' }] },
  finishReason: 'cancelled',
  attempts: [{ purpose: 'turn', ...MODEL, outcome: 'cancelled', startedMs: nowMs }],
});
store.fork(first.conversation, first.message);
store.rename(first.conversation, 'Ships on the Danube');
store.pin(first.conversation, true);
// A reply that its process never finished: the next start closes it.
const open = store.beginTurn({ message: { role: 'user', parts: [{ type: 'text', text: 'Tell me more' }] }, ...MODEL });
open.reply.take({ type: 'request.start', ...MODEL });
open.reply.take({ type: 'part.start', id: 'a', kind: 'text' });
open.reply.take({ type: 'part.delta', id: 'a', text: 'There once was a' });
store.close();

const database = new Database(file, { readonly: true });
const quote = (value: unknown): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  return Buffer.isBuffer(value) ? `x'${value.toString('hex')}'` : `'${String(value).replaceAll("'", "''")}'`;
};
const lines = ['-- A database of sotto, as SQL; see test/store/children/dump.ts. Never changed once released.', 'BEGIN;'];
const schema = database
  .prepare(`SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'search_*_*' ORDER BY type = 'index', rowid`)
  .all() as { name: string; sql: string }[];
for (const { sql } of schema) lines.push(`${sql};`);
const tables = schema.filter(({ sql }) => sql.startsWith('CREATE TABLE')).map(({ name }) => name);
// The search index is dumped as it is on disk: that is what a migration finds.
const shadows = database
  .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'search_*_*'`)
  .pluck()
  .all() as string[];
for (const name of shadows) lines.push(`DELETE FROM ${name};`);
for (const name of [...tables, ...shadows]) {
  for (const row of database.prepare(`SELECT * FROM ${name}`).raw().all() as unknown[][]) {
    lines.push(`INSERT INTO ${name} VALUES (${row.map(quote).join(', ')});`);
  }
}
for (const name of ['application_id', 'user_version']) lines.push(`PRAGMA ${name} = ${database.pragma(name, { simple: true })};`);
lines.push('COMMIT;');
database.close();
rmSync(folder, { recursive: true });
process.stdout.write(`${lines.join('\n')}\n`);
