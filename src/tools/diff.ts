/** The difference of two texts by lines, as people read it from git. */

export type Diff = { text: string; added: number; removed: number };

/** Lines of context around each change. */
const AROUND = 3;
/** Differences beyond so many are not taken apart: the middle is then one change. */
const MOST_STEPS = 400;

export function diffLines(before: string, after: string): Diff {
  const old = linesOf(before);
  const now = linesOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const middle = script(old.slice(start, old.length - end), now.slice(start, now.length - end));
  const lead = old.slice(Math.max(0, start - AROUND), start);
  const trail = old.slice(old.length - end, old.length - end + AROUND);
  const edits = [...lead.map(same), ...middle, ...trail.map(same)];
  return {
    text: hunks(edits, start - lead.length),
    added: middle.filter((edit) => edit.sign === '+').length,
    removed: middle.filter((edit) => edit.sign === '-').length,
  };
}

type Edit = { sign: ' ' | '+' | '-'; line: string };

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop()}\n\\ No newline at end of file`);
  return lines;
}

function same(line: string): Edit {
  return { sign: ' ', line };
}

/** Myers' shortest edit script: walks the diagonals, one more difference at each step, and then back along the best way. */
function script(old: readonly string[], now: readonly string[]): Edit[] {
  const trace: Map<number, number>[] = [];
  const reach = new Map<number, number>([[1, 0]]);
  for (let steps = 0; steps <= MOST_STEPS; steps += 1) {
    trace.push(new Map(reach));
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const isDown = diagonal === -steps || (diagonal !== steps && far(reach, diagonal - 1) < far(reach, diagonal + 1));
      let x = isDown ? far(reach, diagonal + 1) : far(reach, diagonal - 1) + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      reach.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length) return walkBack(trace, { old, now });
    }
  }
  return [...old.map((line): Edit => ({ sign: '-', line })), ...now.map((line): Edit => ({ sign: '+', line }))];
}

function far(reach: ReadonlyMap<number, number>, diagonal: number): number {
  return reach.get(diagonal) ?? -1;
}

function walkBack(trace: readonly Map<number, number>[], { old, now }: { old: readonly string[]; now: readonly string[] }): Edit[] {
  const edits: Edit[] = [];
  let x = old.length;
  let y = now.length;
  for (let steps = trace.length - 1; steps >= 0; steps -= 1) {
    const reach = trace[steps] ?? new Map<number, number>();
    const diagonal = x - y;
    const isDown = diagonal === -steps || (diagonal !== steps && far(reach, diagonal - 1) < far(reach, diagonal + 1));
    const before = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = far(reach, before);
    const fromY = fromX - before;
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
    const change = edits.findIndex((edit, index) => index >= at && edit.sign !== ' ');
    if (change === -1) break;
    const from = Math.max(at, change - AROUND);
    oldLine += from - at;
    newLine += from - at;
    const to = endOf(edits, change);
    const group = edits.slice(from, to);
    const oldCount = group.filter((edit) => edit.sign !== '+').length;
    const newCount = group.filter((edit) => edit.sign !== '-').length;
    out.push(`@@ -${oldCount === 0 ? oldLine - 1 : oldLine},${oldCount} +${newCount === 0 ? newLine - 1 : newLine},${newCount} @@`);
    out.push(...group.map((edit) => edit.sign + edit.line));
    oldLine += oldCount;
    newLine += newCount;
    at = to;
  }
  return out.join('\n');
}

/** The end of a group: after its last change and the lines around it, where no other change is near. */
function endOf(edits: readonly Edit[], change: number): number {
  let last = change;
  for (let at = change; at < edits.length && at <= last + 2 * AROUND; at += 1) if (edits[at]?.sign !== ' ') last = at;
  return Math.min(edits.length, last + AROUND + 1);
}
