import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLogins } from '../../../src/config/mcp/logins.ts';
import type { HttpServer } from '../../../src/config/mcp/server.ts';
import { mayAsk } from '../../../src/tools/mcp/oauth-fetch.ts';
import { signIn } from '../../../src/tools/mcp/sign-in.ts';
import { openWorld } from '../../support/mcp.ts';
import { type OAuthFaults, type OAuthServer, oauthServer } from '../../support/oauth-server.ts';
import { temporaryFolder } from '../../support/program.ts';

const never = new AbortController().signal;
const KNOWN_MS = 10_000;

type Steps = {
  /** What the person does with the address; comes back by browser unless told. */
  browse?: (address: URL, back: string) => Promise<unknown> | undefined;
  paste?: (address: URL, signal: AbortSignal) => Promise<string | undefined>;
};

async function place(faults: OAuthFaults = {}, changes: Partial<HttpServer> = {}) {
  const as = await oauthServer(faults);
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const logins = openLogins(data);
  const server: HttpServer = { name: 'web', file: 'mcp.json', transport: 'http', url: as.url, headers: {}, ...changes };
  const secrets: string[] = [];
  const shown: URL[] = [];
  const completedAt: (string | undefined)[] = [];
  const refused: string[] = [];
  return {
    as,
    logins,
    server,
    secrets,
    shown,
    completedAt,
    refused,
    file: join(data, 'mcp-logins.json'),
    signIn({ browse, paste }: Steps = {}, more: { scope?: string; signal?: AbortSignal; fetch?: typeof fetch } = {}) {
      const request = {
        server,
        ...(more.scope === undefined ? {} : { scope: more.scope }),
        fetch: more.fetch ?? fetch,
        logins,
        secret: (text: string) => void secrets.push(text),
        show(address: URL, host: string | undefined) {
          shown.push(address);
          completedAt.push(host);
          void as.visit(address.href).then((back) => (browse ? browse(address, back) : fetch(back)));
        },
        paste: (signal: AbortSignal) => paste?.(shown[0] as URL, signal) ?? Promise.resolve(undefined),
        refuse: (why: string) => void refused.push(why),
      };
      return signIn(request, more.signal ?? never);
    },
    open: (of: HttpServer = server) => openWorld([of], { start: 'when-asked', ports: { logins } }),
    async [Symbol.asyncDispose]() {
      await as[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const tokensIn = (file: string) => JSON.parse(readFileSync(file, 'utf8')).servers[0].oauth.tokens;
const sent = ({ calls }: OAuthServer, path: string) => calls.filter((call) => call.path === path);

describe('signing in', () => {
  it('says where its answer is sent, when that is another place than the one that is opened', async () => {
    await using at = await place({ metadata: (own) => ({ ...own, token_endpoint: 'https://tokens.example/t' }) });
    await at.signIn().catch(() => undefined);
    expect(at.completedAt).toEqual(['tokens.example']);
    await using usual = await place();
    await usual.signIn();
    expect(usual.completedAt).toEqual([undefined]);
  });

  it('finds out where, registers, proves that it is who began, and keeps what comes back for its owner alone', async () => {
    await using at = await place();
    await at.signIn();
    const [address] = at.shown;
    expect(Object.fromEntries(address?.searchParams ?? [])).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      resource: at.as.url,
      scope: 'read',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(tokensIn(at.file)).toMatchObject({ access_token: expect.any(String), issuer: at.as.issuer });
    if (process.platform !== 'win32') expect(statSync(at.file).mode & 0o777).toBe(0o600);
    expect(at.secrets).toHaveLength(2);
    await using world = at.open();
    expect(await world.hub.listPrompts('web', never)).toEqual([]);
    expect(world.hub.tools().map(({ name }) => name)).toEqual(['web__whoami']);
    expect(await world.call('whoami')).toEqual({ output: 'somebody' });
    // Whoever asks for the token gets no other requests than the token's.
    for (const call of at.as.calls) if (!call.path.endsWith(' /mcp')) expect(call.authorization).toBeUndefined();
  });

  it('takes the address that the browser ended at, pasted, and no other', async () => {
    await using at = await place();
    let back = '';
    const texts = ['', 'nonsense', 'http://127.0.0.1:1/callback?code=x&state=other', 'BACK'];
    await at.signIn({
      browse: async (_, to) => {
        back = to;
      },
      async paste() {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return texts.shift()?.replace('BACK', ` ${back}\n`);
      },
    });
    expect(at.refused).toEqual([
      'That is not the address at which the browser ended.',
      'That is not the address at which the browser ended.',
      'That is the address of another sign-in.',
    ]);
    expect(tokensIn(at.file).access_token).toMatch(/^access/);
  });

  it('listens on this machine alone, for one path and one state, and not for longer than it takes', async () => {
    await using at = await place();
    const answers: number[] = [];
    await at.signIn({
      async browse(_, back) {
        const wrong = [back.replace('/callback', '/'), back.replace(/state=[^&]*/, 'state=x'), back.replace(/state=[^&]*/, '')];
        for (const address of wrong) answers.push((await fetch(address)).status);
        answers.push((await fetch(back, { method: 'POST' })).status, (await fetch(back)).status);
      },
    });
    expect(answers).toEqual([404, 400, 400, 404, 200]);
    const port = Number(new URL(at.shown[0]?.searchParams.get('redirect_uri') ?? '').port);
    const refused = new Promise((resolve) => connect(port, '127.0.0.1').once('error', () => resolve('refused')));
    expect(await refused).toBe('refused');
  });

  it('comes back to the port that it has registered, and registers anew where that is taken', async () => {
    await using at = await place();
    await at.signIn();
    await at.signIn();
    expect(sent(at.as, 'POST /register')).toHaveLength(1);
    const port = Number(new URL(at.shown[0]?.searchParams.get('redirect_uri') ?? '').port);
    const { createServer } = await import('node:http');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    await at.signIn();
    taken.close();
    expect(sent(at.as, 'POST /register')).toHaveLength(2);
  });

  it('minds no slash at the end of the name of an issuer', async () => {
    await using at = await place({
      metadata: (own) => ({ ...own, issuer: `${own.issuer}/` }),
      callback: (back) => back.set('iss', `${back.get('iss')}/`),
    });
    await at.signIn();
    at.as.good.clear();
    await using world = at.open();
    await world.hub.listPrompts('web', never);
    expect(tokensIn(at.file).issuer).toBe(`${at.as.issuer}/`);
  });

  it('uses the client that the configuration names', async () => {
    await using at = await place({ noRegistration: true }, { oauth: { clientId: 'mine', scope: 'read write' } });
    await at.signIn();
    expect(at.shown[0]?.searchParams.get('client_id')).toBe('mine');
    expect(at.shown[0]?.searchParams.get('scope')).toBe('read write');
    await using world = at.open();
    await world.hub.listPrompts('web', never);
  });

  it.each<[string, OAuthFaults, RegExp]>([
    ['the person says no', { denies: true }, /^Signing in to the MCP server web failed: it was declined\.$/],
    ['no client can register', { noRegistration: true }, /failed: it registers no clients by itself\.$/],
    ['the issuer is another one', { metadata: (own) => ({ ...own, issuer: 'https://evil.example' }) }, /issuer/i],
    ['the answer names another issuer', { callback: (back) => back.set('iss', 'https://evil.example') }, /iss/i],
    ['the answer names no issuer, as was promised', { callback: (back) => back.delete('iss') }, /iss/i],
    ['it is for another server', { resource: (own) => ({ ...own, resource: 'https://other.example/mcp' }) }, /does not match|no match/i],
    ['the code is a wrong one', { callback: (back) => back.set('code', 'wrong') }, /invalid_grant|failed/i],
    ['no proof is taken', { metadata: (own) => ({ ...own, code_challenge_methods_supported: ['plain'] }) }, /code challenge/i],
    ['the address is of no web', { metadata: (own) => ({ ...own, authorization_endpoint: 'file:///etc/passwd' }) }, /failed: /],
    ['the address is a script', { metadata: (own) => ({ ...own, authorization_endpoint: 'javascript:alert(1)' }) }, /failed: /],
    [
      'the address is not encrypted',
      { metadata: (own) => ({ ...own, authorization_endpoint: 'http://evil.example/a' }) },
      /not opened \(http:\)/,
    ],
    ['the address has a password', { metadata: (own) => ({ ...own, authorization_endpoint: 'https://a:b@evil.example/a' }) }, /not opened/],
    [
      'the token goes where it may be read',
      { metadata: (own) => ({ ...own, token_endpoint: 'http://evil.example/t' }) },
      /secret may be sent|https/i,
    ],
  ])('fails, is one line, and keeps nothing where %s', async (_, faults, words) => {
    await using at = await place(faults);
    const failure = await at.signIn().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(failure).toMatchObject({ kind: 'authentication', message: expect.stringMatching(words) });
    expect(failure?.message).not.toMatch(/\n/);
    expect(at.logins.oauth(at.server)).toEqual({});
    const opened = at.shown.filter(({ protocol, hostname }) => protocol !== 'http:' || hostname !== '127.0.0.1');
    expect(opened).toEqual([]);
  });

  it.each([
    'https://localhost./t',
    'https://a.localhost/t',
    'https://0.0.0.0/t',
    'https://[::]/t',
    'https://[::1]/t',
    'https://[::ffff:127.0.0.1]/t',
    'https://2130706433/t',
    'http://127.0.0.1.evil.example/t',
    'http://localhost.evil.example/t',
    'https://web.example@evil.example/t',
  ])('of a server on the network leads neither to this machine nor to what is not encrypted: %s', (address) => {
    const web = new URL('https://web.example/mcp');
    expect(mayAsk(new URL(address), web)).toBe(false);
    expect(mayAsk(new URL('https://localhost.evil.example/t'), web)).toBe(true);
  });

  it('takes no metadata without an end, and says what is odd in one line', async () => {
    for (const [long, words] of [
      [2_000_000, /sent an answer of more than 1 MB\.$/],
      [1, /failed: what it says of signing in does not follow OAuth\.$/],
    ] as const) {
      await using at = await place({ metadata: () => ({ issuer: 'x'.repeat(long) }) });
      await expect(at.signIn()).rejects.toMatchObject({ message: expect.stringMatching(words) });
    }
  });

  it('asks no address that it is redirected to before it has looked at it, and gives none a header of the configuration', async () => {
    const asked: [string, string | null][] = [];
    const redirects: Record<string, string> = {
      'https://web.example/mcp': 'https://other.example/stolen',
      'https://web.example/.well-known/oauth-protected-resource/mcp': 'http://127.0.0.1:1/inside',
      'https://web.example/.well-known/oauth-authorization-server': 'http://web.example/downgraded',
    };
    const fake: typeof fetch = async (input, init = {}) => {
      const url = String(input);
      asked.push([url, new Headers(init.headers).get('x-key')]);
      const location = init.method === 'POST' ? undefined : redirects[url];
      if (location === undefined) return new Response('', { status: 404 });
      // As the platform does it where it is left to follow.
      if (init.redirect !== 'manual') return fake(location, init);
      return new Response(null, { status: 302, headers: { location } });
    };
    await using at = await place({}, { url: 'https://web.example/mcp', headers: { 'X-Key': 'geheim' } });
    await expect(at.signIn({}, { fetch: fake })).rejects.toMatchObject({ kind: 'authentication' });
    const elsewhere = asked.filter(([url]) => !url.startsWith('https://web.example/'));
    expect(elsewhere.map(([url]) => url)).toEqual(['https://other.example/stolen']);
    expect(elsewhere.map(([, key]) => key)).toEqual([null]);
  });

  it('ends when the person does not come back and stops it', async () => {
    await using at = await place();
    const stop = new AbortController();
    const signing = at.signIn({ browse: async () => stop.abort() }, { signal: stop.signal });
    await expect(signing).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('a server that one is signed in to', () => {
  it('says what to run where one is not', async () => {
    await using at = await place();
    await using world = at.open();
    await expect(world.hub.listPrompts('web', never)).rejects.toMatchObject({
      kind: 'authentication',
      message: 'The MCP server web wants you to sign in.',
      hint: 'Run: sotto mcp login web',
    });
    expect(sent(at.as, 'POST /register')).toEqual([]);
  });

  it('has its token renewed when it is over, once for all who wait', async () => {
    await using at = await place();
    await at.signIn();
    await using world = at.open();
    await world.hub.listPrompts('web', never);
    const before = tokensIn(at.file);
    at.as.good.clear();
    const outcomes = await Promise.all([world.call('whoami'), world.call('whoami'), world.call('whoami')]);
    expect(outcomes).toEqual(Array(3).fill({ output: 'somebody' }));
    expect(sent(at.as, 'POST /token')).toHaveLength(2);
    expect(tokensIn(at.file)).not.toEqual(before);
    expect(world.secrets).toContain(tokensIn(at.file).access_token);
  });

  it('has it renewed once where two processes need it at once', async () => {
    await using at = await place();
    await at.signIn();
    at.as.good.clear();
    await using one = at.open();
    await using other = openWorld([at.server], { start: 'when-asked', ports: { logins: openLogins(join(at.file, '..')) } });
    await Promise.all([one.hub.listPrompts('web', never), other.hub.listPrompts('web', never)]);
    expect(sent(at.as, 'POST /token')).toHaveLength(2);
  });

  it('keeps the refresh token where the answer names no other', async () => {
    await using at = await place({ keepsRefresh: true });
    await at.signIn();
    const { refresh_token } = tokensIn(at.file);
    for (let round = 0; round < 2; round++) {
      at.as.good.clear();
      await using world = at.open();
      await world.hub.listPrompts('web', never);
    }
    expect(tokensIn(at.file).refresh_token).toBe(refresh_token);
  });

  it('asks to sign in again when it cannot be renewed, and to wait where that is not the reason', async () => {
    await using at = await place();
    await at.signIn();
    at.as.good.clear();
    at.as.faults.refresh = 500;
    await using down = at.open();
    await expect(down.hub.listPrompts('web', never)).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('HTTP 500'),
    });
    expect(tokensIn(at.file).refresh_token).toMatch(/^refresh/);
    at.as.faults.refresh = 'invalid_grant';
    await using over = at.open();
    await expect(over.hub.listPrompts('web', never)).rejects.toMatchObject({ message: 'The MCP server web wants you to sign in again.' });
    expect(JSON.stringify(at.logins.oauth(at.server))).not.toContain('secret');
  });

  it('says which rights it wants besides', async () => {
    await using at = await place({ scope: 'files:write' });
    await at.signIn();
    await using world = at.open();
    await world.hub.known(KNOWN_MS, never);
    expect((await world.call('whoami')).output).toBe('The MCP server web wants more rights than its sign-in has.');
    await at.signIn({}, { scope: 'read files:write' });
    expect(at.shown[1]?.searchParams.get('scope')).toBe('read files:write');
  });

  it('works over the older transport as well', async () => {
    await using at = await place({ sse: true }, { isSse: true });
    await at.signIn();
    at.as.good.clear();
    await using world = at.open();
    await world.hub.listPrompts('web', never);
    expect(await world.call('whoami')).toEqual({ output: 'somebody' });
  });

  it('gives its tokens to no other server, whatever that calls itself, and forgets them when it is told to', async () => {
    await using at = await place();
    await using evil = await oauthServer();
    await at.signIn();
    for (const changes of [{ url: evil.url }, { url: `${at.as.url}?other` }, { file: '/project/.mcp.json' }]) {
      await using world = at.open({ ...at.server, ...changes });
      await expect(world.hub.listPrompts('web', never)).rejects.toMatchObject({ kind: 'authentication' });
    }
    expect(evil.calls.flatMap(({ authorization }) => authorization ?? [])).toEqual([]);
    expect(await at.logins.forget({ ...at.server, file: 'other.json' })).toBe(false);
    expect(await at.logins.forget(at.server)).toBe(true);
    expect(readFileSync(at.file, 'utf8')).not.toContain('secret');
  });

  it('is sent the header of the configuration, where that has one, and no token', async () => {
    await using at = await place();
    await at.signIn();
    await using world = at.open({ ...at.server, headers: { Authorization: 'Bearer mine' } });
    await expect(world.hub.listPrompts('web', never)).rejects.toMatchObject({ message: expect.stringContaining('refused the request') });
    expect(at.as.calls.at(-1)?.authorization).toBe('Bearer mine');
  });
});
