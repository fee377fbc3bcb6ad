/** What a model thinks before it answers: a running clock while it is folded, quiet text behind a bar when it is shown. */
import { formatDuration } from '../format/numbers.ts';
import type { Theme } from '../format/theme.ts';
import { barEdge, createProse, type Prose } from './reply-prose.ts';

export type Thinking = {
  /** `isSetApart`: another thought stands right above it. */
  begin(atMs: number, facts: { isSetApart: boolean }): void;
  add(text: string): void;
  /** `rest`: what the pieces had left out. */
  end(rest: string, atMs: number): void;
  isOpen(): boolean;
  isShown(): boolean;
  /** Is there text that was thought and not printed? */
  hasMore(): boolean;
  /** Lines to print of what came since; none while it is folded. */
  print(): string[];
  /** The thought is over: its last line as well. */
  close(): string[];
  /** The unfinished line of a thought that is shown. */
  tail(): string[];
  /** How long it thought since this was last asked, in words for a heading; undefined: it did not. */
  tell(): string | undefined;
  /** When it began, for the clock. */
  startedMs(): number;
  toggle(): void;
  /** The attempt was broken off. */
  forget(): void;
  resize(columns: number): string[];
};

/** Nobody wants to know it more exactly. */
const WORTH_TELLING_MS = 100;

type ThinkingOptions = { columns: number; theme: Theme; linear: boolean; shown: boolean };

export function createThinking({ columns, theme, linear, shown }: ThinkingOptions): Thinking {
  let isShown = shown;
  let width = columns;
  let prose: Prose | undefined;
  let unprinted = '';
  /** There is more in it than spaces. */
  let hasUnprinted = false;
  let startedMs: number | undefined;
  let untoldMs: number | undefined;
  let hasText = false;

  function print(): string[] {
    if (!isShown || !hasUnprinted) return [];
    prose ??= createProse({ columns: width, theme, role: 'dim', edge: barEdge({ theme, linear }) });
    // Empty lines at the end wait for something to stand before.
    const end = unprinted.trimEnd().length;
    const lines = prose.push(unprinted.slice(0, end));
    unprinted = unprinted.slice(end);
    hasUnprinted = false;
    return lines;
  }

  function add(text: string): void {
    unprinted += prose === undefined && !hasUnprinted ? text.trimStart() : text;
    hasUnprinted ||= text.trim() !== '';
    hasText ||= hasUnprinted;
  }

  return {
    begin(atMs, { isSetApart }) {
      startedMs = atMs;
      if (hasUnprinted || prose) unprinted = `${unprinted.trimEnd()}\n\n`;
      else if (hasText && isSetApart) unprinted = '\n';
    },
    add,
    end(rest, atMs) {
      add(rest);
      untoldMs = (untoldMs ?? 0) + atMs - (startedMs ?? atMs);
      startedMs = undefined;
    },
    isOpen: () => startedMs !== undefined,
    isShown: () => isShown,
    hasMore: () => hasUnprinted,
    print,
    close() {
      const lines = print();
      if (prose) lines.push(...prose.end());
      prose = undefined;
      if (isShown) {
        unprinted = '';
        hasUnprinted = false;
      }
      return lines;
    },
    tail: () => prose?.tail() ?? [],
    tell() {
      if (untoldMs === undefined) return undefined;
      const time = untoldMs < WORTH_TELLING_MS ? '' : ` for ${formatDuration(untoldMs)}`;
      untoldMs = undefined;
      // What was quick and can be seen is not worth a word.
      if (time === '' && !hasUnprinted) return undefined;
      return `thought${time}`;
    },
    startedMs: () => startedMs ?? 0,
    toggle() {
      isShown = !isShown;
    },
    forget() {
      prose = undefined;
      unprinted = '';
      hasUnprinted = false;
      startedMs = undefined;
      untoldMs = undefined;
      hasText = false;
    },
    resize(to) {
      width = to;
      return prose?.resize(to) ?? [];
    },
  };
}
