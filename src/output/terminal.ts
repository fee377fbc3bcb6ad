/** The answer rendered on a terminal as it streams: finished lines are printed once, only the unfinished rest is redrawn. */
import type { StreamEvent } from '../core/events.ts';
import type { Citation } from '../core/messages.ts';
import { safeLine } from '../format/safety.ts';
import type { Theme } from '../format/theme.ts';
import type { Consumer } from './consumer.ts';
import { createLiveRows } from './live-rows.ts';
import { createSilence } from './silence.ts';
import type { Writer } from './writer.ts';

/** What `format/markdown.ts` offers: lines that are final, and the current look of the unfinished rest. */
type Renderer = { push(text: string): Frame; end(): Frame; resize(columns: number): Frame };
type Frame = { commit: string[]; tail: string[] };

type TerminalOptions = {
  createRenderer: (columns: number) => Renderer;
  /** The room there is now for the text. */
  columns: () => number;
  theme: Theme;
  /** False: only finished lines are written, nothing is ever redrawn (pipes, dumb terminals). */
  redraw: boolean;
  streamed: boolean;
  /** Runs the action when the process ends by itself; returns how to call it off. */
  beforeExit: (action: () => void) => () => void;
  /** Runs the first one when Ctrl+Z stops the process, the second when it is called back; returns how to call it off. */
  aroundStop: (stop: () => void, back: () => void) => () => void;
};

/** A screen is not read faster than this. */
const FRAME_MS = 33;

export function terminalOutput(writer: Writer, options: TerminalOptions): Consumer {
  const { createRenderer, theme, redraw, streamed } = options;
  let columns = options.columns();
  let renderer = createRenderer(columns);
  let pending = '';
  const live = createLiveRows(writer);
  let timer: NodeJS.Timeout | undefined;
  const lengths = new Map<string, number>();
  /** Where nothing is streamed, what parts that have not ended said so far: their ends are the truth. */
  const unended = new Map<string, string>();
  const citations: Citation[] = [];
  let printed = false;
  /** A blank line is due before more text: an earlier reply of the turn stands above. */
  let gap = false;
  let waiting: NodeJS.Timeout | undefined;
  let waitedSeconds = 0;
  let doing = 'waiting';
  /** What of the tail is the answer's. */
  let unfinished: string[] = [];
  const forget = redraw ? [options.beforeExit(live.leave), options.aroundStop(live.clear, () => showTail(unfinished))] : [];
  const silence = createSilence((seconds) => showTail([...unfinished, theme.paint('dim', `nothing for ${seconds} s`)]));

  function add(text: string): void {
    pending += text;
    if (!streamed || timer || text === '') return;
    timer = setTimeout(paint, printed ? FRAME_MS : 0);
  }

  function paint(): void {
    clearTimeout(timer);
    timer = undefined;
    if (pending === '') return;
    const text = pending;
    pending = '';
    const laidOut = adaptWidth();
    const frame = renderer.push(text);
    draw({ commit: [...laidOut, ...frame.commit], tail: frame.tail });
  }

  /** The window was made wider or narrower: gives the lines that are final because of it. */
  function adaptWidth(): string[] {
    const now = options.columns();
    if (now === columns) return [];
    columns = now;
    return renderer.resize(columns).commit;
  }

  /** A model may think for a minute before its first word: somebody who looks at an empty line wants to know that it lives. */
  function beginWaiting(): void {
    clearInterval(waiting);
    if (!redraw || printed) return;
    waitedSeconds = 0;
    doing = 'waiting';
    waiting = setInterval(() => {
      showTail([theme.paint('dim', `${doing} ${++waitedSeconds} s`)]);
    }, 1000);
    waiting.unref();
  }

  function showTail(lines: string[]): void {
    live.draw([], lines);
  }

  /** What has begun and then stands still is as doubtful as an empty line. */
  function listen(): void {
    if (redraw && streamed && printed && silence.heard()) showTail(unfinished);
  }

  function draw(frame: Frame): void {
    const shown = redraw ? frame.tail : [];
    unfinished = shown;
    const hasText = frame.commit.length > 0 || shown.length > 0;
    if (hasText && !printed) {
      printed = true;
      listen();
    }
    clearInterval(waiting);
    const finished = gap && hasText ? ['', ...frame.commit] : frame.commit;
    gap &&= !hasText;
    if (redraw) live.draw(finished, shown);
    else writer.write(finished.map((line) => `${line}\n`).join(''));
  }

  function finish(): void {
    clearInterval(waiting);
    for (const text of unended.values()) add(text);
    unended.clear();
    paint();
    draw(renderer.end());
    silence.stop();
    const sources = sourceLines(citations, theme);
    if (sources.length > 0) writer.write(`\n${sources.join('\n')}\n`);
  }

  return {
    take(event: StreamEvent) {
      listen();
      switch (event.type) {
        case 'request.start':
          silence.stop();
          // An attempt that had begun stays on the screen; the next one begins below it.
          clearTimeout(timer);
          timer = undefined;
          pending = '';
          if (streamed && printed) draw(renderer.end());
          renderer = createRenderer(columns);
          lengths.clear();
          unended.clear();
          citations.length = 0;
          beginWaiting();
          return undefined;
        case 'part.start':
          if (event.kind === 'text') lengths.set(event.id, 0);
          if (event.kind === 'reasoning') doing = 'thinking';
          return undefined;
        case 'part.delta': {
          const length = lengths.get(event.id);
          if (length === undefined) return undefined;
          if (!streamed) {
            unended.set(event.id, (unended.get(event.id) ?? '') + event.text);
            return undefined;
          }
          lengths.set(event.id, length + event.text.length);
          add(event.text);
          return undefined;
        }
        case 'part.end': {
          const length = lengths.get(event.id);
          unended.delete(event.id);
          if (length === undefined || event.part.type !== 'text') return undefined;
          // What was no answer after all stands there already: the answer begins as a block of its own.
          add(length > 0 && event.part.text === '' ? '\n\n' : event.part.text.slice(length));
          citations.push(...(event.part.citations ?? []));
          return undefined;
        }
        case 'step.end':
          finish();
          gap ||= printed;
          printed = false;
          renderer = createRenderer(columns);
          return writer.ready();
        case 'turn.end':
          finish();
          for (const one of forget) one();
          return writer.ready();
        default:
          event.type satisfies
            | 'context'
            | 'usage'
            | 'notice'
            | 'finish'
            | 'retry'
            | 'turn.start'
            | 'message'
            | 'tool.approval'
            | 'tool.start'
            | 'tool.progress'
            | 'tool.end';
          return undefined;
      }
    },
    aside: live.aside,
  };
}

function sourceLines(citations: Citation[], theme: Theme): string[] {
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const { url, title } of citations) {
    const key = url ?? title ?? '';
    if (key === '' || seen.has(key)) continue;
    seen.add(key);
    lines.push(
      theme.paint(
        'dim',
        `[${seen.size}] ${[title, url]
          .filter(Boolean)
          .map((text) => safeLine(text ?? ''))
          .join(' ')}`,
      ),
    );
  }
  return lines;
}
