/** Finds the lines of many texts that match, in a time that no expression can blow up. */
import { createContext, Script } from 'node:vm';

export type LineTest = { type: 'literal'; text: string; ignoreCase: boolean } | { type: 'expression'; expression: RegExp };

export type LineSearch = {
  /** For each text the numbers of its matching lines from 0 on; undefined where the expression took too long. */
  search(texts: readonly (readonly string[])[]): (number[] | undefined)[];
};

/** An expression as people write it for grep and ripgrep; throws SyntaxError. */
export function compileExpression(pattern: string, ignoreCase: boolean): RegExp {
  const [, inline = '', rest = pattern] = /^(\(\?i\))?([\s\S]*)$/.exec(pattern) ?? [];
  const flags = ignoreCase || inline !== '' ? 'i' : '';
  try {
    return new RegExp(rest, `${flags}u`);
  } catch {
    // Some habits (\- outside of a class) are an error only in the strict reading.
    return new RegExp(rest, flags);
  }
}

/** How long the thread is held up at most by an expression that backtracks without end, before the text is given up. */
const LIMIT_MS = 250;

export function createLineSearch(test: LineTest): LineSearch {
  if (test.type === 'literal') return { search: (texts) => texts.map((lines) => literalLines(lines, test)) };
  // The limit of node:vm stops a running expression, which nothing else on the same thread can do.
  const world = { texts: [] as readonly (readonly string[])[], found: [] as (number[] | undefined)[], at: 0, expression: test.expression };
  createContext(world);
  const script = new Script(SCAN);
  return {
    search(texts) {
      world.texts = texts;
      world.found = [];
      world.at = 0;
      while (world.at < texts.length) {
        try {
          script.runInContext(world, { timeout: LIMIT_MS });
        } catch (thrown) {
          if (!isTimeout(thrown)) throw thrown;
          world.found[world.at] = undefined;
          world.at += 1;
        }
      }
      // An array of the other world has that world's methods.
      return Array.from(texts, (_, index) => (world.found[index] ? Array.from(world.found[index]) : undefined));
    },
  };
}

/** Names of the world are looked up slowly: once for each text, not for each line. */
const SCAN = `(() => {
  const every = texts;
  const wanted = expression;
  for (; at < every.length; at += 1) {
    const lines = every[at];
    const hits = [];
    for (let index = 0; index < lines.length; index += 1) if (wanted.test(lines[index])) hits.push(index);
    found[at] = hits;
  }
})()`;

/** The error is one of the other world, so it is no `Error` of this one. */
function isTimeout(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

function literalLines(lines: readonly string[], { text, ignoreCase }: { text: string; ignoreCase: boolean }): number[] {
  const wanted = ignoreCase ? text.toLowerCase() : text;
  return lines.flatMap((line, index) => ((ignoreCase ? line.toLowerCase() : line).includes(wanted) ? [index] : []));
}
