// What a terminal shows of the bytes that were written to it, scrollback included, and how they treated it.

export const COLUMNS = 120;
export const ROWS = 40;
const SCROLLBACK = 1_000_000;
/** The window cleared or the scrollback, everything below its first corner, a reset, the other screen. */
const FULL_CLEARS = /\x1b\[[23]J|\x1b\[(?:1;1)?H\x1b\[0?J|\x1bc|\x1b\[\?(?:47|1047|1049)h/g;

/** Lines as they were written: rows that the terminal has broken are put together again. */
export async function linesOf(outputs) {
  const { default: headless } = await import('@xterm/headless');
  const screen = new headless.Terminal({ cols: COLUMNS, rows: ROWS, scrollback: SCROLLBACK, allowProposedApi: true });
  await new Promise((resolve) => screen.write(Buffer.concat(outputs.map(({ bytes }) => bytes)), resolve));
  const { active } = screen.buffer;
  const lines = [];
  for (let row = 0; row < active.length; row++) {
    const line = active.getLine(row);
    const text = line.translateToString(true);
    if (line.isWrapped) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  screen.dispose();
  return lines;
}

export function fullClears(bytes) {
  return bytes.toString('latin1').match(FULL_CLEARS)?.length ?? 0;
}
