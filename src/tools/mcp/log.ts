/** The last lines that a server has written beside the protocol, for whoever asks what is wrong with it. */
import { stripVTControlCharacters } from 'node:util';

export type ServerLog = {
  push(text: string): void;
  /** The last lines, oldest first. */
  lines(): string[];
};

const MOST_LINES = 200;
const LONGEST_LINE = 2000;

export function createServerLog(): ServerLog {
  let lines: string[] = [];
  let open = '';
  const clean = (line: string) => stripVTControlCharacters(line).trimEnd();
  return {
    push(text) {
      const pieces = (open + text).split('\n');
      open = (pieces.pop() ?? '').slice(0, LONGEST_LINE);
      lines.push(
        ...pieces
          .slice(-MOST_LINES)
          .map((line) => clean(line.slice(0, LONGEST_LINE)))
          .filter((line) => line !== ''),
      );
      if (lines.length > 2 * MOST_LINES) lines = lines.slice(-MOST_LINES);
    },
    lines: () => [...lines, ...(clean(open) === '' ? [] : [clean(open)])].slice(-MOST_LINES),
  };
}
