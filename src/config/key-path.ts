/** Reads dotted keys such as `topP`, `aliases.fast`, `providers.groq.headers.X-Title` and finds their row of the table. */
import type { Spec } from './settings.ts';
import { isProviderField, isSettingKey, PROVIDER_FIELD_NAMES, PROVIDER_FIELDS, SETTING_KEYS, SETTINGS } from './settings.ts';

type KeyPath = {
  path: string[];
  /** Absent for a whole section (`providers`, `providers.groq`, `profiles.work`). */
  spec?: Spec;
  secret: boolean;
};

type KeyReading = ({ ok: true } & KeyPath) | { ok: false; near: string[] };

/** One text of a record: an alias, a header. */
const ENTRY: Spec = { type: 'string', doc: 'One entry.' };

export function readKey(key: string): KeyReading {
  const [head = '', ...rest] = key.split('.');
  // No key of a table; as a name it would reach the prototype of an object when it is assigned.
  if (key.split('.').some((segment) => segment === '' || segment === '__proto__')) return { ok: false, near: [] };
  if (head === 'providers') return readProviderKey(rest);
  if (head === 'profiles' && rest.length > 0) return readProfileKey(rest);
  const name = isSettingKey(head) ? head : camelCase(head);
  if (!isSettingKey(name)) return { ok: false, near: nearest(head, [...SETTING_KEYS, 'providers']) };
  const spec: Spec = SETTINGS[name];
  if (rest.length === 0) return { ok: true, path: [name], spec, secret: false };
  if (spec.type !== 'record') return { ok: false, near: [name] };
  return { ok: true, path: [name, rest.join('.')], spec: ENTRY, secret: false };
}

/** Names that were probably meant, best first, at most three. */
export function nearest(wanted: string, candidates: readonly string[]): string[] {
  const plain = simplify(wanted);
  return candidates
    .map((name) => ({ name, distance: distance(plain, simplify(name)) }))
    .filter((candidate) => candidate.distance <= Math.max(1, Math.floor(plain.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((candidate) => candidate.name);
}

/** "Did you mean …?" or nothing. */
export function suggestion(near: readonly string[]): string | undefined {
  return near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}?`;
}

/** `providers.NAME.FIELD` where NAME may hold dots itself: the first segment that is a field ends it. */
function readProviderKey(segments: string[]): KeyReading {
  if (segments.length < 2) return { ok: true, path: ['providers', ...segments], secret: true };
  const at = segments.findIndex((segment, index) => index > 0 && fieldOf(segment) !== undefined);
  const field = at < 0 ? undefined : fieldOf(segments[at] ?? '');
  const name = segments.slice(0, at < 0 ? 1 : at).join('.');
  if (field === undefined)
    return { ok: false, near: nearest(segments[1] ?? '', PROVIDER_FIELD_NAMES).map((near) => `providers.${name}.${near}`) };
  const spec: Spec = PROVIDER_FIELDS[field];
  const path = ['providers', name, field];
  const entry = segments.slice(at + 1);
  if (entry.length === 0) return { ok: true, path, spec, secret: spec.secret === true };
  if (spec.type !== 'record') return { ok: false, near: [path.join('.')] };
  return { ok: true, path: [...path, entry.join('.')], spec: ENTRY, secret: spec.secret === true };
}

function readProfileKey([name = '', ...rest]: string[]): KeyReading {
  if (rest.length === 0) return { ok: true, path: ['profiles', name], secret: true };
  // Profiles do not nest.
  if (rest[0] === 'profiles' || rest[0] === 'profile') return { ok: false, near: [] };
  const inner = readKey(rest.join('.'));
  if (!inner.ok) return { ok: false, near: inner.near.map((near) => `profiles.${name}.${near}`) };
  return { ...inner, path: ['profiles', name, ...inner.path] };
}

function fieldOf(segment: string) {
  if (isProviderField(segment)) return segment;
  const camel = camelCase(segment);
  return isProviderField(camel) ? camel : undefined;
}

/** `max-tokens`, as the flag is spelt, for `maxTokens`. */
function camelCase(name: string): string {
  return name.replace(/[-_]([a-z])/gi, (_, letter: string) => letter.toUpperCase());
}

function simplify(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Edit distance where two swapped letters count once (optimal string alignment); both texts are short names. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
