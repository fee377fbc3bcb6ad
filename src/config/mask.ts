/** How secrets look when settings are shown: enough to tell two keys apart, too little to use one. */

/** `sk-…cdef` for a long secret, `(set)` for a short one; commands and references are named as such. */
export function maskSecret(secret: string): string {
  if (secret.startsWith('!')) return '(command)';
  if (isReference(secret)) return '(environment reference)';
  if (secret.length < 20) return '(set)';
  return `${/^(sk|gsk|xai|pplx|csk|hf)[-_]/.exec(secret)?.[0] ?? ''}…${secret.slice(-4)}`;
}

/** `$NAME` or `${NAME}`. */
export function isReference(text: string): boolean {
  return /^\$(\w+|\{\w+\})$/.test(text);
}

/** The key itself, as opposed to a command or a reference that leads to it. */
export function isLiteralKey(text: string): boolean {
  return !text.startsWith('!') && !isReference(text);
}
