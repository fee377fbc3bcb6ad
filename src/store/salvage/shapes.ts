/** Which table a row belongs to, told by its values alone: where the file's own schema is gone, ours is known. */
import type { Connection, Value } from '../connection.ts';
import type { RawRow, RawValue } from './rows.ts';

export type Shape = {
  table: string;
  hasRowid: boolean;
  columns: readonly Column[];
  /** So many values a row has at the least: columns that came later have defaults. */
  least: number;
};

type Column = { name: string; type: string; isRequired: boolean; isRowid: boolean };

/** The tables of a new, empty database, those with the most columns first. */
export function shapesOf(connection: Connection): Shape[] {
  return connection
    .all<{ name: string; wr: number }>(
      `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
    )
    .map(({ name, wr }) => shapeOf(connection, name, wr === 0))
    .sort((one, other) => other.columns.length - one.columns.length || one.table.localeCompare(other.table));
}

function shapeOf(connection: Connection, table: string, hasRowid: boolean): Shape {
  const rows = connection.all<{ name: string; type: string; notnull: number; dflt_value: string | null; pk: number }>(
    'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)',
    table,
  );
  const keys = rows.filter(({ pk }) => pk > 0).length;
  const columns = rows.map(({ name, type, notnull, pk }) => ({
    name,
    type,
    isRequired: notnull === 1 || pk > 0,
    isRowid: hasRowid && pk > 0 && keys === 1 && type === 'INTEGER',
  }));
  return {
    table,
    hasRowid,
    columns,
    least: rows.findLastIndex(({ notnull, pk, dflt_value }) => pk > 0 || (notnull === 1 && dflt_value === null)) + 1,
  };
}

/** The row as values of its table's columns, the row id among them; undefined where it does not fit. */
export function fitted(row: RawRow, { hasRowid, columns, least }: Shape): Value[] | undefined {
  if (hasRowid !== (row.rowid !== undefined) || row.values.length > columns.length) return undefined;
  // A row that is cut off in a text keeps its beginning and its place among the others.
  if (row.values.length < least) return undefined;
  const values: Value[] = [];
  for (const [index, value] of row.values.entries()) {
    const column = columns[index];
    if (!column) return undefined;
    if (column.isRowid) {
      if (value !== null || row.rowid === undefined || !(row.rowid >= 1)) return undefined;
      values.push(row.rowid);
    } else if (!isOf(column, value)) return undefined;
    else values.push(value);
  }
  return values;
}

/** The tables are strict, so that a value of another kind means another table, or damage. */
function isOf({ type, name, isRequired }: Column, value: RawValue): boolean {
  if (value === null) return !isRequired;
  switch (type) {
    case 'INTEGER':
      return typeof value === 'number' && Number.isInteger(value);
    case 'REAL':
      return typeof value === 'number';
    case 'TEXT':
      return typeof value === 'string' && (name !== 'sha256' || /^[0-9a-f]{64}$/.test(value));
    default:
      return Buffer.isBuffer(value);
  }
}
