/** What the chat has on the terminal: finished lines, printed once, and below them the live region, through every resize. */

import {
  BEGIN_DRAWING,
  change,
  type Drawing,
  END_DRAWING,
  erase,
  NOTHING,
  RIGHT_EDGE,
  restingPlace,
  SHOW_CURSOR,
  WRAP_OFF,
  WRAP_ON,
} from '../format/drawing.ts';
import { type CursorReport, type CursorReports, WHERE_IS_CURSOR } from './cursor-reports.ts';
import { isDrawnBefore, linesAbove, type Reflow } from './reflow.ts';
import type { Size } from './state.ts';

type StagePorts = {
  write(text: string): void;
  reports: CursorReports;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** What the terminal does with long rows, as far as is known. */
  reflow(): Reflow;
  size: Size;
};

/** What was written longer ago has reached the terminal. */
const REACHED_MS = 2000;
/** So many finished lines can be given back: no window loses more at once. */
const MOST_KEPT = 200;

/** One for each terminal; whoever leaves it says so. */
export class Stage {
  private readonly ports: StagePorts;
  private size: Size;
  private drawing = NOTHING;
  /** What it was drawn for. */
  private drawnSize: Size;
  private drawnMs = 0;
  /** What is to be drawn. */
  private next = NOTHING;
  private waiting: string[] = [];
  private newest: string[] = [];
  /** The terminal is as wide as it is said to be, and answers. */
  private isMeasured = false;
  private resizedMs = Number.NEGATIVE_INFINITY;
  /** The window had no more than two heights for a while: it was lower in between hardly more than now. */
  private isHeightSure = true;
  private settling: Promise<void> | undefined;
  private isResizedAgain = false;
  private isLeft = false;

  constructor(ports: StagePorts) {
    this.ports = ports;
    this.size = ports.size;
    this.drawnSize = ports.size;
  }

  /** Before the first drawing, at the beginning of a line: is the terminal as wide as it is said to be? */
  async measure(): Promise<void> {
    const { columns } = this.size;
    const answer = this.ports.reports.next();
    this.ports.write(`${RIGHT_EDGE}${WHERE_IS_CURSOR}\r`);
    const report = await answer;
    this.isMeasured = report?.column === columns;
  }

  /** Finished lines; on the screen with the next drawing. */
  print(lines: readonly string[]): void {
    // One by one: so many arguments as a long change has lines have no room on the stack.
    for (const line of lines) this.waiting.push(line);
  }

  /** What waits, and this below it: one write. After a resize as soon as it is known what stands where. */
  draw(next: Drawing = this.next): void {
    this.next = next;
    if (this.settling === undefined && !this.isLeft) this.drawNow('');
  }

  /** Takes what was drawn for another size away and draws again. */
  resized(size: Size): void {
    this.isHeightSure = !this.isStormy() || (this.isHeightSure && size.rows === this.size.rows);
    this.size = size;
    this.resizedMs = this.ports.now();
    this.isResizedAgain = true;
    if (this.isLeft) return;
    this.settling ??= this.settle().finally(() => {
      this.settling = undefined;
      this.draw();
    });
  }

  /** Resolves when what is on the terminal is known. */
  async settled(): Promise<void> {
    while (this.settling !== undefined) await this.settling;
  }

  /** The live region goes from the screen. */
  clear(): void {
    if (this.drawing.rows.length > 0) this.ports.write(`${erase(restingPlace(this.drawing).y)}${SHOW_CURSOR}`);
    this.drawing = NOTHING;
  }

  /** Whatever is on the screen is nobody's. */
  forget(): void {
    this.drawing = NOTHING;
  }

  /** What is shown stays; the cursor goes below it. */
  leave(): void {
    if (this.isLeft) return;
    // An end in the middle of a resize: what has come is shown before.
    if (this.settling !== undefined || this.waiting.length > 0) this.drawNow('');
    this.isLeft = true;
    this.ports.write(`${'\n'.repeat(this.drawing.rows.length - restingPlace(this.drawing).y)}\r${SHOW_CURSOR}`);
  }

  private drawNow(before: string): void {
    let bytes = before;
    if (this.waiting.length > 0) {
      if (this.drawing.rows.length > 0) bytes += erase(restingPlace(this.drawing).y);
      bytes += `${WRAP_ON}${this.waiting.join('\n')}\n${WRAP_OFF}`;
      this.newest = [...this.newest, ...this.waiting.slice(-MOST_KEPT)].slice(-MOST_KEPT);
      this.waiting = [];
      this.drawing = NOTHING;
    } else if (this.isStormy() && this.drawing.rows.length > 0 && change(this.drawing, this.next, undefined) !== '') {
      // Rows that stay untouched may have been cut meanwhile, for a width that nobody told of.
      bytes += erase(restingPlace(this.drawing).y);
      this.drawing = NOTHING;
    }
    this.drawLive(bytes);
  }

  private drawLive(before: string): void {
    const bytes = before + change(this.drawing, this.next, this.isMeasured ? this.size.columns : undefined);
    this.drawing = this.next;
    this.drawnSize = this.size;
    if (bytes === '') return;
    this.drawnMs = this.ports.now();
    this.ports.write(`${BEGIN_DRAWING}${bytes}${END_DRAWING}`);
  }

  private isStormy(): boolean {
    return this.ports.now() - this.resizedMs < REACHED_MS;
  }

  private async settle(): Promise<void> {
    while (this.isResizedAgain && !this.isLeft) {
      this.isResizedAgain = false;
      const up = this.drawing.rows.length === 0 ? 0 : await this.linesToErase();
      // Another one came while the terminal was asked: what was found out is about the one before.
      if (!this.isResizedAgain && !this.isLeft) await this.drawAnew(up);
    }
  }

  /**
   * How far the first row is above the cursor. A drawing that was on its way while the window became narrower was cut instead of
   * folded: it takes fewer lines. The smaller guess leaves a line of the live region behind; the larger one takes a finished line.
   */
  private async linesToErase(): Promise<number> {
    const { reports } = this.ports;
    const least = restingPlace(this.drawing).y;
    if (!this.isMeasured || !reports.areKnown()) return least;
    const answer = reports.next();
    this.ports.write(WHERE_IS_CURSOR);
    const report = await answer;
    const old = this.ports.now() - this.drawnMs > REACHED_MS;
    const { columns: width } = this.drawnSize;
    const isSure = report && isDrawnBefore(this.changed(), { width, column: report.column, old });
    return isSure ? this.linesNow(report) : least;
  }

  private linesNow({ row }: CursorReport): number {
    const below = this.drawing.rows.length - restingPlace(this.drawing).y;
    // Rows below the cursor go first when the window becomes lower; among many changes it may have been lower still in between.
    const gone = Math.max(0, below - (this.size.rows - row));
    const lower = Math.max(0, this.drawnSize.rows - this.size.rows);
    return linesAbove({ ...this.changed(), rowsLost: this.isHeightSure ? Math.min(gone, lower) : gone });
  }

  private changed() {
    return { drawing: this.drawing, columns: this.size.columns, reflow: this.ports.reflow() };
  }

  /**
   * Draws again from `up` lines above the cursor. Where the terminal had grown since, that was too far: it says how wide it was,
   * and the finished lines that went are printed again.
   */
  private async drawAnew(up: number): Promise<void> {
    const { drawing, size } = this;
    if (drawing.rows.length === 0) return;
    const least = restingPlace(drawing).y;
    const isChecked = up > least && this.isMeasured;
    this.drawing = NOTHING;
    if (!isChecked) {
      this.drawNow(erase(up));
      return;
    }
    const answer = this.ports.reports.next();
    const bytes = `${erase(up)}${RIGHT_EDGE}${WHERE_IS_CURSOR}\r`;
    // What waits is drawn when it is known what goes before it.
    if (this.waiting.length > 0) this.ports.write(bytes);
    else this.drawLive(bytes);
    const report = await answer;
    if (report === undefined || report.column === size.columns) return;
    // As many as may have gone: how wide it was while it erased, nobody knows by now.
    const lost = this.newest.slice(-(up - least));
    this.newest = this.newest.slice(0, this.newest.length - lost.length);
    this.waiting = [...lost, ...this.waiting];
  }
}
