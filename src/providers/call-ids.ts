/** What ids of calls may look like, server by server, and how one that may not be sent becomes one that may: always the same one. */

/** `any`: whatever the server itself made up; `nine`: Mistral's nine letters and digits. */
export type CallIdRule = 'any' | 'chat' | 'responses' | 'anthropic' | 'nine';

type Rule = { allowed: RegExp; longest: number; exactly?: number };

const RULES = {
  // Kimi's "functions.name:0" goes back as it came: its template reads it.
  any: { allowed: /./su, longest: 256 },
  chat: { allowed: /[a-zA-Z0-9_-]/, longest: 40 },
  responses: { allowed: /[a-zA-Z0-9_-]/, longest: 64 },
  anthropic: { allowed: /[a-zA-Z0-9_-]/, longest: 64 },
  nine: { allowed: /[a-zA-Z0-9]/, longest: 9, exactly: 9 },
} as const satisfies Record<CallIdRule, Rule>;

/** Hands out ids that follow the rule and were not handed out before. The same ids asked for in the same order give the same answers. */
export function createCallIds(rule: CallIdRule): (id: string) => string {
  const given = new Set<string>();
  return (id) => {
    let free = fitted(id, RULES[rule], 1);
    for (let n = 2; given.has(free); n++) free = fitted(id, RULES[rule], n);
    given.add(free);
    return free;
  };
}

/** The n-th candidate for an id. */
function fitted(id: string, { allowed, longest, exactly }: Rule, n: number): string {
  if (exactly !== undefined) {
    const isFit = id.length === exactly && [...id].every((character) => allowed.test(character));
    return isFit && n === 1 ? id : hash(`${id} ${n}`).slice(-exactly);
  }
  const clean = [...id].map((character) => (allowed.test(character) ? character : '_')).join('') || 'call';
  const suffix = n === 1 ? '' : `_${n}`;
  if (clean.length + suffix.length <= longest) return clean + suffix;
  const mark = `_${hash(id).slice(-9)}${suffix}`;
  return clean.slice(0, longest - mark.length) + mark;
}

/** Eleven characters that two texts hardly share (FNV-1a twice, with different beginnings). */
function hash(text: string): string {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193) >>> 0;
    other = Math.imul(other ^ (code + at), 0x01000193) >>> 0;
  }
  return (one * 0x200000 + (other & 0x1fffff)).toString(36).padStart(11, '0');
}
