/** The answer rendered on a terminal as it streams: finished lines are printed once, only the unfinished rest is redrawn. */
import type { StreamEvent } from '../core/events.ts';
import type { Citation } from '../core/messages.ts';
import { safeLine } from '../format/safety.ts';
import type { Theme } from '../format/theme.ts';
import { displayWidth } from '../format/width.ts';
import type { Consumer } from './consumer.ts';
import { createSilence } from './silence.ts';
import type { Writer } from './writer.ts';

/** What `format/markdown.ts` offers: lines that are final, and the current look of the unfinished rest. */
export type Renderer = { push(text: string): Frame; end(): Frame; resize(columns: number): Frame };
type Frame = { commit: string[]; tail: string[] };

export type TerminalOptions = {
  createRenderer: (columns: number) => Renderer;
  /** The room there is now: for the text, and on the whole screen. */
  room: () => { columns: number; screenColumns: number };
  theme: Theme;
  /** False: only finished lines are written, nothing is ever redrawn (pipes, dumb terminals). */
  redraw: boolean;
  streamed: boolean;
};

/** A screen is not read faster than this. */
const FRAME_MS = 33;

export function terminalOutput(writer: Writer, { createRenderer, room, theme, redraw, streamed }: TerminalOptions): Consumer {
  let { columns } = room();
  let renderer = createRenderer(columns);
  let pending = '';
  let tail: string[] = [];
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
    const now = room().columns;
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
    writer.write(`${erasure()}${lines.join('\n')}`);
    tail = lines;
  }

  /** What has begun and then stands still is as doubtful as an empty line. */
  function listen(): void {
    if (redraw && streamed && printed && silence.heard()) showTail(unfinished);
  }

  function draw(frame: Frame): void {
    const shown = redraw ? frame.tail : [];
    unfinished = shown;
    if (frame.commit.length === 0 && shown.length === 0 && tail.length === 0) return;
    const hasText = frame.commit.length > 0 || shown.length > 0;
    if (hasText && !printed) {
      printed = true;
      listen();
    }
    clearInterval(waiting);
    const text = `${erasure()}${gap && hasText ? '\n' : ''}${frame.commit.map((line) => `${line}\n`).join('')}${shown.join('\n')}`;
    gap &&= !hasText;
    tail = shown;
    writer.write(redraw ? `\x1b[?2026h${text}\x1b[?2026l` : text);
  }

  /**
   * Takes the tail away, also where a narrower window has broken its lines since. Terminals differ in whether the line of
   * the cursor breaks as well (xterm.js: no, VTE: yes); counting it as one row may leave a remnant, but never takes a final line.
   */
  function erasure(): string {
    if (tail.length === 0) return '';
    const { screenColumns } = room();
    const above = tail.slice(0, -1).reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / screenColumns)), 0);
    // Line by line: clearing to the end of the screen makes some terminals copy what was there into the scrollback.
    return `\r\x1b[2K${'\x1b[1A\x1b[2K'.repeat(above)}`;
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
          return writer.ready();
        default:
          event.type satisfies
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
    aside(write) {
      if (tail.length > 0) writer.write(erasure());
      write();
      if (tail.length > 0) writer.write(tail.join('\n'));
    },
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
