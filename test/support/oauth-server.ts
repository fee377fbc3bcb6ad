/** An authorization server and an MCP server that it guards, on this machine: everything that a sign-in needs, and faults on request. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type OAuthFaults = {
  /** No client can register. */
  noRegistration?: boolean;
  /** What its metadata says instead. */
  metadata?: (metadata: Record<string, unknown>) => Record<string, unknown>;
  /** What the protected server says of itself instead. */
  resource?: (resource: Record<string, unknown>) => Record<string, unknown>;
  /** Seconds that an access token is good for. */
  lifeS?: number;
  /** What refreshing is answered with. */
  refresh?: 'invalid_grant' | 500;
  /** Refresh tokens are good for many uses, and stay as they are. */
  keepsRefresh?: boolean;
  /** The person says no. */
  denies?: boolean;
  /** What the callback brings instead. */
  callback?: (parameters: URLSearchParams) => void;
  /** The scope that tools want. */
  scope?: string;
  sse?: boolean;
};

type Call = { path: string; body: string; authorization: string | undefined };

export type OAuthServer = {
  url: string;
  issuer: string;
  calls: Call[];
  /** Access tokens that are good now. */
  good: Set<string>;
  faults: OAuthFaults;
  /** What a browser does with the address: returns where it is sent back to. */
  visit(address: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function oauthServer(faults: OAuthFaults = {}): Promise<OAuthServer> {
  const calls: Call[] = [];
  const good = new Set<string>();
  const codes = new Map<string, { challenge: string; client: string; redirect: string; resource: string | null }>();
  const clients = new Map<string, string[]>();
  const refreshTokens = new Set<string>();
  let count = 0;
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${origin}/mcp`;
  const streams = new Set<ServerResponse>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    const body = await bodyOf(request);
    calls.push({ path: `${request.method} ${pathname}`, body, authorization: request.headers.authorization });
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (pathname === '/.well-known/oauth-protected-resource/mcp') {
      const own = { resource: url, authorization_servers: [origin], scopes_supported: ['read'] };
      return json(faults.resource?.(own) ?? own);
    }
    if (pathname === '/.well-known/oauth-authorization-server') {
      const own = {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        ...(faults.noRegistration ? {} : { registration_endpoint: `${origin}/register` }),
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      };
      return json(faults.metadata?.(own) ?? own);
    }
    if (pathname === '/register') {
      const wanted = JSON.parse(body);
      count += 1;
      clients.set(`client-${count}`, wanted.redirect_uris);
      return json({ ...wanted, client_id: `client-${count}` }, 201);
    }
    if (pathname === '/authorize') return authorize(searchParams, response);
    if (pathname === '/token') return json(...token(new URLSearchParams(body)));
    if (pathname === '/mcp') return guarded(request, response, body);
    if (pathname === '/messages') return message(body, response, streams);
    return json({}, 404);
  }

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    const redirect = asked.get('redirect_uri') ?? '';
    const client = asked.get('client_id') ?? '';
    if (asked.get('code_challenge_method') !== 'S256' || !(clients.get(client) ?? [redirect]).includes(redirect)) {
      response.writeHead(400).end();
      return;
    }
    const back = new URL(redirect);
    count += 1;
    const code = `code-${count}`;
    codes.set(code, { challenge: asked.get('code_challenge') ?? '', client, redirect, resource: asked.get('resource') });
    if (faults.denies) back.searchParams.set('error', 'access_denied');
    else back.searchParams.set('code', code);
    back.searchParams.set('state', asked.get('state') ?? '');
    back.searchParams.set('iss', origin);
    faults.callback?.(back.searchParams);
    response.writeHead(302, { location: back.href }).end();
  }

  function token(asked: URLSearchParams): [value: object, status?: number] {
    const give = (): [object] => {
      count += 1;
      const [access, refresh] = [`access-secret-${count}`, `refresh-secret-${count}`];
      good.add(access);
      refreshTokens.add(refresh);
      const granted = faults.scope ? { scope: asked.get('scope') ?? 'read' } : {};
      const more = faults.keepsRefresh && asked.has('refresh_token') ? {} : { refresh_token: refresh };
      return [{ access_token: access, token_type: 'Bearer', expires_in: faults.lifeS ?? 3600, ...more, ...granted }];
    };
    if (asked.get('grant_type') === 'refresh_token') {
      const used = asked.get('refresh_token') ?? '';
      if (faults.refresh === 500) return [{}, 500];
      if (faults.refresh || !refreshTokens.has(used)) return [{ error: 'invalid_grant', error_description: 'the token is over' }, 400];
      if (!faults.keepsRefresh) refreshTokens.delete(used);
      return give();
    }
    const code = codes.get(asked.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight = code?.challenge === challenge && code.client === asked.get('client_id') && code.redirect === asked.get('redirect_uri');
    codes.delete(asked.get('code') ?? '');
    return isRight && code.resource === asked.get('resource') ? give() : [{ error: 'invalid_grant' }, 400];
  }

  function guarded(request: IncomingMessage, response: ServerResponse, body: string): void {
    const used = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!good.has(used)) {
      const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
      response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}", scope="read"` }).end();
      return;
    }
    if (request.method === 'GET' && faults.sse) {
      streams.add(response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: endpoint\ndata: /messages\n\n');
      return;
    }
    if (request.method !== 'POST' || faults.sse) {
      response.writeHead(405).end();
      return;
    }
    const asked = JSON.parse(body);
    if (asked.method === 'tools/call' && faults.scope) {
      response.writeHead(403, { 'www-authenticate': `Bearer error="insufficient_scope", scope="${faults.scope}"` }).end();
      return;
    }
    if (asked.id === undefined) {
      response.writeHead(202).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(resultOf(asked)));
  }

  return {
    url,
    issuer: origin,
    calls,
    good,
    faults,
    async visit(address) {
      const answered = await fetch(address, { redirect: 'manual' });
      return answered.headers.get('location') ?? '';
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function message(body: string, response: ServerResponse, streams: ReadonlySet<ServerResponse>): void {
  const asked = JSON.parse(body);
  response.writeHead(202).end();
  if (asked.id !== undefined) for (const stream of streams) stream.write(`event: message\ndata: ${JSON.stringify(resultOf(asked))}\n\n`);
}

function resultOf({ id, method, params }: { id: number; method: string; params: { protocolVersion: string } }) {
  const results: Record<string, unknown> = {
    initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'guarded', version: '1' } },
    'tools/list': { tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: 'somebody' }] },
    ping: {},
  };
  return {
    jsonrpc: '2.0',
    id,
    ...(results[method] ? { result: results[method] } : { error: { code: -32601, message: 'no such method' } }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
