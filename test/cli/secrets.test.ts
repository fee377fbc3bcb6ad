import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asks, calls, chat, failure, inTurn, type MockServer, resultsIn, type Script, startMockServer } from '../support/mock-server.ts';
import { filesIn, run, temporaryFolder } from '../support/program.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
afterAll(() => server.close());

/** Says the key back in its errors, as some providers do: whole, in JSON, in a URL, in base64. */
const echo: Script = (asked, response) => {
  const key =
    /[?&][\w-]+=([\w-]+)/.exec(asked.path)?.[1] ??
    /Bearer (.*)/.exec(String(asked.headers.authorization))?.[1] ??
    String(asked.headers['x-api-key'] ?? asked.headers['x-secret'] ?? '');
  const forms = [key, JSON.stringify(key), encodeURIComponent(key), Buffer.from(`user:${key}`).toString('base64')];
  return failure(asked.path.includes('models') ? 401 : 400, `Incorrect key provided: ${forms.join(' ')}`)(asked, response);
};

/** Where a key can stand: what it takes to have sotto find it there. */
const PLACES: [string, (key: string) => { env?: Record<string, string>; config?: object; keys?: object; args?: string[] }][] = [
  ['the environment', (key) => ({ env: { LAB_API_KEY: key } })],
  ['the key store', (key) => ({ keys: { lab: key } })],
  ['the configuration', (key) => ({ config: { key } })],
  ['a command', (key) => ({ config: { key: `!printf %s '${key}'` } })],
  ['a variable', (key) => ({ config: { key: '$MY_SECRET' }, env: { MY_SECRET: key } })],
  ['a header', (key) => ({ config: { headers: { 'x-secret': key } } })],
  ['--set', (key) => ({ args: ['--set', `providers.lab.key=${key}`] })],
  ['a password in the address', (key) => ({ config: { url: server.url.replace('http://', `http://user:${key}@`) } })],
  ['a parameter of the address', (key) => ({ config: { url: `${server.url}?subscription-key=${key}` } })],
  ['a parameter of another name', (key) => ({ config: { url: `${server.url}?api-version=1&whatever=${key}` } })],
  ['the path of the address', (key) => ({ config: { url: `${server.url}/0123456789abcdef0123456789${key.replace(/[^a-z0-9]/gi, '')}` } })],
];

const COMMANDS = [
  ['ask', 'hi', '-v', '-p', 'lab', '-m', 'small', '--retries', '0'],
  ['ask', 'hi', '-p', 'lab', '-m', 'small', '--output', 'json', '--retries', '0'],
  ['ask', 'hi', '-p', 'lab', '-m', 'small', '--output', 'ndjson', '--retries', '0'],
  ['ask', 'hi', '-p', 'lab', '-m', 'small', '--dry-run'],
  ['ask', 'hi', '-m', 'nobody-knows-it'],
  ['models', 'list', '-p', 'lab', '--refresh'],
  ['models', 'show', 'small', '-p', 'lab'],
  ['providers', '--json'],
  ['providers'],
  ['config', 'list'],
  ['config', 'get', 'providers.lab'],
  ['config', 'get', 'providers.lab.key'],
  ['keys', 'list'],
  ['keys', 'list', '--json'],
];

/** Letters and digits alone. */
const tailOf = (key: string) => key.replace(/[^a-z0-9]/gi, '').slice(-8);

/** Commands of `config` and `keys` know no --set. */
const takesSet = (command: readonly string[]) => command[0] !== 'config' && command[0] !== 'keys';

describe('a key', () => {
  it.each(PLACES)('in %s never comes out of any command', async (place, put) => {
    server.script = echo;
    // A different one in each run of the tests; of the letters that keys are made of.
    const key = `sk-${fc.sample(fc.string({ minLength: 24, maxLength: 40, unit: fc.constantFrom(...'abcdefXYZ0123456789_-') }), 1)[0]}`;
    using home = temporaryFolder();
    const { env = {}, config = {}, keys, args = [] } = put(key);
    const sotto = join(home.path, 'sotto');
    mkdirSync(sotto, { mode: 0o700 });
    writeFileSync(join(sotto, 'config.json'), JSON.stringify({ providers: { lab: { url: server.url, ...config } } }), { mode: 0o600 });
    if (keys) writeFileSync(join(sotto, 'keys.json'), JSON.stringify(keys), { mode: 0o600 });
    const before = server.asked.length;
    for (const command of COMMANDS) {
      const { stdout, stderr } = await run([...command, ...(takesSet(command) ? args : [])], { home: home.path, env });
      const all = stdout + stderr;
      const tail = place === 'the path of the address' ? tailOf(key) : key.slice(-8);
      expect(all, `${command.join(' ')} with a key in ${place}`).not.toContain(tail);
      expect(all).not.toContain(key.slice(0, 12));
      for (const offset of [0, 1, 2]) {
        const encoded = Buffer.from('x'.repeat(offset) + key)
          .toString('base64')
          .slice(4, -4);
        expect(all).not.toContain(encoded);
      }
    }
    // The test is worth something only where the key was really used.
    const sent = JSON.stringify(server.asked.slice(before).map(({ headers, path }) => [headers, path]));
    const inPath = place === 'the path of the address';
    expect(sent).toContain(
      place === 'a password in the address' ? Buffer.from(`user:${key}`).toString('base64') : inPath ? tailOf(key) : key,
    );
    for (const [file, content] of Object.entries(filesIn(sotto))) {
      if (file !== 'config.json' && file !== 'keys.json') expect(content, file).not.toContain(key);
    }
  });

  it('is sent to its own provider and nobody else', async () => {
    const other = await startMockServer();
    const env = { LAB_API_KEY: 'sk-lab-0123456789', OTHER_API_KEY: 'sk-other-0123456789', OPENAI_API_KEY: 'sk-openai-0123456789' };
    await run(['hi', '--set', `providers.lab.url=${server.url}`, '--set', `providers.other.url=${other.url}`, '-p', 'other', '-m', 'x'], {
      env,
    });
    const headers = JSON.stringify(other.asked.map((asked) => asked.headers));
    await other.close();
    expect(headers).toContain('sk-other-0123456789');
    expect(headers).not.toMatch(/sk-lab|sk-openai/);
  });

  it('is not taken along to where a server sends us', async () => {
    const elsewhere = await startMockServer();
    server.script = (_, response) => void response.writeHead(307, { location: `${elsewhere.url}/chat/completions` }).end();
    await run(['hi', ...asks(server), '--retries', '0'], { env: { LAB_API_KEY: 'sk-lab-0123456789' } });
    const headers = JSON.stringify(elsewhere.asked.map((asked) => asked.headers));
    await elsewhere.close();
    expect(headers).not.toContain('sk-lab');
  });

  it('in the notice of a retry is taken out too', async () => {
    const key = 'sk-distinctive-4711-0815';
    server.script = inTurn(failure(500, `no ${key}`, { headers: { 'retry-after': '0' } }));
    const { stderr } = await run(['hi', ...asks(server), '--retries', '1'], { env: { LAB_API_KEY: key } });
    expect(stderr).toContain('Retrying');
    expect(stderr).not.toContain('4711');
  });

  it('that a tool comes upon is neither sent to the model nor kept', async () => {
    using home = temporaryFolder();
    writeFileSync(join(home.path, 'notes.txt'), 'lab: sk-lab-0123456789, other: sk-other-0123456789');
    mkdirSync(join(home.path, 'sotto'), { mode: 0o700 });
    writeFileSync(join(home.path, 'sotto', 'keys.json'), JSON.stringify({ other: 'sk-other-0123456789' }), { mode: 0o600 });
    server.asked.length = 0;
    server.script = inTurn(calls({ name: 'read_file', args: { path: 'notes.txt' } }), chat(['Done.']));
    const { code } = await run(['hi', ...asks(server), '--tools', 'read_file'], {
      home: home.path,
      env: { LAB_API_KEY: 'sk-lab-0123456789' },
    });
    expect(code).toBe(0);
    expect(resultsIn(server.turns()[1])).toEqual(['lab: [redacted], other: [redacted]']);
    for (const [file, content] of Object.entries(filesIn(join(home.path, 'sotto'))))
      if (file !== 'keys.json') expect(content, file).not.toMatch(/sk-(lab|other)-0123/);
  });

  it('that the model itself writes is left alone: it is the answer', async () => {
    server.script = chat(['your key is sk-distinctive-4711-0815']);
    const { stdout } = await run(['hi', ...asks(server)], { env: { LAB_API_KEY: 'sk-distinctive-4711-0815' } });
    expect(stdout).toContain('4711');
  });

  it.skipIf(process.platform === 'win32')('is stored in a file of its own that nobody else can read', async () => {
    using home = temporaryFolder();
    await run(['keys', 'set', 'lab'], { home: home.path, stdin: { send: 'sk-stored-4711\n' } });
    const file = join(home.path, 'sotto', 'keys.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Object.keys(filesIn(home.path))).toEqual(['sotto/keys.json']);
  });
});
