/** Runs the real program in a real terminal: a pty, and a screen that is read as a person would see it. */
import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { builtProgram, environment } from './program.ts';

export type TerminalRun = {
  pty: IPty;
  /** Every byte that reached the terminal. */
  raw(): string;
  /** What is seen, scrollback included, without trailing blank lines. */
  lines(): Promise<string[]>;
  /** Resolves when the text is on the screen. */
  shows(text: string): Promise<void>;
  resize(columns: number, rows: number): void;
  ended: Promise<{ code: number; signal: number | undefined }>;
};

export type TerminalOptions = { home: string; columns?: number; rows?: number; env?: Record<string, string> };

export function openTerminal(args: readonly string[], { home, columns = 80, rows = 24, env = {} }: TerminalOptions): TerminalRun {
  const screen = new headless.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const pty = spawn(process.execPath, [builtProgram(), ...args], {
    cols: columns,
    rows,
    cwd: home,
    env: environment(home, { TERM: 'xterm-256color', ...env }),
    name: env.TERM ?? 'xterm-256color',
  });
  let raw = '';
  let isOpen = true;
  const watchers = new Set<() => void>();
  pty.onData((data) => {
    raw += data;
    screen.write(data, () => {
      for (const watcher of watchers) watcher();
    });
  });
  const ended = new Promise<{ code: number; signal: number | undefined }>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      isOpen = false;
      resolve({ code: exitCode, signal: signal === 0 ? undefined : signal });
    });
  });
  return {
    pty,
    raw: () => raw,
    lines: () => new Promise((resolve) => screen.write('', () => resolve(textOf(screen)))),
    shows(text) {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!textOf(screen).join('\n').includes(text)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
        void ended.then(() =>
          setTimeout(() => reject(new Error(`It ended without "${text}" on the screen:\n${textOf(screen).join('\n')}`)), 200),
        );
      });
    },
    resize(nextColumns, nextRows) {
      screen.resize(nextColumns, nextRows);
      if (isOpen) pty.resize(nextColumns, nextRows);
    },
    ended,
  };
}

function textOf({ buffer: { active } }: InstanceType<typeof headless.Terminal>): string[] {
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
