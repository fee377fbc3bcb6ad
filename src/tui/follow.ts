/** Follows a turn: events go into the view as they come, and what is seen of them is drawn ten to twenty times a second. */
import type { StreamEvent } from '../core/events.ts';
import type { ReplyView } from './reply-view.ts';

/** Between two drawings while text streams: longer where it streams fast, because a drawing costs the same for one word and for ten. */
const FRAME_MS = 50;
const FAST_FRAME_MS = 100;
/** More events than this between two drawings are fast. */
const MANY_EVENTS = 6;

type Following = {
  view: ReplyView;
  /** Draws what the view has now. */
  draw(): void;
  /** Sees every event, before it is drawn. */
  onEvent(event: StreamEvent): void;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  wakeAfter(milliseconds: number, action: () => void): () => void;
};

/** Resolves when the turn has ended and nothing is left to be drawn by itself. */
export async function followTurn(events: AsyncIterable<StreamEvent>, { view, draw, onEvent, now, wakeAfter }: Following): Promise<void> {
  let drawnMs = Number.NEGATIVE_INFINITY;
  let due: { atMs: number; cancel: () => void } | undefined;
  let frameMs = FRAME_MS;
  let count = 0;

  function drawAt(atMs: number): void {
    if (due && due.atMs <= atMs) return;
    due?.cancel();
    due = { atMs, cancel: wakeAfter(Math.max(0, atMs - now()), drawNow) };
  }

  function drawNow(): void {
    due = undefined;
    drawnMs = now();
    frameMs = count > MANY_EVENTS ? FAST_FRAME_MS : FRAME_MS;
    count = 0;
    draw();
    // A clock on the screen goes on by itself, for as long as there is one.
    const wait = view.nextWakeMs();
    if (wait !== undefined) drawAt(drawnMs + wait);
  }

  try {
    for await (const event of events) {
      view.take(event);
      onEvent(event);
      count++;
      drawAt(Math.max(now(), drawnMs + frameMs));
    }
  } finally {
    due?.cancel();
  }
}
