/** What a text of JavaScript imports, whatever comments stand in between; takes as long as the text is, whatever it is made of. */

export function* importedIn(text: string): Generator<string> {
  const skip = createSkip(text);
  for (const { index, 0: word } of text.matchAll(/\b(?:from|import|require|resolve)\b/g)) {
    const first = skip(index + word.length);
    const at = text[first] === '(' ? skip(first + 1) : first;
    STRING.lastIndex = at;
    const [, , given] = STRING.exec(text) ?? [];
    if (given !== undefined) yield given;
  }
}

const STRING = /(['"`])([^'"`\n\\$]{1,500})\1/y;

/**
 * Behind blanks and comments. Many beginnings may lead to one end and to all that follows it: where each leads is kept, and that a
 * comment does not end is found out once.
 */
function createSkip(text: string): (from: number) => number {
  const known = new Map<number, number>();
  const endOf = createSearch(text, '*/');
  const lineEnd = createSearch(text, '\n');
  return (from) => {
    const passed: number[] = [];
    let at = behindBlanks(text, from);
    while (text[at] === '/') {
      const found = known.get(at);
      const end = found ?? (text[at + 1] === '/' ? lineEnd(at) + 1 : text[at + 1] === '*' ? endOf(at + 2) + 2 : at);
      // A comment that does not end is none.
      if (end <= at) break;
      passed.push(at);
      at = behindBlanks(text, end);
    }
    for (const one of passed) known.set(one, at);
    return at;
  };
}

function behindBlanks(text: string, from: number): number {
  BLANKS.lastIndex = from;
  return BLANKS.test(text) ? BLANKS.lastIndex : from;
}

const BLANKS = /\s*/y;

/** Where the next one is, -1 where there is none; asked from places that come one after the other, it looks at each place once. */
function createSearch(text: string, wanted: string): (from: number) => number {
  const last = text.lastIndexOf(wanted);
  let next = { from: 0, at: -1 };
  return (from) => {
    if (from > last) return -1;
    if (from < next.from || from > next.at) next = { from, at: text.indexOf(wanted, from) };
    return next.at;
  };
}
