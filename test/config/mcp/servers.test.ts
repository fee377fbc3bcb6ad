import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMcpServer } from '../../../src/config/mcp/entry.ts';
import { addMcpServer, removeMcpServer } from '../../../src/config/mcp/file.ts';
import { serverFacts, shownServer } from '../../../src/config/mcp/server.ts';
import { readMcpServers } from '../../../src/config/mcp/servers.ts';
import { expandServer } from '../../../src/config/mcp/variables.ts';
import { ownTime } from '../../support/own-time.ts';
import { makeHome } from '../home.ts';

/** As it is written in a file. */
const variable = (name: string) => `\${${name}}`;

function fileWith(content: unknown, name = 'mcp.json') {
  const file = join(makeHome().folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the servers of a file', () => {
  it('are read as other clients write them', () => {
    const file = fileWith({
      mcpServers: {
        web: { type: 'http', url: 'https://example.com/mcp', headers: { Authorization: 'Bearer x' } },
        files: { command: 'npx', args: ['-y', 'server', 7], env: { LEVEL: 3 }, cwd: '/tmp', autoApprove: ['all'] },
        remote: { url: 'http://localhost/mcp' },
        old: { type: 'streamable-http', url: 'https://example.com', disabled: true },
      },
      other: 1,
    });
    expect(readMcpServers([file]).servers).toEqual([
      { name: 'files', file, transport: 'stdio', command: 'npx', args: ['-y', 'server', '7'], env: { LEVEL: '3' }, cwd: '/tmp' },
      { name: 'old', file, disabled: true, transport: 'http', url: 'https://example.com', headers: {} },
      { name: 'remote', file, transport: 'http', url: 'http://localhost/mcp', headers: {} },
      { name: 'web', file, transport: 'http', url: 'https://example.com/mcp', headers: { Authorization: 'Bearer x' } },
    ]);
  });

  it('are none where there is no file, and the first file wins', () => {
    const [mine, theirs] = [
      fileWith({ mcpServers: { a: { command: 'mine' } } }),
      fileWith({ mcpServers: { a: { command: 'theirs' }, b: { command: 'b' } } }),
    ];
    expect(readMcpServers(['/no/such/file'])).toEqual({ servers: [], problems: [] });
    expect(readMcpServers([mine, theirs]).servers).toMatchObject([{ command: 'mine' }, { command: 'b' }]);
  });

  it.each([
    [{ mcpServers: [] }, 'mcpServers should be an object of servers by their names.'],
    [{ mcpServers: { a: 'npx' } }, 'mcpServers.a should be an object with "command" or "url".'],
    [{ mcpServers: { a: {} } }, 'mcpServers.a.command should be the program to run.'],
    [{ mcpServers: { a: { command: 'x', args: 'y' } } }, 'mcpServers.a.args should be a list of texts.'],
    [{ mcpServers: { a: { command: 'x', args: [{}] } } }, 'mcpServers.a.args should be a list of texts.'],
    [{ mcpServers: { a: { command: 'x', env: { B: null } } } }, 'mcpServers.a.env.B should be a text.'],
    [{ mcpServers: { a: { command: 'x', cwd: 1 } } }, 'mcpServers.a.cwd should be a folder.'],
    [{ mcpServers: { a: { url: 'ftp://x' } } }, 'mcpServers.a.url should be an address that begins with http:// or https://.'],
    [{ mcpServers: { a: { type: 'ws', url: 'x' } } }, 'mcpServers.a.type should be "stdio", "http" or "sse".'],
    [{ mcpServers: { a: { type: 'sse', url: 'x' } } }, 'mcpServers.a.url should be an address that begins with http:// or https://.'],
    [{ servers: { a: { command: 'x', envFile: 1 } } }, 'servers.a.envFile should be a file of variables.'],
  ])('that are wrong are named: %j', (content, message) => {
    const file = fileWith(content);
    expect(readMcpServers([file]).problems).toMatchObject([{ file, error: { kind: 'configuration', message: `${file}: ${message}` } }]);
  });

  it('never go with one of them that is wrong, nor with a file that is none', () => {
    const [file, broken] = [fileWith({ mcpServers: { a: { command: 'x' }, b: 'npx', c: { url: 'https://c' } } }), fileWith('{')];
    const { servers, problems } = readMcpServers([broken, file]);
    expect(servers.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(problems.map((problem) => [problem.file, problem.name])).toEqual([
      [broken, undefined],
      [file, 'b'],
    ]);
  });
});

const HERE = { file: 'f', name: 'a' };
const around = (env: Record<string, string> = {}, inputs: Record<string, string> = {}) => ({
  env,
  folder: '/srv/app',
  home: '/home/me',
  inputs,
});

describe('the forms of other clients', () => {
  const only = (content: unknown) => readMcpServers([fileWith(content)]).servers.map(({ file: _, ...server }) => server);
  const stdio = { transport: 'stdio', args: [], env: {} };

  it.each([
    [
      'Claude Desktop, Cline',
      { mcpServers: { a: { command: 'npx', args: ['-y', 'x'], disabled: false, autoApprove: [] } } },
      { ...stdio, command: 'npx', args: ['-y', 'x'] },
    ],
    [
      'VS Code',
      { servers: { a: { type: 'stdio', command: 'node', args: ['s.js'], envFile: '.env' } } },
      { ...stdio, command: 'node', args: ['s.js'], envFile: '.env' },
    ],
    ["VS Code's settings", { 'editor.fontSize': 12, mcp: { servers: { a: { command: 'x' } } } }, { ...stdio, command: 'x' }],
    [
      'Zed',
      { context_servers: { a: { source: 'custom', command: { path: 'x', args: ['--y'], env: { A: '1' } } } } },
      { ...stdio, command: 'x', args: ['--y'], env: { A: '1' } },
    ],
    [
      'OpenCode',
      { mcp: { a: { type: 'local', command: ['npx', '-y', 'x'], environment: { A: '1' }, enabled: false } } },
      { ...stdio, command: 'npx', args: ['-y', 'x'], env: { A: '1' }, disabled: true },
    ],
    [
      'OpenCode, remote',
      { mcp: { a: { type: 'remote', url: 'https://x/mcp' } } },
      { transport: 'http', url: 'https://x/mcp', headers: {} },
    ],
    [
      'Windsurf',
      { mcpServers: { a: { serverUrl: 'https://x/mcp', headers: { A: 'b' } } } },
      { transport: 'http', url: 'https://x/mcp', headers: { A: 'b' } },
    ],
    [
      'Gemini',
      { mcpServers: { a: { httpUrl: 'https://x/mcp', timeout: 5000, trust: true } } },
      { transport: 'http', url: 'https://x/mcp', headers: {} },
    ],
    [
      'Cline',
      { mcpServers: { a: { type: 'streamableHttp', url: 'https://x/mcp' } } },
      { transport: 'http', url: 'https://x/mcp', headers: {} },
    ],
    [
      'an old server',
      { mcpServers: { a: { type: 'sse', url: 'https://x/sse' } } },
      { transport: 'http', url: 'https://x/sse', headers: {}, isSse: true },
    ],
    [
      'Cursor with a client',
      { mcpServers: { a: { url: 'https://x/mcp', auth: { CLIENT_ID: 'i', CLIENT_SECRET: 's', scopes: ['r', 'w'] } } } },
      { transport: 'http', url: 'https://x/mcp', headers: {}, oauth: { clientId: 'i', clientSecret: 's', scope: 'r w' } },
    ],
    ['a plugin', { a: { command: 'x' } }, { ...stdio, command: 'x' }],
  ])('are read: %s', (_, content, server) => {
    expect(only(content)).toEqual([{ name: 'a', ...server }]);
  });

  it('may have comments, commas at the end and a byte order mark; places of mistakes stay', () => {
    const text =
      '\uFEFF{ // of mine: "x"\n "servers": { /* two\nlines */ "a": {"command": "http://not-a-comment", "args": ["/*,]*/",],}, },\n}';
    expect(only(text)).toEqual([{ name: 'a', ...stdio, command: 'http://not-a-comment', args: ['/*,]*/'] }]);
    const { problems } = readMcpServers([fileWith('{\n  // one\n  "servers": nothing\n}')]);
    expect(problems[0]?.error.message).toMatch(/is not valid JSON\. Line 3, column 14/);
  });

  it('that are nothing of the kind are no servers', () => {
    expect(only({ other: 1, list: [] })).toEqual([]);
  });
});

describe('variables', () => {
  it('are put into every text, with what holds where they are not set', () => {
    const server = readMcpServer(
      { command: variable('BIN'), args: [`--x=${variable('X:-1')}`, '$X'], env: { API_KEY: variable('K'), MODE: 'fast' } },
      HERE,
    );
    expect(expandServer(server, around({ BIN: '/bin/s', K: 'geheim', X: '' }))).toEqual({
      server: { ...server, command: '/bin/s', args: ['--x=1', '$X'], env: { API_KEY: 'geheim', MODE: 'fast' } },
      secrets: ['geheim'],
    });
    expect(expandServer(server, around())).toEqual({ unmet: { variables: ['BIN', 'K'], inputs: [], foreign: [] } });
  });

  it('that hold secrets are told: headers, passwords and keys in addresses', () => {
    const web = readMcpServer({ url: `https://me:pw@x.org/mcp?api_key=${variable('K')}&page=1`, headers: { 'X-A': 'Bearer tok' } }, HERE);
    const expanded = expandServer(web, around({ K: 'kkk' }));
    expect('secrets' in expanded && expanded.secrets).toEqual(expect.arrayContaining(['Bearer tok', 'tok', 'api_key=kkk', 'me:pw']));
  });

  it('and stand in arguments and in addresses of the environment are told, and not shown', () => {
    const program = readMcpServer(
      {
        command: 'npx',
        args: [
          'db',
          'postgresql://me:pw1234@host/db',
          '--api-key',
          'abcdefg',
          '--token=hijklmn',
          '--header',
          'Authorization: Bearer opqrstu',
          '--level=9',
        ],
        env: { LAB_URL: 'https://lab.example?code=vwxyzab', LAB_KEY: 'cdefghi', LAB_DESIGN: 'material' },
      },
      HERE,
    );
    const expanded = expandServer(program, around());
    const secrets = 'secrets' in expanded ? expanded.secrets : [];
    expect(secrets).toEqual(expect.arrayContaining(['me:pw1234', 'abcdefg', 'hijklmn', 'opqrstu', 'vwxyzab', 'cdefghi']));
    expect(secrets).not.toContain('material');
    expect(shownServer(program)).toBe('npx db postgresql://***@host/db --api-key *** --token=*** --header Authorization: *** --level=9');
    expect(JSON.stringify(serverFacts(readMcpServer({ url: 'https://h/mcp?key=abcdefg' }, HERE)))).not.toContain('abcdefg');
  });

  it('whose names say that they are secret are told wherever they are put', () => {
    const [token, mode] = [variable('GITHUB_TOKEN'), variable('MODE')];
    const program = readMcpServer({ command: 'x', args: [`--x=${token}`, mode], env: { FOO: token } }, HERE);
    const web = readMcpServer({ url: `https://h/${variable('env:GITHUB_TOKEN')}` }, HERE);
    for (const server of [program, web]) {
      const expanded = expandServer(server, around({ GITHUB_TOKEN: 'hunterhunter', MODE: 'quickandgood' }));
      expect('secrets' in expanded && expanded.secrets).toContain('hunterhunter');
      expect('secrets' in expanded && expanded.secrets).not.toContain('quickandgood');
    }
  });

  it('that never end take no longer than those that do', () => {
    const own = ownTime();
    for (const piece of [variable('a:-').slice(0, -1), variable('env:').slice(0, -1), variable('input:').slice(0, -1), '?', 'a?']) {
      const text = piece.repeat(100_000);
      const server = readMcpServer({ command: 'x', args: [text], env: { X: text } }, HERE);
      expect(expandServer(server, around())).toMatchObject({ server: { args: [text] } });
      shownServer(server);
    }
    const many = Array.from({ length: 30_000 }, (_, index) => variable(`input:${index}`)).join('');
    const file = fileWith({
      inputs: Array.from({ length: 30_000 }, (_, index) => ({ id: String(index) })),
      servers: { a: { command: many } },
    });
    for (const server of readMcpServers([file]).servers)
      expect(expandServer(server, around())).toMatchObject({ unmet: { inputs: expect.objectContaining({ length: 30_000 }) } });
    expect(own.ms()).toBeLessThan(3000);
  });

  it('are those of other clients as well', () => {
    const texts = [
      variable('env:A'),
      variable('env:NONE:-b'),
      `${variable('workspaceFolder')}/c`,
      `${variable('userHome')}/d`,
      variable('workspaceFolderBasename'),
      `x${variable('/')}y`,
      variable('NONE:-e'),
    ];
    const server = readMcpServer({ command: 'x', args: texts }, HERE);
    expect(expandServer(server, around({ A: 'a' }))).toMatchObject({
      server: { args: ['a', 'b', '/srv/app/c', '/home/me/d', 'app', 'x/y', 'e'] },
    });
    const foreign = readMcpServer({ command: variable('command:pick'), args: [variable('config:x.y'), variable('env:NONE')] }, HERE);
    expect(expandServer(foreign, around())).toEqual({
      unmet: { variables: ['NONE'], inputs: [], foreign: [variable('command:pick'), variable('config:x.y')] },
    });
  });

  it('are asked for where they are inputs, with what the file says of them, and secret where it says so', () => {
    const inputs = [
      { type: 'promptString', id: 'key', description: 'Your key', password: true },
      { type: 'pickString', id: 'zone', description: 'Where', options: ['eu', { label: 'US', value: 'us' }], default: 'eu' },
      { id: 'unused' },
    ];
    const file = fileWith({
      inputs,
      servers: { a: { command: 'x', args: [variable('input:zone'), variable('input:other')], env: { K: variable('input:key') } } },
    });
    const [server] = readMcpServers([file]).servers;
    if (!server) throw new Error('none');
    const key = { id: 'key', description: 'Your key', isSecret: true };
    const zone = { id: 'zone', description: 'Where', isSecret: false, options: ['eu', 'us'], usual: 'eu' };
    const other = { id: 'other', description: 'other', isSecret: false };
    expect(server.inputs).toEqual([zone, other, key]);
    expect(expandServer(server, around({}, { zone: 'us' }))).toEqual({ unmet: { variables: [], inputs: [other, key], foreign: [] } });
    expect(expandServer(server, around({}, { zone: 'us', other: variable('HOME'), key: 'geheimnis' }))).toMatchObject({
      server: { args: ['us', variable('HOME')], env: { K: 'geheimnis' } },
      secrets: ['geheimnis'],
    });
  });

  it('stand in a file of their own, behind those of the entry, and their secrets are told', () => {
    const { folder } = makeHome();
    writeFileSync(join(folder, '.env'), 'A=file\nB="two words"\nAPI_KEY=geheimnis\n');
    const server = readMcpServer({ command: 'x', cwd: folder, envFile: '.env', env: { A: 'entry' } }, HERE);
    expect(expandServer(server, around())).toMatchObject({
      server: { env: { A: 'entry', B: 'two words', API_KEY: 'geheimnis' } },
      secrets: ['geheimnis'],
    });
    const gone = readMcpServer({ command: 'x', envFile: `${variable('workspaceFolder')}/none.env` }, HERE);
    expect(expandServer(gone, around())).toMatchObject({ unmet: { envFile: '/srv/app/none.env' } });
  });
});

describe('changing the file', () => {
  it('adds and removes one and keeps everything else, for its owner alone', async () => {
    const file = fileWith({ other: [1], mcpServers: { a: { command: 'a' } } });
    expect(await addMcpServer(file, { name: 'b', entry: { command: 'b' }, replace: false })).toBe(true);
    expect(await addMcpServer(file, { name: 'a', entry: { command: 'z' }, replace: false })).toBe(false);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ other: [1], mcpServers: { a: { command: 'a' }, b: { command: 'b' } } });
    expect(await addMcpServer(file, { name: 'a', entry: { command: 'z' }, replace: true })).toBe(true);
    expect([await removeMcpServer(file, 'b'), await removeMcpServer(file, 'b')]).toEqual([true, false]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ other: [1], mcpServers: { a: { command: 'z' } } });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('makes the file, keeps both of two at once, and leaves a broken one alone', async () => {
    const file = join(makeHome().folder, 'new', 'mcp.json');
    await Promise.all(['a', 'b'].map((name) => addMcpServer(file, { name, entry: { command: name }, replace: false })));
    expect(readMcpServers([file]).servers.map(({ name }) => name)).toEqual(['a', 'b']);
    writeFileSync(file, '{"mcpServers": {');
    await expect(addMcpServer(file, { name: 'c', entry: { command: 'c' }, replace: false })).rejects.toThrow('is not valid JSON');
    expect(readFileSync(file, 'utf8')).toBe('{"mcpServers": {');
  });

  it('keeps the word that the file has for its servers, and the comments by leaving the file alone', async () => {
    const file = fileWith({ inputs: [], servers: { a: { command: 'a' } } });
    await addMcpServer(file, { name: 'b', entry: { command: 'b' }, replace: false });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ inputs: [], servers: { a: { command: 'a' }, b: { command: 'b' } } });
    const commented = '{ // mine\n"servers": {"a": {"command": "a"}} }';
    writeFileSync(file, commented);
    await expect(removeMcpServer(file, 'a')).rejects.toThrow('has comments, which would be lost; nothing was changed.');
    expect(readFileSync(file, 'utf8')).toBe(commented);
  });
});
