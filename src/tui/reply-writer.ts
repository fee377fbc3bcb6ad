/** Writes the events of a reply into lines, in order: heading, thoughts, text, tools, and what sotto has to say about them. */
import type { StreamEvent } from '../core/events.ts';
import type { Citation, PartKind, ReplyPart } from '../core/messages.ts';
import { capital } from '../core/words.ts';
import { tooLarge } from '../format/context-words.ts';
import type { MarkdownParsers } from '../format/markdown-parsers.ts';
import type { Theme } from '../format/theme.ts';
import { truncate } from '../format/width.ts';
import { createAnswer } from './reply-answer.ts';
import { headingLines } from './reply-heading.ts';
import { type BlockKind, createPage, indented, indentOf, textColumns } from './reply-page.ts';
import { createThinking } from './reply-thinking.ts';
import {
  brokenOffLine,
  endLines,
  hostedLines,
  mediaLine,
  noticeLines,
  type Paper,
  type Retry,
  retriedLine,
  retryLine,
  said,
  sourceLines,
} from './reply-words.ts';
import { createToolView } from './tool-view.ts';

type ReplyWriterOptions = {
  columns: number;
  theme: Theme;
  showReasoning: boolean;
  hyperlinks: boolean;
  linear: boolean;
  label?: string;
  maxLive: number;
  toolLines: number;
};

type ReplyWriter = {
  needsParsers(event: StreamEvent): boolean;
  write(event: StreamEvent, at: { atMs: number; parsers: MarkdownParsers }): void;
  printed(): string[];
  /** `silentMs`: for so long nothing came of what streams. */
  live(nowMs: number, silentMs: number): string[];
  /** Is something to come, and no clock there that says so? */
  isStreaming(): boolean;
  /** A line of its own, now. */
  say(line: string): void;
  resize(columns: number): void;
  end(): void;
  nextWakeMs(nowMs: number, silentMs: number): number | undefined;
  toggleReasoning(): void;
};

/** A stream that is silent for longer is said to be. */
export const QUIET_MS = 5000;

type Attempt = { provider: string; model: string; isOpen: boolean; hasPrinted: boolean; blocksBefore: number };

export function createReplyWriter({ theme, linear, label, maxLive, ...options }: ReplyWriterOptions): ReplyWriter {
  const layout = { columns: textColumns(options.columns), linear };
  const page = createPage(layout);
  const room = () => layout.columns - indentOf(layout).length;
  const paper = (): Paper => ({ columns: room(), theme });
  const edges = linear ? 'none' : 'numbered';
  const answer = createAnswer({ columns: room(), theme, hyperlinks: options.hyperlinks, maxTailLines: maxLive, edges });
  const thinking = createThinking({ columns: room(), theme, linear, shown: options.showReasoning });
  const tools = createToolView({ theme, linear, outputLines: options.toolLines, columns: room });
  const parts = new Map<string, { kind: PartKind; length: number }>();
  let attempt: Attempt | undefined;
  let headed: string | undefined;
  let waitingMs: number | undefined;
  let retry: { event: Retry; atMs: number } | undefined;
  let failed: Retry | undefined;
  let asides: string[] = [];
  let citations: Citation[] = [];
  let hasAnswer = false;
  let isOver = false;
  /** From here on something else is waited for. */
  let areToolsOn = false;
  let isReading: BlockKind | undefined;

  const add = (kind: BlockKind, lines: readonly string[]) => page.add(kind, indented(lines, indentOf(layout)));

  /** Something of the answer comes: whose it is stands above it, and how long it took to think of it. */
  function beginOutput(): void {
    waitingMs = undefined;
    printThought(thinking.close());
    const told = thinking.tell();
    const folded = thinking.hasMore() && !linear ? ' (Ctrl+T)' : '';
    const isTold = head(told && `${told}${folded}`) && !linear;
    if (told && !isTold) add('thought', said(linear ? `${capital(told)}.` : `${told}${folded}`, 'dim', paper()));
    if (failed) add('aside', said(retriedLine(failed), 'dim', paper()));
    failed = undefined;
    hasAnswer = true;
    if (attempt) attempt.hasPrinted = true;
  }

  /** Returns whether there is a heading now that was not there before. */
  function head(right: string | undefined): boolean {
    const who = { provider: attempt?.provider ?? null, model: attempt?.model ?? null };
    const key = `${who.provider}/${who.model}`;
    if (headed === key) return false;
    headed = key;
    page.add('heading', headingLines({ ...who, label, right }, { ...layout, theme }));
    return true;
  }

  function printThought(lines: readonly string[]): void {
    if (lines.length === 0) return;
    closeText();
    if (attempt) attempt.hasPrinted = true;
    head(undefined);
    if (linear && isReading !== 'thought') add('thought', ['Thinking:']);
    isReading = 'thought';
    add('thought', lines);
  }

  function writeText(text: string, parsers: MarkdownParsers): void {
    if (text === '') return;
    if (!answer.isOpen() && /\S/.test(text)) {
      beginOutput();
      page.open('text');
      if (linear && isReading !== 'text') add('text', ['Answer:']);
      isReading = 'text';
    }
    add('text', answer.push(text, parsers));
  }

  /** Everything that is not text stands behind the text that was being written. */
  function closeText(): void {
    add('text', answer.end());
    for (const line of asides) add('aside', [line]);
    asides = [];
  }

  function aside(lines: readonly string[]): void {
    if (answer.isOpen()) asides.push(...lines);
    else add('aside', lines);
  }

  function beginAttempt({ provider, model }: { provider: string; model: string }, atMs: number): void {
    closeText();
    if (attempt?.isOpen) {
      if (attempt.hasPrinted) {
        add('aside', said(brokenOffLine(failed), 'dim', paper()));
        failed = undefined;
      }
      tools.forget();
      thinking.forget();
      citations = [];
      answer.recount(attempt.blocksBefore);
    }
    parts.clear();
    retry = undefined;
    areToolsOn = false;
    attempt = { provider, model, isOpen: true, hasPrinted: false, blocksBefore: answer.codeBlocks() };
    waitingMs = atMs;
    // Read aloud, this is also the sign that it was sent.
    if (linear) head(undefined);
  }

  function beginPart({ id, kind }: { id: string; kind: PartKind }, atMs: number): void {
    parts.set(id, { kind, length: 0 });
    if (kind === 'reasoning') {
      waitingMs = undefined;
      if (thinking.isShown()) closeText();
      thinking.begin(atMs, { isSetApart: page.last() === 'thought' });
    }
    if (kind === 'tool_call') {
      closeText();
      beginOutput();
      if (!linear) page.open('tool');
    }
  }

  function endPart({ id, part }: { id: string; part: ReplyPart }, { atMs, parsers }: { atMs: number; parsers: MarkdownParsers }): void {
    const written = parts.get(id)?.length ?? 0;
    parts.delete(id);
    switch (part.type) {
      case 'text':
        writeText(part.text.slice(written), parsers);
        // What was no answer after all stands there already: the answer begins as a block of its own.
        if (written > part.text.length) closeText();
        citations.push(...(part.citations ?? []));
        if (part.refusal) aside(said('(the model refused)', 'warning', paper()));
        return;
      case 'reasoning':
        thinking.end(part.text.slice(written), atMs);
        if (thinking.isShown()) printThought(thinking.close());
        return;
      case 'media':
      case 'hosted':
        closeText();
        beginOutput();
        add('aside', part.type === 'media' ? said(mediaLine(part), 'dim', paper()) : hostedLines(part, paper()));
        return;
      case 'tool_call':
        return;
    }
  }

  function write(event: StreamEvent, at: { atMs: number; parsers: MarkdownParsers }): void {
    if (event.type.startsWith('tool.')) {
      areToolsOn = true;
      closeText();
    }
    const toolLines = tools.take(event, at.atMs);
    if (toolLines.length > 0) add('tool', toolLines);
    switch (event.type) {
      case 'turn.start':
        waitingMs = at.atMs;
        return;
      case 'request.start':
        beginAttempt(event, at.atMs);
        return;
      case 'retry':
        closeText();
        retry = { event, atMs: at.atMs };
        failed = event;
        if (linear) add('aside', [`${retryLine(event, event.waitMs)}.`]);
        return;
      case 'part.start':
        beginPart(event, at.atMs);
        return;
      case 'part.delta': {
        const part = parts.get(event.id);
        if (!part) return;
        part.length += event.text.length;
        if (part.kind === 'text') writeText(event.text, at.parsers);
        if (part.kind === 'reasoning') {
          thinking.add(event.text);
          printThought(thinking.print());
        }
        return;
      }
      case 'part.end':
        endPart(event, at);
        return;
      case 'context':
        aside(noticeLines({ level: 'warning', message: `${tooLarge('this request', event)}.` }, paper()));
        return;
      case 'notice':
        aside(noticeLines(event, paper()));
        return;
      case 'finish':
        closeText();
        if (attempt) attempt.isOpen = false;
        return;
      case 'turn.end':
        finish(endLines(event, { hasAnswer, paper: paper() }), event.finishReason === 'cancelled');
        return;
      default:
        event.type satisfies 'usage' | 'message' | 'tool.approval' | 'tool.start' | 'tool.progress' | 'tool.end' | 'step.end';
        return;
    }
  }

  function finish(words: readonly string[], isCancelled: boolean): void {
    if (isOver) return;
    isOver = true;
    closeText();
    waitingMs = undefined;
    retry = undefined;
    add('tool', tools.close(isCancelled ? 'cancelled' : 'not run'));
    if (thinking.isShown()) printThought(thinking.close());
    add('sources', sourceLines(citations, paper()));
    add('aside', words);
  }

  function clock(): { word: string; sinceMs: number } | undefined {
    if (retry) return undefined;
    if (thinking.isOpen()) return thinking.isShown() ? undefined : { word: 'thinking', sinceMs: thinking.startedMs() };
    return waitingMs === undefined || answer.isOpen() ? undefined : { word: 'waiting', sinceMs: waitingMs };
  }

  const isStreaming = () => attempt?.isOpen === true && !areToolsOn && !isOver && !retry && clock() === undefined;

  return {
    needsParsers: (event) => (event.type === 'part.delta' || event.type === 'part.end') && parts.get(event.id)?.kind === 'text',
    write,
    printed: page.take,
    live(nowMs, silentMs) {
      const tail = thinking.isOpen() && thinking.isShown() ? thinking.tail().slice(-1) : answer.tail();
      const lines = [...tools.live(nowMs, Math.max(1, 2 * maxLive - tail.length)), ...tail];
      const dim = (words: string) => lines.push(theme.paint('dim', truncate(words, room(), theme.glyphs.dots)));
      if (retry) dim(retryLine(retry.event, retry.atMs + retry.event.waitMs - nowMs));
      const running = clock();
      if (running) dim([running.word, ...secondsOf(nowMs - running.sinceMs)].join(' '));
      if (silentMs >= QUIET_MS) dim(['nothing for', ...secondsOf(silentMs)].join(' '));
      if (answer.isOpen() && thinking.isShown() && thinking.hasMore()) dim('(the thought follows)');
      return indented(lines, indentOf(layout));
    },
    resize(columns) {
      layout.columns = textColumns(columns);
      page.resize(layout.columns);
      add('text', answer.resize(room()));
      printThought(thinking.resize(room()));
    },
    end: () => finish([], true),
    isStreaming,
    say: (line) => add('aside', [line]),
    nextWakeMs(nowMs, silentMs) {
      const waits = [tools.nextWakeMs(nowMs)];
      if (isStreaming()) waits.push(silentMs < QUIET_MS ? QUIET_MS - silentMs : 1000 - (silentMs % 1000));
      const running = clock();
      if (running) waits.push(1000 - ((nowMs - running.sinceMs) % 1000));
      const leftMs = retry ? retry.atMs + retry.event.waitMs - nowMs : 0;
      if (leftMs > 0) waits.push(leftMs % 1000 || 1000);
      const known = waits.filter((wait) => wait !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    },
    toggleReasoning: thinking.toggle,
  };
}

/** "3 s", and nothing in the first second. */
function secondsOf(ms: number): string[] {
  return ms < 1000 ? [] : [`${Math.floor(ms / 1000)} s`];
}
