/** Terminals to resize: xterm.js, one that folds long rows as tmux does, and one that cuts them. */
import { Terminal } from '@xterm/headless';
import type { Reflow } from '../../../src/tui/reflow.ts';
import { createFoldingTerminal } from '../../support/folding-terminal.ts';

export type Emulator = {
  write(bytes: string): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Everything, scrollback included, wrapped lines put together again. */
  lines(): string[];
};

export type EmulatorOptions = { kind: Reflow; columns: number; rows: number; answer(bytes: string): void };

export function openEmulator({ kind, columns, rows, answer }: EmulatorOptions): Emulator {
  if (kind === 'xterm.js') return openXterm({ columns, rows, answer });
  const terminal = createFoldingTerminal({ columns, rows, folds: kind === 'moves', answer });
  return { ...terminal, write: async (bytes) => terminal.write(bytes) };
}

function openXterm({ columns, rows, answer }: Omit<EmulatorOptions, 'kind'>): Emulator {
  const terminal = new Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  terminal.onData(answer);
  return {
    write: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)),
    resize: (nextColumns, nextRows) => terminal.resize(nextColumns, nextRows),
    lines() {
      const { active } = terminal.buffer;
      const lines: string[] = [];
      for (let row = 0; row < active.length; row++) {
        const line = active.getLine(row);
        const text = line?.translateToString(false) ?? '';
        if (line?.isWrapped) lines[lines.length - 1] += text;
        else lines.push(text);
      }
      return lines.map((line) => line.trimEnd());
    },
  };
}
