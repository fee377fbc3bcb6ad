/** The headers of a request: ours, the key's and the user's own, which win. SDKs add what describes this machine and what its environment holds: none of that is sent. */

/** Names in lower case, so that a header of the user replaces ours instead of joining it. */
export function requestHeaders(keyHeader: Record<string, string>, own: Record<string, string>): Record<string, string> {
  const named = Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]));
  return { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'sotto', ...keyHeader, ...named };
}

/** A server without a key is asked without the header. */
export function bearer(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
