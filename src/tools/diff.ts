/** The difference of two texts by lines, as people read it from git; `\n` alone ends a line. */

export type Diff = { text: string; added: number; removed: number };

/** Lines of context around each change. */
const AROUND = 3;
/** A middle of more lines is not taken apart: it is one change. So is one that differs in too much: see `script`. */
const MOST_LINES = 400_000;

export function diffLines(before: string, after: string): Diff {
  if (before === after) return { text: '', added: 0, removed: 0 };
  const middle = changedPart(before, after);
  const [old, now] = [before.slice(middle.start, middle.oldEnd), after.slice(middle.start, middle.newEnd)];
  const from = linesBack(before, middle.start);
  const lead = linesOf(before.slice(from, middle.start)).map(same);
  const trail = linesOf(before.slice(middle.oldEnd, linesOn(before, middle.oldEnd))).map(same);
  const skipped = lineEnds(before, 0, from);
  const [removed, added] = [lineCount(old), lineCount(now)];
  if (removed + added > MOST_LINES) return { text: oneChange({ old, now, removed, added, lead, trail, skipped }), removed, added };
  const edits = [...lead, ...script(linesOf(old), linesOf(now)), ...trail];
  return { text: hunks(edits, skipped), added: countOf(edits, '+'), removed: countOf(edits, '-') };
}

type Edit = { sign: ' ' | '+' | '-'; line: string };

const NO_LINE_END = '\n\\ No newline at end of file';

/** A missing line end is a part of its line: one that has it is another line. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop();
  if (last !== '') lines.push(`${last}${NO_LINE_END}`);
  return lines;
}

function same(line: string): Edit {
  return { sign: ' ', line };
}

function countOf(edits: readonly Edit[], sign: Edit['sign']): number {
  return edits.reduce((count, edit) => count + (edit.sign === sign ? 1 : 0), 0);
}

/** From the first line to behind the last one that is not the same in both. Compares letters: nothing is cut into lines that need not be. */
function changedPart(before: string, after: string): { start: number; oldEnd: number; newEnd: number } {
  const shorter = Math.min(before.length, after.length);
  let equal = 0;
  while (equal < shorter && before.charCodeAt(equal) === after.charCodeAt(equal)) equal += 1;
  const start = equal === 0 ? 0 : before.lastIndexOf('\n', equal - 1) + 1;
  let tail = 0;
  while (tail < shorter - start && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  if (!beginsLine(before, before.length - tail) || !beginsLine(after, after.length - tail)) {
    const end = before.indexOf('\n', before.length - tail);
    tail = end < 0 ? 0 : before.length - end - 1;
  }
  return { start, oldEnd: before.length - tail, newEnd: after.length - tail };
}

function beginsLine(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n';
}

function linesBack(text: string, from: number): number {
  let at = from;
  for (let lines = 0; lines < AROUND && at > 0; lines += 1) at = at === 1 ? 0 : text.lastIndexOf('\n', at - 2) + 1;
  return at;
}

function linesOn(text: string, from: number): number {
  let at = from;
  for (let lines = 0; lines < AROUND && at < text.length; lines += 1) at = text.indexOf('\n', at) + 1 || text.length;
  return at;
}

function lineCount(text: string): number {
  return lineEnds(text, 0, text.length) + (beginsLine(text, text.length) ? 0 : 1);
}

function lineEnds(text: string, from: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

type OneChange = { old: string; now: string; removed: number; added: number; lead: Edit[]; trail: Edit[]; skipped: number };

/** All of the old text, then all of the new one, without a piece of memory for every line. */
function oneChange({ old, now, removed, added, lead, trail, skipped }: OneChange): string {
  const around = lead.length + trail.length;
  const block = (text: string, sign: '-' | '+') => {
    if (text === '') return [];
    const isOpen = !beginsLine(text, text.length);
    return [sign + (isOpen ? text : text.slice(0, -1)).replaceAll('\n', `\n${sign}`) + (isOpen ? NO_LINE_END : '')];
  };
  const head = headOf({ oldLine: skipped + 1, newLine: skipped + 1, oldCount: removed + around, newCount: added + around });
  return [head, ...lead.map(rowOf), ...block(old, '-'), ...block(now, '+'), ...trail.map(rowOf)].join('\n');
}

/** Differences beyond so many are not taken apart, and after so many comparisons the search is given up. */
const MOST_STEPS = 1000;
const MOST_COMPARED = 20_000_000;

/** Myers' shortest edit script: walks the diagonals, one more difference at each step, and then back along the best way. */
function script(oldLines: readonly string[], newLines: readonly string[]): Edit[] {
  const known = new Map<string, number>();
  const [old, now] = [oldLines, newLines].map((lines) => Int32Array.from(lines, (line) => numberOf(line, known)));
  const trace = old && now ? searched(old, now) : undefined;
  if (trace) return walkBack(trace, { old: oldLines, now: newLines });
  return [...oldLines.map((line): Edit => ({ sign: '-', line })), ...newLines.map((line): Edit => ({ sign: '+', line }))];
}

function numberOf(line: string, known: Map<string, number>): number {
  const number = known.get(line) ?? known.size;
  known.set(line, number);
  return number;
}

/** How far each diagonal reached, before each step; a diagonal's place is its number and the number of the step. */
function searched(old: Int32Array, now: Int32Array): Int32Array[] | undefined {
  const trace: Int32Array[] = [];
  const reach = new Int32Array(2 * MOST_STEPS + 3).fill(-1);
  const middle = MOST_STEPS + 1;
  reach[middle + 1] = 0;
  let compared = 0;
  for (let steps = 0; steps <= MOST_STEPS && compared < MOST_COMPARED; steps += 1) {
    trace.push(reach.slice(middle - steps - 1, middle + steps + 2));
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const below = reach[middle + diagonal - 1] ?? -1;
      const above = reach[middle + diagonal + 1] ?? -1;
      const from = goesDown({ diagonal, steps, below, above }) ? above : below + 1;
      let x = from;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      compared += x - from + 1;
      reach[middle + diagonal] = x;
      if (x >= old.length && x - diagonal >= now.length) return trace;
    }
  }
  return undefined;
}

type Fork = { diagonal: number; steps: number; below: number; above: number };

function goesDown({ diagonal, steps, below, above }: Fork): boolean {
  return diagonal === -steps || (diagonal !== steps && below < above);
}

function walkBack(trace: readonly Int32Array[], { old, now }: { old: readonly string[]; now: readonly string[] }): Edit[] {
  const edits: Edit[] = [];
  let x = old.length;
  let y = now.length;
  for (let steps = trace.length - 1; steps >= 0; steps -= 1) {
    const diagonal = x - y;
    const reach = trace[steps];
    const below = reach?.[diagonal + steps] ?? -1;
    const above = reach?.[diagonal + steps + 2] ?? -1;
    const isDown = goesDown({ diagonal, steps, below, above });
    const fromX = isDown ? above : below;
    const fromY = fromX - (isDown ? diagonal + 1 : diagonal - 1);
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      x -= 1;
      y -= 1;
      edits.push(same(old[x] ?? ''));
    }
    if (steps === 0) break;
    if (isDown) {
      y -= 1;
      edits.push({ sign: '+', line: now[y] ?? '' });
    } else {
      x -= 1;
      edits.push({ sign: '-', line: old[x] ?? '' });
    }
  }
  return edits.reverse();
}

/** Groups changes that are near each other, each group under its line numbers. */
function hunks(edits: readonly Edit[], skipped: number): string {
  const out: string[] = [];
  let oldLine = skipped + 1;
  let newLine = skipped + 1;
  for (let at = 0; at < edits.length; ) {
    let change = at;
    while (change < edits.length && edits[change]?.sign === ' ') change += 1;
    if (change === edits.length) break;
    const from = Math.max(at, change - AROUND);
    oldLine += from - at;
    newLine += from - at;
    const to = endOf(edits, change);
    const group = edits.slice(from, to);
    const [oldCount, newCount] = [group.length - countOf(group, '+'), group.length - countOf(group, '-')];
    out.push(headOf({ oldLine, newLine, oldCount, newCount }));
    for (const edit of group) out.push(rowOf(edit));
    oldLine += oldCount;
    newLine += newCount;
    at = to;
  }
  return out.join('\n');
}

function rowOf({ sign, line }: Edit): string {
  return sign + line;
}

type Head = { oldLine: number; newLine: number; oldCount: number; newCount: number };

/** Of nothing the number is that of the line before it. */
function headOf({ oldLine, newLine, oldCount, newCount }: Head): string {
  return `@@ -${oldCount === 0 ? oldLine - 1 : oldLine},${oldCount} +${newCount === 0 ? newLine - 1 : newLine},${newCount} @@`;
}

/** The end of a group: after its last change and the lines around it, where no other change is near. */
function endOf(edits: readonly Edit[], change: number): number {
  let last = change;
  for (let at = change; at < edits.length && at <= last + 2 * AROUND; at += 1) if (edits[at]?.sign !== ' ') last = at;
  return Math.min(edits.length, last + AROUND + 1);
}
