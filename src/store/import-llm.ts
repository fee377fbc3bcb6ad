/** Reads the database of Simon Willison's `llm` (logs.db), read-only: rows as values, whatever schema version wrote them. */
import { SottoError, usageError } from '../core/errors.ts';
import { type Connection, openConnection, type Value } from './connection.ts';
import { isBusy } from './failure.ts';
import {
  ATTACHMENTS,
  columns,
  type LlmAttachment,
  type LlmConversation,
  type LlmTurn,
  type LlmTurns,
  type Reader,
  schemaOf,
} from './import-llm-rows.ts';
import { readThreads } from './import-llm-threads.ts';
import { createPatience, STEP_MS } from './patience.ts';

/** Waits while the program that writes it has locked it, and holds nothing else up. What else is wrong, its reader will say. */
export async function untilUnlocked(file: string, signal: AbortSignal): Promise<void> {
  await createPatience(
    { file },
    signal,
  )(() => {
    let connection: Connection | undefined;
    try {
      connection = openConnection(file, { readonly: true, lockTimeoutMs: STEP_MS });
      schemaOf(connection);
    } catch (thrown) {
      if (isBusy(thrown)) throw thrown;
    } finally {
      connection?.close();
    }
  });
}

/** Every conversation of the file, one by one. Throws a usage error where it is not a database of llm. */
export function* readLlm(file: string): Generator<LlmConversation> {
  let connection: Connection | undefined;
  try {
    connection = openConnection(file, { readonly: true });
    const schema = schemaOf(connection);
    if (!schema.has('responses') && !schema.has('logs') && !schema.has('log') && !schema.has('turns'))
      throw usageError(`${file} is a database, but not one of llm.`, 'llm says where its own is: llm logs path');
    const reader: Reader = { connection, schema, hidden: new Map() };
    if (schema.has('turns') && schema.has('threads')) yield* readThreads(reader);
    if (schema.has('responses')) yield* conversations(reader);
    for (const table of ['logs', 'log']) if (schema.has(table)) yield* oldLogs(reader, table);
  } catch (thrown) {
    if (thrown instanceof SottoError && thrown.kind === 'usage') throw thrown;
    const cause = thrown instanceof SottoError && thrown.cause instanceof Error ? thrown.cause.message : String(thrown);
    throw usageError(`${file} cannot be read as a database of llm: ${cause}.`, 'Close the program that uses it, or import a copy.');
  } finally {
    connection?.close();
  }
}

const TURN_COLUMNS = [
  ...['id', 'model', 'resolved_model', 'prompt', 'system', 'response', 'reasoning', 'conversation_id'],
  ...['duration_ms', 'datetime_utc', 'input_tokens', 'output_tokens', 'token_details'],
];

type TurnRow = {
  id: string;
  model: string | null;
  resolved_model: string | null;
  prompt: string | null;
  system: string | null;
  response: string | null;
  reasoning: string | null;
  conversation_id: string | null;
  duration_ms: number | null;
  datetime_utc: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  token_details: string | null;
};

function* conversations(reader: Reader): Generator<LlmConversation> {
  const { connection, schema } = reader;
  const newer = schema.has('turns') ? 'WHERE id NOT IN (SELECT id FROM turns)' : '';
  const rows = connection.each<TurnRow>(
    `SELECT ${columns(reader, 'responses', TURN_COLUMNS)} FROM responses ${newer} ORDER BY coalesce(conversation_id, id), datetime_utc, rowid`,
  );
  let open: LlmTurns | undefined;
  for (const row of rows) {
    const id = row.conversation_id ?? row.id;
    if (open?.id !== id) {
      if (open) yield* besideThread(reader, open);
      const named = schema.has('conversations')
        ? connection.get<{ name: string | null; model: string | null }>('SELECT name, model FROM conversations WHERE id = ?', id)
        : undefined;
      open = { kind: 'turns', id, name: named?.name ?? null, model: named?.model ?? null, turns: [] };
    }
    open.turns.push(turnOf(reader, row));
  }
  if (open) yield* besideThread(reader, open);
}

/** A conversation that went on after the upgrade stands in both generations of tables; the thread usually holds all of it. */
function* besideThread({ connection, schema }: Reader, older: LlmTurns): Generator<LlmConversation> {
  if (!schema.has('threads') || !connection.get('SELECT 1 FROM threads WHERE id = ?', older.id)) return yield older;
  const isThere = ({ response }: LlmTurn) =>
    response === '' || connection.get('SELECT 1 FROM parts WHERE text = ? LIMIT 1', response) !== undefined;
  if (!older.turns.every(isThere)) yield { ...older, id: `${older.id}:responses` };
}

function turnOf(reader: Reader, row: TurnRow): LlmTurn {
  const { connection } = reader;
  const calls = rowsOf<{ name: string; arguments: string | null; tool_call_id: string | null }>(reader, 'tool_calls', row.id, [
    'name',
    'arguments',
    'tool_call_id',
  ]);
  const results = rowsOf<{ id: number; name: string | null; output: string | null; tool_call_id: string | null; exception: string | null }>(
    reader,
    'tool_results',
    row.id,
    ['id', 'name', 'output', 'tool_call_id', 'exception'],
  );
  return {
    id: row.id,
    model: row.model,
    resolvedModel: row.resolved_model,
    prompt: withFragments(reader, { table: 'prompt_fragments', response: row.id, text: row.prompt }),
    system: withFragments(reader, { table: 'system_fragments', response: row.id, text: row.system }),
    response: row.response ?? '',
    reasoning: row.reasoning,
    time: row.datetime_utc,
    durationMs: row.duration_ms,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    tokenDetails: row.token_details,
    attachments: reader.schema.has('prompt_attachments')
      ? connection.all<LlmAttachment>(
          `${ATTACHMENTS} JOIN prompt_attachments l ON l.attachment_id = a.id WHERE l.response_id = ? ORDER BY l."order"`,
          row.id,
        )
      : [],
    toolCalls: calls.map((call) => ({ callId: call.tool_call_id, name: call.name, arguments: call.arguments })),
    toolResults: results.map((result) => ({
      callId: result.tool_call_id,
      name: result.name,
      output: result.output,
      exception: result.exception,
      attachments: reader.schema.has('tool_results_attachments')
        ? connection.all<LlmAttachment>(
            `${ATTACHMENTS} JOIN tool_results_attachments l ON l.attachment_id = a.id WHERE l.tool_result_id = ? ORDER BY l."order"`,
            result.id,
          )
        : [],
    })),
  };
}

/** Rows of a response. These tables have no index on it: the numbers of their rows are gathered once. */
function rowsOf<Row>(reader: Reader, table: 'tool_calls' | 'tool_results', response: string, wanted: readonly string[]): Row[] {
  if (!reader.schema.has(table)) return [];
  let places = reader.hidden.get(table);
  if (!places) {
    places = new Map();
    for (const { place, response_id } of reader.connection.each<{ place: number; response_id: string }>(
      `SELECT rowid AS place, response_id FROM ${table} ORDER BY rowid`,
    )) {
      const known = places.get(response_id);
      if (known) known.push(place);
      else places.set(response_id, [place]);
    }
    reader.hidden.set(table, places);
  }
  const sql = `SELECT ${columns(reader, table, wanted)} FROM ${table} WHERE rowid = ?`;
  return (places.get(response) ?? []).flatMap((place) => reader.connection.get<Row & object>(sql, place) ?? []);
}

/** llm sends fragments before the words, each on lines of its own. */
function withFragments(reader: Reader, { table, response, text }: { table: string; response: string; text: string | null }): string {
  if (!reader.schema.has(table)) return text ?? '';
  const fragments = reader.connection.all<{ content: string }>(
    `SELECT f.content FROM ${table} l JOIN fragments f ON f.id = l.fragment_id WHERE l.response_id = ? ORDER BY l."order"`,
    response,
  );
  return [...fragments.map(({ content }) => content), ...(text ? [text] : [])].join('\n');
}

/** The table of llm before 0.6: the first log of a chat has no chat_id, the others name the first one. */
function* oldLogs(reader: Reader, table: string): Generator<LlmConversation> {
  const wanted = ['id', 'model', 'prompt', 'system', 'response', 'chat_id', 'duration_ms', 'datetime_utc', 'timestamp_utc', 'timestamp'];
  const key = reader.schema.get(table)?.has('id') ? 'id' : 'rowid';
  const chat = reader.schema.get(table)?.has('chat_id') ? `coalesce(chat_id, ${key})` : key;
  type Row = { [column: string]: Value };
  const rows = reader.connection.each<Row>(
    `SELECT ${columns(reader, table, wanted)}, ${key} AS "key", ${chat} AS chat FROM ${table} ORDER BY chat, ${key}`,
  );
  const textOf = (value: Value | undefined) => (value === null || value === undefined ? '' : String(value));
  let open: LlmTurns | undefined;
  for (const row of rows) {
    const id = `${table}:${textOf(row.chat)}`;
    if (open?.id !== id) {
      if (open) yield open;
      open = { kind: 'turns', id, name: null, model: textOf(row.model) || null, turns: [] };
    }
    open.turns.push({
      id: `${table}:${textOf(row.key)}`,
      model: textOf(row.model) || null,
      prompt: textOf(row.prompt),
      system: textOf(row.system),
      response: textOf(row.response),
      time: textOf(row.datetime_utc ?? row.timestamp_utc ?? row.timestamp) || null,
      durationMs: typeof row.duration_ms === 'number' ? row.duration_ms : null,
      ...{ resolvedModel: null, reasoning: null, inputTokens: null, outputTokens: null, tokenDetails: null },
      ...{ attachments: [], toolCalls: [], toolResults: [] },
    });
  }
  if (open) yield open;
}
