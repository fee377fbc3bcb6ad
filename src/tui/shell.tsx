/** The terminal of the chat: Ink reads the keys, the stage has what is shown; finished lines go above the live region, once, in the same write. */
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { render } from 'ink';
import { ERASE_DOWN, WRAP_OFF, WRAP_ON } from '../format/drawing.ts';
import { createCursorReports } from './cursor-reports.ts';
import type { Typed } from './ink-keys.ts';
import { Keyboard } from './keyboard.tsx';
import type { Key } from './keys.ts';
import { reflowOf, reflowSaid, WHO_ARE_YOU } from './reflow.ts';
import { createScreenStream } from './screen-stream.ts';
import { Stage } from './stage.ts';
import type { Size } from './state.ts';
import { createTerminalInput } from './terminal-input.ts';
import { cursorIn, EMPTY_VIEW, rowsOf, type View } from './view.ts';

type ShellPorts = {
  /** What is shown first. */
  view: View;
  stdin: Readable & { setRawMode?(raw: boolean): unknown; ref?(): unknown; unref?(): unknown };
  stdout: Writable & { columns?: number; rows?: number };
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
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

/** Tell when the window is looked at. */
const FOCUS_ON = '\x1b[?1004h';
const FOCUS_OFF = '\x1b[?1004l';
export function openShell(ports: ShellPorts): Shell {
  const { stdin, stdout, env } = ports;
  let size = sizeOf(stdout);
  let { view } = ports;
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
  const write = (text: string): void => void stdout.write(text);
  const reports = createCursorReports(ports.wakeAfter);
  const stage = new Stage({ write, reports, now: ports.now, reflow: () => reflow, size });
  const screen = createScreenStream(write, size);
  const input = createTerminalInput({
    onFocus: ports.onFocus,
    onCursor: reports.take,
    isCursorAwaited: reports.isAwaited,
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

  write(WRAP_OFF + FOCUS_ON + WHO_ARE_YOU);
  void stage.measure();
  show(view);
  const app = render(<Keyboard onTyped={onTyped} onPaste={ports.onPaste} onReady={onReady} />, {
    // Ink asks for the streams of a terminal; these are what it uses of them.
    stdin: keys as unknown as NodeJS.ReadStream,
    stdout: screen as unknown as NodeJS.WriteStream,
    stderr: screen as unknown as NodeJS.WriteStream,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    isScreenReaderEnabled: false,
    // A drawing is written as it is, and there is nothing to draw: the screen is not Ink's to move about in.
    debug: true,
    kittyKeyboard: { mode: 'auto', flags: ['disambiguateEscapeCodes'] },
  });
  stdout.on('resize', onResize);
  stdout.on('error', ports.onClosed);

  function onReady(handOver: typeof lend): void {
    lend = handOver;
  }

  function onTyped(typed: readonly Typed[]): void {
    for (const one of typed) {
      if (one.type === 'key') ports.onKey(one.key);
      else ports.onPaste(one.text);
    }
  }

  function show(next: View): void {
    view = next;
    draw();
  }

  function draw(): void {
    if (isAway || isClosed) return;
    ports.lookAtSize();
    stage.draw({ rows: rowsOf(view), cursor: cursorIn(view) });
  }

  function onResize(): void {
    if (isAway || isClosed) return;
    takeSize();
    ports.onResize(size);
    draw();
  }

  function takeSize(): void {
    size = sizeOf(stdout);
    stage.resized(size);
  }

  function restore(): void {
    if (isClosed) return;
    isClosed = true;
    stdout.off('resize', onResize);
    stdin.off('data', onData);
    app.unmount();
    stage.leave();
    write(FOCUS_OFF + WRAP_ON);
    keys.setRawMode(false);
  }

  /** Resolves when nothing is asked of the terminal whose answer the next one at the keyboard would get. */
  async function rests(): Promise<void> {
    await stage.settled();
    await reports.settled();
  }

  async function suspend<Value>(action: () => Promise<Value>): Promise<Value> {
    const outcome = Promise.withResolvers<Value>();
    await rests();
    stage.clear();
    write(FOCUS_OFF + WRAP_ON);
    isAway = true;
    stdin.pause();
    await lend(async () => {
      await action().then(outcome.resolve, outcome.reject);
      isAway = false;
      if (isClosed) return;
      stdin.resume();
      write(FOCUS_ON + WRAP_OFF);
      takeSize();
      ports.onResize(size);
    });
    // What has waited meanwhile.
    draw();
    return outcome.promise;
  }

  return {
    size: () => size,
    print: (lines) => stage.print(lines),
    show,
    flush: draw,
    control: (sequence) => {
      if (!isClosed) write(sequence);
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
        write(query);
      });
    },
    suspend,
    stop: () => void suspend(ports.stopProcess),
    redraw() {
      stage.forget();
      write(ERASE_DOWN);
      draw();
    },
    restore,
    async close() {
      if (isClosed) return;
      await rests();
      show({ ...EMPTY_VIEW, live: view.live });
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
