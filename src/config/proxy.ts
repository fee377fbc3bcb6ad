/** Which proxy, if any, a request to an address goes through. */
import type { Settings } from './load.ts';

/** The proxy's address, or undefined for a direct connection. This machine itself is always reached directly. */
export function proxyFor(settings: Settings, address: string): string | undefined {
  const url = URL.parse(address);
  if (!url || isLocal(url.hostname) || settings.get('noProxy').some((rule) => matches(rule, url))) return undefined;
  const proxy = url.protocol === 'http:' ? proxyForHttp(settings) : settings.get('proxy');
  if (proxy === undefined) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** A proxy that is meant for sotto alone comes before the one that every program is told. */
function proxyForHttp(settings: Settings): string | undefined {
  const isOwn = ['flag', 'environment SOTTO_PROXY'].includes(settings.origin('proxy'));
  const other = isOwn && settings.origin('httpProxy').startsWith('environment ') ? undefined : settings.get('httpProxy');
  return other ?? proxyForAll(settings);
}

/** HTTPS_PROXY is for https addresses alone; every other way to name a proxy is for all. */
function proxyForAll(settings: Settings): string | undefined {
  return settings.origin('proxy').toLowerCase() === 'environment https_proxy' ? undefined : settings.get('proxy');
}

function isLocal(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname);
}

/** `*`, `host`, `.domain`, `*.domain`, each with an optional `:port`; a name also covers what is below it, as in curl. */
function matches(rule: string, url: URL): boolean {
  const [, pattern = '', port] = /^(.*?)(?::(\d+))?$/.exec(rule.trim().toLowerCase()) ?? [];
  if (pattern === '') return false;
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const domain = pattern.replace(/^\*?\./, '');
  return pattern === '*' || url.hostname === domain || url.hostname.endsWith(`.${domain}`);
}
