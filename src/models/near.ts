/** Finds what was probably meant by a mistyped name. */

/** The candidates closest to a word, best first; none where nothing is close. */
export function nearest(word: string, candidates: Iterable<string>, max = 5): string[] {
  const wanted = word.toLowerCase();
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  const found: { candidate: string; distance: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const distance = closeness(wanted, candidate.toLowerCase(), allowed);
    if (distance <= allowed) found.push({ candidate, distance });
  }
  found.sort((a, b) => a.distance - b.distance || a.candidate.length - b.candidate.length || (a.candidate < b.candidate ? -1 : 1));
  return found.slice(0, max).map(({ candidate }) => candidate);
}

/** Small is close. A name that begins with the word, or holds it, is close however long it is. */
function closeness(wanted: string, candidate: string, allowed: number): number {
  if (wanted.length >= 3 && candidate.startsWith(wanted)) return Math.min(allowed, 0.5);
  const distance = Math.abs(wanted.length - candidate.length) > allowed ? Number.POSITIVE_INFINITY : editDistance(wanted, candidate);
  const bare = candidate.slice(candidate.lastIndexOf('/') + 1);
  const bareDistance = bare === candidate ? distance : Math.min(distance, editDistance(wanted, bare));
  if (bareDistance <= allowed) return bareDistance;
  return wanted.length >= 4 && candidate.includes(wanted) ? allowed : Number.POSITIVE_INFINITY;
}

/** Letters to add, drop, change or swap with their neighbour to make one of the other. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}
