/** The requests of a sign-in: only to addresses that what is sent there may be sent to, and never for long. */
import { SottoError } from '../../core/errors.ts';
import { boundedFetch } from './bounded-answers.ts';

/** What went wrong last with a request, where the server at the other end is to blame and not the sign-in. */
export type OAuthFetch = typeof fetch & { trouble(): string | undefined };

const LIMIT_MS = 30_000;
const MOST_BYTES = 1_000_000;
const MOST_REDIRECTS = 5;
/** What may follow a redirect to another server; whatever else was given was given for the first. */
const PLAIN_HEADERS = ['accept', 'mcp-protocol-version'];

/** Metadata names further addresses: what a server on the network names is neither this machine nor unencrypted. */
export function oauthFetch(serverUrl: string, { fetch: ask, signal }: { fetch: typeof fetch; signal: AbortSignal }): OAuthFetch {
  let trouble: string | undefined;
  const server = new URL(serverUrl);
  const once = async (url: URL, init: RequestInit): Promise<Response> => {
    if (!mayAsk(url, server)) throw refused(url);
    const bounded = boundedFetch(ask, { what: url.origin, mostBytes: MOST_BYTES });
    try {
      const answer = await bounded(url, init);
      trouble = answer.status >= 500 ? `${url.origin} answered with HTTP ${answer.status}` : undefined;
      return answer;
    } catch (thrown) {
      trouble = `${url.origin} cannot be reached`;
      throw thrown;
    }
  };
  const guarded = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const signals = [signal, AbortSignal.timeout(LIMIT_MS), ...(init.signal ? [init.signal] : [])];
    const limited = { ...init, signal: AbortSignal.any(signals) };
    const url = new URL(input instanceof Request ? input.url : input);
    // A code or a token goes where it was meant to go or nowhere; metadata that has moved is where it has moved to.
    const isPost = init.method !== undefined && init.method !== 'GET';
    return isPost ? once(url, { ...limited, redirect: 'error' }) : followed(url, { ...limited, redirect: 'manual' }, once);
  };
  return Object.assign(guarded, { trouble: () => trouble });
}

/** Each address is looked at before it is asked. */
async function followed(first: URL, init: RequestInit, once: (url: URL, init: RequestInit) => Promise<Response>): Promise<Response> {
  let url = first;
  for (let count = 0; ; count += 1) {
    const answer = await once(url, url.origin === first.origin ? init : { ...init, headers: plainHeaders(init.headers) });
    const to = [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.get('location') : null;
    const next = to === null ? null : URL.parse(to, url);
    if (!next || count === MOST_REDIRECTS) return answer;
    void answer.body?.cancel().catch(() => undefined);
    url = next;
  }
}

function plainHeaders(headers: RequestInit['headers']): Headers {
  return new Headers([...new Headers(headers)].filter(([name]) => PLAIN_HEADERS.includes(name)));
}

/** May a browser, or sotto, be sent to this address for the sake of a server at that one? */
export function mayAsk(url: URL, server: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.origin === server.origin) return url.protocol === 'https:' || url.protocol === 'http:';
  if (isLoopback(url)) return isLoopback(server) && (url.protocol === 'http:' || url.protocol === 'https:');
  return url.protocol === 'https:';
}

function isLoopback({ hostname }: URL): boolean {
  return /^((.*\.)?localhost\.?|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:(7f..|0):\w+\])$/.test(hostname);
}

function refused(url: URL): SottoError {
  return new SottoError({
    kind: 'authentication',
    message: `The sign-in leads to ${url.protocol}//${url.host}, where nothing secret may be sent.`,
    hint: 'It should be an address that begins with https://. Nothing was sent.',
  });
}
