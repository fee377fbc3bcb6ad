/** Lines from the keyboard without an escape sequence: typed characters are echoed, a key takes the last one away, Enter ends. */
import type { Readable } from 'node:stream';
import { safeText } from '../format/safety.ts';
import { displayWidth, graphemes } from '../format/width.ts';

type LinearInputPorts = {
  stdin: Readable & { setRawMode?(raw: boolean): unknown };
  write(text: string): void;
  /** Ctrl+C, but where it calls off a `fresh` question; `isEmpty`: there was nothing typed that it could take away. */
  onInterrupt(isEmpty: boolean): void;
  /** Ctrl+D on an empty line, but where it calls off a `fresh` question; or the keyboard is gone. */
  onEnd(): void;
  /** Ctrl+Z. */
  onStop(): void;
};

export type LinearInput = {
  /**
   * Resolves with the line; undefined: it was called off. `fresh`: what was typed before the question is no answer to it, and
   * comes back afterwards. `isSecret`: nothing is echoed.
   */
  read(question: string, options?: { fresh?: boolean; isSecret?: boolean }): Promise<string | undefined>;
  /** Calls off the fresh question that is open. */
  cancel(): void;
  /** Calls off all of them. */
  release(): void;
  /** Prints above the question that is open; it is asked again below. */
  print(text: string): void;
  /** What is typed echoes nothing that is not typed: false where the terminal itself shows the keys. */
  readonly canHide: boolean;
  /** The terminal is somebody else's meanwhile. */
  suspend<Value>(work: () => Promise<Value>): Promise<Value>;
  close(): void;
};

type Question = {
  text: string;
  isSecret: boolean;
  resolve(line: string | undefined): void;
  /** What a fresh question found, and puts back. */
  aside: { typed: string; lines: string[]; question: Question | undefined } | undefined;
};

export function openLinearInput(ports: LinearInputPorts): LinearInput {
  const { stdin, write } = ports;
  const canHide = stdin.setRawMode !== undefined;
  const decoder = new TextDecoder();
  let typed = '';
  /** Whole lines that nobody has asked for yet. */
  let lines: string[] = [];
  let question: Question | undefined;
  let isEnded = false;
  let unfinished = '';

  const echo = (text: string) => {
    if (question && !question.isSecret && canHide) write(text.replaceAll('\n', '\r\n'));
  };

  function answer(line: string | undefined): void {
    const asked = question;
    if (!asked) return;
    question = undefined;
    if (canHide || line === undefined) write('\n');
    if (asked.aside) ({ typed, lines, question } = asked.aside);
    if (question) write(question.text);
    echo(typed);
    asked.resolve(line);
  }

  function release(): void {
    while (question) answer(undefined);
  }

  function enter(): void {
    const line = typed;
    typed = '';
    if (question) answer(line);
    else lines.push(line);
  }

  function add(text: string): void {
    typed += text;
    echo(text);
  }

  function erase(from: number): void {
    const gone = typed.slice(from);
    typed = typed.slice(0, from);
    // As the terminal itself would do it. What is on a line above stays, to the eye only.
    echo('\b \b'.repeat(displayWidth(gone.slice(gone.lastIndexOf('\n') + 1))));
  }

  const keys: Readonly<Record<string, () => void>> = {
    '\r': enter,
    '\n': enter,
    '\x7f': () => erase(typed.length - (graphemes(typed).at(-1)?.length ?? 0)),
    '\b': () => erase(typed.length - (graphemes(typed).at(-1)?.length ?? 0)),
    '\x15': () => erase(0),
    '\x17': () => erase(typed.replace(/\S*\s*$/, '').length),
    '\x03': () => {
      if (question?.aside) return answer(undefined);
      const isEmpty = typed === '' && lines.length === 0;
      typed = '';
      lines = [];
      ports.onInterrupt(isEmpty);
    },
    '\x04': () => {
      if (typed !== '') return;
      if (question?.aside) return answer(undefined);
      ports.onEnd();
    },
    '\x1a': ports.onStop,
  };

  /** A paste never sends: in text of several lines only a person's own Enter ends it. */
  function take(text: string): void {
    const isPaste = /[\r\n][\s\S]*[^\r\n]/.test(text) || /(?:\r\n?|\n)[\r\n]/.test(text.replaceAll('\r\n', '\n'));
    if (isPaste) {
      add(safeText(text).replace(/\n+$/, ''));
      return;
    }
    for (const { segment } of SEGMENTER.segment(text)) {
      const key = segment === '\r\n' ? '\r' : segment;
      const press = keys[key];
      if (press) press();
      else if (key === '\t' || !/^\p{Cc}/u.test(key)) add(key === '\t' ? ' ' : safeText(key));
    }
  }

  /** Arrows and other keys of several characters have nothing to do here. */
  function onData(chunk: Buffer | string): void {
    const text = unfinished + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
    unfinished = UNFINISHED_KEY.exec(text)?.[0] ?? '';
    take(text.slice(0, text.length - unfinished.length).replaceAll(KEY, ''));
  }

  function onGone(): void {
    if (isEnded) return;
    isEnded = true;
    release();
    ports.onEnd();
  }

  function attach(): void {
    stdin.setRawMode?.(true);
    stdin.on('data', onData).on('end', onGone).on('close', onGone).resume();
  }

  function detach(): void {
    stdin.off('data', onData).off('end', onGone).off('close', onGone).pause();
    stdin.setRawMode?.(false);
  }

  stdin.on('error', onGone);
  attach();
  return {
    read(text, { fresh = false, isSecret = false } = {}) {
      if (isEnded) return Promise.resolve(undefined);
      const aside = fresh ? { typed, lines, question } : undefined;
      if (question) write('\n');
      if (fresh) {
        typed = '';
        lines = [];
      }
      const ready = lines.shift();
      write(text);
      return new Promise((resolve) => {
        question = { text, isSecret, resolve, aside };
        if (ready !== undefined) {
          echo(ready);
          answer(ready);
        } else echo(typed);
      });
    },
    cancel() {
      if (question?.aside) answer(undefined);
    },
    release,
    print(text) {
      write(question ? `\n${text}${question.text}` : text);
      echo(typed);
    },
    canHide,
    async suspend(work) {
      detach();
      try {
        return await work();
      } finally {
        if (!isEnded) attach();
      }
    },
    close() {
      isEnded = true;
      release();
      detach();
    },
  };
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Sequences of keys, also the marks around a paste. */
const KEY = /\x1b(?:\[[\d;?]*[ -/]*[@-~]|O[@-~]|[^\x1b[O])?/g;
const UNFINISHED_KEY = /\x1b\[[\d;?]*$/;
