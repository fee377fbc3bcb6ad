/** How far a command has come that takes long: one line on the terminal, redrawn in place and gone at the end. */
import { formatCount } from '../format/numbers.ts';
import { isLinear } from '../tui/linear.ts';
import type { CommandContext } from './context.ts';

export type Progress = {
  /** What is done now; what was counted before is forgotten. */
  begin(words: string, unit?: string): void;
  /** So many units of so many, where that is known; without a unit a share of the whole. */
  count(done: number, total?: number): void;
  /** Takes the line away. Before anything else is written to stderr. */
  end(): void;
};

/** Before that nothing is said: most is done by then. */
const SILENT_MS = 1000;
const REDRAW_MS = 250;
/** Where nothing can be redrawn each saying is a line of its own. */
const PLAIN_EVERY_MS = 10_000;

type World = Pick<CommandContext, 'stderr' | 'isTerminal' | 'env' | 'platform' | 'now' | 'wakeAfter' | 'beforeExit' | 'loadSettings'>;

/** Says nothing in a pipe, with `quiet`, and in the first second. */
export function openProgress(words: string, context: World, unit?: string): Progress {
  if (!context.isTerminal.stderr) return { begin: () => {}, count: () => {}, end: () => {} };
  const startedMs = context.now();
  let what = { words, unit };
  let counted: { done: number; total: number | undefined } | undefined;
  let saidMs = startedMs + SILENT_MS - REDRAW_MS;
  let manner: Manner | undefined;
  let isShown = false;
  let hasEnded = false;
  let cancelWake = (): void => {};

  function draw(): void {
    const nowMs = context.now();
    if (hasEnded || nowMs - saidMs < REDRAW_MS) return;
    manner ??= mannerOf(context);
    if (manner === 'plain' && isShown && nowMs - saidMs < PLAIN_EVERY_MS) return;
    saidMs = nowMs;
    if (manner === 'silent') return;
    const line = lineOf(what, counted, nowMs - startedMs);
    isShown = true;
    const most = Math.max(10, (context.stderr.columns || 80) - 1);
    context.stderr.write(manner === 'plain' ? `${line}\n` : `\r${line.slice(0, most)}${ERASE_REST}`);
  }

  function wake(): void {
    draw();
    cancelWake = context.wakeAfter(REDRAW_MS, wake);
  }

  function end(): void {
    if (hasEnded) return;
    hasEnded = true;
    cancelWake();
    forget();
    if (isShown && manner === 'redrawn') context.stderr.write(`\r${ERASE_REST}`);
  }

  const forget = context.beforeExit(end);
  wake();
  return {
    begin(nextWords, nextUnit) {
      what = { words: nextWords, unit: nextUnit };
      counted = undefined;
    },
    count(done, total) {
      counted = { done, total };
      // The timer does not come while something is counted without a pause.
      draw();
    },
    end,
  };
}

const ERASE_REST = '\x1b[K';

type Manner = 'redrawn' | 'plain' | 'silent';

/** Settings are read only when something is to be said; a file that cannot be read has been told, or will be. */
function mannerOf({ env, platform, loadSettings }: World): Manner {
  try {
    const settings = loadSettings();
    if (settings.get('quiet')) return 'silent';
    return isLinear({ preferences: { screenReader: settings.get('screenReader') }, env, platform }) ? 'plain' : 'redrawn';
  } catch {
    return env.TERM === 'dumb' ? 'plain' : 'redrawn';
  }
}

/** `importing: 12,000 of 200,000 messages, 6 s` */
function lineOf(
  { words, unit }: { words: string; unit: string | undefined },
  counted: { done: number; total: number | undefined } | undefined,
  tookMs: number,
): string {
  const seconds = `${Math.floor(tookMs / 1000)} s`;
  const far = counted && farOf(counted, unit);
  return `${words}: ${far === undefined ? seconds : `${far}, ${seconds}`}`;
}

function farOf({ done, total }: { done: number; total: number | undefined }, unit: string | undefined): string | undefined {
  if (unit !== undefined) return `${total === undefined ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`} ${unit}`;
  return total === undefined || total <= 0 ? undefined : `${Math.min(100, Math.floor((100 * done) / total))} %`;
}
