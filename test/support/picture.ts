/** A terminal's window as a picture: SVG text, run by run, in the colours that the terminal was told. */
import type { IBufferCell, Terminal } from '@xterm/headless';

export type PictureOptions = {
  /** `light` is a white window. */
  background?: 'dark' | 'light';
  /** Above the window. */
  title?: string;
};

const CELL = { width: 8.4, height: 18 } as const;
const MARGIN = 14;
const TITLE_HEIGHT = 34;

export function pictureOf(screen: Terminal, { background = 'dark', title = '' }: PictureOptions = {}): string {
  const colors = COLORS[background];
  const width = round(screen.cols * CELL.width + 2 * MARGIN);
  const height = round(screen.rows * CELL.height + 2 * MARGIN + TITLE_HEIGHT);
  const body = Array.from({ length: screen.rows }, (_, row) => rowOf(screen, row, colors)).join('');
  const { cursorX, cursorY } = screen.buffer.active;
  const cursor = `<rect x="${x(cursorX)}" y="${y(cursorY) - 13.5}" width="${CELL.width}" height="${CELL.height}" fill="${colors.text}" opacity="0.5"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<rect width="100%" height="100%" rx="8" fill="${colors.window}"/>
<text x="${width / 2}" y="24" fill="${colors.dim}" text-anchor="middle" font-size="12">${escaped(title)}</text>
${cursor}
${body}</svg>
`;
}

type Colors = { window: string; text: string; dim: string; palette: readonly string[] };

const COLORS: Record<'dark' | 'light', Colors> = {
  dark: {
    window: '#1c1e26',
    text: '#d5d8da',
    dim: '#8a8f98',
    palette: [
      ...['#2e303e', '#e95678', '#29d398', '#fab795', '#26bbd9', '#ee64ac', '#59e1e3', '#d5d8da'],
      ...['#8a8f98', '#ec6a88', '#3fdaa4', '#fbc3a7', '#3fc4de', '#f075b5', '#6be4e6', '#ffffff'],
    ],
  },
  light: {
    window: '#ffffff',
    text: '#24292f',
    dim: '#57606a',
    palette: [
      ...['#24292f', '#cf222e', '#116329', '#7d4e00', '#0969da', '#8250df', '#1b7c83', '#6e7781'],
      ...['#57606a', '#a40e26', '#1a7f37', '#633c01', '#218bff', '#a475f9', '#3192aa', '#8c959f'],
    ],
  },
};

type Run = { text: string; from: number; columns: number; style: string };

function rowOf(screen: Terminal, row: number, colors: Colors): string {
  const { active } = screen.buffer;
  const line = active.getLine(active.baseY + row);
  if (!line) return '';
  const runs: Run[] = [];
  for (let column = 0; column < screen.cols; column++) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const text = cell.getChars() || ' ';
    const style = styleOf(cell, colors);
    const last = runs.at(-1);
    // A wide character is a run of its own: fonts disagree about how wide it is.
    if (last && last.style === style && cell.getWidth() === 1 && last.columns === last.text.length) {
      last.text += text;
      last.columns++;
    } else runs.push({ text, from: column, columns: cell.getWidth(), style });
  }
  return runs
    .filter(({ text }) => text.trim() !== '')
    .map(
      ({ text, from, columns, style }) =>
        `<text xml:space="preserve" x="${x(from)}" y="${y(row)}" textLength="${round(columns * CELL.width)}"${style}>${escaped(text)}</text>\n`,
    )
    .join('');
}

function styleOf(cell: IBufferCell, { text, dim, palette }: Colors): string {
  const index = cell.isFgPalette() ? cell.getFgColor() : undefined;
  const fill = cell.isFgRGB()
    ? `#${cell.getFgColor().toString(16).padStart(6, '0')}`
    : index !== undefined
      ? (palette[index] ?? text)
      : cell.isDim()
        ? dim
        : text;
  return [
    ` fill="${fill}"`,
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isItalic() ? ' font-style="italic"' : '',
    cell.isUnderline() ? ' text-decoration="underline"' : '',
  ].join('');
}

function x(column: number): number {
  return round(MARGIN + column * CELL.width);
}

function y(row: number): number {
  return TITLE_HEIGHT + MARGIN + row * CELL.height;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
