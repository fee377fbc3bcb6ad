/** Takes known secrets out of any text that is going to be printed, in all the forms they travel in. */

/** Shorter ones are words ("none", "ollama") that people give to local servers, and would tear holes into every text. */
const SHORTEST_SECRET = 7;
/** What is written around a value makes it more than a word: `key=abc`, `//me:pw@`. */
const SHORTEST_WITH_SIGNS = 4;
const PLACEHOLDER = '[redacted]';

export function redact(text: string, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.filter(isLongEnough).flatMap(formsOf))];
  // Longest first, so that a secret that begins like another one goes whole.
  forms.sort((a, b) => b.length - a.length);
  let redacted = text;
  for (const form of forms) redacted = redacted.replaceAll(form, PLACEHOLDER);
  // Whoever it belongs to: an address with a password is nobody's business.
  return redacted.includes('@') ? redacted.replace(/(:\/\/)[^\s/?#@:"'<>]*:[^\s/?#"'<>]*@/g, `$1${PLACEHOLDER}@`) : redacted;
}

function isLongEnough(secret: string): boolean {
  return secret.length >= (/[=@]/.test(secret) ? SHORTEST_WITH_SIGNS : SHORTEST_SECRET);
}

/** The secret itself, in a URL, in JSON, and in base64 by itself or inside something longer such as `user:secret`. */
function formsOf(secret: string): string[] {
  const inUrl = encodeURIComponent(secret.toWellFormed());
  return [secret, inUrl, inUrl.replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1), ...base64Forms(secret)];
}

function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Where the secret begins in a group of three bytes decides what it looks like; the mixed characters at both ends vary and stay.
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const rest = (offset + bytes.length) % 3;
    const stable = encoded.slice([0, 2, 3][offset], rest === 0 ? undefined : rest === 1 ? -3 : -2);
    return [stable, stable.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
