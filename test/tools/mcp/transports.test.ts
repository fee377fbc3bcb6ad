import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { HttpServer } from '../../../src/config/mcp/server.ts';
import { openWorld } from '../../support/mcp.ts';
import { oauthServer } from '../../support/oauth-server.ts';
import { ownTime } from '../../support/own-time.ts';

const never = new AbortController().signal;

function serverAt(url: string, changes: Partial<HttpServer> = {}): HttpServer {
  return { name: 'web', file: 'mcp.json', transport: 'http', url, headers: { Authorization: 'Bearer good' }, ...changes };
}

describe('the transports over HTTP', () => {
  it.each([
    ['the older one, as the configuration says', { sse: true }, { isSse: true as const }],
    ['the older one, where nothing says so', { sse: true }, {}],
    ['the newer one, where the configuration says the older', {}, { isSse: true as const }],
  ])('are tried: %s', async (_, faults, changes) => {
    await using guarded = await oauthServer(faults);
    guarded.good.add('good');
    await using world = openWorld([serverAt(guarded.url, changes)], { start: 'when-asked' });
    expect(await world.hub.listPrompts('web', never)).toEqual([]);
    expect(await world.call('whoami')).toEqual({ output: 'somebody' });
    expect(world.notices).toEqual([]);
  });

  it('say what is wrong with the address where neither answers', async () => {
    await using empty = await answering((response) => response.writeHead(404).end());
    for (const changes of [{}, { isSse: true as const }]) {
      await using world = openWorld([serverAt(empty.url, changes)], { start: 'when-asked' });
      await expect(world.hub.listPrompts('web', never)).rejects.toMatchObject({
        message: expect.stringMatching(/has nothing at http:\S+ \(HTTP 404\)\.$/),
      });
    }
  });

  it('end a call whose stream of the older one is cut, and the next call opens another', async () => {
    let cut = () => {};
    const streams = new Set<ServerResponse>();
    await using old = await answering((response, { method, asked }) => {
      if (method === 'GET') {
        streams.add(response);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /messages\n\n');
        cut = () => response.destroy();
        return;
      }
      response.writeHead(202).end();
      if (asked?.method === 'tools/call' && streams.size === 1) cut();
      else if (asked?.id !== undefined) for (const stream of streams) stream.write(`data: ${JSON.stringify(usual(asked))}\n\n`);
    });
    await using world = openWorld([serverAt(old.url, { isSse: true })], { start: 'when-asked' });
    await world.hub.listPrompts('web', never);
    expect(await world.call('t')).toEqual({ output: expect.stringContaining('has closed the connection'), failed: true });
  });

  it('never wait for ever for a stream that says nothing', async () => {
    await using silent = await answering((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    });
    await using world = openWorld([serverAt(silent.url, { isSse: true })], { start: 'when-asked', startLimitMs: 300 });
    await expect(world.hub.listPrompts('web', never)).rejects.toMatchObject({ kind: expect.stringMatching(/protocol|timeout/) });
  });
});

describe('an answer over HTTP that is none', () => {
  const json = { 'content-type': 'application/json' };
  const stream = { 'content-type': 'text/event-stream' };
  it.each<[string, (response: ServerResponse, id: number) => void]>([
    ['half an object', (response, id) => response.writeHead(200, json).end(`{"jsonrpc":"2.0","id":${id},"res`)],
    ['an object of another kind', (response) => response.writeHead(200, json).end('{"result":{}}')],
    ['nothing', (response) => response.writeHead(200, json).end()],
    ['a list', (response) => response.writeHead(200, json).end('[1]')],
    ['the answer to another question', (response) => response.writeHead(200, json).end('{"jsonrpc":"2.0","id":999,"result":{}}')],
    [
      'half an object in a stream that stays open',
      (response, id) => response.writeHead(200, stream).write(`data: {"jsonrpc":"2.0","id":${id},"re\n\n`),
    ],
    [
      'another object in a stream that stays open',
      (response, id) => response.writeHead(200, stream).write(`data: {"id":${id},"result":{}}\n\n`),
    ],
  ])('ends the call at once, in one line: %s', async (_, odd) => {
    await using server = await answering((response, { asked }) => {
      if (asked?.method === 'tools/call') odd(response, asked.id ?? 0);
      else if (asked?.id === undefined) response.writeHead(asked ? 202 : 405).end();
      else response.writeHead(200, json).end(JSON.stringify(usual(asked)));
    });
    await using world = openWorld([serverAt(server.url)], { start: 'when-asked' });
    await world.hub.listPrompts('web', never);
    const own = ownTime();
    expect(await world.call('t')).toEqual({ output: 'The MCP server web gave an answer that does not follow MCP.', failed: true });
    expect(own.ms()).toBeLessThan(1000);
  });
});

type Asked = { id?: number; method: string; params?: { protocolVersion?: string } };

function usual({ id, method, params }: Asked) {
  const results: Record<string, object> = {
    initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'o', version: '1' } },
    'tools/list': { tools: [{ name: 't', inputSchema: { type: 'object' } }] },
  };
  return { jsonrpc: '2.0', id, result: results[method] ?? {} };
}

async function answering(answer: (response: ServerResponse, request: { method: string; asked: Asked | undefined }) => unknown) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += bytes;
    });
    request.on('end', () => answer(response, { method: request.method ?? '', asked: body === '' ? undefined : JSON.parse(body) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
