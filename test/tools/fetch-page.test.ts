import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createPinnedRequest } from '../../src/compose/pinned-request.ts';
import type { BuiltInPorts, HostAddress } from '../../src/tools/built-in-ports.ts';
import { makeBench, makeFolder } from './support.ts';

const servers: { close(): unknown; closeAllConnections(): void }[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

type World = Partial<BuiltInPorts> & { names?: Record<string, string[]>; proxy?: string };

/** Names lead where the table says; the requests are real. */
function bench({ names = {}, proxy, ...changes }: World = {}) {
  return makeBench(makeFolder(), {
    lookup: async (host) => (names[host] ?? []).map((address): HostAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    request: createPinnedRequest({ userAgent: 'sotto/test', proxyFor: () => proxy }),
    allowPrivateAddresses: () => true,
    ...changes,
  });
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

describe('fetch_page', () => {
  it('gives title, address and Markdown, from the address that was checked', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      seen.push([request.url, request.headers.host, request.headers['user-agent'], request.headers.cookie]);
      response.writeHead(200, HTML).end('<title>A page</title><h1>Head</h1><p>Words <a href="/x">link</a></p>');
    });
    const world = bench({ names: { 'docs.example': ['127.0.0.1'] } });
    expect(await world.plan('fetch_page', { url: `http://docs.example:${port}/a?b=c#d` })).toEqual({
      summary: `fetch http://docs.example:${port}/a?b=c`,
      details: `http://docs.example:${port}/a?b=c`,
      pattern: `http://docs.example:${port}`,
      subject: `docs.example:${port}`,
    });
    expect(await world.run('fetch_page', { url: `http://docs.example:${port}/a?b=c#d` })).toEqual({
      output: `A page\nhttp://docs.example:${port}/a?b=c\n\n# Head\n\nWords [link](http://docs.example:${port}/x)`,
    });
    expect(seen).toEqual([['/a?b=c', `docs.example:${port}`, 'sotto/test', undefined]]);
  });

  it('offers no pattern that a name with a star in it would open for every host', async () => {
    expect((await bench().plan('fetch_page', { url: 'https://*/' })).pattern).toBe('\\u002a');
  });

  it.each([
    ['this machine', 'http://127.0.0.1:1/'],
    ['this machine as one number', 'http://2130706433/'],
    ['this machine in hexadecimal', 'http://0x7f.1/'],
    ['this machine in IPv6', 'http://[::1]/'],
    ['a mapped address', 'http://[::ffff:192.168.0.1]/'],
    ['a name that leads there', 'http://inside.example/'],
    ['the metadata of a cloud', 'http://169.254.169.254/latest/meta-data'],
  ])('does not fetch %s', async (_, url) => {
    const world = bench({ names: { 'inside.example': ['10.0.0.1', '::1'] }, allowPrivateAddresses: () => false });
    expect(await world.run('fetch_page', { url })).toEqual({
      output: expect.stringMatching(/leads to .*only pages of the public internet/),
      failed: true,
    });
  });

  it('does not fetch the metadata of a cloud even where private addresses are allowed', async () => {
    expect(await bench().run('fetch_page', { url: 'http://169.254.169.254/' })).toMatchObject({ failed: true });
    expect(
      await bench({ names: { 'meta.example': ['::ffff:169.254.169.254'] } }).run('fetch_page', { url: 'http://meta.example/' }),
    ).toMatchObject({ failed: true });
  });

  it('connects only to those addresses of a name that are public', async () => {
    const asked: unknown[] = [];
    const world = bench({
      names: { 'mixed.example': ['127.0.0.1', '93.184.216.34', 'fe80::1'] },
      allowPrivateAddresses: () => false,
      request: async ({ addresses }) => {
        asked.push(addresses);
        return { status: 200, header: () => 'text/plain', body: (async function* () {})(), end: async () => {} };
      },
    });
    await world.run('fetch_page', { url: 'http://mixed.example/' });
    expect(asked).toEqual([[{ address: '93.184.216.34', family: 4 }]]);
  });

  it('looks a name up once, so that it cannot lead elsewhere a moment later', async () => {
    let lookups = 0;
    const port = await serve((_, response) => response.writeHead(200, HTML).end('ok'));
    const world = bench({ lookup: async () => [{ address: ++lookups === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }] });
    expect((await world.run('fetch_page', { url: `http://rebind.example:${port}/` })).output).toMatch(/ok$/);
    expect(lookups).toBe(1);
  });

  it('follows redirects within a site and checks each of them again', async () => {
    const port = await serve((request, response) => {
      const hop = Number(/\d+/.exec(request.url ?? '')?.[0]);
      if (hop < 3) response.writeHead(302, { location: `/${hop + 1}` }).end();
      else response.writeHead(200, HTML).end('arrived');
    });
    let lookups = 0;
    const world = bench({ lookup: async () => [{ address: ++lookups > 2 ? '169.254.169.254' : '127.0.0.1', family: 4 }] });
    expect(await world.run('fetch_page', { url: `http://site.example:${port}/0` })).toMatchObject({ failed: true });
    expect(lookups).toBe(3);
    const calm = bench({ names: { 'site.example': ['127.0.0.1'] } });
    expect((await calm.run('fetch_page', { url: `http://site.example:${port}/0` })).output).toBe(
      `http://site.example:${port}/3\n\narrived`,
    );
  });

  it('tells of a redirect to another site instead of following it', async () => {
    const port = await serve((_, response) => response.writeHead(301, { location: 'http://other.example/secret' }).end());
    const world = bench({ names: { 'site.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] } });
    expect(await world.run('fetch_page', { url: `http://site.example:${port}/` })).toEqual({
      output: expect.stringMatching(/redirects to another site: http:\/\/other\.example\/secret/),
      failed: true,
    });
  });

  it('ends a circle of redirects, and does not leave the web', async () => {
    const circle = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    const world = bench({ names: { 'site.example': ['127.0.0.1'] } });
    expect((await world.run('fetch_page', { url: `http://site.example:${circle}/` })).output).toMatch(/more than 5 times/);
    const file = await serve((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    expect((await world.run('fetch_page', { url: `http://site.example:${file}/` })).output).toMatch(/only http:\/\/ and https:\/\//);
  });

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'javascript:x', 'http://me:pw@example.com/', 'no address', ''])(
    'refuses %s before it asks',
    async (url) => {
      expect(await bench().plan('fetch_page', { url })).toHaveProperty('refusal');
    },
  );

  it('takes a bare name for https', async () => {
    expect(await bench().plan('fetch_page', { url: 'example.com/a' })).toMatchObject({ details: 'https://example.com/a' });
  });

  it('gives a long page in pieces, and fetches it once', async () => {
    let requests = 0;
    const port = await serve((_, response) => {
      requests += 1;
      response
        .writeHead(200, HTML)
        .end(Array.from({ length: 2000 }, (_, index) => `<p>Paragraph ${index} of the long page with some words.</p>`).join(''));
    });
    const world = bench({ names: { 'long.example': ['127.0.0.1'] } });
    const url = `http://long.example:${port}/`;
    const pieces: string[] = [];
    for (let page = 1; page < 10; page += 1) {
      const { output } = await world.run('fetch_page', { url, page });
      const [, text = '', note = ''] = /^([\s\S]*)\n\n\[(page .*)\]$/.exec(output) ?? [];
      pieces.push(text);
      if (!note.includes('go on')) break;
      expect(note).toMatch(new RegExp(`^page ${page} of \\d; go on with page ${page + 1}$`));
    }
    expect(requests).toBe(1);
    expect(pieces.join('\n\n').match(/Paragraph \d+/g)).toHaveLength(2000);
    expect((await world.run('fetch_page', { url, page: 99 })).output).toMatch(/There is no page 99: the text has \d pages/);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('unpacks %s', async (encoding, pack) => {
    const port = await serve((_, response) =>
      response.writeHead(200, { ...HTML, 'content-encoding': encoding }).end(pack('<p>unpacked</p>')),
    );
    expect((await bench({ names: { 'z.example': ['127.0.0.1'] } }).run('fetch_page', { url: `http://z.example:${port}/` })).output).toMatch(
      /unpacked$/,
    );
  });

  it('reads no more than so much, also of what was small when it was packed', async () => {
    const port = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(200_000_000, 'a\n'))),
    );
    const world = bench({ names: { 'bomb.example': ['127.0.0.1'] } });
    const { output } = await world.run('fetch_page', { url: `http://bomb.example:${port}/` });
    expect(output).toMatch(/\[page 1 of 2\d\d; go on with page 2\]$/);
    expect((await world.run('fetch_page', { url: `http://bomb.example:${port}/`, page: 267 })).output).toMatch(
      /cut off: only the first 7\.6 MB were read/,
    );
  });

  it('stops an endless page, and a server that says nothing', async () => {
    const endless = await serve((_, response) => {
      response.writeHead(200, HTML);
      const timer = setInterval(() => response.write('<p>x'), 5);
      response.on('close', () => clearInterval(timer));
    });
    const silent = await serve(() => {});
    const world = bench({ names: { 'slow.example': ['127.0.0.1'] }, timeoutMs: 300 });
    for (const port of [endless, silent]) {
      expect(await world.run('fetch_page', { url: `http://slow.example:${port}/` })).toEqual({
        output: expect.stringMatching(/was not there after 0\.3 s/),
        failed: true,
      });
    }
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const patient = bench({ names: { 'slow.example': ['127.0.0.1'] } });
    expect(await patient.run('fetch_page', { url: `http://slow.example:${silent}/` }, controller.signal)).toEqual({
      output: '',
      failed: true,
    });
  });

  it('does not wait for a name that cannot be looked up', async () => {
    const world = bench({ lookup: () => new Promise(() => {}), timeoutMs: 100 });
    expect(await world.run('fetch_page', { url: 'http://never.example/' })).toMatchObject({ failed: true });
  });

  it.each([
    [404, 'answered 404: there is no such page'],
    [403, 'it refuses this request'],
    [500, 'the server failed'],
  ])('says what %s means', async (status, words) => {
    const port = await serve((_, response) => response.writeHead(status, HTML).end('x'));
    const { output, failed } = await bench({ names: { 'e.example': ['127.0.0.1'] } }).run('fetch_page', {
      url: `http://e.example:${port}/`,
    });
    expect(output).toContain(words);
    expect(failed).toBe(true);
  });

  it('says what is wrong with a host', async () => {
    const world = bench({ names: { 'closed.example': ['127.0.0.1'] } });
    expect((await world.run('fetch_page', { url: 'http://closed.example:1/' })).output).toBe(
      'closed.example:1 cannot be reached: nothing listens there.',
    );
    const broken = await serve((_, response) => {
      response.writeHead(200, { ...HTML, 'content-length': '1000' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    expect((await world.run('fetch_page', { url: `http://closed.example:${broken}/` })).output).toMatch(/broke off/);
  });

  it('goes through a proxy, which is told the name', async () => {
    const target = await serve((_, response) => response.writeHead(200, HTML).end('through'));
    const asked: string[] = [];
    const { connect } = await import('node:net');
    const proxy = createServer().listen(0, '127.0.0.1');
    servers.push(proxy);
    await once(proxy, 'listening');
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
      const onward = connect(target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => {});
    });
    const world = bench({
      names: { 'far.example': ['93.184.216.34'] },
      proxy: `http://me:pw@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    });
    expect((await world.run('fetch_page', { url: 'http://far.example/' })).output).toMatch(/through$/);
    expect(asked).toEqual([`far.example:80 Basic ${Buffer.from('me:pw').toString('base64')}`]);
  });
});
