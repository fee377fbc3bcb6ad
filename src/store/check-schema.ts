/** What should stand in the schema of a database and does not: a table, an index or a trigger that is gone or another. */
import { type Connection, openConnection } from './connection.ts';
import { MIGRATIONS } from './migrations.ts';

type Entry = { type: string; name: string; sql: string };

export function schemaProblems(connection: Connection, version: number): string[] {
  const found = new Map(entriesOf(connection).map((entry) => [`${entry.type} ${entry.name}`, entry.sql]));
  return expected(version).flatMap(({ type, name, sql }) => {
    const there = found.get(`${type} ${name}`);
    if (there === sql) return [];
    return [there === undefined ? `the ${type} ${name} is missing` : `the ${type} ${name} is not as it should be`];
  });
}

/** As a new database of that version has it. */
function expected(version: number): Entry[] {
  const fresh = openConnection(':memory:');
  try {
    fresh.script(MIGRATIONS.slice(0, version).join('\n'));
    return entriesOf(fresh);
  } finally {
    fresh.close();
  }
}

function entriesOf(connection: Connection): Entry[] {
  return connection.all<Entry>('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL');
}
