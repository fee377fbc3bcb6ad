/** Gets a page: only from addresses of the public internet, checked again at every redirect, with an end to its size. */

import { errorCode } from '../core/errors.ts';
import { isCloudMetadata, specialAddress } from './addresses.ts';
import type { BuiltInPorts, HostAddress, PageResponse } from './built-in-ports.ts';

export type PagePorts = Pick<BuiltInPorts, 'lookup' | 'request' | 'allowPrivateAddresses'>;

type Fetched = { url: URL; contentType: string | null; bytes: Buffer; isCut: boolean };
type Problem = { problem: string };

const MOST_REDIRECTS = 5;
export const MOST_BYTES = 8_000_000;

/** Follows redirects within a site; one to another site is told, because the user has allowed only the first. */
export async function fetchPage(first: URL, ports: PagePorts, signal: AbortSignal): Promise<Fetched | Problem> {
  let url = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const response = await requestOnce(url, ports, signal);
    if ('problem' in response) return response;
    const location = REDIRECTS.has(response.status) ? response.header('location') : null;
    if (location === null) return received(url, response, signal);
    await response.end();
    const next = URL.parse(location, url);
    if (!next) return { problem: `${url.href} redirects to an address that cannot be read: ${location.slice(0, 200)}` };
    const wrong = addressProblem(next);
    if (wrong !== undefined) return { problem: `${url.href} redirects to ${next.href.slice(0, 500)}: ${wrong}` };
    if (!isSameSite(url, next))
      return { problem: `${url.href} redirects to another site: ${next.href.slice(0, 2000)} (fetch that address if it is what you want)` };
    url = next;
  }
  return { problem: `${first.href} redirects more than ${MOST_REDIRECTS} times` };
}

/** Why an address is not fetched at all; undefined for one that may be. */
export function addressProblem({ protocol, username, password, hostname }: URL): string | undefined {
  if (protocol !== 'http:' && protocol !== 'https:') return 'only http:// and https:// addresses are fetched';
  if (username !== '' || password !== '') return 'addresses with a name or a password in them are not fetched';
  return hostname === '' ? 'it names no host' : undefined;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** With and without "www." it is the same; a way back from https to http is not. */
function isSameSite(from: URL, to: URL): boolean {
  const bare = ({ hostname }: URL) =>
    hostname
      .toLowerCase()
      .replace(/^www\./, '')
      .replace(/\.$/, '');
  if (bare(from) !== bare(to)) return false;
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === '';
  return isUpgrade || (from.protocol === to.protocol && from.port === to.port);
}

async function requestOnce(url: URL, ports: PagePorts, signal: AbortSignal): Promise<PageResponse | Problem> {
  const addresses = await checkedAddresses(url, ports, signal);
  if ('problem' in addresses) return addresses;
  try {
    return await ports.request({ url, addresses: addresses.found, headers: HEADERS }, signal);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { problem: `${url.host} cannot be reached: ${reasonOf(thrown)}` };
  }
}

const HEADERS = {
  accept: 'text/html, application/xhtml+xml, text/markdown, text/plain;q=0.9, application/json;q=0.9, */*;q=0.5',
  'accept-language': 'en, *;q=0.5',
};

type Addresses = { found: HostAddress[] };

/** A name may have several addresses: those that are not public are left out, and the connection knows only the others. */
async function checkedAddresses(url: URL, ports: PagePorts, signal: AbortSignal): Promise<Addresses | Problem> {
  const literal = /^\[.*\]$|^[\d.]+$/.test(url.hostname) ? url.hostname.replace(/^\[|\]$/g, '') : undefined;
  let all: readonly HostAddress[];
  try {
    all =
      literal === undefined
        ? await unlessStopped(ports.lookup(url.hostname), signal)
        : [{ address: literal, family: literal.includes(':') ? 6 : 4 }];
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { problem: `there is no host ${url.hostname}: ${reasonOf(thrown)}` };
  }
  const isAllowed = ports.allowPrivateAddresses();
  const found = all.filter(({ address }) => !isCloudMetadata(address) && (isAllowed || specialAddress(address) === undefined));
  if (found.length > 0) return { found };
  const what = all[0] === undefined ? 'nothing' : (specialAddress(all[0].address) ?? 'a service of the cloud');
  return {
    problem: `${url.hostname} leads to ${what}${all[0] ? ` (${all[0].address})` : ''}; only pages of the public internet are fetched${isAllowed ? '' : ', unless the user sets allowPrivateAddresses'}`,
  };
}

/** The system's look-up cannot be stopped, but it need not be waited for. */
function unlessStopped<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

async function received(url: URL, response: PageResponse, signal: AbortSignal): Promise<Fetched | Problem> {
  if (response.status < 200 || response.status > 299) {
    await response.end();
    return { problem: `${url.href} answered ${response.status}${STATUS[response.status] ?? ''}` };
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of response.body) {
      pieces.push(piece);
      size += piece.length;
      if (size > MOST_BYTES) break;
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { problem: `the answer of ${url.host} broke off: ${reasonOf(thrown)}` };
  }
  return {
    url,
    contentType: response.header('content-type'),
    bytes: Buffer.concat(pieces).subarray(0, MOST_BYTES),
    isCut: size > MOST_BYTES,
  };
}

const STATUS: Readonly<Record<number, string>> = {
  401: ': it wants somebody to sign in',
  403: ': it refuses this request, perhaps because it is not from a browser',
  404: ': there is no such page',
  410: ': the page is gone',
  429: ': too many requests; try again later',
  451: ': withheld for legal reasons',
  500: ': the server failed',
  502: ': the server behind it failed',
  503: ': the server is not available now',
};

function reasonOf(thrown: unknown): string {
  const code = errorCode(thrown) ?? '';
  return REASONS[code] ?? (thrown instanceof Error ? thrown.message : String(thrown));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'names cannot be looked up now; is there a network?',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut off',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};
