/** Opens a database with a schema that is one step newer, as a later sotto would. */
import { openConnection } from '../../../src/store/connection.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { MIGRATIONS } from '../../../src/store/migrations.ts';

const connection = openConnection(process.argv[2] ?? '');
migrate(connection, [...MIGRATIONS, `ALTER TABLE conversations ADD COLUMN mood TEXT; UPDATE conversations SET mood = 'calm';`], Date.now());
process.stdout.write(`${connection.all<{ mood: string }>('SELECT mood FROM conversations').map((row) => row.mood)}\n`);
connection.close();
