/** Plain text laid out while it arrives, in one color: what a model thinks. Every character is laid out once. */
import { cloneFlow, createFlow, endFlow, fillFlow, type Line, paintLine, resizeFlow, type Style } from '../format/markdown-layout.ts';
import { createSafeStream } from '../format/safety.ts';
import type { Role, Theme } from '../format/theme.ts';
import { displayWidth, expandTabs, graphemes } from '../format/width.ts';

export type Prose = {
  /** Gives the lines that are final. */
  push(text: string): string[];
  /** The line that is still open. */
  tail(): string[];
  end(): string[];
  resize(columns: number): string[];
};

type ProseOptions = {
  columns: number;
  theme: Theme;
  role?: Role | undefined;
  /** Stands before each line, for as long as the window has room for it. */
  edge?: Edge;
};

type Edge = (columns: number) => string;

/** The bar beside what is not the answer itself; none where text is read aloud, or the window has room for words only. */
export function barEdge({ theme, linear }: { theme: Theme; linear: boolean }): Edge {
  return (columns) => (linear || columns < ROOMY ? '' : `${theme.paint('rule', theme.glyphs.bar)} `);
}

/** Below this, columns are for words. */
const ROOMY = 24;

export function createProse({ columns, theme, role, edge = () => '' }: ProseOptions): Prose {
  const style: Style = { roles: role === undefined ? [] : [role], verbatim: true };
  let before = edge(columns);
  const flow = createFlow(columns - displayWidth(before));
  const source = createSafeStream();
  let lines: string[] = [];
  const painted = (line: Line): string => {
    const text = paintLine(line, theme);
    return text === '' ? before.trimEnd() : before + text;
  };
  const out = (line: Line): void => void lines.push(painted(line));
  const taken = (): string[] => {
    const done = lines;
    lines = [];
    return done;
  };
  /** The end of the text, as far as it may still become something else with what follows. */
  let held = '';
  const runs = (text: string) => (text === '' ? [] : [{ text, style }]);
  return {
    push(text) {
      // Where a tab stands is not known of a text in pieces.
      const all = held + source.push(text).replaceAll('\t', TAB);
      const end = settledLength(all);
      held = all.slice(end).slice(0, LONGEST_HELD);
      fillFlow(flow, runs(all.slice(0, end)), out);
      return taken();
    },
    tail() {
      const open: string[] = [];
      const show = (line: Line): void => void open.push(painted(line));
      const copy = cloneFlow(flow);
      fillFlow(copy, runs(held), show);
      endFlow(copy, show);
      return open;
    },
    end() {
      fillFlow(flow, runs(held + source.end()), out);
      held = '';
      endFlow(flow, out);
      return taken();
    },
    resize(to) {
      before = edge(to);
      resizeFlow(flow, to - displayWidth(before), out);
      return taken();
    },
  };
}

const TAB = '    ';
/** More spaces than a line has columns are like as many; more than this is no character. */
const LONGEST_HELD = 1000;

/** Without the spaces at the end, which may become more, and without the last character, which may go on. */
function settledLength(text: string): number {
  if (text.endsWith('\n')) return text.length;
  if (text.endsWith(' ')) return text.length - (/ +$/.exec(text.slice(-LONGEST_HELD))?.[0].length ?? 0);
  const from = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n'), text.length - LONGEST_HELD) + 1;
  const last = graphemes(text.slice(from)).at(-1) ?? '';
  return last.length >= LONGEST_HELD - 1 ? text.length : text.length - last.length;
}

/** The first lines of a text, and how many of its own lines are left; looks no further than it must. */
export function firstRows(
  text: string,
  { rows, columns, theme, role }: { rows: number; columns: number; theme: Theme; role?: Role | undefined },
): {
  lines: string[];
  more: number;
} {
  const source = text.trimEnd();
  if (source === '') return { lines: [], more: 0 };
  const lines: string[] = [];
  let from = 0;
  let isCut = false;
  while (from <= source.length && lines.length < rows && !isCut) {
    const at = source.indexOf('\n', from);
    const end = at < 0 ? source.length : at;
    // A line of megabytes is looked at as far as it can be shown.
    const last = Math.min(end, from + columns * (rows - lines.length + 1) * 2);
    const piece = expandTabs(source.slice(from, last));
    isCut = last < end;
    const prose = createProse({ columns, theme, role });
    const laidOut = [...prose.push(piece), ...prose.end()];
    lines.push(...(laidOut.length === 0 ? [''] : laidOut));
    from = end + 1;
  }
  isCut ||= lines.length > rows;
  return { lines: lines.slice(0, rows), more: (from <= source.length ? countLines(source, from) : 0) + (isCut ? 1 : 0) };
}

function countLines(text: string, from: number): number {
  let count = 1;
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
