/** Names what went wrong between here and a provider: refused, not found, cut, certificate, proxy. */
import { hideAddress } from '../config/address-parts.ts';
import { SottoError } from '../core/errors.ts';

type NetworkFailure = { provider: string; url: string; thrown: unknown };

/** A connection that failed before an answer, or undefined when the thrown thing is no network failure. */
export function networkError({ provider, url, thrown }: NetworkFailure): SottoError | undefined {
  const links = causes(thrown);
  const code = links.map(codeOf).find((found) => found !== undefined);
  const words = links.map((link) => (link instanceof Error ? link.message : String(link)));
  const host = hostOf(url);
  const aboutProxy = words.find((word) => /^the proxy |proxy response/i.test(word));
  if (aboutProxy === undefined && (isUntold407(links) || words.some((word) => /^proxy authentication required/i.test(word)))) {
    const { what, hint } = directProxyRefusal(provider, url);
    return new SottoError({ kind: 'configuration', provider, status: 407, message: `${provider}: ${what}`, hint, cause: thrown });
  }
  const known = code === undefined ? undefined : KNOWN.find((row) => row.codes.test(code));
  const isFetchFailure = links.some(
    (link) => link instanceof TypeError && /fetch failed|terminated|invalid url|failed to parse url/i.test(link.message),
  );
  if (!known && code === undefined && !isFetchFailure) return undefined;
  if (aboutProxy !== undefined) {
    return new SottoError({
      // A password that is missing does not come by trying again.
      kind: /407/.test(aboutProxy) ? 'configuration' : 'network',
      provider,
      message: `${provider}: ${aboutProxy}${code === undefined ? '' : ` (${code})`}.`,
      hint: /407/.test(aboutProxy) ? PROXY_PASSWORD_HINT : 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or the setting "proxy".',
      cause: thrown,
    });
  }
  const what =
    known?.what ?? words.find((word) => !/^(fetch failed|terminated|connection error\.?)$/i.test(word)) ?? 'the connection failed';
  return new SottoError({
    kind: known?.kind ?? 'network',
    provider,
    message: `${provider}: ${what} (${host}${code === undefined ? '' : `, ${code}`}).`,
    hint: known?.hint ?? 'Check the network and the address, and try again.',
    cause: thrown,
  });
}

const PROXY_PASSWORD_HINT =
  'Put NAME:PASSWORD@ in front of the host in the address of the proxy (HTTPS_PROXY, HTTP_PROXY or the setting "proxy").';

/** The platform's fetch hides an answer of 407 as a failure without a word; it does so with nothing else. */
function isUntold407(links: unknown[]): boolean {
  return links.some((link, index) => {
    const cause = links[index + 1];
    if (!(link instanceof TypeError && link.message === 'fetch failed') || !(cause instanceof Error)) return false;
    return cause.message === '' && !(cause instanceof AggregateError) && codeOf(cause) === undefined && cause.cause === undefined;
  });
}

/** Whom it is from cannot be seen: the server was asked without a proxy of ours. */
export function directProxyRefusal(provider: string, url: string | undefined): { what: string; hint: string } {
  const host = url === undefined ? 'the server' : hostOf(url);
  const variable = url?.startsWith('http:') ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  return {
    what: `${host} answered 407: it, or a proxy on the way to it, asks for a name and a password.`,
    hint: `No proxy is set for this address. If it needs one, set ${variable} (or the setting "proxy") to it, with NAME:PASSWORD@ in front of the host. If not, check the base URL of ${provider}.`,
  };
}

type Known = { codes: RegExp; what: string; hint: string; kind?: 'network' | 'timeout' | 'protocol' | 'configuration' };

const KNOWN: Known[] = [
  {
    codes: /^Z_/,
    what: 'the answer could not be decompressed',
    hint: 'A proxy between may have changed it. Try again, or go around it (NO_PROXY).',
  },
  { codes: /^ECONNREFUSED$/, what: 'nothing answers at this address', hint: 'Is the server running, and are address and port right?' },
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/,
    what: 'the host name cannot be resolved',
    hint: 'Check the network and the base URL of the provider.',
  },
  {
    codes: /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    what: 'there is no route to the server',
    hint: 'Check the network connection.',
  },
  {
    codes: /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/,
    what: 'the server did not take the connection in time',
    hint: 'Check the network, a firewall or proxy, and try again.',
    kind: 'timeout',
  },
  {
    codes: /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/,
    what: 'the server was silent for too long',
    hint: 'Try again, or allow more time with --timeout.',
    kind: 'timeout',
  },
  {
    codes: /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS|CERTIFICATE|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/,
    what: 'the TLS certificate of the server is not trusted',
    hint: 'Behind a company proxy, or with a certificate of your own, point NODE_EXTRA_CA_CERTS or the setting "caFile" at the CA file (PEM). Otherwise check the address and the clock.',
  },
  {
    codes: /^(ERR_SSL|EPROTO)/,
    what: 'the server does not speak TLS here',
    hint: 'Is it http:// instead of https://? Check the base URL.',
  },
  {
    codes: /^HPE_/,
    what: 'the server does not speak HTTP here',
    hint: 'Check address and port of the base URL, and whether it has to be https://.',
    kind: 'protocol',
  },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ECONNABORTED)$/,
    what: 'the connection was closed by the other side',
    hint: 'Try again in a moment.',
  },
  {
    codes: /^ERR_BAD_PORT$/,
    what: 'this port is kept for other protocols, and HTTP clients do not connect to it',
    hint: 'Let the server listen on another port, and check the base URL.',
    kind: 'configuration',
  },
  {
    codes: /^(ERR_INVALID_URL|UND_ERR_INVALID_ARG)$/,
    what: 'the address cannot be used',
    hint: 'Check the base URL of the provider: sotto config list',
  },
];

/** An error and what caused it, outermost first; an AggregateError counts by its first part. */
function causes(thrown: unknown): unknown[] {
  const links: unknown[] = [];
  let link = thrown;
  while (link !== undefined && link !== null && links.length < 8) {
    links.push(link);
    link = link instanceof AggregateError ? link.errors[0] : link instanceof Error ? link.cause : undefined;
  }
  return links;
}

function codeOf(link: unknown): string | undefined {
  // The platform's fetch leaves the code of its parser out, and has none for the ports that no HTTP client may use.
  if (link instanceof Error && link.name === 'HTTPParserError') return 'HPE_INVALID';
  if (link instanceof Error && link.message === 'bad port') return 'ERR_BAD_PORT';
  const code = typeof link === 'object' && link !== null && 'code' in link ? link.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}

/** The first SottoError among an error and its causes: SDKs wrap what their fetch threw. */
export function wrappedSottoError(thrown: unknown): SottoError | undefined {
  return causes(thrown).find((link) => link instanceof SottoError);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : hideAddress(url);
}
