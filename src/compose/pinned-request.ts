/** One request over a connection to addresses that were checked before: whatever the name means by then, nothing else is reached. */
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { hideAddress } from '../config/address-parts.ts';
import type { PageRequest, PageResponse, PinnedRequest } from '../tools/built-in-ports.ts';

type PinnedOptions = {
  userAgent: string;
  /** Proxy for an address; then it is the proxy that connects, and it is told the name. */
  proxyFor: (address: string) => string | undefined;
  /** The authorities to trust, as PEM; undefined: the usual ones. */
  authorities?: () => Promise<readonly string[] | undefined>;
};

export function createPinnedRequest(options: PinnedOptions): PinnedRequest {
  return async (request, signal) => {
    const proxy = options.proxyFor(request.url.href);
    const trusted = request.url.protocol === 'https:' ? await options.authorities?.() : undefined;
    const socket = proxy === undefined ? undefined : await throughProxy(request.url, proxy, signal);
    return send(request, { userAgent: options.userAgent, trusted, socket }, signal);
  };
}

type Sending = { userAgent: string; trusted: readonly string[] | undefined; socket: Duplex | undefined };

function send(
  { url, addresses, headers }: PageRequest,
  { userAgent, trusted, socket }: Sending,
  signal: AbortSignal,
): Promise<PageResponse> {
  const isSecure = url.protocol === 'https:';
  const { request } = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http');
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const options: RequestOptions & { ca?: string[] } = {
    hostname,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    headers: { 'user-agent': userAgent, ...headers, 'accept-encoding': 'gzip, deflate, br' },
    lookup: pinned(addresses),
    signal,
    ...(trusted === undefined ? {} : { ca: [...trusted] }),
    // A connection of its own: one that was kept may lead to an address of an earlier look-up.
    ...(socket === undefined ? { agent: false } : { createConnection: () => (isSecure ? secured(socket, hostname, trusted) : socket) }),
  };
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(options, (answer) => resolve(responseOf(answer)));
    sent.on('error', reject);
    sent.end();
  });
}

function pinned(addresses: PageRequest['addresses']): LookupFunction {
  return (_, { all }, callback) => {
    const [first] = addresses;
    if (first === undefined) callback(Object.assign(new Error('no address is allowed'), { code: 'ENOTFOUND' }), '', 4);
    else if (all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

function responseOf(answer: IncomingMessage): PageResponse {
  return {
    status: answer.statusCode ?? 0,
    header: (name) => {
      const value = answer.headers[name.toLowerCase()];
      return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
    },
    body: decompressed(answer),
    end: async () => void answer.destroy(),
  };
}

async function* decompressed(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  const { createBrotliDecompress, createGunzip, createInflate } = process.getBuiltinModule('node:zlib');
  const decoders: Readonly<Record<string, () => Duplex>> = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const decoder = decoders[encoding]?.();
  let body: Readable = answer;
  if (decoder) {
    answer.on('error', (error) => decoder.destroy(error));
    body = answer.pipe(decoder);
  }
  try {
    // A piece that was packed small can be large: whoever reads counts what comes out.
    for await (const piece of body) yield piece;
  } finally {
    answer.destroy();
    decoder?.destroy();
  }
}

/** A tunnel for both kinds of address, so that the proxy learns no more than the name. */
function throughProxy(url: URL, proxy: string, signal: AbortSignal): Promise<Duplex> {
  const at = URL.parse(proxy);
  const shown = hideAddress(proxy).replace('***@', '');
  if (!at || !/^https?:$/.test(at.protocol))
    return Promise.reject(new Error(`the proxy ${shown} cannot be used: only http:// and https:// proxies work`));
  const { request } = process.getBuiltinModule(at.protocol === 'https:' ? 'node:https' : 'node:http');
  const target = `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port}`;
  const login =
    at.username === ''
      ? undefined
      : Buffer.from(`${decodeURIComponent(at.username)}:${decodeURIComponent(at.password)}`).toString('base64');
  return new Promise((resolve, reject) => {
    const asked = request({
      hostname: at.hostname.replace(/^\[|\]$/g, ''),
      port: at.port === '' ? (at.protocol === 'https:' ? 443 : 80) : Number(at.port),
      method: 'CONNECT',
      path: target,
      agent: false,
      signal,
      headers: { host: target, ...(login === undefined ? {} : { 'proxy-authorization': `Basic ${login}` }) },
    });
    asked.on('connect', (answer, socket) => {
      if (answer.statusCode === 200) resolve(socket);
      else {
        socket.destroy();
        reject(new Error(`the proxy ${shown} refused with HTTP ${answer.statusCode}`));
      }
    });
    asked.on('response', (answer) => {
      answer.destroy();
      reject(new Error(`the proxy ${shown} refused with HTTP ${answer.statusCode}`));
    });
    asked.on('error', (error) => reject(new Error(`the proxy ${shown} cannot be reached`, { cause: error })));
    asked.end();
  });
}

function secured(socket: Duplex, servername: string, trusted: readonly string[] | undefined): Duplex {
  const { connect } = process.getBuiltinModule('node:tls');
  const { isIP } = process.getBuiltinModule('node:net');
  return connect({ socket, ...(isIP(servername) ? {} : { servername }), ...(trusted === undefined ? {} : { ca: [...trusted] }) });
}
