/** Keys and passwords in every corner of an address, in every place that takes one: nothing that sotto prints or stores has them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, run, temporaryFolder } from '../support/program.ts';

/** Nothing listens there. `S` is the secret. */
const ADDRESSES = [
  'http://127.0.0.1:9/v1?subscription-key=S',
  'http://127.0.0.1:9/v1?api-version=2024-05-01&api-key=S',
  'http://127.0.0.1:9/v1?key=S&x=1',
  'http://127.0.0.1:9/v1?CODE=S',
  'http://127.0.0.1:9/v1?sv=2022&sig=S%3D',
  'http://127.0.0.1:9/v1?nobody-knows-this-name=S',
  'http://127.0.0.1:9/v1?S',
  'http://127.0.0.1:9/v1;jsessionid=1?a=b;token=S',
  'http://127.0.0.1:9/v1#access_token=S',
  'http://127.0.0.1:9/v1#S',
  'http://user:S@127.0.0.1:9/v1',
  'http://S@127.0.0.1:9/v1',
  'http://user:x@S@127.0.0.1:9/v1',
  'http://user:%40S%2F@127.0.0.1:9/v1',
  'http://user:a/S@127.0.0.1:9/v1',
  'http://user:a?S@127.0.0.1:9/v1',
  'http://user:a#S@127.0.0.1:9/v1',
  'http:user:S@127.0.0.1:9/v1',
  'http:\\\\user:S@127.0.0.1:9/v1',
  '//user:S@127.0.0.1:9/v1',
  'user:S@127.0.0.1:9',
  'http://user:S@',
  'ftp://user:S@127.0.0.1:9/v1',
  'http://127.0.0.1:9/s/S/mcp',
];

/** As keys are: a beginning that no other has, letters, digits and signs. */
const secretOf = (index: number) => `z${index}q4Kd7mWx0Tn81vB`;

function isTold(text: string, index: number): boolean {
  const secret = secretOf(index);
  const encoded = [0, 1, 2].map((offset) =>
    Buffer.from('x'.repeat(offset) + secret)
      .toString('base64')
      .slice(4, 16),
  );
  return [secret.slice(0, 12), secret.slice(-12), ...encoded].some((form) => text.includes(form));
}

const told = (text: string) => ADDRESSES.filter((_, index) => isTold(text, index));

function place(config: object, mcp: object = {}) {
  const home = temporaryFolder();
  const folder = join(home.path, 'sotto');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: mcp }), { mode: 0o600 });
  return {
    async prints(args: string[], env: Record<string, string> = {}) {
      const { stdout, stderr } = await run(args, { home: home.path, env });
      const stored = Object.entries(filesIn(folder)).flatMap(([file, text]) => (/(config|mcp)\.json$/.test(file) ? [] : [text]));
      return [stdout, stderr, ...stored].join('\n');
    },
    [Symbol.dispose]: () => home[Symbol.dispose](),
  };
}

const ASK = ['ask', 'hi', '-m', 'small', '--retries', '0'];
const rows = ADDRESSES.map((address, index) => [address, address.replace('S', secretOf(index)), index] as const);

describe('a secret in the address of a provider', () => {
  it('is in no list of settings, providers and keys', async () => {
    const providers = Object.fromEntries(rows.map(([, url, index]) => [`lab${index}`, { url }]));
    using at = place({ providers, profiles: { work: { providers } } });
    for (const args of [
      ['config', 'list'],
      ['config', 'list', '--json'],
      ['config', 'get', 'providers'],
      ['config', 'get', 'profiles'],
      ['keys', 'list'],
    ])
      expect(told(await at.prints(args)), args.join(' ')).toEqual([]);
    // One that cannot be used is told by name, and nothing else of it.
    expect(told(await at.prints(['providers', '--json']))).toEqual([]);
  });

  it.each(rows)('%s is in no answer, error, event and file', async (_, url, index) => {
    using at = place({ providers: { lab: { url } } });
    for (const more of [['--dry-run'], ['-v'], ['--output', 'ndjson'], ['--output', 'json']])
      expect(isTold(await at.prints([...ASK, '-p', 'lab', ...more]), index), more.join(' ')).toBe(false);
    for (const args of [
      ['models', 'list', '-p', 'lab', '--refresh'],
      ['config', 'get', 'providers.lab.url'],
      ['config', 'set', 'providers.lab.url', url],
    ])
      expect(isTold(await at.prints(args), index), args.slice(0, 3).join(' ')).toBe(false);
  });
});

describe('a secret in the address of a proxy', () => {
  it.each(rows)('%s', async (_, proxy, index) => {
    using at = place({ providers: { lab: { url: 'http://lab.example/v1' } } });
    const env = { HTTPS_PROXY: proxy, http_proxy: proxy };
    expect(isTold(await at.prints(['config', 'list'], env), index)).toBe(false);
    expect(isTold(await at.prints([...ASK, '-p', 'lab', '-v', '--output', 'json'], env), index)).toBe(false);
  });
});

describe('a secret of an MCP server', () => {
  it('is in no list', async () => {
    const servers = rows.flatMap(([, address, index]) => [
      [`word${index}`, { command: 'npx', args: ['mcp-remote', address] }],
      ...(/^https?:\/\//.test(address) ? [[`web${index}`, { url: address }]] : []),
      [
        `flag${index}`,
        {
          command: 'server',
          args: ['--api-key', secretOf(index), `--token=${secretOf(index)}`],
          env: { A_KEY: secretOf(index), A_URL: address },
        },
      ],
    ]);
    using at = place({}, Object.fromEntries(servers));
    expect(told(await at.prints(['mcp', 'list']))).toEqual([]);
    expect(told(await at.prints(['mcp', 'list', '--json']))).toEqual([]);
  });

  it('is in no failure of it', async () => {
    const webs = rows.filter(([, address]) => /^http:\/\/[^/]*127\.0\.0\.1:9\//.test(address));
    const says = { command: 'sh', args: ['-c', 'echo "error: refused $A_KEY" >&2; exit 1'], env: { A_KEY: secretOf(0) } };
    using at = place({}, { ...Object.fromEntries(webs.map(([, url, index]) => [`web${index}`, { url }])), says });
    expect(webs.length).toBeGreaterThan(10);
    expect(told(await at.prints(['mcp', 'check', '--wait', '20']))).toEqual([]);
  });
});
