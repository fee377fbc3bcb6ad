/** The token of requests to a server that one has signed in to: sent to it alone, refreshed when it is refused, and never asked for here. */
import type { AuthProvider } from '@modelcontextprotocol/client';
import type { Logins } from '../../config/mcp/logins.ts';
import type { HttpServer } from '../../config/mcp/server.ts';
import { SottoError } from '../../core/errors.ts';
import { signInError } from './failures.ts';
import { oauthFetch } from './oauth-fetch.ts';
import { accessTokenOf, createProvider, keptSignIn, signInOf } from './oauth-provider.ts';

type TokensRequest = { fetch: typeof fetch; logins: Logins; secret: (text: string) => void; signal: AbortSignal };

/** Nobody is waited for here: what needs a person is an error that says what to run. */
export function tokensOf(server: HttpServer, { fetch, logins, secret, signal }: TokensRequest): AuthProvider {
  let given: string | undefined;
  let refreshing: Promise<void> | undefined;

  async function refresh(isOffered: boolean): Promise<void> {
    const kept = logins.oauth(server);
    // Another process, or another request, was faster.
    if (accessTokenOf(kept) !== given) return;
    const signIn = signInOf(kept);
    if (!signIn.tokens?.refresh_token) throw signInError(server, { isAgain: signIn.tokens !== undefined, isOffered });
    const { auth } = await import('./client-library.ts');
    const guarded = oauthFetch(server.url, { fetch, signal });
    const needed = () => {
      const trouble = guarded.trouble();
      if (trouble === undefined) throw signInError(server, { isAgain: true, isOffered: true });
      const message = `The sign-in of the MCP server ${server.name} could not be renewed: ${trouble}.`;
      throw new SottoError({ kind: 'network', message, hint: 'Try again later.' });
    };
    const provider = createProvider(
      server,
      { signIn, redirectUrl: signIn.redirectUrl ?? 'http://127.0.0.1/callback' },
      {
        go: needed,
        // The tokens of a sign-in that is over are forgotten; who cannot be reached has not ended it.
        changed: (now) => (now.client || server.oauth?.clientId ? logins.changeOauth(server, () => keptSignIn(now)) : needed()),
      },
    );
    await auth(provider, { serverUrl: server.url, fetchFn: guarded });
  }

  return {
    async token() {
      given = accessTokenOf(logins.oauth(server));
      if (given !== undefined) secret(given);
      return given;
    },
    async onUnauthorized({ response }) {
      const isOffered = /resource_metadata=/i.test(response.headers.get('www-authenticate') ?? '');
      refreshing ??= logins
        .alone(() => refresh(isOffered))
        .finally(() => {
          refreshing = undefined;
        });
      await refreshing;
    },
  };
}
