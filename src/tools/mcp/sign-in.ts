/** Signs in to an MCP server: finds out where, registers, sends the person there, and keeps what comes back. */

import type { Logins } from '../../config/mcp/logins.ts';
import type { HttpServer } from '../../config/mcp/server.ts';
import { asSottoError, cancelledError, SottoError, usageError } from '../../core/errors.ts';
import { oneLine } from '../../core/words.ts';
import { isOddMessage, isOfKind } from './failures.ts';
import { type Callback, openCallback } from './oauth-callback.ts';
import { mayAsk, type OAuthFetch, oauthFetch } from './oauth-fetch.ts';
import { createProvider, keptSignIn, type SignIn, signInOf } from './oauth-provider.ts';

type SignInRequest = {
  /** Its variables are put in. */
  server: HttpServer;
  scope?: string;
  fetch: typeof fetch;
  logins: Logins;
  secret: (text: string) => void;
  /** Shows the person where to go, and opens it where that is possible. `completedAt`: where the answer is sent, when that is another host. */
  show(address: URL, completedAt: string | undefined): void;
  /** What the person pastes instead of coming back by browser; undefined: nothing will. */
  paste(signal: AbortSignal): Promise<string | undefined>;
  /** Says that what was pasted is of no use. */
  refuse(why: string): void;
};

export async function signIn(request: SignInRequest, signal: AbortSignal): Promise<void> {
  const { server, logins } = request;
  const state = process.getBuiltinModule('node:crypto').randomBytes(32).toString('base64url');
  const kept = signInOf(logins.oauth(server));
  const callback = await openCallback(portsOf(server, kept), state).catch((thrown: unknown) => {
    throw usageError(`No port of this machine could be opened for the sign-in: ${asSottoError(thrown).message}`);
  });
  try {
    await throughBrowser(request, { state, callback, kept }, signal);
  } finally {
    callback.close();
  }
}

type Way = { state: string; callback: Callback; kept: SignIn };

async function throughBrowser(request: SignInRequest, { state, callback, kept }: Way, signal: AbortSignal): Promise<void> {
  const { server, logins, secret } = request;
  const { auth } = await import('./client-library.ts');
  const guarded = oauthFetch(server.url, { fetch: request.fetch, signal });
  const challenge = await challengeOf(request, guarded);
  let address: URL | undefined;
  let found: SignIn = {};
  // A client that was registered for another port cannot come back to this one; where to sign in is found out anew.
  const fresh: SignIn =
    kept.client && kept.redirectUrl === callback.redirectUrl ? { client: kept.client, redirectUrl: callback.redirectUrl } : {};
  const scope = request.scope ?? server.oauth?.scope ?? challenge.scope;
  const provider = createProvider(
    server,
    { signIn: fresh, redirectUrl: callback.redirectUrl, state, ...(scope === undefined ? {} : { scope }) },
    {
      go: (to) => {
        address = to;
      },
      changed: (now) => {
        found = now;
      },
    },
  );
  const options = { serverUrl: server.url, fetchFn: guarded, ...challenge, ...(scope === undefined ? {} : { scope }) };
  try {
    await auth(provider, options).catch(async (thrown: unknown) => {
      const issuer = issuerWithSlash(thrown);
      if (issuer === undefined) throw thrown;
      await provider.saveDiscoveryState?.({ authorizationServerUrl: issuer });
      await auth(provider, options);
    });
    if (!address) throw new Error('the server has not said where to sign in');
    if (!mayAsk(address, new URL(server.url))) throw notToBeOpened(server, address);
    const token = URL.parse(found.discovery?.authorizationServerMetadata?.token_endpoint ?? '')?.host;
    request.show(address, token === address.host ? undefined : token);
    const answer = await comesBack(request, { state, callback }, signal);
    const code = codeIn(server, answer);
    const iss = answer.get('iss');
    await auth(provider, { ...options, authorizationCode: code, ...(iss === null ? {} : { iss }) });
  } catch (thrown) {
    throw signal.aborted ? cancelledError() : explained(server, thrown, guarded);
  }
  if (found.tokens) for (const token of [found.tokens.access_token, found.tokens.refresh_token]) if (token) secret(token);
  await logins.changeOauth(server, () => keptSignIn({ ...found, redirectUrl: callback.redirectUrl }));
}

/** Many servers name their issuer without the slash that it has at its end; anything else is another issuer. */
function issuerWithSlash(thrown: unknown): string | undefined {
  if (!isOfKind(thrown, 'IssuerMismatchError') || !('expected' in thrown) || !('received' in thrown)) return undefined;
  return thrown.received === `${thrown.expected}/` ? `${thrown.expected}/` : undefined;
}

/** The port that a registered client names, where it is free: authorization servers compare it. */
function portsOf(server: HttpServer, kept: SignIn): number[] {
  const { callbackPort } = server.oauth ?? {};
  if (callbackPort !== undefined) return [callbackPort];
  const before = Number(URL.parse(kept.redirectUrl ?? '')?.port ?? 0);
  return before > 0 ? [before, 0] : [0];
}

type Challenge = { resourceMetadataUrl?: URL; scope?: string };

/** Asks without a token: the refusal says where to sign in. What is found there has to be about this very server. */
async function challengeOf({ server }: SignInRequest, guarded: OAuthFetch): Promise<Challenge> {
  const { extractWWWAuthenticateParams } = await import('./client-library.ts');
  const accept = 'application/json, text/event-stream';
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' });
  const post = { method: 'POST', headers: { ...server.headers, accept, 'content-type': 'application/json' }, body };
  const get = { headers: { ...server.headers, accept: 'text/event-stream' } };
  for (const init of server.isSse ? [get, post] : [post, get]) {
    const response = await guarded(server.url, init).catch(() => undefined);
    void response?.body?.cancel().catch(() => undefined);
    if (response?.status !== 401) continue;
    const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response);
    return { ...(resourceMetadataUrl ? { resourceMetadataUrl } : {}), ...(scope ? { scope } : {}) };
  }
  return {};
}

/** From the browser, or as the person pastes it: whichever comes first. */
async function comesBack(request: SignInRequest, { state, callback }: Pick<Way, 'state' | 'callback'>, signal: AbortSignal) {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const pasted = async (): Promise<URLSearchParams> => {
    for (;;) {
      const text = await request.paste(stop);
      if (text === undefined) return new Promise(() => {});
      const parameters = parametersIn(text);
      if (parameters?.get('state') === state) return parameters;
      request.refuse(parameters ? 'That is the address of another sign-in.' : 'That is not the address at which the browser ended.');
    }
  };
  const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(cancelledError()), { once: true }));
  try {
    return await Promise.race([callback.answer, pasted(), aborted]);
  } finally {
    over.abort();
  }
}

/** All of an address, or what stands behind its question mark. */
function parametersIn(text: string): URLSearchParams | undefined {
  const parameters = URL.parse(text.trim())?.searchParams ?? new URLSearchParams(text.trim().replace(/^.*?\?/, ''));
  return parameters.has('code') || parameters.has('error') ? parameters : undefined;
}

function codeIn(server: HttpServer, answer: URLSearchParams): string {
  const code = answer.get('code');
  if (code) return code;
  const why = answer.get('error') ?? '';
  const known = why === 'access_denied' ? 'it was declined' : /^[\w.-]{1,60}$/.test(why) ? why : 'it gave no code';
  throw failed(server, known);
}

function notToBeOpened(server: HttpServer, address: URL): SottoError {
  return failed(server, `it leads to an address that is not opened (${address.protocol.slice(0, 30)})`);
}

const NO_REGISTRATION = /does not support dynamic client registration|client information must be saveable/i;

function explained(server: HttpServer, thrown: unknown, guarded: OAuthFetch): SottoError {
  if (thrown instanceof SottoError) return thrown;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  if (NO_REGISTRATION.test(words) || isOfKind(thrown, 'RegistrationRejectedError'))
    return failed(
      server,
      'it registers no clients by itself',
      `Register sotto there, and put its ID into ${server.file}: "oauth": {"clientId": "…", "callbackPort": 8976}, with http://127.0.0.1:8976/callback as the address to come back to.`,
    );
  if (isOddMessage(thrown)) return failed(server, 'what it says of signing in does not follow OAuth');
  const trouble = guarded.trouble();
  return failed(server, trouble ?? oneLine(words).slice(0, 300).replace(/\.$/, ''));
}

function failed(server: HttpServer, why: string, hint?: string): SottoError {
  return new SottoError({
    kind: 'authentication',
    message: `Signing in to the MCP server ${server.name} failed: ${why}.`,
    ...(hint === undefined ? {} : { hint }),
  });
}
