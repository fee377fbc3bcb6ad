/** The requests of a sign-in: only to addresses that what is sent there may be sent to, and never for long. */
import { SottoError } from '../../core/errors.ts';

/** What went wrong last with a request, where the server at the other end is to blame and not the sign-in. */
export type OAuthFetch = typeof fetch & { trouble(): string | undefined };

const LIMIT_MS = 30_000;

/** Metadata names further addresses: what a server on the network names is neither this machine nor unencrypted. */
export function oauthFetch(serverUrl: string, { fetch: ask, signal }: { fetch: typeof fetch; signal: AbortSignal }): OAuthFetch {
  let trouble: string | undefined;
  const guarded = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!mayAsk(url, new URL(serverUrl))) throw refused(url);
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS), ...(init.signal ? [init.signal] : [])]);
    // A code or a token goes where it was meant to go or nowhere; metadata that has moved is where it has moved to.
    const isPost = init.method !== undefined && init.method !== 'GET';
    try {
      const answer = await ask(url, { ...init, signal: limited, redirect: isPost ? 'error' : 'follow' });
      if (answer.url !== '' && !mayAsk(new URL(answer.url), new URL(serverUrl))) throw refused(new URL(answer.url));
      trouble = answer.status >= 500 ? `${url.origin} answered with HTTP ${answer.status}` : undefined;
      return answer;
    } catch (thrown) {
      trouble = `${url.origin} cannot be reached`;
      throw thrown;
    }
  };
  return Object.assign(guarded, { trouble: () => trouble });
}

/** May a browser, or sotto, be sent to this address for the sake of a server at that one? */
export function mayAsk(url: URL, server: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.origin === server.origin) return url.protocol === 'https:' || url.protocol === 'http:';
  if (isLoopback(url)) return isLoopback(server) && (url.protocol === 'http:' || url.protocol === 'https:');
  return url.protocol === 'https:';
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127(\.\d+){3}$/.test(hostname) || hostname === '[::1]';
}

function refused(url: URL): SottoError {
  return new SottoError({
    kind: 'authentication',
    message: `The sign-in leads to ${url.protocol}//${url.host}, where nothing secret may be sent.`,
    hint: 'It should be an address that begins with https://. Nothing was sent.',
  });
}
