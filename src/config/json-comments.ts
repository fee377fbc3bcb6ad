/** JSON as people write it in editors: comments and trailing commas become spaces, so that every place in the text stays where it is. */

export function withoutComments(text: string): string {
  const bare = replaceOutsideStrings(text, COMMENT, (found) => found.replace(/[^\r\n]/g, ' '));
  return replaceOutsideStrings(bare, /,(?=\s*[}\]])/y, () => ' ');
}

export function hasComments(text: string): boolean {
  let found = false;
  replaceOutsideStrings(text, COMMENT, (comment) => {
    found = true;
    return comment;
  });
  return found;
}

const COMMENT = /\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y;

/** By hand, because one expression for a whole string of 40 MB overflows the stack of regular expressions. */
function replaceOutsideStrings(text: string, pattern: RegExp, change: (found: string) => string): string {
  const pieces: string[] = [];
  const marks = /["/,]/g;
  // Behind it no comment is closed: to look for the end of each would take as often as there are beginnings.
  const lastEnd = text.lastIndexOf('*/');
  let done = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      marks.lastIndex = endOfString(text, mark.index);
      continue;
    }
    if (text[mark.index + 1] === '*' && mark.index + 2 > lastEnd) continue;
    pattern.lastIndex = mark.index;
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined) continue;
    pieces.push(text.slice(done, mark.index), change(found));
    done = mark.index + found.length;
    marks.lastIndex = done;
  }
  return pieces.join('') + text.slice(done);
}

/** Behind the closing quote; a string that its line does not close is none, and only its quote is passed. */
function endOfString(text: string, start: number): number {
  const stops = /["\\\r\n]/g;
  stops.lastIndex = start + 1;
  for (let stop = stops.exec(text); stop; stop = stops.exec(text)) {
    if (stop[0] === '"') return stop.index + 1;
    if (stop[0] !== '\\' || /[\r\n]/.test(text[stop.index + 1] ?? '')) break;
    stops.lastIndex = stop.index + 2;
  }
  return start + 1;
}
