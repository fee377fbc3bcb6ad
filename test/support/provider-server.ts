/** A small real HTTP server that speaks every wire: each request finds its own script by the path it is sent to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as each wire writes them
export type Body = any;

export type Received = {
  method: string;
  /** Path behind the script's own address, with its query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: Body;
};

export type Exchange = {
  received: Received;
  request: IncomingMessage;
  response: ServerResponse;
  /** Milliseconds (of performance.now) when the client had gone; undefined while it is there. */
  goneAtMs: number | undefined;
  /** Resolves when the client has gone. */
  gone: Promise<void>;
  /** Status, headers and the whole body. */
  send(status: number, body: string | object, headers?: Record<string, string>): void;
  /** Opens an answer of 200 that is written in pieces. */
  open(contentType: string, headers?: Record<string, string>): void;
  write(text: string | Uint8Array): void;
  /** Writes a text in pieces of so many bytes, with a pause between. */
  drip(text: string, bytes: number, pauseMs: number): Promise<void>;
  end(): void;
  /** Cuts the connection. */
  cut(): void;
  /** Writes to the socket itself, before or instead of an answer. */
  raw(text: string): void;
};

export type Script = (exchange: Exchange) => void | Promise<void>;

export type ProviderServer = {
  origin: string;
  /** An address whose requests are answered by the script, and everything that is sent there. */
  at(script: Script): { url: string; exchanges: Exchange[] };
  close(): Promise<void>;
};

export async function startProviderServer(): Promise<ProviderServer> {
  const scripts = new Map<string, { script: Script; exchanges: Exchange[] }>();
  const server = createServer(async (request, response) => {
    const [, id = '', path = ''] = /^\/s(\d+)(.*)$/.exec(request.url ?? '') ?? [];
    const found = scripts.get(id);
    if (!found) {
      response.writeHead(404).end('nobody is here');
      return;
    }
    const exchange = exchangeOf(request, response, path);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    exchange.received.body = text === '' ? undefined : JSON.parse(text);
    found.exchanges.push(exchange);
    await Promise.resolve(found.script(exchange)).catch((thrown) => {
      if (exchange.goneAtMs === undefined) response.destroy(thrown);
    });
  });
  server.keepAliveTimeout = 1000;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    at(script) {
      const id = String(scripts.size + 1);
      const exchanges: Exchange[] = [];
      scripts.set(id, { script, exchanges });
      return { url: `${origin}/s${id}`, exchanges };
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function exchangeOf(request: IncomingMessage, response: ServerResponse, path: string): Exchange {
  let leave = () => {};
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const exchange: Exchange = {
    received: { method: request.method ?? '', path, headers: request.headers, body: undefined },
    request,
    response,
    goneAtMs: undefined,
    gone,
    send(status, body, headers = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json', ...headers });
      response.end(text);
    },
    open(contentType, headers = {}) {
      response.writeHead(200, { 'content-type': contentType, ...headers });
      response.flushHeaders();
    },
    write: (text) => void response.write(text),
    async drip(text, bytes, pauseMs) {
      const all = Buffer.from(text);
      for (let offset = 0; offset < all.length && exchange.goneAtMs === undefined; offset += bytes) {
        response.write(all.subarray(offset, offset + bytes));
        await (pauseMs === 0 ? new Promise(setImmediate) : wait(pauseMs));
      }
    },
    end: () => void response.end(),
    cut: () => request.socket.destroy(),
    raw: (text) => void request.socket.write(text),
  };
  response.on('close', () => {
    if (response.writableFinished) return;
    exchange.goneAtMs = performance.now();
    leave();
  });
  return exchange;
}
