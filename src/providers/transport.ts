/** The fetch that a provider is reached with: the platform's own, or one that knows a proxy, extra authorities or a longer patience. */
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
  if (proxy !== undefined && !/^https?:\/\//.test(proxy)) {
    throw configurationError(
      `The proxy ${proxy} cannot be used.`,
      'Only http:// and https:// proxies work. Check HTTPS_PROXY, ALL_PROXY or the setting "proxy".',
    );
  }
  const dispatcher = proxy === undefined ? new undici.Agent(options) : new undici.ProxyAgent({ uri: proxy, ...options });
  const through = (input: unknown, init?: object) => undici.fetch(input as string, { ...init, dispatcher });
  return through as unknown as typeof globalThis.fetch; // the same standard, declared twice
}

async function authorities(file: string): Promise<string[]> {
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
