/** `sotto export` and `sotto import` as a user runs them: the whole program, a real store, real files. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { exportCommand } from '../../src/cli/commands/export.ts';
import { openExportFile } from '../../src/cli/export-file.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { userText } from '../../src/core/messages.ts';
import { fakeContext } from '../support/context.ts';
import { environment, filesIn } from '../support/program.ts';
import { addTurn, conversationsHome, type Home } from './conversations-home.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/import');

describe('sotto export', () => {
  it('prints the last conversation as Markdown', async () => {
    using home = filled();
    const { stdout, stderr, code } = await home.sotto(['export']);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(/^# Second question\n/);
    expect(stdout).toContain('\n## Assistant\n');
    expect(stdout).not.toContain('First question');
  });

  it('takes its form from the ending of the file, keeps it private, and does not overwrite', async () => {
    using home = filled();
    for (const [name, beginning] of [
      ['a.html', '<!DOCTYPE html>'],
      ['a.json', '{"v":1,"kind":"sotto.conversations"'],
      ['a.jsonl', '{"v":1,"kind":"sotto.conversation"'],
      ['a.md', '# '],
    ] as const) {
      const run = await home.sotto(['export', '--all', '-o', name]);
      expect(run).toMatchObject({ code: 0, stdout: '', stderr: '' });
      const file = join(home.path, name);
      expect(readFileSync(file, 'utf8').startsWith(beginning)).toBe(true);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    writeFileSync(join(home.path, 'a.md'), 'mine');
    const refused = await home.sotto(['export', '-o', 'a.md']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toBe('sotto: a.md exists.\nChoose another name, or replace it with --force.\n');
    expect(readFileSync(join(home.path, 'a.md'), 'utf8')).toBe('mine');
    expect((await home.sotto(['export', '-o', 'a.md', '--force'])).code).toBe(0);
    expect(readFileSync(join(home.path, 'a.md'), 'utf8')).toMatch(/^# Second question/);
  });

  it('refuses an ending that says no format, and takes any name with --format or without an ending', async () => {
    using home = filled();
    const refused = await home.sotto(['export', '-o', 'a.txt']);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^sotto: The ending of a\.txt says no format\.\nKnown are \.md, .*\.jsonl, .*--format markdown\n$/);
    expect(existsSync(join(home.path, 'a.txt'))).toBe(false);
    expect((await home.sotto(['export', '-o', 'a.txt', '--format', 'json'])).code).toBe(0);
    expect(readFileSync(join(home.path, 'a.txt'), 'utf8')).toMatch(/^\{"v":1/);
    for (const name of ['plain', '.hidden']) expect((await home.sotto(['export', '-o', name])).code).toBe(0);
    expect(readFileSync(join(home.path, 'plain'), 'utf8')).toMatch(/^# /);
  });

  it('chooses by id, title and filters', async () => {
    using home = filled();
    const titles = (text: string) => text.match(/^# .*/gm);
    expect(titles((await home.sotto(['export', 'First'])).stdout)).toEqual(['# First question']);
    expect(titles((await home.sotto(['export', '--tag', 'work'])).stdout)).toEqual(['# First question']);
    expect(titles((await home.sotto(['export', '--all'])).stdout)).toHaveLength(2);
    expect(await home.sotto(['export', 'First', '--all'])).toMatchObject({ code: 2, stdout: '' });
    expect(await home.sotto(['export', '--tag', 'nothing'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('counts on stderr what training examples leave out', async () => {
    using home = filled();
    home.fill((store) => addTurn(store, { prompt: 'Third question', reply: 'half an ans', status: 'cancelled' }));
    const { stdout, stderr } = await home.sotto(['export', '--all', '--format', 'training']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).messages.length),
    ).toEqual([2, 2]);
    expect(stderr).toBe('sotto: left out 1 turn that failed, was cancelled or broke off.\n');
  });

  it('ends quietly when its reader leaves, and gives a slow one every byte', async () => {
    using home = filled();
    home.fill((store) => {
      for (let index = 0; index < 30; index++) addTurn(store, { prompt: `Long ${index}`, reply: 'x'.repeat(100_000) });
    });
    const head = await home.sotto([], { shell: '{ $SOTTO export --all --format jsonl; echo "code $?" >&2; } | head -c 10' });
    expect(head).toMatchObject({ stdout: '{"v":1,"ki', stderr: 'code 0\n' });
    const slow = await home.sotto([], { shell: '$SOTTO export --all --format jsonl | (sleep 1; wc -c)' });
    expect(Number(slow.stdout.trim())).toBeGreaterThan(3_000_000);
  });

  it('names a folder that is not there', async () => {
    using home = filled();
    const { code, stderr } = await home.sotto(['export', '-o', 'no/such/a.md']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'sotto: no/such/a.md cannot be written: its folder does not exist.\n' });
  });

  it('obeys no control character of a model on a terminal, and leaves it as it is in a pipe', async () => {
    using home = filled();
    home.fill((store) => addTurn(store, { prompt: 'Clear it', reply: 'gone\x1b[2J\x9b2J' }));
    expect((await home.sotto(['export'])).stdout).toContain('gone\x1b[2J\x9b2J');
    let shown = '';
    const stdout = new Writable({
      write(chunk, _, done) {
        shown += chunk;
        done();
      },
    });
    const paths = resolvePaths({ env: environment(home.path), platform: process.platform, home: home.path });
    const context = fakeContext({ paths, stdout, isTerminal: { stdin: true, stdout: true, stderr: true }, pid: process.pid });
    await exportCommand(context, () => {}).parseAsync([], { from: 'user' });
    expect(shown).toContain('gone␛[2J<U+009B>2J');
  });

  it('says so where there is nothing, and makes no database', async () => {
    using home = conversationsHome();
    expect(await home.sotto(['export'])).toMatchObject({ code: 2, stdout: '' });
    expect(existsSync(home.file)).toBe(false);
  });
});

describe('a file that is written whole or not at all', () => {
  it.skipIf(process.platform === 'win32')(
    'is written in place where it is what stdout leads to, a pipe of the shell, or a full device',
    async () => {
      using home = conversationsHome();
      home.fill((store) => addTurn(store, { prompt: 'one' }));
      const plain = (await home.sotto(['export'])).stdout;
      const shell = async (command: string) => (await home.sotto([], { shell: command })).stdout;
      expect(await shell('$SOTTO export -o /dev/stdout')).toBe(plain);
      expect(await shell('$SOTTO export -o /dev/stdout | cat')).toBe(plain);
      expect(await shell('(echo first; $SOTTO export -o /dev/stdout) > out.md; cat out.md')).toBe(`first\n${plain}`);
      expect(await shell(`bash -c "$SOTTO export -o >(cat) | cat"`)).toBe(plain);
      expect(await home.sotto(['export', '-o', '/dev/full'])).toMatchObject({
        code: 2,
        stderr: 'sotto: /dev/full cannot be written: the disk is full.\n',
      });
    },
  );

  it('leaves what was there when the export fails, and nothing where nothing was', () => {
    using home = conversationsHome();
    const path = join(home.path, 'kept.md');
    writeFileSync(path, 'mine');
    const options = { shown: 'kept.md', replaces: true };
    const failed = openExportFile(path, options);
    failed.write('half');
    failed.discard();
    const fresh = openExportFile(join(home.path, 'new.md'), options);
    fresh.write('half');
    fresh.discard();
    expect(filesIn(home.path)).toEqual({ 'kept.md': 'mine' });
    const done = openExportFile(path, options);
    done.write('whole');
    done.finish();
    expect(filesIn(home.path)).toEqual({ 'kept.md': 'whole' });
  });
});

describe('sotto import', () => {
  it('brings everything of one sotto into another, once', async () => {
    using home = filled();
    using other = conversationsHome();
    const { stdout } = await home.sotto(['export', '--all', '--format', 'jsonl']);
    writeFileSync(join(other.path, 'all.jsonl'), stdout);
    expect(await other.sotto(['import', 'all.jsonl'])).toMatchObject({
      code: 0,
      stdout: 'Added 2 conversations (4 messages).\n',
      stderr: '',
    });
    expect(await other.sotto(['import', 'all.jsonl'])).toMatchObject({
      code: 0,
      stdout: 'Added 0 conversations (0 messages); 2 were there already.\n',
    });
    expect((await other.sotto(['export', '--all', '--format', 'markdown'])).stdout).toBe(
      (await home.sotto(['export', '--all', '--format', 'markdown'])).stdout,
    );
  });

  it.each([
    ['chatgpt', 2, 11, 3],
    ['claude', 2, 10, 3],
    ['aichat', 4, 14, 3],
  ])(
    'reads the export of %s, lists what it could not read, and adds nothing the second time',
    async (name, conversations, messages, problems) => {
      using home = conversationsHome();
      const first = await home.sotto(['import', join(FIXTURES, name)]);
      expect(first).toMatchObject({ code: 0, stdout: `Added ${conversations} conversations (${messages} messages).\n` });
      expect(first.stderr.trim().split('\n')).toHaveLength(problems + 1);
      expect(first.stderr).toContain(`sotto: ${problems} things could not be read, listed above.\n`);
      const again = await home.sotto(['import', join(FIXTURES, name)]);
      expect(again.stdout).toBe(`Added 0 conversations (0 messages); ${conversations} were there already.\n`);
      expect((await home.sotto(['db', 'check'])).code).toBe(0);
    },
  );

  it("reads llm's database", async () => {
    using home = conversationsHome();
    const file = join(home.path, 'logs.db');
    const database = new Database(file);
    database.exec(`
      CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
      CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, response TEXT, conversation_id TEXT, datetime_utc TEXT);
      INSERT INTO conversations VALUES ('c', 'Walrus names', 'gpt-4o');
      INSERT INTO responses VALUES ('r', 'gpt-4o', 'A name for a walrus?', NULL, 'Wallace.', 'c', '2025-01-01T00:00:00');`);
    database.close();
    expect(await home.sotto(['import', 'logs.db'])).toMatchObject({ code: 0, stdout: 'Added 1 conversation (2 messages).\n', stderr: '' });
    expect((await home.sotto(['show', 'Walrus'])).stdout).toContain('Wallace.');
  });

  it('adds to a conversation what has come since, and says how much', async () => {
    using home = conversationsHome();
    const chat = (id: string, texts: readonly string[]) => ({
      title: `Talk ${id}`,
      create_time: 1_760_000_000,
      conversation_id: id,
      mapping: Object.fromEntries(
        texts.map((text, index) => [
          `${id}${index}`,
          {
            parent: index === 0 ? null : `${id}${index - 1}`,
            children: [],
            message: { author: { role: index % 2 ? 'assistant' : 'user' }, content: { content_type: 'text', parts: [text] } },
          },
        ]),
      ),
    });
    const file = join(home.path, 'conversations.json');
    writeFileSync(file, JSON.stringify([chat('a', ['hi', 'hello']), chat('b', ['one', 'two'])]));
    await home.sotto(['import', file]);
    writeFileSync(file, JSON.stringify([chat('a', ['hi', 'hello', 'and', 'then']), chat('b', ['one', 'two']), chat('c', ['new'])]));
    const said = '1 conversation (1 message) and 2 messages to 1 other; 1 was there already.\n';
    expect((await home.sotto(['import', file, '--dry-run'])).stdout).toBe(`Would add ${said}`);
    expect(await home.sotto(['import', file])).toMatchObject({ code: 0, stdout: `Added ${said}`, stderr: '' });
    expect((await home.sotto(['show', 'Talk a'])).stdout).toMatch(/hello[\s\S]*and[\s\S]*then/);
    expect((await home.sotto(['import', file])).stdout).toBe('Added 0 conversations (0 messages); 3 were there already.\n');
  });

  it('looks without writing in a dry run', async () => {
    using home = conversationsHome();
    const path = join(FIXTURES, 'claude');
    expect((await home.sotto(['import', path, '--dry-run'])).stdout).toBe('Would add 2 conversations (10 messages).\n');
    expect(existsSync(home.file)).toBe(false);
    await home.sotto(['import', path]);
    expect((await home.sotto(['import', path, '--dry-run'])).stdout).toBe(
      'Would add 0 conversations (0 messages); 2 were there already.\n',
    );
  });

  it('tells scripts everything as JSON', async () => {
    using home = conversationsHome();
    const { stdout, code } = await home.sotto(['import', join(FIXTURES, 'claude'), '--json']);
    const report = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(report).toMatchObject({
      v: 1,
      dryRun: false,
      added: { conversations: 2, messages: 10 },
      grown: { conversations: 0, messages: 0, completed: 0 },
      present: { conversations: 0, messages: 0 },
    });
    expect(report.conversations[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-z]{12}$/),
      title: 'Baking bread',
      source: { name: 'claude', id: '22222222-aaaa-4bbb-8ccc-000000000001' },
      messages: 8,
      added: 8,
      outcome: 'added',
    });
    expect(report.problems).toHaveLength(3);
  });

  it('ends with 2 when nothing could be read', async () => {
    using home = conversationsHome();
    mkdirSync(join(home.path, 'empty'));
    writeFileSync(join(home.path, 'x.json'), '{"a":1}');
    const { code, stderr, stdout } = await home.sotto(['import', 'x.json', 'empty', 'missing']);
    expect(code).toBe(2);
    expect(stdout).toBe('Added 0 conversations (0 messages).\n');
    for (const name of ['x.json', 'empty', 'missing']) expect(stderr).toContain(join(home.path, name));
    expect((await home.sotto(['import'])).code).toBe(2);
  });
});

function filled(): Home {
  const home = conversationsHome();
  home.fill((store) => {
    const { conversation } = addTurn(store, { prompt: 'First question' });
    store.tag(conversation, 'work');
  }, 1_790_000_000_000);
  home.fill((store) => {
    const begun = store.beginTurn({ message: userText('Second question'), provider: 'openai', model: 'gpt-4o-mini' });
    begun.reply.finish({
      status: 'complete',
      finishReason: 'stop',
      message: {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Thinking' },
          { type: 'text', text: 'An answer.' },
        ],
      },
      attempts: [],
    });
  }, 1_791_000_000_000);
  return home;
}
