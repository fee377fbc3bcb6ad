/** The answer rendered on a terminal as it streams: finished lines are printed once, only the unfinished rest is redrawn. */
import type { StreamEvent } from '../core/events.ts';
import type { Citation } from '../core/messages.ts';
import { safeLine } from '../format/safety.ts';
import type { Theme } from '../format/theme.ts';
import type { Consumer } from './consumer.ts';
import type { Writer } from './writer.ts';

/** What `format/markdown.ts` offers: lines that are final, and the current look of the unfinished rest. */
export type Renderer = { push(text: string): Frame; end(): Frame; resize?(columns: number): void };
type Frame = { commit: string[]; tail: string[] };

export type TerminalOptions = {
  createRenderer: () => Renderer;
  theme: Theme;
  /** False: only finished lines are written, nothing is ever redrawn (pipes, dumb terminals). */
  redraw: boolean;
  streamed: boolean;
};

/** A screen is not read faster than this. */
const FRAME_MS = 33;

export function terminalOutput(writer: Writer, { createRenderer, theme, redraw, streamed }: TerminalOptions): Consumer {
  let renderer = createRenderer();
  let pending = '';
  let tailRows = 0;
  let timer: NodeJS.Timeout | undefined;
  const lengths = new Map<string, number>();
  const citations: Citation[] = [];
  let printed = false;

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
    draw(renderer.push(text));
  }

  function draw({ commit, tail }: Frame): void {
    const shown = redraw ? tail : [];
    if (commit.length === 0 && shown.length === 0 && tailRows === 0) return;
    printed = true;
    // Line by line: clearing to the end of the screen makes some terminals copy what was there into the scrollback.
    const erase = tailRows === 0 ? '' : `\r\x1b[2K${'\x1b[1A\x1b[2K'.repeat(tailRows - 1)}`;
    const lines = commit.map((line) => `${line}\n`).join('');
    tailRows = shown.length;
    const frame = `${erase}${lines}${shown.join('\n')}`;
    writer.write(redraw ? `\x1b[?2026h${frame}\x1b[?2026l` : frame);
  }

  function finish(): void {
    paint();
    draw(renderer.end());
    const sources = sourceLines(citations, theme);
    if (sources.length > 0) writer.write(`\n${sources.join('\n')}\n`);
  }

  return {
    take(event: StreamEvent) {
      switch (event.type) {
        case 'request.start':
          // An attempt that had begun stays on the screen; the next one begins below it.
          clearTimeout(timer);
          timer = undefined;
          pending = '';
          if (streamed && printed) draw(renderer.end());
          renderer = createRenderer();
          lengths.clear();
          citations.length = 0;
          return undefined;
        case 'part.start':
          if (event.kind === 'text') lengths.set(event.id, 0);
          return undefined;
        case 'part.delta': {
          const length = lengths.get(event.id);
          if (length === undefined) return undefined;
          lengths.set(event.id, length + event.text.length);
          add(event.text);
          return undefined;
        }
        case 'part.end': {
          const length = lengths.get(event.id);
          if (length === undefined || event.part.type !== 'text') return undefined;
          add(event.part.text.slice(length));
          citations.push(...(event.part.citations ?? []));
          return undefined;
        }
        case 'turn.end':
          finish();
          return writer.ready();
        default:
          return undefined;
      }
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
