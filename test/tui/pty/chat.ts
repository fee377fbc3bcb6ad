/** The real chat in a real terminal, with a server that answers by script. */
import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { asks, type MockServer, type Script } from '../../support/mock-server.ts';
import { openTerminal, type TerminalOptions, type TerminalRun } from '../../support/terminal.ts';

export type ChatRun = TerminalRun & {
  type(keys: string): void;
  /** Resolves when the row is in the window as it is given. */
  untilRow(row: string | RegExp): Promise<void>;
  /** Everything, wrapped rows put together again. */
  text(): Promise<string>;
};

export const KEYS = {
  enter: '\r',
  escape: '\u001b',
  backspace: '\x7f',
  left: '\u001b[D',
  up: '\u001b[A',
  ctrlC: '\x03',
  ctrlD: '\x04',
  ctrlZ: '\x1a',
};
export const paste = (text: string) => `\u001b[200~${text}\u001b[201~`;

/** Opens the chat and waits until it can be typed into. It is gone at the end of the test. */
export async function openChat(
  server: MockServer,
  { args = [], ...options }: TerminalOptions & { args?: readonly string[] },
): Promise<ChatRun> {
  const run = openTerminal(['chat', ...asks(server), ...args], options);
  const chat = watched(run);
  await chat.untilRow(options.env?.TERM === 'dumb' ? 'You:' : '>');
  return chat;
}

/** The same for a script of bash. */
export function openScript(script: string, options: TerminalOptions): ChatRun {
  return watched(openTerminal([], { ...options, script }));
}

function watched(run: TerminalRun): ChatRun {
  let isOver = false;
  void run.ended.then(() => {
    isOver = true;
  });
  onTestFinished(() => {
    if (!isOver) run.pty.kill('SIGKILL');
  });
  return {
    ...run,
    type: (keys) => run.pty.write(keys),
    untilRow: (wanted) =>
      run.until((rows) => rows.some((row) => (typeof wanted === 'string' ? row.trimEnd() === wanted : wanted.test(row)))),
    text: async () => (await run.lines()).join('\n'),
  };
}

/** An answer that is given piece by piece, when the test says so. */
export function byHand(): { script: Script; say(text: string): void; end(): void; left: Promise<void> } {
  let response: ServerResponse | undefined;
  const left = Promise.withResolvers<void>();
  const chunk = (delta: object, reason: string | null) =>
    `data: ${JSON.stringify({ id: 'c', created: 1, model: 'small', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  return {
    script(asked, to) {
      response = to;
      void asked.left.then(left.resolve);
      to.writeHead(200, { 'content-type': 'text/event-stream' });
      to.flushHeaders();
    },
    say: (text) => void response?.write(chunk({ content: text }, null)),
    end: () => void response?.end(`${chunk({}, 'stop')}data: [DONE]\n\n`),
    left: left.promise,
  };
}

/** Sequences that no chat of ours writes: clearing all of the screen or the scrollback, the other screen. */
export const FULL_CLEAR = /\u001b\[[23]J|\u001b\[\?(?:47|1047|1049)h|\u001bc/;

/** How often each of the numbered words is there, in the order of the text: `w0x w1x …`. */
export function numbered(text: string): number[] {
  return [...text.matchAll(/w(\d+)x/g)].map(([, number]) => Number(number));
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
