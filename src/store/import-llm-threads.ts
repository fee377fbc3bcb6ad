/** The newer tables of llm: threads, turns, and messages that are known by their content. */
import { ATTACHMENTS, type LlmAttachment, type LlmConversation, type LlmMessage, type LlmPart, type Reader } from './import-llm-rows.ts';

/** The content-addressed tables: a thread is a name for a chain of messages that other threads may share. */
export function* readThreads(reader: Reader): Generator<LlmConversation> {
  const { connection } = reader;
  type ThreadRow = { id: string; name: string | null; tip_message_hash: string | null; datetime_utc: string | null };
  for (const thread of connection.all<ThreadRow>('SELECT id, name, tip_message_hash, datetime_utc FROM threads ORDER BY id')) {
    type CallRow = {
      id: string;
      parent_message_hash: string | null;
      tip_message_hash: string | null;
      model: string | null;
      resolved_model: string | null;
      input_tokens: number | null;
      output_tokens: number | null;
      token_details: string | null;
      duration_ms: number | null;
      datetime_utc: string | null;
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
