/** Reads the database of Simon Willison's `llm` (logs.db), read-only: rows as values, whatever schema version wrote them. */
import { SottoError, usageError } from '../core/errors.ts';
import { type Connection, openConnection, type Value } from './connection.ts';

export type LlmAttachment = { id: string | null; type: string | null; path: string | null; url: string | null; content: Buffer | null };
export type LlmToolResult = {
  callId: string | null;
  name: string | null;
  output: string | null;
  exception: string | null;
  attachments: LlmAttachment[];
};

/** One model call of the older tables (`responses`, and `logs` before them). */
export type LlmTurn = {
  id: string;
  model: string | null;
  resolvedModel: string | null;
  prompt: string;
  system: string;
  response: string;
  reasoning: string | null;
  time: string | null;
  durationMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  tokenDetails: string | null;
  attachments: LlmAttachment[];
  toolCalls: { callId: string | null; name: string; arguments: string | null }[];
  /** Results that were sent with this prompt. */
  toolResults: LlmToolResult[];
};

export type LlmPart = {
  type: string;
  toolName: string | null;
  /** The text, fragments filled in. */
  text: string | null;
  payload: string | null;
  attachments: LlmAttachment[];
};
export type LlmMessage = { hash: string; parent: string | null; role: string; parts: LlmPart[] };

/** One model call of the newer tables: from the message it answered to the last one it made. */
export type LlmCall = Pick<
  LlmTurn,
  'id' | 'model' | 'resolvedModel' | 'time' | 'durationMs' | 'inputTokens' | 'outputTokens' | 'tokenDetails'
> & { parent: string | null; tip: string | null };

export type LlmConversation =
  | { kind: 'turns'; id: string; name: string | null; model: string | null; turns: LlmTurn[] }
  | { kind: 'thread'; id: string; name: string | null; time: string | null; tip: string | null; messages: LlmMessage[]; calls: LlmCall[] };

/** Every conversation of the file, one by one. Throws a usage error where it is not a database of llm. */
export function* readLlm(file: string): Generator<LlmConversation> {
  let connection: Connection | undefined;
  try {
    connection = openConnection(file, { readonly: true });
    const schema = schemaOf(connection);
    if (!schema.has('responses') && !schema.has('logs') && !schema.has('log') && !schema.has('turns'))
      throw usageError(`${file} is a database, but not one of llm.`, 'llm says where its own is: llm logs path');
    const reader: Reader = { connection, schema, hidden: new Map() };
    if (schema.has('turns') && schema.has('threads')) yield* threads(reader);
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

/** Table → its columns. */
type Schema = Map<string, Set<string>>;
type Reader = {
  connection: Connection;
  schema: Schema;
  /** Row numbers by response, for tables without an index on it. */
  hidden: Map<string, Map<string, number[]>>;
};

function schemaOf(connection: Connection): Schema {
  const rows = connection.all<{ name: string; column: string }>(
    `SELECT t.name AS name, c.name AS "column" FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'`,
  );
  const schema: Schema = new Map();
  for (const { name, column } of rows) schema.set(name, (schema.get(name) ?? new Set()).add(column));
  return schema;
}

/** The columns that this version has, NULL for the others. Names are ours, never the file's. */
function columns({ schema }: Reader, table: string, wanted: readonly string[]): string {
  const there = schema.get(table);
  return wanted.map((name) => (there?.has(name) ? `"${name}"` : `NULL AS "${name}"`)).join(', ');
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
  let open: Turns | undefined;
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

type Turns = Extract<LlmConversation, { kind: 'turns' }>;

/** A conversation that went on after the upgrade stands in both generations of tables; the thread usually holds all of it. */
function* besideThread({ connection, schema }: Reader, older: Turns): Generator<LlmConversation> {
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

const ATTACHMENTS = 'SELECT a.id, a.type, a.path, a.url, a.content FROM attachments a';

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
  let open: Turns | undefined;
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

/** The content-addressed tables: a thread is a name for a chain of messages that other threads may share. */
function* threads(reader: Reader): Generator<LlmConversation> {
  const { connection } = reader;
  type ThreadRow = { id: string; name: string | null; tip_message_hash: string | null; datetime_utc: string | null };
  for (const thread of connection.all<ThreadRow>('SELECT id, name, tip_message_hash, datetime_utc FROM threads ORDER BY id')) {
    type CallRow = Omit<TurnRow, 'prompt' | 'system' | 'response' | 'reasoning' | 'conversation_id'> & {
      parent_message_hash: string | null;
      tip_message_hash: string | null;
    };
    const calls = connection.all<CallRow>(
      `SELECT id, parent_message_hash, tip_message_hash, model, resolved_model, input_tokens, output_tokens, token_details, duration_ms, datetime_utc
       FROM turns WHERE thread_id = ? ORDER BY datetime_utc, id`,
      thread.id,
    );
    const tips = [...calls.map((call) => call.tip_message_hash), thread.tip_message_hash].filter((tip) => tip !== null);
    yield {
      kind: 'thread',
      id: thread.id,
      name: thread.name,
      time: thread.datetime_utc,
      tip: thread.tip_message_hash,
      messages: chains(reader, tips),
      calls: calls.map((call) => ({
        id: call.id,
        parent: call.parent_message_hash,
        tip: call.tip_message_hash,
        model: call.model,
        resolvedModel: call.resolved_model,
        time: call.datetime_utc,
        durationMs: call.duration_ms,
        inputTokens: call.input_tokens,
        outputTokens: call.output_tokens,
        tokenDetails: call.token_details,
      })),
    };
  }
}

/** Every message from the beginnings to these ends, parents first. */
function chains(reader: Reader, tips: readonly string[]): LlmMessage[] {
  const found = new Map<string, LlmMessage>();
  for (const tip of tips) {
    const chain: LlmMessage[] = [];
    for (let hash: string | null = tip; hash !== null && !found.has(hash); ) {
      type Row = { hash: string; parent_hash: string | null; role: string };
      const row: Row | undefined = reader.connection.get<Row>('SELECT hash, parent_hash, role FROM messages WHERE hash = ?', hash);
      if (!row || chain.some((message) => message.hash === row.hash)) break;
      chain.push({ hash: row.hash, parent: row.parent_hash, role: row.role, parts: partsOf(reader, row.hash) });
      hash = row.parent_hash;
    }
    for (const message of chain.reverse()) found.set(message.hash, message);
  }
  return [...found.values()];
}

function partsOf({ connection }: Reader, hash: string): LlmPart[] {
  type Row = { id: number; type: string; tool_name: string | null; text: string | null; payload: string | null };
  const rows = connection.all<Row>('SELECT id, type, tool_name, text, payload FROM parts WHERE message_hash = ? ORDER BY position', hash);
  return rows.map((row) => ({
    type: row.type,
    toolName: row.tool_name,
    text:
      row.text ??
      connection.get<{ text: string | null }>(
        `SELECT group_concat(coalesce(json_extract(piece.value, '$.literal'), f.content, ''), '' ORDER BY piece.key) AS text
         FROM parts p, json_each(p.payload, '$.text_ref') piece
         LEFT JOIN fragments f ON f.id = json_extract(piece.value, '$.fragment') WHERE p.id = ?`,
        row.id,
      )?.text ??
      null,
    payload: row.payload,
    attachments: connection.all<LlmAttachment>(
      `${ATTACHMENTS} JOIN part_attachments l ON l.attachment_id = a.id WHERE l.part_id = ? ORDER BY l."order"`,
      row.id,
    ),
  }));
}
