/** What of an address is secret: its user and password, and every value that is not known to be harmless. */

/** The address as it may be shown; `text` is one, whatever is wrong with it. */
export function hideAddress(text: string): string {
  return partsOf(text)
    .map(({ text: part, isSecret }) => (isSecret ? HIDDEN : part))
    .join('');
}

/** As it is written but for literal values: what is asked about is which variables of the user's would be sent there. */
export function hideLiterals(address: string): string {
  // No part ends within a reference.
  const whole = address.replace(REFERENCE, (reference) => 'x'.repeat(reference.length));
  let end = 0;
  const parts = partsOf(whole).map(({ text, isSecret }) => {
    const part = address.slice(end, end + text.length);
    end += text.length;
    return isSecret
      ? part
          .split(REFERENCE)
          .map((piece, index) => (index % 2 === 1 || piece === '' ? piece : HIDDEN))
          .join('')
      : part;
  });
  return parts.join('');
}

/** A text as it may be shown, which may be an address or have some in it. */
export function hideAddresses(text: string): string {
  if (!MAY_HOLD_ADDRESS.test(text)) return text;
  if (isAloneAddress(text)) return hideAddress(text);
  return text.replace(/\S+/g, (word) => (isAddress(word) ? hideAddress(word) : word));
}

/** What of it must never be shown, as it is written and as clients write it. What is a usual word is one only with its name beside it. */
export function secretsOfAddress(text: string): string[] {
  const scheme = /^\s*([a-z][a-z\d+.-]*:)?[\\/]{2}|^\s*https?:/i.test(text) ? '' : 'http://';
  const written = [text, URL.parse(`${scheme}${text.trim()}`)?.href];
  const found = written.flatMap((form) => (form === undefined ? [] : partsOf(form).flatMap(secretsOfPart)));
  return [...new Set(found.flatMap((secret) => [secret, decoded(secret)]))].filter((secret) => secret !== '');
}

/** The name of a variable, a header, an option or a parameter whose value is a secret. */
export const SECRET_NAME = /key|token|secret|pass|pwd|auth|cred|cookie|dsn|jwt|bearer/i;

/** Every address in a text that is known to have some. */
export function secretsInText(text: string): string[] {
  if (!MAY_HOLD_ADDRESS.test(text)) return [];
  if (isAloneAddress(text)) return secretsOfAddress(text);
  return text.split(/\s+/).flatMap((word) => (isAddress(word) ? secretsOfAddress(word) : []));
}

const HIDDEN = '***';
/** `${…}`, with no other one in it. */
const REFERENCE = /(\$\{(?:[^}$]|\$(?!\{))*\})/g;
const MAY_HOLD_ADDRESS = /[\\/]{2}|@|\?[^\s?]*=/;

/** `https://…`, `//…`, `host/path?name=value`. */
function isAddress(word: string): boolean {
  if (/^\W*([a-z][a-z\d+.-]*:)?[\\/]{2}\S/i.test(word)) return true;
  // By hand: a pattern looks for the end once for each beginning.
  const query = word.search(/\w\?/);
  return query >= 0 && word.includes('=', query);
}

/** Proxies are often written without `http://`: `user:password@host`, `user@host:port`; a mail address is none. */
function isAloneAddress(text: string): boolean {
  return !/\s/.test(text.trim()) && (/^\s*[^\s:/?#@]+:\S*@[^@]+$|@[^@]*:\d+\/?\s*$/.test(text) || isAddress(text));
}

/** `name`: of a parameter, where it has one. */
type Part = { text: string; isSecret: boolean; name?: string };

function partsOf(text: string): Part[] {
  const [scheme = ''] = /^\s*["'(<[{]*(([a-z][a-z\d+.-]*:)?[\\/]{2,}|https?:)?/i.exec(text) ?? [];
  const rest = text.slice(scheme.length);
  const place = endOfUser(rest);
  const user: Part[] = place > 0 ? [{ text: rest.slice(0, place), isSecret: !REFERENCES.test(rest.slice(0, place)), name: '@' }] : [];
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/.exec(rest.slice(place)) ?? [];
  return [shown(scheme), ...user, ...pathParts(path), ...parameters(query), ...parameters(fragment)];
}

/**
 * Where the `@` is behind user and password, or 0. A password may hold `@`, `/`, `?` and `#`, which it should not: when in doubt
 * too much is hidden.
 */
function endOfUser(rest: string): number {
  const [authority = ''] = /^[^/?#\\]*/.exec(rest) ?? [];
  const last = rest.lastIndexOf('@');
  if (last < 0) return 0;
  const isHostBehind = /^@(\[|[\w.-]+(:\d+)?([/?#]|["')>\]}]*$))/.test(rest.slice(last));
  if (authority.includes('@')) {
    const query = rest.slice(authority.length).search(/[?#]/);
    const isBeforeQuery = query < 0 || last < authority.length + query;
    return isHostBehind && isBeforeQuery ? last : authority.lastIndexOf('@');
  }
  const isHost = /^(\[[^\]]*\]|[^:[\]]*\.[^:[\]]*|localhost)(:\d*)?$|^[^:[\]]*:\d*$/i.test(authority);
  const isSurelyHostBehind = /^@(\[|[\w-]+(\.[\w-]+)+|localhost|[\w-]+:\d)/.test(rest.slice(last));
  return !isHost && isHostBehind && (authority.includes(':') || isSurelyHostBehind) ? last : 0;
}

/** Some servers have their key in the path: letters and digits, mixed, as no word is. */
function pathParts(path: string): Part[] {
  return path.split(/([/\\])/).map((segment) => ({ text: segment, isSecret: looksRandom(segment) && !REFERENCES.test(segment) }));
}

function looksRandom(segment: string): boolean {
  const longest = segment.split(/[-_.~:]|%[\da-f]{2}/i).reduce((most, piece) => (piece.length > most.length ? piece : most), '');
  return (longest.length >= 16 && /\d/.test(longest) && /[a-z]/i.test(longest)) || /^(sk|pk|ghp|gsk|xai|key|token)[-_]\w{8}/i.test(segment);
}

/** The mark in front stays, the names stay, every value goes that is not known to be harmless; so does a value without a name. */
function parameters(text: string): Part[] {
  if (text.length < 2) return [shown(text)];
  const pieces = text.slice(1).split(/([&;])/);
  return [shown(text.slice(0, 1)), ...pieces.flatMap((piece, index) => (index % 2 === 1 ? [shown(piece)] : parameter(piece)))];
}

function parameter(piece: string): Part[] {
  const at = piece.indexOf('=');
  if (at < 0) return piece === '' || isHarmless(piece, '') ? [shown(piece)] : [{ text: piece, isSecret: true, name: '' }];
  const [name, value] = [piece.slice(0, at), piece.slice(at + 1)];
  if (value === '' || isHarmless(name, value)) return [shown(piece)];
  return [shown(`${name}=`), { text: value, isSecret: true, name }];
}

const HARMLESS =
  /^(api[-_]?version|version|v|model|deployment|engine|provider|region|location|format|alt|stream|timeout|beta|preview|lang(uage)?|locale|limit|page|offset|transport|debug|verbose)$/i;

/** `${NAME}` is not yet what it stands for. */
const REFERENCES = /^(:?\$\{((env|input):)?[A-Za-z_][\w.-]*\}@?)+$/;

function isHarmless(name: string, value: string): boolean {
  return REFERENCES.test(value) || (HARMLESS.test(decoded(name)) && /^[\w.,:-]{0,32}$/.test(value) && !looksRandom(value));
}

function shown(text: string): Part {
  return { text, isSecret: false };
}

/** Shorter ones, and words, would tear holes into every text: they are secret together with what stands around them. */
const SHORTEST_SECRET = 7;

function secretsOfPart({ text, isSecret, name }: Part): string[] {
  if (!isSecret) return [];
  if (name === '@') {
    const colon = text.indexOf(':');
    // The name of a user is a word, unless it is all that there is: then some put a key there.
    const alone = colon >= 0 ? text.slice(colon + 1) : isUsual(text) ? '' : text;
    return [`//${text}@`, ...(colon < 0 ? [] : [text]), alone];
  }
  const isWord =
    text.length < SHORTEST_SECRET || (isUsual(text) && !SECRET_NAME.test(name ?? 'key') && !/^(sig|code|sas|session)/i.test(name ?? ''));
  return isWord ? (name ? [`${name}=${text}`] : []) : [text];
}

function isUsual(text: string): boolean {
  return /^[a-z]+$/i.test(text) && text.length < 16;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
