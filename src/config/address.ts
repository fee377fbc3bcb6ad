/** Reads the addresses of servers: base URLs, and the many forms of OLLAMA_HOST. */
import { configurationError } from '../core/errors.ts';
import { hideAddress } from './address-parts.ts';

/** A base URL without a slash at the end of its path, and without a fragment; `where` names the variable or key it came from. */
export function readBaseUrl(text: string, where: string): string {
  const url = URL.parse(text.trim());
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') {
    const { origin, path, query } = splitPath(text.trim());
    // Where a password holds a sign that should be escaped, the parts are not where they seem to be.
    return origin === '' || url.username !== '' || url.password !== ''
      ? text.trim().replace(/\/+$/, '')
      : `${origin}${path.replace(/\/+$/, '')}${query}`;
  }
  throw configurationError(
    `${where} is not a web address: ${JSON.stringify(hideAddress(text))}.`,
    'It should look like https://host/v1 or http://localhost:8080/v1.',
  );
}

/** A base URL that is the whole address of one call, as many manuals print it, without that call. */
export function withoutEndpoint(url: string): { url: string; endpoint?: string } {
  const { origin, path, query } = splitPath(url);
  const found = ENDPOINT.exec(path);
  if (!found) return { url };
  const endpoint = found[1] ?? found[0];
  return { url: `${origin}${path.slice(0, found.index)}${query}`, endpoint: endpoint.replace(/^\/+/, '') };
}

/** The address of one call at a base URL, which may have a query: the path of the call stands before it. */
export function callAddress(base: string, call: string): string {
  const { origin, path, query } = splitPath(base);
  const [callPath = '', ...more] = call.split('?');
  const queries = [query.slice(1), more.join('?')].filter((part) => part !== '');
  return `${origin}${path.replace(/\/+$/, '')}${callPath}${queries.length === 0 ? '' : `?${queries.join('&')}`}`;
}

/** `/models` alone is a base at some vendors, and a call only behind a version. */
const ENDPOINT =
  /\/+(chat\/completions|completions|responses|messages(?:\/count_tokens)?|embeddings|(?<=\/v\d\w*\/)models|api\/(?:chat|generate|tags|show|version))\/*$/i;

/** What the portal of Azure shows as the target of a deployment: the endpoint, and what else it says. */
export function readAzureTarget(url: string): { url: string; endpoint?: string; apiVersion?: string } {
  const { origin, path, query } = splitPath(url);
  const found = /\/openai\/(?:deployments\/.*|(?:v1\/)?(?:chat\/completions|responses|embeddings))$/i.exec(path.replace(/\/+$/, ''));
  if (!found) return { url };
  const apiVersion = new URLSearchParams(query).get('api-version') ?? undefined;
  return { url: `${origin}${path.slice(0, found.index)}`, endpoint: found[0].replace(/^\/+/, ''), ...(apiVersion ? { apiVersion } : {}) };
}

/** `query` with its question mark; a fragment is never sent, and is no part of it. */
function splitPath(url: string): { origin: string; path: string; query: string } {
  const [, origin = '', path = '', query = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?/is.exec(url) ?? [];
  return { origin, path, query };
}

/**
 * OLLAMA_HOST as Ollama reads it (envconfig.Host): `host`, `host:port`, `:port`, `[::1]:port`, `https://host/prefix`.
 * Without a scheme the port is 11434, with one it is the scheme's. An address to listen on everywhere becomes this machine.
 */
export function readOllamaHost(text: string, where: string): string {
  const value = text
    .trim()
    .replace(/^["']+|["']+$/g, '')
    .trim();
  const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(value) ?? [];
  if (scheme === '' && rest === 'ollama.com') return 'https://ollama.com';
  const slash = rest.search(/[/?#]/);
  const place = slash < 0 ? rest : rest.slice(0, slash);
  const prefix = slash < 0 ? '' : rest.slice(slash);
  const { host, port } = splitPort(place);
  // Ollama takes its usual port where the number makes no sense, and so do we.
  const wanted = port !== undefined && /^\d+$/.test(port) && Number(port) <= 65_535 ? port : undefined;
  const shownPort = wanted ?? (scheme === '' ? '11434' : undefined);
  return readBaseUrl(`${scheme || 'http'}://${reachable(host)}${shownPort === undefined ? '' : `:${shownPort}`}${prefix}`, where);
}

function splitPort(place: string): { host: string; port?: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(place);
  if (bracketed) return { host: bracketed[1] ?? '', ...(bracketed[2] === undefined ? {} : { port: bracketed[2] }) };
  const colons = place.split(':').length - 1;
  // Several colons without brackets are an IPv6 address.
  if (colons !== 1) return { host: place };
  const at = place.indexOf(':');
  return { host: place.slice(0, at), port: place.slice(at + 1) };
}

function reachable(host: string): string {
  if (host === '' || host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
