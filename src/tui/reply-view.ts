/** A reply on the screen while it streams: events go in, finished lines to print once and the few unfinished ones come out. */
import type { StreamEvent } from '../core/events.ts';
import type { MarkdownParsers } from '../format/markdown-parsers.ts';
import type { Theme } from '../format/theme.ts';
import { displayWidth, wrap } from '../format/width.ts';
import { PLAIN_PARSERS } from './reply-answer.ts';
import { createReplyWriter, QUIET_MS } from './reply-writer.ts';

export type ReplyViewOptions = {
  /** What a line may take: the window's columns less the one that stays free. */
  columns: number;
  theme: Theme;
  /** Text waits for them; until they are there everything else is shown. */
  parsers: MarkdownParsers | Promise<MarkdownParsers>;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  showReasoning: boolean;
  hyperlinks: boolean;
  /** For screen readers and dumb terminals: whole lines only, words instead of layout, nothing live. */
  linear: boolean;
  /** Stands behind the model: "on the side, not kept". */
  label?: string;
  /** Most live lines of text; tools may take up to twice as many. */
  maxLive?: number;
  /** Lines of a tool's output that are shown; 0: the outcome only, with their number. */
  toolLines?: number;
};

export type ReplyView = {
  /** Only collects: work in proportion to the event. */
  take(event: StreamEvent): void;
  /** What has become final since the last time, and what is unfinished now. */
  frame(): { print: string[]; live: string[] };
  resize(columns: number): void;
  /** The turn is over, however it went: what is still open, as printed lines. */
  end(): string[];
  /** Milliseconds until it looks different without an event; undefined: it does not. */
  nextWakeMs(): number | undefined;
  /** From now on what the model thinks is shown, or not. Thoughts that are over follow behind the text that is being written. */
  toggleReasoning(): void;
  /** Resolves when text can be rendered as markdown. `end` before that prints it plainer. */
  ready(): Promise<void>;
};

/** How soon to look again for parsers that are still loading. */
const LOADING_MS = 20;

export function openReplyView(options: ReplyViewOptions): ReplyView {
  const { now, linear, maxLive = 3, toolLines = 3 } = options;
  const writer = createReplyWriter({ ...options, maxLive, toolLines });
  let columns = options.columns;
  let parsers: MarkdownParsers | undefined;
  let loading: Promise<void> | undefined;
  let events: { event: StreamEvent; atMs: number }[] = [];
  let heardMs = now();
  let isSilenceTold = false;

  if (options.parsers instanceof Promise) {
    loading = options.parsers.then(
      (loaded) => {
        parsers = loaded;
      },
      () => {
        parsers = PLAIN_PARSERS;
      },
    );
  } else parsers = options.parsers;

  /** Stops at a piece of text that cannot be rendered yet: nothing overtakes it. */
  function drain(): void {
    let done = 0;
    for (const { event, atMs } of events) {
      if (!parsers && writer.needsParsers(event)) break;
      writer.write(event, { atMs, parsers: parsers ?? PLAIN_PARSERS });
      done++;
    }
    events = done === events.length ? [] : events.slice(done);
  }

  function silentMs(): number {
    return writer.isStreaming() ? now() - heardMs : 0;
  }

  /** Read aloud, it is said once. */
  function tellSilence(): void {
    if (isSilenceTold || silentMs() < QUIET_MS) return;
    isSilenceTold = true;
    writer.say(`Nothing for ${Math.floor(silentMs() / 1000)} s.`);
  }

  function live(): string[] {
    if (linear) return [];
    // A line that the window would break (it is very narrow, or there is an address in it) is shown by its end.
    return writer.live(now(), silentMs()).map((line) => (displayWidth(line) > columns ? (wrap(line, columns).at(-1) ?? '') : line));
  }

  return {
    take(event) {
      heardMs = now();
      isSilenceTold = false;
      const last = events.at(-1)?.event;
      // Pieces between two frames are rendered as one.
      if (event.type === 'part.delta' && last?.type === 'part.delta' && last.id === event.id) last.text += event.text;
      else if (event.type === 'part.delta') events.push({ event: { ...event }, atMs: 0 });
      else events.push({ event, atMs: now() });
    },
    frame() {
      drain();
      if (linear) tellSilence();
      return { print: writer.printed(), live: live() };
    },
    resize(to) {
      columns = to;
      writer.resize(to);
    },
    end() {
      parsers ??= PLAIN_PARSERS;
      drain();
      writer.end();
      return writer.printed();
    },
    nextWakeMs() {
      if (events.length > 0) return LOADING_MS;
      if (linear) return isSilenceTold || !writer.isStreaming() ? undefined : Math.max(1, QUIET_MS - silentMs());
      return writer.nextWakeMs(now(), silentMs());
    },
    toggleReasoning: writer.toggleReasoning,
    ready: async () => loading,
  };
}
