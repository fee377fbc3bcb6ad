/** What the client library asks of whoever signs in: the client, its tokens and what was found out, held together and kept at the end. */
import type {
  OAuthClientInformationContext,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { HttpServer } from '../../config/mcp/server.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../../core/json.ts';

/** What is kept of a sign-in from one run to the next. */
export type SignIn = {
  client?: StoredOAuthClientInformation;
  /** Where the client said that it can be reached: another place is another client. */
  redirectUrl?: string;
  tokens?: StoredOAuthTokens;
  discovery?: OAuthDiscoveryState;
};

type ProviderEvents = {
  /** The person has to go to this address. */
  go(address: URL): void;
  changed(signIn: SignIn): Promise<void> | void;
};

export function createProvider(
  server: HttpServer,
  { signIn, redirectUrl, state, scope }: { signIn: SignIn; redirectUrl: string; state?: string; scope?: string },
  events: ProviderEvents,
): OAuthClientProvider {
  const held: SignIn = { ...signIn };
  let verifier = '';
  const { clientId, clientSecret } = server.oauth ?? {};
  const wanted = scope ?? server.oauth?.scope;
  const fixed = clientId === undefined ? undefined : { client_id: clientId, ...(clientSecret ? { client_secret: clientSecret } : {}) };
  const change = async (part: Partial<SignIn>) => {
    Object.assign(held, part);
    await events.changed({ ...held });
  };
  const metadata: OAuthClientMetadata = {
    client_name: 'sotto',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...(wanted === undefined ? {} : { scope: wanted }),
  };
  return {
    redirectUrl,
    clientMetadata: metadata,
    ...(state === undefined ? {} : { state: () => state }),
    clientInformation: (_?: OAuthClientInformationContext) => fixed ?? held.client,
    // Without it the library never registers a client: one that the user has named is the only one.
    ...(fixed ? {} : { saveClientInformation: (client: StoredOAuthClientInformation) => change({ client, redirectUrl }) }),
    tokens: () => held.tokens,
    saveTokens: (tokens) => change({ tokens }),
    redirectToAuthorization: (address) => events.go(address),
    saveCodeVerifier: (text) => {
      verifier = text;
    },
    codeVerifier: () => verifier,
    discoveryState: () => held.discovery,
    saveDiscoveryState: (discovery) => change({ discovery }),
    async invalidateCredentials(what) {
      if (what === 'all' || what === 'tokens') delete held.tokens;
      if (what === 'all' || what === 'client') delete held.client;
      if (what === 'all' || what === 'discovery') delete held.discovery;
      if (what === 'all' || what === 'verifier') verifier = '';
      await events.changed({ ...held });
    },
  };
}

/** As it was kept; what is not of the right shape was not kept by sotto. */
export function signInOf(kept: JsonObject): SignIn {
  const { client, tokens, discovery } = kept;
  const redirectUrl = textAt(kept, 'redirectUrl');
  return {
    // These were written by `keptSignIn`, of values that the library had checked.
    ...(textAt(client, 'client_id') ? { client: client as unknown as StoredOAuthClientInformation } : {}),
    ...(redirectUrl === undefined ? {} : { redirectUrl }),
    ...(textAt(tokens, 'access_token') ? { tokens: tokens as unknown as StoredOAuthTokens } : {}),
    ...(isObject(discovery) && textAt(discovery, 'authorizationServerUrl')
      ? { discovery: discovery as unknown as OAuthDiscoveryState }
      : {}),
  };
}

export function keptSignIn(signIn: SignIn): JsonObject {
  return JSON.parse(JSON.stringify(signIn));
}

/** The token that requests to the server carry. */
export function accessTokenOf(kept: JsonObject): string | undefined {
  return textAt(objectAt(kept, 'tokens'), 'access_token');
}
