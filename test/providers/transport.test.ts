/** The way to a provider through real proxies, with a real certificate of one's own. */

import { readFileSync } from 'node:fs';
import { createServer as createHttp, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { asSottoError, type SottoError } from '../../src/core/errors.ts';
import { textOf, userText } from '../../src/core/messages.ts';
import { openFetch, type Transport } from '../../src/providers/transport.ts';
import { WIRES } from '../support/wire-answers.ts';
import { all, foldOf, openRow, ROWS, type Row } from './contract-providers.ts';

const pem = new URL('tls/self-signed.pem', import.meta.url);
const tls = { key: readFileSync(new URL('tls/self-signed.key', import.meta.url)), cert: readFileSync(pem) };
const row = ROWS.find(({ name }) => name === 'compatible chat') as Row;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createHttp();
  const port = await listen(server);
  servers.pop();
  await new Promise((closed) => server.close(closed));
  return port;
}

const answering = (_request: IncomingMessage, response: import('node:http').ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(all(WIRES.chat.streamed({ text: ['Through.'] })));
};

type Proxy = { url: string; port: number; seen: { what: string; authorization: string | undefined }[] };

/** Forwards plain requests and opens tunnels; asks for a password where one is set. */
async function startProxy(password?: string): Promise<Proxy> {
  const seen: Proxy['seen'] = [];
  const allowed = ({ headers }: IncomingMessage) =>
    password === undefined || headers['proxy-authorization'] === `Basic ${Buffer.from(password).toString('base64')}`;
  const proxy = createHttp((request, response) => {
    seen.push({ what: `${request.method} ${request.url}`, authorization: request.headers['proxy-authorization'] });
    if (!allowed(request)) return void response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('who are you?');
    const { 'proxy-authorization': _secret, ...headers } = request.headers;
    request.pipe(
      httpRequest(request.url ?? '', { method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }).on('error', () => response.writeHead(502).end('no way')),
    );
  });
  proxy.on('connect', (request, socket) => {
    seen.push({ what: `CONNECT ${request.url}`, authorization: request.headers['proxy-authorization'] });
    if (!allowed(request)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.on('error', () => onward.destroy());
  });
  const port = await listen(proxy);
  return { url: `http://127.0.0.1:${port}`, port, seen };
}

async function turn(url: string, transport: Partial<Transport>): Promise<string | SottoError> {
  try {
    const fetch = await openFetch({ fetch: globalThis.fetch, proxy: undefined, caFile: undefined, timeoutMs: 10_000, ...transport });
    const provider = await openRow(row, url, { fetch });
    const events = [];
    for await (const event of provider.stream({ model: 'm', messages: [userText('Hi')], stream: true }, new AbortController().signal))
      events.push(event);
    return textOf(foldOf(events).message);
  } catch (thrown) {
    return asSottoError(thrown);
  }
}

const caFile = fileURLToPath(pem);

describe('without a proxy', () => {
  it('takes the fetch of the platform as it is', async () => {
    const plain = { fetch: globalThis.fetch, proxy: undefined, caFile: undefined, timeoutMs: 300_000 };
    expect(await openFetch(plain)).toBe(globalThis.fetch);
    expect(await openFetch({ ...plain, timeoutMs: 300_001 })).not.toBe(globalThis.fetch);
  });

  it('trusts a certificate that its file names, and only then', async () => {
    const port = await listen(createTls(tls, answering) as unknown as Server);
    expect(await turn(`https://localhost:${port}`, { caFile })).toBe('Through.');
    expect(await turn(`https://localhost:${port}`, {})).toMatchObject({ kind: 'network', message: expect.stringContaining('not trusted') });
  });

  it('says which file of authorities it cannot read', async () => {
    expect(await turn('https://localhost:1', { caFile: '/nowhere/ca.pem' })).toMatchObject({
      kind: 'configuration',
      message: expect.stringContaining('/nowhere/ca.pem'),
    });
  });
});

describe('through a proxy', () => {
  it('goes in a tunnel to https', async () => {
    const port = await listen(createTls(tls, answering) as unknown as Server);
    const proxy = await startProxy();
    expect(await turn(`https://localhost:${port}`, { proxy: proxy.url, caFile })).toBe('Through.');
    expect(proxy.seen).toEqual([{ what: `CONNECT localhost:${port}`, authorization: undefined }]);
  });

  it('asks the proxy itself for plain http, as everyone does', async () => {
    const port = await listen(createHttp(answering));
    const proxy = await startProxy();
    expect(await turn(`http://127.0.0.1:${port}`, { proxy: proxy.url })).toBe('Through.');
    expect(proxy.seen.map(({ what }) => what)).toEqual([`POST http://127.0.0.1:${port}/v1/chat/completions`]);
  });

  it('gives name and password from its address', async () => {
    const port = await listen(createTls(tls, answering) as unknown as Server);
    const proxy = await startProxy('ann:p@ss');
    expect(await turn(`https://localhost:${port}`, { proxy: `http://ann:p%40ss@127.0.0.1:${proxy.port}`, caFile })).toBe('Through.');
  });

  it.each(['http', 'https'])('says for %s that the proxy wants a password, and where to put it', async (scheme) => {
    const proxy = await startProxy('ann:secret');
    const error = await turn(`${scheme}://localhost:${await closedPort()}`, { proxy: `http://ann:wrong-one@127.0.0.1:${proxy.port}` });
    expect(error).toMatchObject({
      kind: 'configuration',
      exitCode: 3,
      retryable: false,
      message: expect.stringContaining(`http://127.0.0.1:${proxy.port}`),
    });
    expect((error as SottoError).hint).toContain('NAME:PASSWORD');
    expect(JSON.stringify([error, (error as SottoError).message])).not.toContain('wrong-one');
  });

  it('says that the proxy is not there, not that the provider is not', async () => {
    const port = await closedPort();
    const error = await turn('https://api.example', { proxy: `http://ann:secret@127.0.0.1:${port}` });
    expect(error).toMatchObject({
      kind: 'network',
      message: `house: the proxy http://127.0.0.1:${port} cannot be reached (ECONNREFUSED).`,
    });
    expect((error as SottoError).hint).toContain('HTTPS_PROXY');
  });

  it('says that the proxy refused the tunnel', async () => {
    const proxy = await startProxy();
    const error = await turn(`https://127.0.0.1:${await closedPort()}`, { proxy: proxy.url });
    expect(error).toMatchObject({ kind: 'network', message: expect.stringMatching(/the proxy .* refused with HTTP 502/) });
  });

  it('keeps what the server behind it says', async () => {
    const port = await listen(createHttp((_request, response) => void response.writeHead(401).end('{"error":{"message":"Bad key"}}')));
    const proxy = await startProxy();
    expect(await turn(`http://127.0.0.1:${port}`, { proxy: proxy.url })).toMatchObject({
      kind: 'authentication',
      message: expect.stringContaining('Bad key'),
    });
  });

  it('is named without its password, whatever signs that holds', async () => {
    const port = await closedPort();
    const error = await turn('https://api.example', { proxy: `http://ann:se@cret@127.0.0.1:${port}` });
    expect((error as SottoError).message).toContain(`the proxy http://127.0.0.1:${port} cannot be reached`);
  });

  it('is not tried with a kind of proxy that does not work here, whose password stays secret', async () => {
    const error = await turn('https://api.example', { proxy: 'socks5://ann:secret@127.0.0.1:1080' });
    expect(error).toMatchObject({ kind: 'configuration', message: expect.stringContaining('socks5://127.0.0.1:1080') });
    expect((error as SottoError).message).not.toContain('secret');
  });
});
