import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTurn, conversationsHome, type Home } from '../cli/conversations-home.ts';
import { json, type MockServer, startMockServer } from '../support/mock-server.ts';
import { openTerminal } from '../support/terminal.ts';

/** Colors, the title of the window, C1, bidi, zero width, separators, a tag, half a character. */
const EVIL = '\x1b[31mred\x1b]0;t\x07\u0085x\u009b2Jy\u202eabc\u2066d\u200fe\u200bf\u200dg\ufeffh\u00adi\u2060j\u2028k\u{e0041}l\x7f';
/** Stands for the id of the conversation. */
const CONVERSATION = 'CONVERSATION';
/** As a name of a file, and as an argument: no byte 0, nothing that a file system refuses. */
const NAME = EVIL.replaceAll('/', '');
/** None of these reaches whoever reads a list. A line end is the program's own. */
const RAW =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/u;

let home: Home;
let server: MockServer;
let id = '';
beforeAll(async () => {
  server = await startMockServer();
  server.script = json({ object: 'list', data: [{ id: EVIL }, { id: 'small' }] });
  home = conversationsHome();
  id = home.fill((store) => {
    const { conversation } = addTurn(store, {
      prompt: EVIL,
      model: EVIL,
      provider: EVIL,
      folder: `/tmp/${NAME}`,
      reply: [
        { type: 'reasoning', text: EVIL },
        { type: 'tool_call', id: EVIL, name: EVIL, arguments: JSON.stringify({ [EVIL]: EVIL }) },
        { type: 'text', text: `ok ${EVIL}` },
      ],
      status: 'failed',
      error: { kind: 'network', message: EVIL, hint: EVIL, status: null, provider: EVIL, retryAfterMs: null, requestId: EVIL },
    });
    store.rename(conversation, EVIL);
    store.tag(conversation, EVIL, 'plain');
    return conversation;
  });
  writeConfiguration();
});
afterAll(async () => {
  home[Symbol.dispose]();
  await server.close();
});

function writeConfiguration(): void {
  const folder = join(home.path, 'sotto');
  const put = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value), { mode: 0o600 });
  put('config.json', {
    system: EVIL,
    model: EVIL,
    aliases: { [EVIL]: EVIL },
    allow: [`run_command(${EVIL})`],
    profiles: { [EVIL]: { system: EVIL } },
    providers: {
      [EVIL]: {
        kind: 'openai-compatible',
        url: server.url,
        model: EVIL,
        models: [EVIL],
        headers: { 'X-Evil': EVIL },
        key: `!echo ${EVIL}`,
      },
      lab: { url: server.url, models: [EVIL] },
    },
  });
  put('keys.json', { [EVIL]: `!pass show ${EVIL}`, lab: 'sk-1234567890abcdef' });
  put('tool-rules.json', { v: 1, rules: [{ tool: EVIL, pattern: EVIL, addedMs: 1 }] });
  put('mcp.json', {
    mcpServers: { [EVIL]: { command: EVIL, args: [EVIL], env: { [EVIL]: EVIL } }, web: { url: `http://127.0.0.1:1/${EVIL}` } },
  });
  mkdirSync(join(folder, 'tools'), { recursive: true });
  const tool = join(folder, 'tools', `${NAME}.sh`);
  writeFileSync(
    tool,
    `#!/bin/sh\nprintf '%s' '${JSON.stringify({ name: 'evil', description: EVIL, parameters: { type: 'object', properties: { [EVIL]: { type: 'string', description: EVIL, enum: [EVIL] } }, required: [EVIL] } })}'\n`,
  );
  chmodSync(tool, 0o755);
  mkdirSync(join(home.path, 'project', '.sotto', 'tools'), { recursive: true });
  writeFileSync(join(home.path, 'project', '.sotto', 'tools', `${NAME}.mjs`), 'export default {}');
  writeFileSync(join(home.path, `${NAME}.json`), '[{"mapping": 3}]');
}

/** What lists, shows facts, reports or refuses, with hostile names wherever something has a name. */
const LISTINGS: readonly string[][] = [
  ['list'],
  ['list', EVIL],
  ['list', '--json'],
  ['list', '--tag', EVIL],
  ['show', '--json'],
  ['show', '--tree'],
  ['search', 'abc'],
  ['search', 'abc', '--json'],
  ['search', EVIL],
  ['last', '--json'],
  ['last', '-x'],
  ['tag'],
  ['tag', '--json'],
  ['tag', CONVERSATION],
  ['tag', CONVERSATION, '--json'],
  ['tag', CONVERSATION, 'more'],
  ['pin', CONVERSATION],
  ['archive', CONVERSATION],
  ['archive', CONVERSATION, '--off'],
  ['fork', CONVERSATION, '--json'],
  ['rename', CONVERSATION, `${EVIL}2`, '--json'],
  ['rename', EVIL, EVIL],
  ['models'],
  ['models', 'list', '--json'],
  ['models', 'list', EVIL],
  ['models', 'list', '-p', EVIL],
  ['models', 'show', EVIL],
  ['models', 'show', `lab/${EVIL}`],
  ['models', 'show', `lab/${EVIL}`, '--json'],
  ['providers'],
  ['providers', '--json'],
  ['keys', 'list'],
  ['keys', 'list', '--json'],
  ['keys', 'delete', EVIL],
  ['config', 'list'],
  ['config', 'list', '--json'],
  ['config', 'get', 'aliases'],
  ['config', 'get', 'providers'],
  ['config', 'get', `aliases.${EVIL}x`],
  ['config', 'get', EVIL],
  ['config', 'set', 'system', EVIL],
  ['config', 'set', `aliases.${EVIL}`, EVIL],
  ['config', 'set', 'temperature', EVIL],
  ['config', 'set', EVIL, EVIL],
  ['config', 'unset', `aliases.${EVIL}`],
  ['config', 'unset', EVIL],
  ['tools', 'list'],
  ['tools', 'list', '--json'],
  ['tools', 'show', 'evil'],
  ['tools', 'show', 'evil', '--json'],
  ['tools', 'show', EVIL],
  ['tools', 'rules'],
  ['tools', 'rules', '--json'],
  ['tools', 'forget', EVIL],
  ['tools', 'forget', '--all'],
  ['tools', 'trust', 'project', '--yes'],
  ['tools', 'untrust', 'project'],
  ['tools', 'untrust', EVIL],
  ['mcp', 'list'],
  ['mcp', 'list', '--json'],
  ['mcp', 'check'],
  ['mcp', 'check', '--json'],
  ['mcp', 'add', EVIL, '--', EVIL],
  ['mcp', 'remove', EVIL],
  ['db', 'check'],
  ['db', 'check', '--json'],
  ['db', 'restore', EVIL],
  ['db', 'backup', '--list'],
  ['import', `${NAME}.json`],
  ['import', `${NAME}.json`, '--json'],
  ['import', EVIL],
  ['export', EVIL, '--format', 'json', '-o', join('nowhere', NAME)],
  ['ask', '-m', EVIL, 'x'],
  ['ask', '-p', EVIL, 'x'],
  ['ask', '-f', EVIL, 'x'],
  ['ask', '--resume', EVIL, '--dry-run', 'x'],
  ['ask', '--set', `${EVIL}=1`, 'x'],
  ['ask', '--schema', EVIL, 'x'],
  ['ask', '--tools', EVIL, 'x'],
  ['ask', '--hosted', EVIL, 'x'],
  ['ask', '--profile', `${EVIL}x`, 'x'],
  ['ask', '--dry-run', '-m', `lab/${EVIL}`, EVIL],
  ['help', EVIL],
  ['config', EVIL],
  ['list', `--${EVIL}`],
];

const named = (args: readonly string[]) => args.map((word) => word.replaceAll(EVIL, 'EVIL').replaceAll(NAME, 'EVIL')).join(' ');
const typed = (args: readonly string[]) => args.map((word) => word.replace(CONVERSATION, id));

describe('with hostile names everywhere, nothing that a terminal obeys or an eye misses comes out of', () => {
  it.each(LISTINGS.map((args) => [named(args), args] as const))('sotto %s', async (_, args) => {
    const { stdout, stderr } = await home.sotto(typed(args), { stdin: 'none' });
    expect(rawIn(stdout)).toBeUndefined();
    expect(rawIn(stderr)).toBeUndefined();
    expect(stdout + stderr).not.toBe('');
    if (args.includes('--json') && stdout !== '') expect(() => JSON.parse(stdout)).not.toThrow();
  });

  it.each(
    [
      ['config', 'get', 'system'],
      ['config', 'get', 'profiles'],
      ['config', 'list', '--json'],
      ['keys', 'list', '--json'],
      ['keys', 'delete', EVIL],
      ['delete', CONVERSATION],
      ['list', '--json'],
      ['list'],
      ['tools', 'trust', 'project'],
    ].map((args) => [named(args), args] as const),
  )('sotto %s in a terminal', async (_, args) => {
    writeConfiguration();
    const terminal = openTerminal(typed(args), { home: home.path, columns: 400, env: { NO_COLOR: '1' } });
    if (/delete|trust/.test(args.join(' '))) await terminal.shows('[y/N]').then(() => terminal.pty.write('n\r'));
    await terminal.ended;
    expect(rawIn(terminal.raw().replaceAll('\r\n', '\n'))).toBeUndefined();
  });
});

it('a conversation in a pipe has raw what was said, and nothing else', async () => {
  const { stdout } = await home.sotto(['show', id]);
  expect(stdout.split(EVIL)).toHaveLength(3);
  expect(rawIn(stdout.replaceAll(EVIL, ''))).toBeUndefined();
});

it('a conversation is deleted by name, and said so without them', async () => {
  const { stderr } = await home.sotto(['delete', id, '--yes']);
  expect(stderr).toContain('Deleted');
  expect(rawIn(stderr)).toBeUndefined();
});

it('a value alone is exact in a pipe, for programs', async () => {
  writeConfiguration();
  expect((await home.sotto(['config', 'get', 'system'])).stdout).toBe(`${EVIL}\n`);
  expect(JSON.parse((await home.sotto(['config', 'get', 'aliases'])).stdout)).toEqual({ [EVIL]: EVIL });
});

it('has one place of the commands that writes to stderr, and few that have something of their own to draw there', () => {
  const source = new URL('../../src/', import.meta.url).pathname;
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /^(cli|compose)\/.*\.ts$/.test(file));
  const own = files.filter((file) => /stderr\.write\(/.test(readFileSync(join(source, file), 'utf8'))).sort();
  // A question, a line that is redrawn, the status of a turn, a crash, the result of a tool.
  expect(own).toEqual([
    ...['ask-approval.ts', 'ask-form.ts', 'commander.ts', 'commands/ask.ts', 'mcp-login.ts'].map((file) => `cli/${file}`),
    ...['program.ts', 'prompt.ts', 'screen.ts', 'tools/run.ts'].map((file) => `cli/${file}`),
    ...['progress.ts', 'say.ts', 'world.ts'].map((file) => `compose/${file}`),
  ]);
});

function rawIn(text: string): string | undefined {
  const at = text.search(RAW);
  return at < 0 ? undefined : JSON.stringify(text.slice(Math.max(0, at - 60), at + 20));
}
