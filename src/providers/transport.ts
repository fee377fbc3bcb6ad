/** The fetch that a provider is reached with: the platform's own, or one that knows a proxy, extra authorities or a longer patience. */
import { hideAddress } from '../config/address-parts.ts';
import { configurationError } from '../core/errors.ts';

export type Transport = {
  /** The platform's fetch. */
  fetch: typeof fetch;
  /** Proxy to go through. */
  proxy: string | undefined;
  /** PEM file with more authorities to trust. */
  caFile: string | undefined;
  /** Longest silence, in milliseconds. */
  timeoutMs: number;
};

/** The platform's fetch gives up after so long without a byte, whatever it is told. */
const PLATFORM_PATIENCE_MS = 300_000;

export async function openFetch({ fetch, proxy, caFile, timeoutMs }: Transport): Promise<typeof globalThis.fetch> {
  if (proxy === undefined && caFile === undefined && timeoutMs <= PLATFORM_PATIENCE_MS) return fetch;
  const undici = await import('undici');
  const tls = caFile === undefined ? undefined : { ca: await authorities(caFile) };
  const options = { headersTimeout: 0, bodyTimeout: 0, ...(tls ? { connect: tls, requestTls: tls, proxyTls: tls } : {}) };
  const shown = proxy && hideAddress(proxy).replace('***@', '');
  if (proxy !== undefined && !/^https?:\/\//.test(proxy)) {
    throw configurationError(
      `The proxy ${shown} cannot be used.`,
      'Only http:// and https:// proxies work. Check HTTPS_PROXY, ALL_PROXY or the setting "proxy".',
    );
  }
  // As everyone else does: https through a tunnel, plain http as a request to the proxy itself.
  const dispatcher =
    proxy === undefined ? new undici.Agent(options) : new undici.ProxyAgent({ uri: proxy, proxyTunnel: false, ...options });
  const through = async (input: unknown, init?: object) => {
    try {
      return await undici.fetch(input as string, { ...init, dispatcher });
    } catch (thrown) {
      throw shown === undefined ? thrown : blameProxy(thrown, shown);
    }
  };
  return through as unknown as typeof globalThis.fetch; // the same standard, declared twice
}

/** With a proxy between, a host that is not there can only be the proxy: of the server behind it, the proxy itself reports. */
function blameProxy(thrown: unknown, proxy: string): unknown {
  for (let link = thrown; link instanceof Error; link = link.cause) {
    const status =
      /Proxy response \((\d+)\)/.exec(link.message)?.[1] ?? (/Proxy Authentication Required/.test(link.message) ? '407' : undefined);
    if (status === '407') return new Error(`the proxy ${proxy} asks for a name and a password (407)`, { cause: thrown });
    if (status !== undefined) return new Error(`the proxy ${proxy} refused with HTTP ${status}`, { cause: thrown });
    if ('code' in link && UNREACHABLE.test(String(link.code))) return new Error(`the proxy ${proxy} cannot be reached`, { cause: thrown });
  }
  return thrown;
}

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;

/** The usual certificate authorities and those of a PEM file. */
export async function authorities(file: string): Promise<string[]> {
  const [{ readFile }, { rootCertificates }] = await Promise.all([import('node:fs/promises'), import('node:tls')]);
  try {
    return [...rootCertificates, await readFile(file, 'utf8')];
  } catch (thrown) {
    throw configurationError(
      `The file of certificate authorities ${file} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`,
      'Check the setting "caFile".',
    );
  }
}
