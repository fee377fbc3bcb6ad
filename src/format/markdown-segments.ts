/** Where running text can be cut so that what is before is final: a pure function of that text, however it arrived. */

/**
 * Length of the first segment, or undefined when more text is needed to know. A cut falls at a line end or, after
 * some text, at a space (or between two ideographs) where no markup is open. Markup that stays open too long is
 * given up: its opener then counts as plain text.
 */
export function firstSegment(text: string): number | undefined {
  const state: Open = { star: 0, under: 0, tilde: 0, bracket: 0, paren: 0, openedAt: 0, until: '' };
  const limit = Math.min(text.length, LONGEST);
  let index = 0;
  while (index < limit) {
    const character = text.charAt(index);
    if (index > 0 && mayCut(text, index, character) && isClosed(state)) return index;
    const next = state.until === '' ? step(state, text, index, character) : stepVerbatim(state, text, index);
    if (next === undefined) break;
    index = next;
  }
  return text.length > LONGEST + SLACK ? forcedCut(text) : undefined;
}

/** Shortest segment that ends within a line; about one line of text. */
const SHORTEST = 48;
/** Longest segment: markup open for longer is taken literally. */
const LONGEST = 1200;
/** How far behind the longest segment a clean place is looked for. */
const SLACK = 64;
/** Longest label of a link and longest formula that hold the text back. */
const LONGEST_LABEL = 300;

type Open = {
  star: number;
  under: number;
  tilde: number;
  bracket: number;
  paren: number;
  /** Where the bracket or verbatim span that is open began. */
  openedAt: number;
  /** What ends the code span or formula we are in; empty outside. */
  until: string;
};

function isClosed(open: Open): boolean {
  return open.until === '' && open.star + open.under + open.tilde + open.bracket + open.paren === 0;
}

function mayCut(text: string, index: number, character: string): boolean {
  if (character === '\n') return true;
  if (index < SHORTEST) return false;
  return character === ' ' || (IDEOGRAPH.test(character) && text.charCodeAt(index - 1) >= 0x3001 && isCleanCut(text, index));
}

/** Reads one step outside code and formulas; undefined when the next characters decide and are not there yet. */
function step(open: Open, text: string, index: number, character: string): number | undefined {
  if (open.bracket > 0 && index - open.openedAt > LONGEST_LABEL) open.bracket = 0;
  switch (character) {
    case '\\':
      return stepEscape(open, text, index);
    case '`': {
      const end = endOfRun(text, index);
      if (end === undefined) return undefined;
      return enter(open, text.slice(index, end), index, end);
    }
    case '$':
      return stepDollar(open, text, index);
    case '*':
    case '_':
    case '~':
      return stepDelimiters(open, text, index, character);
    case '[':
      if (open.bracket === 0) open.openedAt = index;
      open.bracket += 1;
      return index + 1;
    case ']':
      if (open.bracket === 0) return index + 1;
      open.bracket -= 1;
      if (index + 1 >= text.length) return undefined;
      if (open.bracket > 0 || text[index + 1] !== '(') return index + 1;
      open.paren = 1;
      return index + 2;
    case '(':
      if (open.paren > 0) open.paren += 1;
      return index + 1;
    case ')':
      if (open.paren > 0) open.paren -= 1;
      return index + 1;
    default:
      return index + 1;
  }
}

function stepVerbatim(open: Open, text: string, index: number): number | undefined {
  const isCode = open.until.startsWith('`');
  if (isCode && text[index] === '`') {
    const end = endOfRun(text, index);
    if (end !== undefined && end - index === open.until.length) open.until = '';
    return end;
  }
  if (!isCode) {
    if (index - open.openedAt > LONGEST_LABEL || (open.until === '$' && text[index] === '\n')) open.until = '';
    else if (text.startsWith(open.until, index)) {
      const end = index + open.until.length;
      open.until = '';
      return end;
    } else if (text[index] === open.until[0] && index + 1 >= text.length) return undefined;
  }
  return index + 1;
}

function enter(open: Open, until: string, start: number, end: number): number {
  open.until = until;
  open.openedAt = start;
  return end;
}

function stepEscape(open: Open, text: string, index: number): number | undefined {
  if (index + 1 >= text.length) return undefined;
  const next = text[index + 1];
  if (next === '(') return enter(open, '\\)', index, index + 2);
  if (next === '[') return enter(open, '\\]', index, index + 2);
  return next === '\n' ? index + 1 : index + 2;
}

function stepDollar(open: Open, text: string, index: number): number | undefined {
  const next = text[index + 1];
  if (next === undefined) return undefined;
  if (next === '$') return enter(open, '$$', index, index + 2);
  if (/\s/.test(next)) return index + 1;
  // "$5" and "$5k" are money far more often than a formula; "$2x" and "$10^6" are none.
  const number = /^\$[\d.,]{0,20}/.exec(text.slice(index, index + 24))?.[0].length ?? 1;
  if (index + number >= text.length) return undefined;
  return number > 1 && !/[ac-jln-su-zA\\^_]/.test(text.charAt(index + number)) ? index + 1 : enter(open, '$', index, index + 1);
}

function stepDelimiters(open: Open, text: string, index: number, character: '*' | '_' | '~'): number | undefined {
  const end = endOfRun(text, index);
  if (end === undefined) return undefined;
  const before = text[index - 1] ?? ' ';
  const after = text[end] ?? ' ';
  const inWord = character === '_' && WORD.test(before) && WORD.test(after);
  const count = end - index;
  if (inWord || (character === '~' && count < 2)) return end;
  const key = character === '*' ? 'star' : character === '_' ? 'under' : 'tilde';
  if (open[key] > 0 && !SPACE.test(before)) open[key] = Math.max(0, open[key] - count);
  else if (!SPACE.test(after)) open[key] += count;
  return end;
}

/** End of a run of one character; undefined when the text ends within it. */
function endOfRun(text: string, index: number): number | undefined {
  let end = index + 1;
  while (end < text.length && text[end] === text[index]) end += 1;
  return end < text.length ? end : undefined;
}

/** No clean place: the last space, or else a place that splits no character that is seen as one. */
function forcedCut(text: string): number {
  const space = text.lastIndexOf(' ', LONGEST);
  if (space > 0) return space;
  for (let index = LONGEST; index < LONGEST + SLACK; index++) if (isCleanCut(text, index)) return index;
  return /[\udc00-\udfff]/.test(text.charAt(LONGEST)) ? LONGEST + 1 : LONGEST;
}

/** May these two neighbours be parted? Nothing that joins onto the character before may stand behind the cut. */
function isCleanCut(text: string, index: number): boolean {
  return !JOINED.test(text.slice(index, index + 2)) && !JOINING.test(text.slice(Math.max(0, index - 2), index));
}

const SPACE = /\s/;
const WORD = /[\p{L}\p{N}]/u;
const IDEOGRAPH = /[\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff]/;
// What a character that goes on may begin with: marks, joiners, low surrogates, emoji modifiers and flags, jamo.
const JOINED =
  /^(?:\p{M}|\u200d|[\udc00-\udfff]|[\u{1f3fb}-\u{1f3ff}]|[\u{1f1e6}-\u{1f1ff}]|[\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff\uff9e\uff9f])/u;
const JOINING = /(?:\p{M}|\u200d|[\ud800-\udbff]|[\u1100-\u11ff]|[\u{1f1e6}-\u{1f1ff}])$/u;
