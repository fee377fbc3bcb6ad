/** Matches paths against patterns with `*`, `**`, `?`, `[a-z]` and `{a,b}` in time that no pattern can blow up. */

export type Glob = (path: string) => boolean;

/** `path` has `/` between its parts. A pattern without one is for the last part alone, wherever it is. */
export function compileGlob(pattern: string, { ignoreCase = false, hasBraces = true } = {}): Glob {
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern;
  const alternatives = (hasBraces ? braces(wanted) : [wanted]).map((text) => {
    const parts = text
      .replace(/^\.?\//, '')
      .split('/')
      .filter((part) => part !== '');
    return (parts.length <= 1 && !/^\.?\//.test(text) ? ['**', ...parts] : parts).map(compilePart);
  });
  return (path) => {
    const parts = (ignoreCase ? path.toLowerCase() : path).split('/');
    return alternatives.some((wanted) => matchAll(wanted, parts, (part, text) => part !== 'any' && part(text)));
  };
}

const MOST_ALTERNATIVES = 64;

/** Every way to read `{a,b}`; from too many on, braces are just characters. */
function braces(pattern: string): string[] {
  let open: string[] = [pattern];
  const done: string[] = [];
  while (open.length > 0) {
    const next: string[] = [];
    for (const text of open) {
      const match = /\{([^{}]*,[^{}]*)\}/.exec(text);
      if (!match) done.push(text);
      else
        for (const choice of match[1]?.split(',') ?? [])
          next.push(text.slice(0, match.index) + choice + text.slice(match.index + match[0].length));
    }
    if (done.length + next.length > MOST_ALTERNATIVES) return [pattern];
    open = next;
  }
  return done;
}

type Part = 'any' | ((text: string) => boolean);
type Character = 'any' | ((character: string) => boolean);

function compilePart(part: string): Part {
  if (part === '**') return 'any';
  if (!/[*?[\\]/.test(part)) return (text) => text === part;
  const wanted: Character[] = [];
  const characters = [...part];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const close = character === '[' ? characters.indexOf(']', at + 2) : -1;
    if (character === '*') {
      if (wanted.at(-1) !== 'any') wanted.push('any');
    } else if (character === '?') wanted.push(() => true);
    else if (close !== -1) {
      wanted.push(characterClass(characters.slice(at + 1, close)));
      at = close;
    } else {
      if (character === '\\') at += 1;
      const literal = characters[at] ?? '\\';
      wanted.push((text) => text === literal);
    }
  }
  return (text) => matchAll(wanted, [...text], (test, value) => test !== 'any' && test(value));
}

function characterClass(inside: readonly string[]): (character: string) => boolean {
  const isNegated = inside[0] === '!' || inside[0] === '^';
  const members = isNegated ? inside.slice(1) : inside;
  const tests: ((character: string) => boolean)[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? '';
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    if (to !== undefined) at += 2;
    tests.push((character) => (to === undefined ? character === from : character >= from && character <= to));
  }
  return (character) => tests.some((test) => test(character)) !== isNegated;
}

/** Only the last wildcard is ever tried again, so the time is at most the product of both lengths. */
function matchAll<Wanted>(
  wanted: readonly (Wanted | 'any')[],
  given: readonly string[],
  test: (wanted: Wanted | 'any', text: string) => boolean,
): boolean {
  let at = 0;
  let retry = -1;
  let retryFrom = 0;
  for (let index = 0; index < given.length; ) {
    const one = wanted[at];
    if (one === 'any') {
      retry = at;
      retryFrom = index;
      at += 1;
    } else if (one !== undefined && test(one, given[index] ?? '')) {
      at += 1;
      index += 1;
    } else if (retry !== -1) {
      at = retry + 1;
      retryFrom += 1;
      index = retryFrom;
    } else return false;
  }
  while (wanted[at] === 'any') at += 1;
  return at === wanted.length;
}
