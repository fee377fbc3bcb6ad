/** The terminal of the chat: Ink draws the live region and reads the keys; finished lines go above it, once, in the same write. */
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { render } from 'ink';
import { cursorIn, Frame, rowsOf } from './frame.tsx';
import type { Typed } from './ink-keys.ts';
import type { Key } from './keys.ts';
import { ERASE_DOWN, eraseShown, type Reflow, reflowOf, reflowSaid, WHO_ARE_YOU } from './reflow.ts';
import { createScreenStream } from './screen-stream.ts';
import type { Size } from './state.ts';
import { createTerminalInput } from './terminal-input.ts';
import type { View } from './view.ts';

export type ShellPorts = {
  /** What is shown first. */
  view: View;
  stdin: Readable & { setRawMode?(raw: boolean): unknown; ref?(): unknown; unref?(): unknown };
  stdout: Writable & { columns?: number; rows?: number };
  env: Readonly<Record<string, string | undefined>>;
  wakeAfter(milliseconds: number, action: () => void): () => void;
  onKey(key: Key): void;
  onPaste(text: string): void;
  onFocus(focused: boolean): void;
  onResize(size: Size): void;
  /** The terminal is gone. */
  onClosed(): void;
  /** A new size of the window is told at once, if there is one. */
  lookAtSize(): void;
  /** Stops this process until it is called back; resolves then. */
  stopProcess(): Promise<void>;
};

export type Shell = {
  size(): Size;
  /** Finished lines; on the screen with the next drawing. */
  print(lines: readonly string[]): void;
  /** Draws what waits, and this below it. */
  show(view: View): void;
  /** Draws what waits above what is shown. */
  flush(): void;
  /** A sequence that neither writes nor moves the cursor. */
  control(sequence: string): void;
  /** Asks the terminal; undefined when no answer that fits came in time. */
  ask(query: string, pattern: RegExp, timeoutMs: number): Promise<string | undefined>;
  /** Hands the terminal over, for an editor; afterwards it is drawn again. */
  suspend<Value>(action: () => Promise<Value>): Promise<Value>;
  /** Ctrl+Z. */
  stop(): void;
  redraw(): void;
  /** Gives the terminal back at once, with what is shown still readable: for an end that nobody planned. */
  restore(): void;
  /** Takes the input and its surroundings away and gives the terminal back; what streams stays readable. */
  close(): Promise<void>;
};

const BEGIN_DRAWING = '\x1b[?2026h';
/** Tell when the window is looked at. */
const FOCUS_ON = '\x1b[?1004h';
const FOCUS_OFF = '\x1b[?1004l';
/**
 * Rows of the live region are never wrapped by the terminal: for a moment it may be narrower than its last message said, and a
 * row that took two lines would leave one behind with every drawing. Printed lines are.
 */
const WRAP_ON = '\x1b[?7h';
const WRAP_OFF = '\x1b[?7l';
const EMPTY: View = { live: [], panel: [], input: [], footer: [], cursor: undefined };

export function openShell(ports: ShellPorts): Shell {
  const { stdin, stdout, env } = ports;
  let size = sizeOf(stdout);
  let { view } = ports;
  /** What is on the screen: the view that Ink drew last. */
  let shown = EMPTY;
  let waiting: string[] = [];
  let reflow = reflowOf(env);
  let lend = (action: () => Promise<void>): Promise<void> => action();
  let isAway = false;
  let isClosed = false;
  const questions = new Set<{ pattern: RegExp; answer(found: string): void }>();

  const keys = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => void stdin.setRawMode?.(raw),
    ref: () => void stdin.ref?.(),
    unref: () => void stdin.unref?.(),
  });
  const screen = createScreenStream(stdout, size);
  const input = createTerminalInput({
    onFocus: ports.onFocus,
    onAnswer(found) {
      reflow = reflowSaid(found) ?? reflow;
      for (const question of questions) if (question.pattern.test(found)) question.answer(found);
    },
  });

  let isFirst = true;
  const onData = (chunk: string | Buffer): void => {
    const read = String(chunk);
    // What was typed before the terminal was in raw mode has another end of line for the same key.
    const typed = input.push(isFirst && /^[^\x1b]{2,}$/.test(read) ? read.replaceAll('\n', '\r') : read);
    isFirst = false;
    if (typed !== '') keys.write(typed);
  };
  stdin.setEncoding('utf8');
  // Before the first drawing, which invites to type: what came earlier would be echoed, and its Enter be a line end.
  stdin.setRawMode?.(true);
  stdin.on('data', onData);
  stdin.on('end', ports.onClosed);
  stdin.on('error', ports.onClosed);

  const app = render(element(), {
    // Ink asks for the streams of a terminal; these are what it uses of them.
    stdin: keys as unknown as NodeJS.ReadStream,
    stdout: screen.stream as unknown as NodeJS.WriteStream,
    stderr: screen.stream as unknown as NodeJS.WriteStream,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    incrementalRendering: true,
    isScreenReaderEnabled: false,
    // How often is decided by whoever shows something.
    maxFps: 1000,
    onRender() {
      shown = view;
    },
    kittyKeyboard: { mode: 'auto', flags: ['disambiguateEscapeCodes'] },
  });
  screen.write(WRAP_OFF + FOCUS_ON + WHO_ARE_YOU);
  stdout.on('resize', onResize);
  stdout.on('error', ports.onClosed);

  function element() {
    return <Frame view={view} onTyped={onTyped} onPaste={ports.onPaste} onReady={onReady} />;
  }

  function onReady(handOver: typeof lend): void {
    lend = handOver;
  }

  function onTyped(typed: readonly Typed[]): void {
    for (const one of typed) {
      if (one.type === 'key') ports.onKey(one.key);
      else ports.onPaste(one.text);
    }
  }

  /** What Ink has drawn goes, the lines take its place, and Ink draws below them: one write. */
  function draw(): void {
    if (isAway || isClosed) return;
    ports.lookAtSize();
    screen.hold();
    if (waiting.length > 0) {
      screen.write(BEGIN_DRAWING);
      erase('cuts');
      screen.write(`${WRAP_ON}${waiting.join('\n')}\n${WRAP_OFF}`);
      waiting = [];
    }
    app.rerender(element());
    screen.release();
  }

  function onResize(): void {
    if (isAway || isClosed) return;
    screen.hold();
    const { rows } = size;
    takeSize();
    erase(reflow, Math.max(0, rows - size.rows));
    ports.onResize(size);
    draw();
    screen.release();
  }

  function takeSize(): void {
    size = sizeOf(stdout);
    // What Ink draws at this would be for the old view.
    screen.mute(() => screen.resize(size));
  }

  /** What is shown goes from the screen, and Ink learns of it. `how`: what became of it since it was drawn, by how many rows the window shrank. */
  function erase(how: Reflow, rowsLost = 0): void {
    screen.write(eraseShown({ rows: rowsOf(shown), cursor: cursorIn(shown), columns: size.columns, rowsLost, reflow: how }));
    forgetShown();
  }

  function forgetShown(): void {
    screen.mute(() => app.clear());
    shown = EMPTY;
  }

  function restore(): void {
    if (isClosed) return;
    isClosed = true;
    stdout.off('resize', onResize);
    stdin.off('data', onData);
    app.unmount();
    screen.write(FOCUS_OFF + WRAP_ON);
    keys.setRawMode(false);
  }

  async function suspend<Value>(action: () => Promise<Value>): Promise<Value> {
    const outcome = Promise.withResolvers<Value>();
    erase('cuts');
    screen.write(FOCUS_OFF + WRAP_ON);
    isAway = true;
    stdin.pause();
    await lend(async () => {
      await action().then(outcome.resolve, outcome.reject);
      isAway = false;
      if (isClosed) return;
      stdin.resume();
      screen.write(FOCUS_ON + WRAP_OFF);
      takeSize();
      ports.onResize(size);
    });
    // What has waited meanwhile.
    draw();
    return outcome.promise;
  }

  return {
    size: () => size,
    print(lines) {
      // One by one: so many arguments as a long change has lines have no room on the stack.
      for (const line of lines) waiting.push(line);
    },
    show(next) {
      view = next;
      draw();
    },
    flush: draw,
    control: (sequence) => {
      if (!isClosed) screen.write(sequence);
    },
    ask(query, pattern, timeoutMs) {
      return new Promise((resolve) => {
        const question = { pattern, answer: (found: string) => settle(found) };
        const giveUp = ports.wakeAfter(timeoutMs, () => settle(undefined));
        const settle = (found: string | undefined): void => {
          questions.delete(question);
          giveUp();
          resolve(found);
        };
        questions.add(question);
        screen.write(query);
      });
    },
    suspend,
    stop: () => void suspend(ports.stopProcess),
    redraw() {
      forgetShown();
      screen.write(ERASE_DOWN);
      draw();
    },
    restore,
    async close() {
      if (isClosed) return;
      view = { ...EMPTY, live: view.live };
      draw();
      restore();
      await app.waitUntilExit();
      stdin.pause();
      stdin.unref?.();
    },
  };
}

/** A terminal that does not know its size is taken for an ordinary one. */
export function sizeOf({ columns, rows }: { columns?: number; rows?: number }): Size {
  return { columns: columns || 80, rows: rows || 24 };
}
