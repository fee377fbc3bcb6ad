/** llm's logs.db in its schema versions, made here with the SQL that each of them has. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { textOf } from '../../src/core/messages.ts';
import { readImports } from '../../src/engine/import-all.ts';
import type { ImportStep } from '../../src/engine/import-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-llm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Before 0.6: one table. */
const LOGS = `
  CREATE TABLE [logs] ([id] INTEGER PRIMARY KEY, [model] TEXT, [prompt] TEXT, [system] TEXT, [prompt_json] TEXT, [options_json] TEXT,
    [response] TEXT, [response_json] TEXT, [reply_to_id] INTEGER, [chat_id] INTEGER, [duration_ms] INTEGER, [datetime_utc] TEXT);
`;
/** 0.6 (m010). */
const RESPONSES = `
  CREATE TABLE [conversations] ([id] TEXT PRIMARY KEY, [name] TEXT, [model] TEXT);
  CREATE TABLE [responses] ([id] TEXT PRIMARY KEY, [model] TEXT, [prompt] TEXT, [system] TEXT, [prompt_json] TEXT, [options_json] TEXT,
    [response] TEXT, [response_json] TEXT, [conversation_id] TEXT REFERENCES [conversations]([id]), [duration_ms] INTEGER, [datetime_utc] TEXT);
`;
/** Up to m021: attachments, usage, fragments, tools, their exceptions. */
const TOOLS = `
  CREATE TABLE [attachments] ([id] TEXT PRIMARY KEY, [type] TEXT, [path] TEXT, [url] TEXT, [content] BLOB);
  CREATE TABLE [prompt_attachments] ([response_id] TEXT, [attachment_id] TEXT, [order] INTEGER, PRIMARY KEY ([response_id], [attachment_id]));
  ALTER TABLE responses ADD COLUMN [input_tokens] INTEGER;
  ALTER TABLE responses ADD COLUMN [output_tokens] INTEGER;
  ALTER TABLE responses ADD COLUMN [token_details] TEXT;
  ALTER TABLE responses ADD COLUMN [resolved_model] TEXT;
  CREATE TABLE [fragments] ([id] INTEGER PRIMARY KEY, [hash] TEXT, [content] TEXT, [datetime_utc] TEXT, [source] TEXT);
  CREATE TABLE [prompt_fragments] ([response_id] TEXT, [fragment_id] INTEGER, [order] INTEGER, PRIMARY KEY ([response_id], [fragment_id], [order]));
  CREATE TABLE [system_fragments] ([response_id] TEXT, [fragment_id] INTEGER, [order] INTEGER, PRIMARY KEY ([response_id], [fragment_id], [order]));
  CREATE TABLE [tool_calls] ([id] INTEGER PRIMARY KEY, [response_id] TEXT, [tool_id] INTEGER, [name] TEXT, [arguments] TEXT, [tool_call_id] TEXT);
  CREATE TABLE [tool_results] ([id] INTEGER PRIMARY KEY, [response_id] TEXT, [tool_id] INTEGER, [name] TEXT, [output] TEXT, [tool_call_id] TEXT,
    [instance_id] INTEGER, [exception] TEXT);
  CREATE TABLE [tool_results_attachments] ([tool_result_id] INTEGER, [attachment_id] TEXT, [order] INTEGER, PRIMARY KEY ([tool_result_id], [attachment_id]));
`;
/** From m023 on: content-addressed messages. */
const THREADS = `
  CREATE TABLE [messages] ([hash] TEXT PRIMARY KEY, [parent_hash] TEXT, [role] TEXT, [provider_metadata] TEXT);
  CREATE TABLE [parts] ([id] INTEGER PRIMARY KEY, [message_hash] TEXT, [position] INTEGER, [type] TEXT, [tool_name] TEXT, [text] TEXT, [payload] TEXT);
  CREATE TABLE [part_attachments] ([part_id] INTEGER, [attachment_id] TEXT, [order] INTEGER, PRIMARY KEY ([part_id], [attachment_id], [order]));
  CREATE TABLE [part_fragments] ([part_id] INTEGER, [fragment_id] INTEGER, [order] INTEGER, PRIMARY KEY ([part_id], [fragment_id], [order]));
  CREATE TABLE [threads] ([id] TEXT PRIMARY KEY, [name] TEXT, [tip_message_hash] TEXT, [forked_from] TEXT, [datetime_utc] TEXT);
  CREATE TABLE [turns] ([id] TEXT PRIMARY KEY, [thread_id] TEXT, [parent_message_hash] TEXT, [tip_message_hash] TEXT, [model] TEXT,
    [resolved_model] TEXT, [options_json] TEXT, [schema_id] TEXT, [input_tokens] INTEGER, [output_tokens] INTEGER, [token_details] TEXT,
    [duration_ms] INTEGER, [datetime_utc] TEXT, [response_json] TEXT);
`;

describe("llm's oldest table", () => {
  it('becomes one conversation for each chat', async () => {
    const { conversations } = await read(
      'logs.db',
      LOGS,
      `INSERT INTO logs VALUES (1, 'gpt-3.5-turbo', 'One?', 'Be brief', NULL, NULL, 'Yes.', NULL, NULL, NULL, 900, '2023-06-01 10:00:00.5'),
        (2, 'gpt-4', 'Alone', NULL, NULL, NULL, 'Indeed.', NULL, NULL, NULL, NULL, '2023-06-01 11:00:00'),
        (3, 'gpt-3.5-turbo', 'Two?', NULL, NULL, NULL, 'No.', NULL, 1, 1, 800, '2023-06-01 12:00:00')`,
    );
    expect(conversations.map(({ source, messages }) => [source?.id, messages.map(({ message }) => textOf(message))])).toEqual([
      ['logs:1', ['One?', 'Yes.', 'Two?', 'No.']],
      ['logs:2', ['Alone', 'Indeed.']],
    ]);
    expect(conversations[0]).toMatchObject({ system: 'Be brief', model: 'gpt-3.5-turbo', createdMs: Date.UTC(2023, 5, 1, 10, 0, 0, 500) });
    expect(conversations[0]?.messages[1]?.timing).toEqual({ firstTokenMs: null, durationMs: 900 });
  });
});

describe("llm's responses", () => {
  it('are read as version 0.6 wrote them', async () => {
    const { conversations, problems } = await read(
      'v06.db',
      RESPONSES,
      `INSERT INTO conversations VALUES ('c1', 'Tea', 'gpt-4');
       INSERT INTO responses VALUES ('r2', 'gpt-4', 'And green?', NULL, NULL, NULL, '80 °C', NULL, 'c1', 10, '2023-07-01T10:01:00'),
         ('r1', 'gpt-4', 'How hot is tea?', 'You brew', NULL, NULL, '95 °C', NULL, 'c1', 10, '2023-07-01T10:00:00.123456');`,
    );
    expect(problems).toEqual([]);
    expect(conversations).toHaveLength(1);
    expect(conversations[0]).toMatchObject({
      source: { name: 'llm', id: 'c1' },
      title: 'Tea',
      titleSource: 'import',
      system: 'You brew',
      activeMessage: 4,
    });
    expect(conversations[0]?.messages.map(({ parent, message }) => [parent, textOf(message)])).toEqual([
      [null, 'How hot is tea?'],
      [1, '95 °C'],
      [2, 'And green?'],
      [3, '80 °C'],
    ]);
  });

  it('keep attachments, fragments, usage, tool calls and their results', async () => {
    const { conversations, problems } = await read(
      'v26.db',
      RESPONSES + TOOLS,
      `INSERT INTO conversations VALUES ('c1', NULL, 'gpt-4o');
       INSERT INTO responses (id, model, resolved_model, prompt, system, response, conversation_id, duration_ms, datetime_utc, input_tokens, output_tokens, token_details)
         VALUES ('r1', 'gpt-4o', 'gpt-4o-2024-11-20', 'Describe', '', '', 'c1', 5, '2025-06-01T10:00:00+00:00', 12, 3,
                 '{"prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 2}}'),
                ('r2', 'gpt-4o', NULL, NULL, 'Other rules', 'A dot.', 'c1', 5, '2025-06-01T10:00:05+00:00', 20, 4, NULL);
       INSERT INTO fragments VALUES (1, 'h', 'A long text.', NULL, NULL);
       INSERT INTO prompt_fragments VALUES ('r1', 1, 0);
       INSERT INTO system_fragments VALUES ('r1', 1, 0);
       INSERT INTO attachments VALUES ('a1', 'image/png', NULL, NULL, X'89504E47'), ('a2', 'image/png', '/home/someone/dot.png', NULL, NULL);
       INSERT INTO prompt_attachments VALUES ('r1', 'a2', 1), ('r1', 'a1', 0);
       INSERT INTO tool_calls VALUES (1, 'r1', NULL, 'measure', '{"what": "dot"}', 'call_1'), (2, 'r1', NULL, 'weigh', '{}', NULL);
       INSERT INTO tool_results VALUES (1, 'r2', NULL, 'measure', '1 mm', 'call_1', NULL, NULL), (2, 'r2', NULL, 'weigh', '', NULL, NULL, 'ValueError: too light');`,
    );
    const [record] = conversations;
    expect(record?.system).toBe('A long text.');
    expect(record?.messages.map(({ message }) => message)).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'A long text.\nDescribe' },
          { type: 'media', mediaType: 'image/png', data: 'iVBORw==' },
          { type: 'text', text: '\n\n[attachment: /home/someone/dot.png]' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'tool_call', id: 'call_1', name: 'measure', arguments: '{"what": "dot"}' },
          { type: 'tool_call', id: 'r1:1', name: 'weigh', arguments: '{}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          { type: 'tool_result', callId: 'call_1', name: 'measure', output: '1 mm' },
          { type: 'tool_result', callId: 'r1:1', name: 'weigh', output: 'ValueError: too light', failed: true },
        ],
      },
      { role: 'assistant', parts: [{ type: 'text', text: 'A dot.' }] },
    ]);
    expect(record?.messages[1]).toMatchObject({ model: 'gpt-4o-2024-11-20', usage: { input: 12, output: 3, cacheRead: 4, reasoning: 2 } });
    expect(problems.map(({ where, what }) => `${where.slice(folder.length + 1)}: ${what}`)).toEqual([
      'v26.db, conversation c1, response r1: has an attachment of which llm keeps only the place: /home/someone/dot.png; the place was kept',
      'v26.db, conversation c1, response r2: has other instructions than the turn before; the first ones were kept',
    ]);
  });
});

describe("llm's threads", () => {
  it('are read with their branches, fragments and facts, beside the older responses', async () => {
    const { conversations, problems } = await read(
      'v30.db',
      RESPONSES + TOOLS + THREADS,
      `INSERT INTO conversations VALUES ('old', 'Before', 'gpt-4');
       INSERT INTO responses (id, model, prompt, response, conversation_id, datetime_utc) VALUES ('r0', 'gpt-4', 'Old?', 'Old.', 'old', '2024-01-01T00:00:00');
       INSERT INTO fragments VALUES (1, 'h', 'War and peace. ', NULL, NULL);
       INSERT INTO messages VALUES ('s', NULL, 'system', NULL), ('u1', 's', 'user', NULL), ('a1', 'u1', 'assistant', NULL),
         ('t1', 'a1', 'user', NULL), ('a2', 't1', 'assistant', NULL), ('b1', 'u1', 'assistant', NULL);
       INSERT INTO parts VALUES (1, 's', 0, 'text', NULL, 'Be kind', NULL),
         (2, 'u1', 0, 'text', NULL, NULL, '{"text_ref": [{"fragment": 1}, {"literal": "Who wrote it?"}]}'),
         (3, 'a1', 0, 'reasoning', NULL, 'Russian.', NULL),
         (4, 'a1', 1, 'tool_call', 'look_up', NULL, '{"tool_call_id": "call_7", "name": "look_up", "arguments": {"book": "w&p"}}'),
         (5, 't1', 0, 'tool_result', 'look_up', NULL, '{"tool_call_id": "call_7", "name": "look_up", "output": "Tolstoy"}'),
         (6, 'a2', 0, 'text', NULL, 'Tolstoy.', NULL),
         (7, 'b1', 0, 'text', NULL, 'I do not know.', NULL);
       INSERT INTO threads VALUES ('th1', 'Books', 'a2', NULL, '2026-01-01T00:00:00+00:00');
       INSERT INTO turns (id, thread_id, parent_message_hash, tip_message_hash, model, resolved_model, input_tokens, output_tokens, duration_ms, datetime_utc) VALUES
         ('x0', 'th1', 'u1', 'b1', 'tiny', NULL, 5, 5, 9, '2026-01-01T00:00:01+00:00'),
         ('x1', 'th1', 'u1', 'a1', 'gpt-5', 'gpt-5-1', 7, 8, 100, '2026-01-01T00:00:02+00:00'),
         ('x2', 'th1', 't1', 'a2', 'gpt-5', NULL, NULL, NULL, NULL, '2026-01-01T00:00:03+00:00');`,
    );
    expect(problems).toEqual([]);
    expect(conversations.map(({ source }) => source?.id)).toEqual(['th1', 'old']);
    const [thread] = conversations;
    expect(thread).toMatchObject({ title: 'Books', system: 'Be kind', model: 'gpt-5' });
    expect(thread?.messages.map(({ id, parent, message }) => [id, parent, message.role, textOf(message)])).toEqual([
      [1, null, 'user', 'War and peace. Who wrote it?'],
      [2, 1, 'assistant', 'I do not know.'],
      [3, 1, 'assistant', ''],
      [4, 3, 'tool', ''],
      [5, 4, 'assistant', 'Tolstoy.'],
    ]);
    expect(thread?.activeMessage).toBe(5);
    expect(thread?.messages[2]).toMatchObject({
      model: 'gpt-5-1',
      usage: { input: 7, output: 8 },
      createdMs: Date.UTC(2026, 0, 1, 0, 0, 2),
      message: {
        parts: [
          { type: 'reasoning', text: 'Russian.' },
          { type: 'tool_call', id: 'call_7', name: 'look_up', arguments: '{"book":"w&p"}' },
        ],
      },
    });
    expect(thread?.messages[3]?.message.parts).toEqual([{ type: 'tool_result', callId: 'call_7', name: 'look_up', output: 'Tolstoy' }]);
  });
});

describe('a conversation that went on after an upgrade of llm', () => {
  const rows = (response: string) => `
    INSERT INTO conversations VALUES ('both', 'Both', 'gpt-4');
    INSERT INTO responses (id, prompt, response, conversation_id, datetime_utc) VALUES ('r1', 'Hi', '${response}', 'both', '2025-01-01T00:00:00');
    INSERT INTO messages VALUES ('u', NULL, 'user', NULL), ('a', 'u', 'assistant', NULL);
    INSERT INTO parts VALUES (1, 'u', 0, 'text', NULL, 'Hi', NULL), (2, 'a', 0, 'text', NULL, 'Hello.', NULL);
    INSERT INTO threads VALUES ('both', 'Both', 'a', NULL, '2026-01-01T00:00:00');`;

  it('is read once where the thread holds all of it, and twice where it does not', async () => {
    const once = await read('both.db', RESPONSES + TOOLS + THREADS, rows('Hello.'));
    expect(once.conversations.map(({ source }) => source?.id)).toEqual(['both']);
    const twice = await read('both2.db', RESPONSES + TOOLS + THREADS, rows('Something else.'));
    expect(twice.conversations.map(({ source }) => source?.id)).toEqual(['both', 'both:responses']);
  });
});

describe('a database', () => {
  it('of another program is named as such and left untouched', async () => {
    const { conversations, problems } = await read('other.db', 'CREATE TABLE birds (name TEXT)', `INSERT INTO birds VALUES ('wren')`);
    expect(conversations).toEqual([]);
    expect(problems[0]?.what).toMatch(/is a database, but not one of llm\. llm says where its own is: llm logs path/);
  });

  it('is not changed by being read', async () => {
    await read('same.db', RESPONSES, `INSERT INTO responses (id, prompt, response) VALUES ('r', 'a', 'b')`);
    const before = readFileSync(join(folder, 'same.db'));
    await gather(join(folder, 'same.db'));
    expect(readFileSync(join(folder, 'same.db')).equals(before)).toBe(true);
  });
});

async function read(name: string, schema: string, rows: string): Promise<ImportStep> {
  const file = join(folder, name);
  const database = new Database(file);
  database.exec(schema);
  database.exec(rows);
  database.close();
  return gather(file);
}

async function gather(file: string): Promise<ImportStep> {
  const all: ImportStep = { conversations: [], problems: [] };
  for await (const step of readImports([file], { format: 'auto' }, new AbortController().signal)) {
    all.conversations.push(...step.conversations);
    all.problems.push(...step.problems);
  }
  return all;
}
