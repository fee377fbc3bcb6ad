import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { start } from '../support/program.ts';
import { addTurn, conversationsHome, type Home, jsonOf, onTerminal } from './conversations-home.ts';

function homeWith(...prompts: string[]): Home {
  const home = conversationsHome();
  home.fill((store) => {
    for (const prompt of prompts) addTurn(store, { prompt, reply: 'yes '.repeat(3000) });
    // Everything stands in the file itself, nothing in its log: tests that damage the file damage what is in it.
    store.vacuum();
  });
  return home;
}

const titlesOf = (home: Home) => home.fill((store) => store.list()).map(({ title }) => title);

/** A database that begins like one and is full of nonsense behind. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0xaa, 4096);
  writeFileSync(file, bytes);
}

describe('sotto db path', () => {
  it('prints the path alone, also before there is a database', async () => {
    using home = conversationsHome();
    expect(await home.sotto(['db', 'path'])).toMatchObject({ code: 0, stdout: `${home.file}\n`, stderr: '' });
    expect(existsSync(home.file)).toBe(false);
  });
});

describe('sotto db check', () => {
  it('says what it looked at and that all is well', async () => {
    using home = homeWith('one', 'two');
    const { code, stdout, stderr } = await home.sotto(['db', 'check']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^${home.file}\\nchecked: .*\\n2 conversations, 4 messages, [\\d.]+ kB, schema \\d+\\nsound\\n$`));
    expect(jsonOf(await home.sotto(['db', 'check', '--json']))).toMatchObject({
      ...{ v: 1, ok: true, problems: [], facts: { conversations: 2, messages: 4 } },
    });
  });

  it('ends with exit code 3 for a damaged database, and names the backups', async () => {
    using home = homeWith('one');
    const copy = (await home.sotto(['db', 'backup'])).stdout.trim();
    damage(home.file);
    const { code, stdout, stderr } = await home.sotto(['db', 'check']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/damaged: \d+ problems?\n$/);
    expect(stderr).toContain(`Or go back to a backup with: sotto db restore FILE\n  ${copy}\n`);
    const json = await home.sotto(['db', 'check', '--json']);
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout).problems.length).toBeGreaterThan(0);
  });

  it('also for one that is cut off or is no database at all', async () => {
    using home = homeWith('one');
    truncateSync(home.file, 5000);
    expect(await home.sotto(['db', 'check'])).toMatchObject({ code: 3 });
    writeFileSync(home.file, 'What a nice day it is today. '.repeat(20));
    const { code, stderr } = await home.sotto(['list']);
    expect(code).toBe(3);
    expect(stderr).toContain('sotto db restore');
    expect(await home.sotto(['db', 'check'])).toMatchObject({ code: 3 });
  });

  it('is at ease where there is none yet', async () => {
    using home = conversationsHome();
    expect(await home.sotto(['db', 'check'])).toMatchObject({ code: 0, stdout: '' });
    expect(existsSync(home.file)).toBe(false);
  });
});

describe('sotto db backup', () => {
  it('writes a sound private copy beside the database and prints its name alone', async () => {
    using home = homeWith('one');
    const { code, stdout } = await home.sotto(['db', 'backup']);
    expect(code).toBe(0);
    const file = stdout.trim();
    expect(file).toMatch(/sotto-\d{4}-\d\d-\d\d-\d{6}\.db$/);
    expect(dirname(file)).toBe(dirname(home.file));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('yes yes yes')).toBe(true);
  });

  it('takes a file or a folder, and never replaces a file', async () => {
    using home = homeWith('one');
    expect((await home.sotto(['db', 'backup', 'copy.db'])).stdout).toBe(`${join(home.path, 'copy.db')}\n`);
    expect(await home.sotto(['db', 'backup', 'copy.db'])).toMatchObject({ code: 3, stdout: '' });
    mkdirSync(join(home.path, 'stick'));
    const { stdout } = await home.sotto(['db', 'backup', 'stick', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, file: expect.stringContaining(join(home.path, 'stick', 'sotto-')) });
  });

  it('says that there is nothing to back up', async () => {
    using home = conversationsHome();
    expect(await home.sotto(['db', 'backup'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('sotto db restore', () => {
  it('puts a backup in place after asking, and keeps what was there', async () => {
    using home = homeWith('one');
    await home.sotto(['db', 'backup', 'copy.db']);
    home.fill((store) => addTurn(store, { prompt: 'two' }));
    const kept = await onTerminal(home, ['db', 'restore', 'copy.db'], { answer: 'n\r' });
    expect(kept.text).toContain(
      'Put copy.db (1 conversation, 2 messages) in the place of the database (2 conversations, 4 messages), which is kept?',
    );
    expect(titlesOf(home)).toEqual(['two', 'one']);
    const done = await onTerminal(home, ['db', 'restore', 'copy.db'], { answer: 'y\r' });
    expect(done).toMatchObject({ code: 0 });
    expect(titlesOf(home)).toEqual(['one']);
    expect(statSync(home.file).mode & 0o777).toBe(0o600);
    const aside = readdirSync(dirname(home.file)).filter((name) => /before-restore.*\.bak$/.test(name));
    expect(aside).toHaveLength(1);
    await home.sotto(['db', 'restore', aside[0] ?? '', '--yes']);
    expect(titlesOf(home)).toEqual(['two', 'one']);
  });

  it.each([
    ['is damaged', damage],
    ['is cut off', (file: string) => truncateSync(file, 5000)],
    ['is something else', (file: string) => writeFileSync(file, 'no database')],
  ])('helps when the present database %s', async (_, harm) => {
    using home = homeWith('one');
    await home.sotto(['db', 'backup', 'copy.db']);
    harm(home.file);
    const harmed = readFileSync(home.file);
    const { kept } = jsonOf(await home.sotto(['db', 'restore', 'copy.db', '--yes', '--json']));
    expect(titlesOf(home)).toEqual(['one']);
    expect(readFileSync(kept)).toEqual(harmed);
  });

  it('helps when there is no database any more', async () => {
    using home = homeWith('one');
    await home.sotto(['db', 'backup', 'copy.db']);
    using fresh = conversationsHome();
    copyFileSync(join(home.path, 'copy.db'), join(fresh.path, 'copy.db'));
    expect(jsonOf(await fresh.sotto(['db', 'restore', 'copy.db', '--yes', '--json']))).toMatchObject({ kept: null });
    expect(titlesOf(fresh)).toEqual(['one']);
  });

  it.each([
    ['text', 'no database'],
    ['nothing', ''],
  ])('refuses a file that holds %s, and changes nothing', async (_, content) => {
    using home = homeWith('one');
    writeFileSync(join(home.path, 'bad.db'), content);
    const before = readFileSync(home.file);
    const { code, stderr } = await home.sotto(['db', 'restore', 'bad.db', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain('is not a sound backup; nothing was changed.');
    expect(readFileSync(home.file)).toEqual(before);
  });

  it('refuses a damaged backup, a missing one, the database itself, and to go on unasked', async () => {
    using home = homeWith('one');
    await home.sotto(['db', 'backup', 'copy.db']);
    expect((await home.sotto(['db', 'restore', 'copy.db'])).stderr).toContain('Nobody is there to confirm; nothing was changed.');
    damage(join(home.path, 'copy.db'));
    for (const [file, message] of [
      ['copy.db', 'is not a sound backup; nothing was changed.'],
      ['missing.db', 'There is no file missing.db.'],
      [home.file, 'is the database itself.'],
    ] as const) {
      const { code, stderr } = await home.sotto(['db', 'restore', file, '--yes']);
      expect([file, code]).toEqual([file, 2]);
      expect(stderr).toContain(message);
    }
    expect(titlesOf(home)).toEqual(['one']);
  });
});

describe('sotto db repair', () => {
  it('saves what can be read, keeps the damaged file, and says what was lost', async () => {
    using home = homeWith('one', 'two');
    // The overflow pages hold most of a long reply; the first page holds the schema.
    const bytes = readFileSync(home.file);
    bytes.fill(0, 0, 4096);
    writeFileSync(home.file, bytes);
    expect((await home.sotto(['list'])).stderr).toContain('sotto db repair');
    expect((await home.sotto(['db', 'check'])).stderr).toContain('sotto db repair');
    const { code, stdout } = await home.sotto(['db', 'repair']);
    expect(code).toBe(0);
    expect(stdout).toContain(`${home.file} is repaired: 2 conversations, 4 messages.\nNothing was lost.\nThe damaged database is kept: `);
    expect(readFileSync(stdout.trim().split(': ').at(-1) ?? '')).toEqual(bytes);
    expect(titlesOf(home).sort()).toEqual(['one', 'two']);
    expect(await home.sotto(['db', 'check'])).toMatchObject({ code: 0 });
    expect(statSync(home.file).mode & 0o777).toBe(0o600);
  });

  it('ends with exit code 7 where something is gone, and names it', async () => {
    using home = homeWith('one', 'two');
    const bytes = readFileSync(home.file);
    const at = bytes.lastIndexOf('yes yes yes') & ~4095;
    bytes.fill(0, at, at + 4096);
    writeFileSync(home.file, bytes);
    const { code, stdout } = await home.sotto(['db', 'repair', '--json']);
    expect(code).toBe(7);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ v: 1, repaired: true, found: { conversations: 2, messages: 4 }, losses: [] });
    expect(report.incomplete).toHaveLength(1);
    expect(await home.sotto(['show', report.incomplete[0].conversation])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('could not be read'),
    });
  });

  it('does nothing to a sound database, nor where there is none', async () => {
    using home = homeWith('one');
    const before = readFileSync(home.file);
    expect(await home.sotto(['db', 'repair'])).toMatchObject({ code: 0, stdout: expect.stringContaining('there is nothing to repair') });
    expect(readFileSync(home.file)).toEqual(before);
    using empty = conversationsHome();
    expect(jsonOf(await empty.sotto(['db', 'repair', '--json']))).toMatchObject({ repaired: false });
  });

  it('killed at any moment, leaves a database that holds everything', async () => {
    using home = homeWith('one', 'two');
    const bytes = readFileSync(home.file);
    bytes.fill(0, 0, 4096);
    for (let round = 0; round < 12; round++) {
      writeFileSync(home.file, bytes);
      const running = start(['db', 'repair'], { home: home.path });
      const timer = setTimeout(() => running.child.kill('SIGKILL'), 60 + round * 25);
      await running.ended;
      clearTimeout(timer);
      const after = await home.sotto(['db', 'repair', '--json']);
      expect([0, 7]).toContain(after.code);
      expect(titlesOf(home).sort()).toEqual(['one', 'two']);
    }
  });
});

describe('sotto db vacuum', () => {
  it('gives space back', async () => {
    using home = homeWith('one', 'two');
    home.fill((store) => store.remove(store.list().map(({ id }) => id)));
    const { bytesBefore, bytesAfter } = jsonOf(await home.sotto(['db', 'vacuum', '--json']));
    expect(bytesAfter).toBeLessThan(bytesBefore);
    expect((await home.sotto(['db', 'vacuum'])).stderr).toMatch(/^[\d.]+ kB before, [\d.]+ kB now\.\n$/);
  });
});
