/** Waits on this machine alone for the browser to come back from a sign-in. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Callback = {
  redirectUrl: string;
  /** What came back with the right state. */
  answer: Promise<URLSearchParams>;
  close(): void;
};

const PATH = '/callback';

/** At one of these ports, the first that is free; 0 is any. Throws where none is. */
export async function openCallback(ports: readonly number[], state: string): Promise<Callback> {
  const { createServer } = process.getBuiltinModule('node:http');
  const answer = Promise.withResolvers<URLSearchParams>();
  const server = createServer((request, response) => {
    const parameters = parametersOf(request);
    if (!parameters) return reply(response, 404, 'There is nothing here.');
    if (parameters.get('state') !== state) return reply(response, 400, 'This is not the sign-in that sotto waits for.');
    reply(
      response,
      200,
      parameters.has('code') ? 'You are signed in to sotto. You can close this window.' : 'You are not signed in. See the terminal.',
    );
    answer.resolve(parameters);
  });
  const port = await listen(server, ports);
  // Only a browser that is asked to come is waited for.
  server.unref();
  return {
    redirectUrl: `http://127.0.0.1:${port}${PATH}`,
    answer: answer.promise,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function parametersOf({ method, url = '' }: IncomingMessage): URLSearchParams | undefined {
  const parsed = URL.parse(url, 'http://127.0.0.1');
  return method === 'GET' && parsed?.pathname === PATH ? parsed.searchParams : undefined;
}

/** A page of our own words alone. */
function reply(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(`<!doctype html><meta charset="utf-8"><title>sotto</title><p>${words}</p>\n`);
}

type Listener = ReturnType<typeof import('node:http').createServer>;

async function listen(server: Listener, ports: readonly number[]): Promise<number> {
  let problem: unknown;
  for (const port of ports) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          resolve();
        });
      });
      // It listens on a port, so its address has one.
      return (server.address() as AddressInfo).port;
    } catch (thrown) {
      problem = thrown;
    }
  }
  throw problem;
}
