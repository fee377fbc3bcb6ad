/** Follows a turn: events go into the view as they come, and what is seen of them is drawn about sixteen times a second. */
import type { StreamEvent } from '../core/events.ts';
import type { ReplyView } from './reply-view.ts';

/** Between two drawings while text streams. */
export const FRAME_MS = 60;

export type Following = {
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

  function drawAt(atMs: number): void {
    if (due && due.atMs <= atMs) return;
    due?.cancel();
    due = { atMs, cancel: wakeAfter(Math.max(0, atMs - now()), drawNow) };
  }

  function drawNow(): void {
    due = undefined;
    drawnMs = now();
    draw();
    // A clock on the screen goes on by itself, for as long as there is one.
    const wait = view.nextWakeMs();
    if (wait !== undefined) drawAt(drawnMs + wait);
  }

  try {
    for await (const event of events) {
      view.take(event);
      onEvent(event);
      drawAt(Math.max(now(), drawnMs + FRAME_MS));
    }
  } finally {
    due?.cancel();
  }
}
