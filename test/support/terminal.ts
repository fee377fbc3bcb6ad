/** Runs the real program in a real terminal: a pty, and a screen that is read as a person would see it. */
import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { builtProgram, environment } from './program.ts';

export type TerminalRun = {
  pty: IPty;
  /** The emulator behind it, for pictures. */
  screen: InstanceType<typeof headless.Terminal>;
  /** Every byte that reached the terminal. */
  raw(): string;
  /** What is seen, scrollback included, without trailing blank lines. */
  lines(): Promise<string[]>;
  /** Resolves when the text is on the screen. */
  shows(text: string): Promise<void>;
  /** What is seen in the window now, a line for each row. */
  window(): string[];
  /** Resolves when what is seen in the window is as wanted. */
  until(wanted: (rows: string[]) => boolean): Promise<void>;
  /** Where the cursor stands in the window. */
  cursor(): { x: number; y: number };
  resize(columns: number, rows: number): void;
  ended: Promise<{ code: number; signal: number | undefined }>;
};

export type TerminalOptions = {
  home: string;
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
  /** Lines that are kept above the window. */
  scrollback?: number;
  /** Runs a bash script instead: `$SOTTO` stands for the program. */
  script?: string;
};

export function openTerminal(args: readonly string[], options: TerminalOptions): TerminalRun {
  const { home, columns = 80, rows = 24, env = {}, scrollback = 10_000, script } = options;
  const screen = new headless.Terminal({ cols: columns, rows, scrollback, allowProposedApi: true });
  const launcher = builtProgram();
  const [file, argv]: [string, string[]] =
    script === undefined
      ? [process.execPath, [launcher, ...args]]
      : ['bash', ['--norc', '-c', script.replaceAll('$SOTTO', `'${process.execPath}' '${launcher}'`)]];
  const pty = spawn(file, argv, {
    cols: columns,
    rows,
    cwd: home,
    env: environment(home, { TERM: 'xterm-256color', ...env }),
    name: env.TERM ?? 'xterm-256color',
  });
  let raw = '';
  let isOpen = true;
  const watchers = new Set<() => void>();
  // A terminal answers what it is asked.
  screen.onData((answer) => {
    if (isOpen) pty.write(answer);
  });
  let unread = 0;
  pty.onData((data) => {
    raw += data;
    unread++;
    screen.write(data, () => {
      unread--;
      // What is half drawn is not looked at.
      if (unread === 0 && !isDrawing(raw)) for (const watcher of watchers) watcher();
    });
  });
  const ended = new Promise<{ code: number; signal: number | undefined }>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      isOpen = false;
      resolve({ code: exitCode, signal: signal === 0 ? undefined : signal });
    });
  });
  /** Fails when the program ends before. */
  function watch(isThere: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!isThere()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      void ended.then(() =>
        setTimeout(() => reject(new Error(`It ended without ${what} on the screen:\n${textOf(screen).join('\n')}`)), 200),
      );
    });
  }

  return {
    pty,
    screen,
    raw: () => raw,
    lines: () => new Promise((resolve) => screen.write('', () => resolve(textOf(screen)))),
    shows: (text) => watch(() => textOf(screen).join('\n').includes(text), `"${text}"`),
    window: () => windowOf(screen),
    until: (wanted) => watch(() => wanted(windowOf(screen)), 'what was waited for'),
    cursor: () => ({ x: screen.buffer.active.cursorX, y: screen.buffer.active.cursorY }),
    resize(nextColumns, nextRows) {
      screen.resize(nextColumns, nextRows);
      if (isOpen) pty.resize(nextColumns, nextRows);
    },
    ended,
  };
}

/** A drawing has begun that has not ended. */
function isDrawing(raw: string): boolean {
  const end = raw.slice(-LONGEST_DRAWING);
  return end.lastIndexOf('\u001b[?2026h') > end.lastIndexOf('\u001b[?2026l');
}

const LONGEST_DRAWING = 100_000;

function windowOf({ rows, buffer: { active } }: InstanceType<typeof headless.Terminal>): string[] {
  return Array.from({ length: rows }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '');
}

function textOf({ buffer: { active } }: InstanceType<typeof headless.Terminal>): string[] {
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
