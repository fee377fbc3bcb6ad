/** Carries every row that can be read out of a damaged file into a new database. What hangs together badly is mended later. */
import { type Connection, openConnection, type Value } from '../connection.ts';
import { APPLICATION_ID, ensurePrivateFile } from '../file.ts';
import { isId } from '../ids.ts';
import { MIGRATIONS } from '../migrations.ts';
import { openPages, type Pages } from './pages.ts';
import { type RawRow, rowsOf } from './rows.ts';
import { fitted, type Shape, shapesOf } from './shapes.ts';

export type Collected = {
  pages: number;
  /** Messages whose text is cut off, because pages that it went on in are gone. */
  cut: number[];
  /** Conversations, by their key, of which the last columns are gone in the same way. */
  cutConversations: number[];
  /** Ids of conversations by their key, as the indexes know them: also of those whose own row is gone. */
  known: Map<number, string>;
};

/** A new, private database with our schema and nothing in it. Until it is done nobody else sees it, so it needs no journal. */
export function createEmpty(file: string): Connection {
  ensurePrivateFile(file);
  const connection = openConnection(file);
  connection.script('PRAGMA foreign_keys = OFF; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
  connection.script(MIGRATIONS.join('\n'));
  connection.script(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`);
  return connection;
}

/** `tell` says how many pages of how many have been read. */
export function collectRows(damaged: string, fresh: Connection, tell: (done: number, total: number) => void): Collected {
  const pages = openPages(damaged);
  try {
    return fresh.write(() => readAll(pages, fresh, tell));
  } finally {
    pages.close();
  }
}

function readAll(pages: Pages, fresh: Connection, tell: (done: number, total: number) => void): Collected {
  const shapes = shapesOf(fresh);
  const collected: Collected = { pages: pages.count, cut: [], cutConversations: [], known: new Map() };
  const take = (image: Buffer, isFirst: boolean): void => {
    for (const row of rowsOf(image, pages, isFirst)) {
      if (row.rowid === undefined) learn(row, collected.known);
      insert(row, shapes, fresh, collected);
    }
  };
  for (let page = 1; page <= pages.count; page++) {
    if (page % TELL_EVERY === 0) tell(page, pages.count);
    const image = pages.read(page);
    if (image) take(image, page === 1);
  }
  // Last, so that they only fill gaps.
  for (const image of pages.doubtful()) take(image, false);
  return collected;
}

const TELL_EVERY = 2000;

function insert(row: RawRow, shapes: readonly Shape[], fresh: Connection, { cut, cutConversations }: Collected): void {
  for (const shape of shapes) {
    const values = fitted(row, shape);
    if (!values) continue;
    const names = shape.columns.slice(0, values.length).map(({ name }) => name);
    // The search index is made anew.
    const kept = values.map((value, index): Value => (names[index] === 'indexed' ? 0 : value));
    const { changes } = fresh.run(
      `INSERT OR IGNORE INTO ${shape.table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      ...kept,
    );
    if (changes > 0 && row.cut !== undefined && row.rowid !== undefined) {
      if (shape.table === 'messages') cut.push(row.rowid);
      if (shape.table === 'conversations') cutConversations.push(row.rowid);
    }
    return;
  }
}

/** Two indexes hold the id of each conversation beside its key. */
function learn({ values }: RawRow, known: Map<number, string>): void {
  const [first, second, third] = values;
  const [id, key] = values.length === 2 ? [first, second] : values.length === 3 && typeof first === 'number' ? [second, third] : [];
  if (typeof id === 'string' && isId(id) && typeof key === 'number') known.set(key, id);
}
