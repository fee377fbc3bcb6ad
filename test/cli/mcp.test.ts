import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trustFolder } from '../../src/config/trusted-folders.ts';
import { httpServer, isAlive, SERVER, until } from '../support/mcp.ts';
import { filesIn, type RunOptions, run, start, temporaryFolder } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';

const NODE = process.execPath;
/** As it is written in a configuration. */
const variable = (name: string) => `\${${name}}`;

function world() {
  const folder = temporaryFolder();
  const home = folder.path;
  const file = join(home, 'sotto', 'mcp.json');
  return {
    home,
    file,
    mcp: (args: string[], options: RunOptions = {}) => run(['mcp', ...args], { home, cwd: home, ...options }),
    servers: () => JSON.parse(readFileSync(file, 'utf8')).mcpServers,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe('sotto mcp add', () => {
  it('writes what other clients read, tries it, and remembers its tools', async () => {
    using at = world();
    const added = await at.mcp(['add', 'own', '--env', `TOKEN=${variable('MY_TOKEN')}`, '--', NODE, SERVER, '--garbage', '-v'], {
      env: { MY_TOKEN: 'geheimnis' },
    });
    expect(added).toMatchObject({ code: 0, stdout: '' });
    expect(added.stderr).toBe(
      `sotto: added own to ${at.file}\nsotto: own works: 15 tools, 2 resources, 1 prompt. Use them with: --tools mcp\n`,
    );
    expect(at.servers()).toEqual({ own: { command: NODE, args: [SERVER, '--garbage', '-v'], env: { TOKEN: variable('MY_TOKEN') } } });
    expect(Object.values(filesIn(at.home)).join('\n')).not.toContain('geheimnis');
    const list = await at.mcp(['list', '--json']);
    expect(JSON.parse(list.stdout)).toEqual({
      v: 1,
      servers: [{ name: 'own', transport: 'stdio', target: `${NODE} ${SERVER} --garbage -v`, enabled: true, tools: 15, file: at.file }],
    });
  });

  it('takes an address with headers, keeps what does not work yet, and says what is missing', async () => {
    using at = world();
    await using running = await httpServer(['--token=geheimnis']);
    const url = running.server.url;
    const refused = await at.mcp(['add', 'web', url]);
    expect(refused).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('it does not work yet: The MCP server web refused the request (HTTP 401).'),
    });
    expect(await at.mcp(['add', 'web', url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is a server web already; nothing was changed.'),
    });
    const env = { TOKEN: 'geheimnis' };
    const added = await at.mcp(['add', '--replace', 'web', url, '--header', `Authorization: Bearer ${variable('TOKEN')}`], { env });
    expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining('web works: 15 tools') });
    expect(at.servers()).toEqual({ web: { type: 'http', url, headers: { Authorization: `Bearer ${variable('TOKEN')}` } } });
  });

  it.each([
    [['add', 'own'], 'What is the server own?'],
    [['add', '-x'], '-x'],
    [['add', 'a b', '--', 'node'], 'A server cannot be called "a b".'],
    [['add', 'own', 'https://x.org', 'more'], 'After the address stands "more"'],
    [['add', 'own', 'https://x.org', '--env', 'A=b'], '--env and --cwd are for programs'],
    [['add', 'own', '--header', 'A=b', '--', 'node'], '--header is for addresses'],
    [['add', 'own', '--env', 'geheimnis', '--', 'node'], '--env needs NAME=VALUE.'],
  ])('refuses %j and writes nothing', async (args, words) => {
    using at = world();
    const refused = await at.mcp(args);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(refused.stderr).not.toContain('geheimnis');
    expect(existsSync(at.file)).toBe(false);
  });

  it('warns of a key on the command line', async () => {
    using at = world();
    const added = await at.mcp(['add', 'web', 'http://localhost:1/mcp', '--no-check', '--header', 'X-Key=0123456789abcdef']);
    expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining('in the history of your shell') });
    expect(added.stderr).not.toContain('0123456789abcdef');
  });
});

describe('sotto mcp list', () => {
  it('says how to begin, and what a folder would bring that is not trusted', async () => {
    using at = world();
    const project = join(at.home, 'project');
    mkdirSync(project);
    writeFileSync(join(project, '.mcp.json'), JSON.stringify({ mcpServers: { theirs: { command: 'curl' } } }));
    const untrusted = await at.mcp(['list'], { cwd: project });
    expect(untrusted).toMatchObject({ code: 0, stdout: '' });
    expect(untrusted.stderr).toContain('there is no MCP server yet. Add one: sotto mcp add');
    expect(untrusted.stderr).toContain('.mcp.json describes theirs, not used: this folder is not trusted.');
    await trustFolder(join(at.home, 'sotto'), project);
    expect(await at.mcp(['list'], { cwd: project })).toMatchObject({ stdout: expect.stringMatching(/theirs +stdio +– +curl/), stderr: '' });
    expect(await at.mcp(['remove', 'theirs'], { cwd: project })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not yours but of this folder'),
    });
  });
});

describe('sotto mcp remove', () => {
  it('takes one out, and names the others where there is none of that name', async () => {
    using at = world();
    await at.mcp(['add', 'files', '--no-check', '--', 'node']);
    expect(await at.mcp(['remove', 'fiels'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean files?') });
    expect(await at.mcp(['remove', 'files'])).toMatchObject({ code: 0, stderr: `sotto: removed files from ${at.file}\n` });
    expect(at.servers()).toEqual({});
  });
});

describe('sotto mcp check', () => {
  it('tells what works and what does not, with the last words of the server, and ends with 4', async () => {
    using at = world();
    await at.mcp(['add', 'good', '--no-check', '--', NODE, SERVER]);
    expect(await at.mcp(['check'])).toMatchObject({ code: 0, stderr: '' });
    await at.mcp(['add', 'bad', '--no-check', '--', NODE, SERVER, '--exit']);
    const checked = await at.mcp(['check']);
    expect(checked.code).toBe(4);
    expect(checked.stdout.replace(/\d+(\.\d+)? m?s/g, 'T')).toBe(
      [
        'bad: does not work (after T)',
        '  The MCP server bad has ended with exit code 3; it said: database is missing.',
        '  It wrote last:',
        '    test server is here',
        '    database is missing',
        'good: works, ready after T',
        '  server     sotto-test 1.2.3',
        '  protocol   2025-11-25',
        '  tools      15: echo, add, count, show, fail, refuse, die, huge, environment, folder, breed, grow, become, forget, cut',
        '  resources  2',
        '  prompts    1',
        '',
      ].join('\n'),
    );
    const json = await at.mcp(['check', 'bad', '--json']);
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stdout).servers).toMatchObject([
      { name: 'bad', ok: false, error: { kind: 'network' }, log: ['test server is here', 'database is missing'] },
    ]);
  });

  it('waits as long as it is told, and Ctrl+C ends it with everything it has started', async () => {
    using at = world();
    await at.mcp(['add', 'mute', '--no-check', '--', NODE, SERVER, '--silent']);
    expect(await at.mcp(['check', '--wait', '0.3'])).toMatchObject({ code: 4, stdout: expect.stringContaining('did not answer in time') });
    expect(await at.mcp(['check', '--wait', 'long'])).toMatchObject({ code: 2 });
    const marker = join(at.home, 'pid');
    await at.mcp(['add', 'slow', '--no-check', '--', '/bin/sh', '-c', `echo $$ > ${marker}; exec sleep 100`]);
    const running = start(['mcp', 'check', 'slow'], { home: at.home, cwd: at.home });
    await until(() => existsSync(marker) && readFileSync(marker, 'utf8').endsWith('\n'));
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    await until(() => !isAlive(Number(readFileSync(marker, 'utf8'))));
  });

  it('names the place of a mistake in the file', async () => {
    using at = world();
    mkdirSync(join(at.home, 'sotto'));
    writeFileSync(at.file, '{"mcpServers": {"a": {"command": 1}}}');
    expect(await at.mcp(['check'])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('mcpServers.a.command should be the program to run.'),
    });
    expect(await at.mcp(['check', 'a'])).toMatchObject({ code: 3 });
  });
});

describe('sotto mcp', () => {
  it.each([[[]], [['add']], [['list']], [['remove']], [['check']]])('has examples in the help of %j', async (words) => {
    expect((await run(['mcp', ...words, '--help'])).stdout).toMatch(/Examples?:\n {2}sotto mcp/);
  });
});

describe('a file of another client', () => {
  const content = `{ // of VS Code
    "inputs": [{ "id": "key", "type": "promptString", "description": "Your key", "password": true }],
    "servers": {
      "own": { "type": "stdio", "command": ${JSON.stringify(NODE)}, "args": [${JSON.stringify(SERVER)}], "env": { "K": "${variable('input:key')}" } },
      "odd": { "command": ["npx", {}] },
      "good": { "command": ${JSON.stringify(NODE)}, "args": [${JSON.stringify(SERVER)}], "envFile": "${variable('userHome')}/vars" },
    },
  }`;
  const put = (at: ReturnType<typeof world>) => {
    mkdirSync(join(at.home, 'sotto'), { recursive: true });
    writeFileSync(at.file, content);
    writeFileSync(join(at.home, 'vars'), 'A=b\n');
  };

  it('is read, its odd entry is named in one line, and the others work', async () => {
    using at = world();
    put(at);
    const checked = await at.mcp(['check']);
    expect(checked.code).toBe(4);
    expect(checked.stdout).toMatch(/^good: works/m);
    expect(checked.stdout).toMatch(
      /^odd: does not work \(after 0 ms\)\n {2}\S+mcp\.json: servers\.odd\.command should be a list of texts\.$/m,
    );
    expect(checked.stdout).toMatch(
      /^own: does not work .*\n {2}The MCP server own asks for Your key\.\n {2}Answer it once on a terminal with: /m,
    );
    const listed = await at.mcp(['list', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({ servers: [{ name: 'good' }, { name: 'own' }], problems: [{ name: 'odd' }] });
    const asked = await run(['ask', '-p', 'guide', '--no-stdin', '--tools', 'good__echo', 'what is sotto?'], {
      home: at.home,
      cwd: at.home,
    });
    expect(asked).toMatchObject({ code: 0, stderr: '' });
  });

  it.skipIf(process.platform === 'win32')('is asked about on a terminal once, and the answer is kept as keys are', async () => {
    using at = world();
    put(at);
    const script = 'for n in 1 2; do $SOTTO mcp check own; echo "ended $?"; done';
    const terminal = openTerminal([], { home: at.home, script });
    await terminal.shows('Your key:');
    terminal.pty.write('geheimnis-1234\r');
    await terminal.ended;
    const shown = (await terminal.lines()).join('\n');
    expect(shown.match(/own: works/g)).toHaveLength(2);
    expect(shown).not.toContain('geheimnis');
    const file = join(at.home, 'sotto', 'mcp-logins.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('geheimnis-1234');
  });
});
