/** A terminal without the quirks of one maker: it folds long rows at a resize, as tmux and most others do, or it cuts them. */
import { displayWidth, graphemes } from '../../src/format/width.ts';

type Line = { cells: string[]; isFolded: boolean };

export type FoldingTerminal = {
  write(bytes: string): void;
  resize(columns: number, rows: number): void;
  /** All lines, those above the window first, folded ones put together again. */
  lines(): string[];
};

const blank = (): Line => ({ cells: [], isFolded: false });

export function createFoldingTerminal(options: {
  columns: number;
  rows: number;
  folds: boolean;
  answer(bytes: string): void;
}): FoldingTerminal {
  let { columns, rows } = options;
  let lines: Line[] = Array.from({ length: rows }, blank);
  /** The first line of the window. */
  let top = 0;
  let x = 0;
  let y = 0;
  let wraps = true;
  let rest = '';

  const line = (at = y): Line => {
    const found = lines[top + at];
    if (!found) throw new Error(`no line ${at} of ${rows}`);
    return found;
  };

  function feed(): void {
    if (y < rows - 1) y++;
    else {
      lines.push(blank());
      top++;
    }
  }

  function put(character: string): void {
    const width = displayWidth(character);
    if (width === 0) {
      const at = Math.max(0, x - 1);
      line().cells[at] += character;
      return;
    }
    if (x + width > columns) {
      if (wraps) {
        line().isFolded = true;
        feed();
        x = 0;
      } else x = columns - width;
    }
    const { cells } = line();
    while (cells.length < x) cells.push(' ');
    cells.splice(x, width, character, ...(width === 2 ? [''] : []));
    x += width;
  }

  function eraseLine(): void {
    if (x === 0) lines[top + y] = blank();
    else line().cells.length = Math.min(line().cells.length, x);
  }

  function control(parameters: string, final: string): void {
    const count = Number(parameters) || 1;
    x = Math.min(x, columns - 1);
    if (final === 'A') y = Math.max(0, y - count);
    else if (final === 'B') y = Math.min(rows - 1, y + count);
    else if (final === 'C') x = Math.min(columns - 1, x + count);
    else if (final === 'D') x = Math.max(0, x - count);
    else if (final === 'K') eraseLine();
    else if (final === 'J') {
      eraseLine();
      for (let at = y + 1; at < rows; at++) lines[top + at] = blank();
    } else if (final === 'n') options.answer(`\x1b[${y + 1};${x + 1}R`);
    else if (/^\?7[hl]$/.test(parameters + final)) wraps = final === 'h';
    else if (!/^\?(25|2026)[hl]$/.test(parameters + final)) throw new Error(`unknown: CSI ${parameters}${final}`);
  }

  function fold(width: number): void {
    let [cursorLine, cursorCell, base] = [0, 0, 0];
    const folded: Line[] = [];
    for (let at = 0; at < lines.length; ) {
      const cells: string[] = [];
      const from = at;
      for (;;) {
        const one = lines[at];
        if (at === top + y) {
          cursorLine = folded.length;
          cursorCell = cells.length + x;
          base = from;
        }
        cells.push(...(one?.cells ?? []));
        at++;
        if (!one?.isFolded || at >= lines.length) break;
      }
      while (cells.at(-1) === ' ') cells.pop();
      folded.push(...pieces(cells, width));
    }
    void base;
    // The cursor stays where it stood in its line.
    while (folded[cursorLine]?.isFolded && cursorCell >= (folded[cursorLine]?.cells.length ?? 0)) {
      cursorCell -= folded[cursorLine]?.cells.length ?? 0;
      cursorLine++;
    }
    while (folded.length < rows) folded.push(blank());
    lines = folded;
    top = folded.length - rows;
    x = Math.min(cursorCell, width - 1);
    y = Math.max(0, cursorLine - top);
  }

  function resizeRows(next: number): void {
    if (next < rows) {
      const below = Math.min(rows - next, rows - 1 - y);
      lines.splice(lines.length - below, below);
      const scrolled = rows - next - below;
      top += scrolled;
      y -= scrolled;
    } else {
      const back = Math.min(top, next - rows);
      top -= back;
      y += back;
      while (lines.length < top + next) lines.push(blank());
    }
    rows = next;
  }

  return {
    write(bytes) {
      rest += bytes;
      for (;;) {
        const sequence = /^\x1b\[([?>]?[\d;]*)([A-Za-z])/.exec(rest);
        if (sequence) {
          const [whole, parameters = '', final = ''] = sequence;
          rest = rest.slice(whole.length);
          control(parameters, final);
        } else if (rest === '' || rest.startsWith('\x1b')) return;
        else {
          const [text = ''] = /^[^\x1b]+/.exec(rest) ?? [];
          rest = rest.slice(text.length);
          for (const character of graphemes(text)) {
            // A line feed behind a carriage return is one grapheme.
            if (character.includes('\r')) x = 0;
            if (character.includes('\n')) feed();
            if (!/[\r\n]/.test(character)) put(character);
          }
        }
      }
    },
    resize(nextColumns, nextRows) {
      if (nextRows !== rows) resizeRows(nextRows);
      if (nextColumns !== columns && options.folds) fold(nextColumns);
      else if (nextColumns < columns) for (const one of lines) one.cells.length = Math.min(one.cells.length, nextColumns);
      columns = nextColumns;
      x = Math.min(x, columns - 1);
    },
    lines() {
      const whole: string[] = [];
      let isGoingOn = false;
      for (const { cells, isFolded } of lines) {
        const text = cells.join('');
        if (isGoingOn) whole[whole.length - 1] += text;
        else whole.push(text);
        isGoingOn = isFolded;
      }
      return whole.map((one) => one.trimEnd());
    },
  };
}

function pieces(cells: string[], width: number): Line[] {
  const folded: Line[] = [];
  for (let from = 0; from < cells.length; ) {
    let to = Math.min(cells.length, from + width);
    // Both halves of a wide character stay together.
    if (to < cells.length && cells[to] === '') to--;
    folded.push({ cells: cells.slice(from, to), isFolded: to < cells.length });
    from = to;
  }
  return folded.length === 0 ? [blank()] : folded;
}
