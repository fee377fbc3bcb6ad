/** Words that agree with a number: the only place that makes a plural. */

/** "1 line", "2 lines", "0 matches" where the plural is not the usual one. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${nounOf(count, one, many)}`;
}

/** The noun or verb alone: "line" or "lines", "is" or "are". */
export function nounOf(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}
