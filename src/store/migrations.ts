/** The schema, as the list of steps that lead to it: append only. A released step is never edited. */

/** As they are now. A change of them is a new step, with which the older ones still lead here: they only ever begin empty. */
const SEARCH_TABLES = `
  CREATE VIRTUAL TABLE search_trigrams USING fts5 (
    text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
  );
  CREATE VIRTUAL TABLE search_short USING fts5 (
    text, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '#+_'"
  );
  INSERT INTO search_trigrams (search_trigrams, rank) VALUES ('secure-delete', 1);
  INSERT INTO search_short (search_short, rank) VALUES ('secure-delete', 1);
  INSERT INTO search_trigrams (search_trigrams, rank) VALUES ('automerge', 8);
  INSERT INTO search_short (search_short, rank) VALUES ('automerge', 8);
`;

const ALL_WAITING = 'UPDATE conversations SET indexed = 0 WHERE indexed = 1; UPDATE messages SET indexed = 0 WHERE indexed = 1;';

/** Step n (counted from 1) leads from schema n − 1 to schema n. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE conversations (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    title_source TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    provider TEXT,
    model TEXT,
    system TEXT,
    folder TEXT,
    pinned INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    active_message INTEGER,
    message_count INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    cost_usd REAL,
    unknown_costs INTEGER NOT NULL DEFAULT 0,
    forked_conversation TEXT,
    forked_message INTEGER,
    source TEXT,
    source_id TEXT,
    indexed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX conversations_by_update ON conversations (updated_ms DESC, id DESC);
  CREATE INDEX conversations_waiting ON conversations (key) WHERE indexed = 0;
  CREATE UNIQUE INDEX conversations_by_source ON conversations (source, source_id) WHERE source IS NOT NULL;

  CREATE TABLE tags (
    conversation_key INTEGER NOT NULL REFERENCES conversations (key) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (conversation_key, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tags_by_tag ON tags (tag);

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation_key INTEGER NOT NULL REFERENCES conversations (key) ON DELETE CASCADE,
    parent_id INTEGER,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'tool')),
    status TEXT NOT NULL CHECK (status IN ('complete', 'streaming', 'interrupted', 'cancelled', 'failed')),
    created_ms INTEGER NOT NULL,
    provider TEXT,
    model TEXT,
    finish_reason TEXT,
    raw_finish_reason TEXT,
    usage TEXT,
    cost TEXT,
    error TEXT,
    first_token_ms INTEGER,
    duration_ms INTEGER,
    owner_pid INTEGER,
    owner TEXT,
    heartbeat_ms INTEGER,
    indexed INTEGER NOT NULL DEFAULT 0,
    parts TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_conversation ON messages (conversation_key);
  CREATE INDEX messages_streaming ON messages (id) WHERE status = 'streaming';
  CREATE INDEX messages_waiting ON messages (id) WHERE indexed = 0 AND status <> 'streaming';

  CREATE TABLE reply_chunks (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    part TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (message_id, sequence)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    conversation_key INTEGER,
    message_id INTEGER,
    purpose TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    outcome TEXT NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    cost_usd REAL,
    cost_estimated INTEGER,
    cost_source TEXT,
    price TEXT,
    started_ms INTEGER NOT NULL,
    duration_ms INTEGER,
    first_token_ms INTEGER,
    request_id TEXT,
    http_status INTEGER
  ) STRICT;
  CREATE INDEX attempts_by_conversation ON attempts (conversation_key);
  CREATE INDEX attempts_by_start ON attempts (started_ms);

  CREATE TABLE attachments (
    key INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE message_attachments (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL REFERENCES attachments (sha256),
    PRIMARY KEY (message_id, sha256)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX message_attachments_by_content ON message_attachments (sha256);
  ${SEARCH_TABLES}`,
  // The id that a message has where it was imported from. A column without an index rewrites no row: it is read by conversation.
  `
  ALTER TABLE messages ADD COLUMN source_id TEXT;
  `,
  // Found by time, wherever they came from; and the folding has changed, so that everything is indexed again.
  `
  CREATE INDEX messages_by_time ON messages (created_ms);
  DROP TABLE search_trigrams;
  DROP TABLE search_short;
  ${SEARCH_TABLES}
  ${ALL_WAITING}
  `,
  // Junctions are indexed too: everything again.
  `
  DROP TABLE search_trigrams;
  DROP TABLE search_short;
  ${SEARCH_TABLES}
  ${ALL_WAITING}
  `,
];
