/** Replies in plain lines: followed to their end, each line printed once when it is complete. */
import { asSottoError, type SottoError } from '../core/errors.ts';
import type { StreamEvent } from '../core/events.ts';
import type { MarkdownParsers } from '../format/markdown-parsers.ts';
import { PLAIN_THEME } from '../format/theme.ts';
import { followTurn } from './follow.ts';
import { openReplyView, type ReplyView } from './reply-view.ts';
import type { ChatWorld } from './world.ts';

export type LinearTurns = {
  /** Resolves at the end of the reply, however it ends. */
  follow(ask: (signal: AbortSignal) => AsyncIterable<StreamEvent>, label?: string): Promise<void>;
  isRunning(): boolean;
  /** Stops what is going on; what has come stays. */
  stop(): void;
  /** Prints what has come so far. */
  flush(): void;
  toggleReasoning(): boolean;
  resize(): void;
};

type LinearTurnPorts = {
  world: ChatWorld;
  parsers(): Promise<MarkdownParsers>;
  columns(): number;
  print(lines: readonly string[]): void;
  fail(error: SottoError): void;
};

export function createLinearTurns({ world, parsers, columns, print, fail }: LinearTurnPorts): LinearTurns {
  let running: { view: ReplyView; stop: AbortController } | undefined;
  let showReasoning = world.preferences.showReasoning;
  const flush = () => {
    if (running) print(running.view.frame().print);
  };

  return {
    /** Errors are events by then; what is thrown is a refusal before the turn began. */
    async follow(ask, label) {
      const stop = new AbortController();
      const view = openReplyView({
        columns: columns(),
        theme: PLAIN_THEME,
        parsers: parsers(),
        now: world.now,
        showReasoning,
        hyperlinks: false,
        linear: true,
        ...(label === undefined ? {} : { label }),
      });
      running = { view, stop };
      let failure: SottoError | undefined;
      try {
        const events = ask(AbortSignal.any([stop.signal, world.interrupted]));
        await followTurn(events, { view, draw: flush, onEvent: () => {}, now: world.now, wakeAfter: world.wakeAfter });
        await view.ready();
      } catch (thrown) {
        failure = asSottoError(thrown);
      }
      running = undefined;
      print(view.end());
      if (failure) fail(failure);
    },
    isRunning: () => running !== undefined,
    stop: () => running?.stop.abort(),
    flush,
    toggleReasoning() {
      running?.view.toggleReasoning();
      showReasoning = !showReasoning;
      return showReasoning;
    },
    resize: () => running?.view.resize(columns()),
  };
}
