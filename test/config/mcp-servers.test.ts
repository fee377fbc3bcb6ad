import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addMcpServer, removeMcpServer } from '../../src/config/mcp-file.ts';
import { expandServer, readMcpServer, readMcpServers, serverFacts, shownServer } from '../../src/config/mcp-servers.ts';
import { failureOf, makeHome } from './home.ts';

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
    expect(readMcpServers([file])).toEqual([
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
    expect(readMcpServers(['/no/such/file'])).toEqual([]);
    expect(readMcpServers([mine, theirs])).toMatchObject([{ command: 'mine' }, { command: 'b' }]);
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
    [{ mcpServers: { a: { type: 'ws', url: 'x' } } }, 'mcpServers.a.type should be "stdio" or "http".'],
    [{ mcpServers: { a: { type: 'sse', url: 'x' } } }, 'the server a is of the old type "sse", which sotto does not speak.'],
  ])('that are wrong are named: %j', (content, message) => {
    const file = fileWith(content);
    expect(failureOf(() => readMcpServers([file]))).toMatchObject({ kind: 'configuration', message: `${file}: ${message}` });
  });
});

describe('variables', () => {
  it('are put into every text, with what holds where they are not set', () => {
    const server = readMcpServer(
      'a',
      { command: variable('BIN'), args: [`--x=${variable('X:-1')}`, '$X'], env: { API_KEY: variable('K'), MODE: 'fast' } },
      'f',
    );
    expect(expandServer(server, { BIN: '/bin/s', K: 'geheim', X: '' })).toEqual({
      server: { ...server, command: '/bin/s', args: ['--x=1', '$X'], env: { API_KEY: 'geheim', MODE: 'fast' } },
      secrets: ['geheim'],
    });
    expect(expandServer(server, {})).toEqual({ missing: ['BIN', 'K'] });
  });

  it('that hold secrets are told: headers, passwords and keys in addresses', () => {
    const web = readMcpServer(
      'a',
      { url: `https://me:pw@x.org/mcp?api_key=${variable('K')}&page=1`, headers: { 'X-A': 'Bearer tok' } },
      'f',
    );
    const expanded = expandServer(web, { K: 'kkk' });
    expect('secrets' in expanded && expanded.secrets).toEqual(expect.arrayContaining(['Bearer tok', 'tok', 'api_key=kkk', 'me:pw']));
  });

  it('and stand in arguments and in addresses of the environment are told, and not shown', () => {
    const program = readMcpServer(
      'a',
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
      'f',
    );
    const expanded = expandServer(program, {});
    const secrets = 'secrets' in expanded ? expanded.secrets : [];
    expect(secrets).toEqual(expect.arrayContaining(['me:pw1234', 'abcdefg', 'hijklmn', 'opqrstu', 'vwxyzab', 'cdefghi']));
    expect(secrets).not.toContain('material');
    expect(shownServer(program)).toBe('npx db postgresql://***@host/db --api-key *** --token=*** --header Authorization: *** --level=9');
    expect(JSON.stringify(serverFacts(readMcpServer('a', { url: 'https://h/mcp?key=abcdefg' }, 'f')))).not.toContain('abcdefg');
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
    expect(readMcpServers([file]).map(({ name }) => name)).toEqual(['a', 'b']);
    writeFileSync(file, '{"mcpServers": {');
    await expect(addMcpServer(file, { name: 'c', entry: { command: 'c' }, replace: false })).rejects.toThrow('is not valid JSON');
    expect(readFileSync(file, 'utf8')).toBe('{"mcpServers": {');
  });
});
