/** What goes wrong between here and a provider, with real sockets, through a real provider. */
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { asSottoError, type SottoError } from '../../src/core/errors.ts';
import { userText } from '../../src/core/messages.ts';
import { requestJson } from '../../src/providers/json-request.ts';
import { MODEL_LIST } from '../../src/providers/model-rows.ts';
import { networkError } from '../../src/providers/network-error.ts';
import { openRow, ROWS, type Row } from './contract-providers.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const tls = {
  key: readFileSync(new URL('tls/self-signed.key', import.meta.url)),
  cert: readFileSync(new URL('tls/self-signed.pem', import.meta.url)),
};

/** One row of each SDK and one without. */
const SENDERS = ROWS.filter(({ name }) => ['compatible chat', 'anthropic', 'ollama'].includes(name));

async function failureAt(url: string, row: Row, timeoutMs = 10_000): Promise<SottoError> {
  const provider = await openRow(row, url, { timeoutMs });
  try {
    for await (const _event of provider.stream({ model: 'm', messages: [userText('Hi')], stream: true }, new AbortController().signal));
  } catch (thrown) {
    return asSottoError(thrown);
  }
  throw new Error('it should have failed');
}

describe.each(SENDERS)('$name says', (row) => {
  it('that nothing answers', async () => {
    const port = await listen(createTcp());
    await new Promise((closed) => servers.pop()?.close(closed));
    const error = await failureAt(`http://127.0.0.1:${port}`, row);
    expect(error).toMatchObject({ kind: 'network', exitCode: 4, retryable: true });
    expect(error.message).toContain(`nothing answers at this address (127.0.0.1:${port}, ECONNREFUSED)`);
    expect(error.hint).toContain('server running');
  });

  it('that the connection was closed before an answer', async () => {
    const port = await listen(createTcp((socket) => void socket.once('data', () => socket.resetAndDestroy())));
    const error = await failureAt(`http://127.0.0.1:${port}`, row);
    expect(error).toMatchObject({ kind: 'network', message: expect.stringMatching(/closed by the other side/) });
  });

  it('that there is no such host', async () => {
    const error = await failureAt('http://nobody.invalid', row);
    expect(error).toMatchObject({ kind: 'network', message: expect.stringContaining('host name cannot be resolved (nobody.invalid') });
  });

  it('that a certificate is not trusted, and how it can be', async () => {
    const port = await listen(createTls(tls, (_request, response) => response.end()));
    const error = await failureAt(`https://localhost:${port}`, row);
    expect(error).toMatchObject({ kind: 'network', message: expect.stringContaining('TLS certificate of the server is not trusted') });
    expect(error.hint).toMatch(/NODE_EXTRA_CA_CERTS.*caFile/);
  });

  it('that https was used where http is spoken', async () => {
    const port = await listen(createHttp((_request, response) => response.end()));
    const error = await failureAt(`https://127.0.0.1:${port}`, row);
    expect(error).toMatchObject({ kind: 'network', message: expect.stringContaining('does not speak TLS') });
    expect(error.hint).toContain('http://');
  });

  it('that http was used where https is spoken', async () => {
    const port = await listen(createTls(tls));
    const error = await failureAt(`http://127.0.0.1:${port}`, row);
    expect(['network', 'protocol']).toContain(error.kind);
    expect(`${error.message} ${error.hint}`).toMatch(/https|closed by the other side/);
  });

  it('that something answers that is no web server', async () => {
    const port = await listen(createTcp((socket) => void socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))));
    const error = await failureAt(`http://127.0.0.1:${port}`, row);
    expect(error).toMatchObject({ kind: 'protocol', message: expect.stringContaining('does not speak HTTP') });
  });

  it('how long it waited for one that takes connections and is silent', async () => {
    const port = await listen(createTcp(() => {}));
    const error = await failureAt(`http://127.0.0.1:${port}`, row, 100);
    expect(error).toMatchObject({ kind: 'timeout', message: expect.stringContaining('0.1 s'), hint: expect.stringContaining('--timeout') });
  });
});

it('says of a port for other protocols that no client connects to it', async () => {
  const error = await failureAt('http://127.0.0.1:6667', SENDERS[0] as Row);
  expect(error).toMatchObject({ kind: 'configuration', retryable: false, message: expect.stringContaining('127.0.0.1:6667') });
});

describe('a list of models', () => {
  const ask = (url: string, timeoutMs = 5000) =>
    requestJson(
      { provider: 'house', url, headers: { authorization: 'Bearer k' }, fetch: globalThis.fetch, timeoutMs, ...MODEL_LIST },
      new AbortController().signal,
    );

  it('fails with the same words', async () => {
    const silent = await listen(createTcp(() => {}));
    await expect(ask('http://nobody.invalid/models')).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('house: the host name'),
    });
    await expect(ask(`http://127.0.0.1:${silent}`, 50)).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('follows no redirect and takes nothing but JSON', async () => {
    const port = await listen(
      createHttp((request, response) => {
        if (request.url === '/page') response.end('<html>');
        else response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end();
      }),
    );
    await expect(ask(`http://127.0.0.1:${port}/moved`)).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('http://elsewhere.invalid/'),
    });
    await expect(ask(`http://127.0.0.1:${port}/page`)).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('answered 200 with a web page instead of a list of models'),
    });
  });
});

describe('a thrown thing', () => {
  const wrapped = (code: string, message = code) => new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
  const kindOf = (thrown: unknown) => networkError({ provider: 'p', url: 'https://api.example/v1', thrown });

  it.each([
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['EHOSTUNREACH', 'network'],
    ['CERT_HAS_EXPIRED', 'network'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'network'],
    ['UND_ERR_SOCKET', 'network'],
    ['ESOMETHINGNEW', 'network'],
  ])('with the code %s is of kind %s and keeps code and host', (code, kind) => {
    expect(kindOf(wrapped(code))).toMatchObject({ kind, message: expect.stringContaining(`(api.example, ${code})`) });
  });

  it('is looked through to its first cause, also in a bundle of errors', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(
      kindOf(new Error('Connection error.', { cause: new TypeError('fetch failed', { cause: new AggregateError([refused]) }) }))?.message,
    ).toContain('nothing answers');
  });

  it('that is no network failure is left alone', () => {
    expect(kindOf(new RangeError('oops'))).toBeUndefined();
    expect(kindOf('text')).toBeUndefined();
  });

  it('that only mentions a host called proxy does not blame the proxy', () => {
    expect(kindOf(wrapped('ENOTFOUND', 'getaddrinfo ENOTFOUND proxy.example'))?.message).toContain('host name cannot be resolved');
  });
});
