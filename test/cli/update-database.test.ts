/** The first start after an update of sotto: the database is brought to the new schema, seen, once, and ended at once by a signal. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { endsBy } from '../support/own-time.ts';
import { ROOT, start } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';
import { conversationsHome, type Home } from './conversations-home.ts';

/** Of its own time. */
const SOON_MS = 200;
const SAID = 'updating the database for this version of sotto, which happens once';

/** A home as an older sotto has left it. */
function olderHome(): Home {
  const home = conversationsHome();
  mkdirSync(dirname(home.file), { recursive: true });
  const database = new Database(home.file);
  database.pragma('journal_mode = WAL');
  // A dump holds the tables behind the search index.
  database.unsafeMode(true);
  database.exec(readFileSync(join(ROOT, 'fixtures/store/v1.sql'), 'utf8'));
  database.close();
  // Every sotto leaves the log where it is.
  writeFileSync(`${home.file}-wal`, '');
  return home;
}

/** Whoever holds the lock makes the update take as long as a large database does. */
function locked(home: Home): { release(): void; [Symbol.dispose](): void } {
  const database = new Database(home.file);
  database.exec('BEGIN IMMEDIATE');
  const release = () => {
    if (database.open) database.close();
  };
  return { release, [Symbol.dispose]: release };
}

function versionOf(home: Home): unknown {
  const database = new Database(home.file, { readonly: true });
  const version = database.pragma('user_version', { simple: true });
  database.close();
  return version;
}

const backupsOf = (home: Home): string[] => readdirSync(dirname(home.file)).filter((name) => name.endsWith('.bak'));

describe('the database of an older sotto', () => {
  it('is updated before anything else, with a line on a terminal that is gone afterwards, and the backup is named', async () => {
    using home = olderHome();
    using lock = locked(home);
    const terminal = openTerminal(['list', '--json'], { home: home.path, columns: 200 });
    await terminal.shows(`${SAID}: 1 s`);
    await terminal.shows(`${SAID}: 2 s`);
    expect(await terminal.lines()).toHaveLength(1);
    lock.release();
    expect((await terminal.ended).code).toBe(0);
    const [backup] = backupsOf(home);
    expect(backup).toMatch(/^sotto\.db\.v1-.*\.bak$/);
    const lines = await terminal.lines();
    expect(lines.join('\n')).not.toContain(SAID);
    expect(lines.join('')).toContain(
      `sotto: updated the database for this version of sotto. As it was before, it is kept: ${join(dirname(home.file), backup ?? '')}`,
    );
    expect(versionOf(home)).toBe(MIGRATIONS.length);
  });

  it('is one line on stderr of a pipe where it takes long, and none where it does not or when quiet', async () => {
    using home = olderHome();
    using quiet = olderHome();
    using quick = olderHome();
    const locks = [locked(home), locked(quiet)];
    const running = start(['list', '--json'], { home: home.path });
    const silent = start(['list', '--json'], { home: quiet.path, env: { SOTTO_QUIET: '1' } });
    await running.shows(SAID, 'stderr');
    for (const lock of locks) lock.release();
    expect(await running.ended).toMatchObject({ code: 0, stderr: `sotto: ${SAID}.\n` });
    expect(await silent.ended).toMatchObject({ code: 0, stderr: '' });
    const ended = await quick.sotto(['list', '--json']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout).conversations).toHaveLength(3);
    expect(backupsOf(quick)).toHaveLength(1);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is left as it was by %s, at once; the next start updates it', async (signal, code) => {
    using home = olderHome();
    using lock = locked(home);
    const running = start(['list'], { home: home.path });
    await running.shows(SAID, 'stderr');
    const tookMs = await endsBy(signal, running.child);
    const ended = await running.ended;
    expect(ended).toMatchObject({ code, stdout: '', stderr: `sotto: ${SAID}.\n` });
    expect(tookMs).toBeLessThan(SOON_MS);
    lock.release();
    expect([versionOf(home), backupsOf(home)]).toEqual([1, []]);
    expect((await home.sotto(['list'])).stdout).toContain('Ships on the Danube');
    expect([versionOf(home), backupsOf(home).length]).toEqual([MIGRATIONS.length, 1]);
  });

  it('leaves a chat usable while it is updated, and says so in it', async () => {
    using home = olderHome();
    using lock = locked(home);
    const terminal = openTerminal(['chat', '--provider', 'guide'], { home: home.path, columns: 200 });
    await terminal.shows('/help');
    terminal.pty.write('hello\r');
    await terminal.shows(SAID);
    terminal.pty.write('still here');
    await terminal.shows('still here');
    lock.release();
    await terminal.shows('As it was before, it is kept');
    await terminal.shows('See also');
    // Ctrl+D leaves when the answer has ended, which nothing on the screen tells.
    const leaving = setInterval(() => terminal.pty.write('\x15\x04'), 200);
    expect((await terminal.ended).code).toBe(0);
    clearInterval(leaving);
    expect((await home.sotto(['list'])).stdout).toContain('hello');
  });

  it('that is damaged is read as far as it can be, also through that other process', async () => {
    using home = olderHome();
    const database = new Database(home.file);
    database.unsafeMode(true);
    database.pragma('writable_schema = ON');
    database.exec(`UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'attempts'`);
    database.close();
    const ended = await home.sotto(['list']);
    expect(ended.code).toBe(7);
    expect(ended.stdout).toContain('Ships on the Danube');
    expect(ended.stderr).toContain('is damaged; what could be read of it was read');
  });
});
