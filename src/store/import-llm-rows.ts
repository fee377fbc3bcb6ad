/** What the readers of llm's tables share: the values they give, the columns a version has, and the rows of attachments. */
import type { Connection } from './connection.ts';

export type LlmAttachment = { id: string | null; type: string | null; path: string | null; url: string | null; content: Buffer | null };
type LlmToolResult = {
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

/** A conversation of the older tables. */
export type LlmTurns = Extract<LlmConversation, { kind: 'turns' }>;

/** Table → its columns. */
type Schema = Map<string, Set<string>>;
export type Reader = {
  connection: Connection;
  schema: Schema;
  /** Row numbers by response, for tables without an index on it. */
  hidden: Map<string, Map<string, number[]>>;
};

const TABLES = [
  ...[
    'log',
    'logs',
    'conversations',
    'responses',
    'attachments',
    'prompt_attachments',
    'fragments',
    'prompt_fragments',
    'system_fragments',
  ],
  ...['tool_calls', 'tool_results', 'tool_results_attachments', 'threads', 'turns', 'messages', 'parts', 'part_attachments'],
];

/** Only of these tables: one of a plugin may need a module that is not here even to be looked at. */
export function schemaOf(connection: Connection): Schema {
  const schema: Schema = new Map();
  for (const table of TABLES) {
    const rows = connection.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table);
    if (rows.length > 0) schema.set(table, new Set(rows.map(({ name }) => name)));
  }
  return schema;
}

/** The columns that this version has, NULL for the others. Names are ours, never the file's. */
export function columns({ schema }: Reader, table: string, wanted: readonly string[]): string {
  const there = schema.get(table);
  return wanted.map((name) => (there?.has(name) ? `"${name}"` : `NULL AS "${name}"`)).join(', ');
}

export const ATTACHMENTS = 'SELECT a.id, a.type, a.path, a.url, a.content FROM attachments a';
