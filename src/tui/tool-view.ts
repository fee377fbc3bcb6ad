/** Calls of tools on the screen: arguments as they stream, what waits and runs side by side, and one line for how each ended. */

import type { StreamEvent, ToolEndOutcome } from '../core/events.ts';
import { describeArguments } from '../format/call-words.ts';
import { moreLines } from '../format/detail-rows.ts';
import { exactLine } from '../format/exact.ts';
import { formatDuration } from '../format/numbers.ts';
import { safeLine } from '../format/safety.ts';
import type { Role, Theme } from '../format/theme.ts';
import { outcomeWords } from '../format/turn-words.ts';
import { displayWidth, truncate } from '../format/width.ts';
import { changedLines } from './detail-lines.ts';
import { describeRaw } from './reply-arguments.ts';
import { barEdge, firstRows } from './reply-prose.ts';

type ToolViewOptions = {
  theme: Theme;
  linear: boolean;
  /** Lines of an output that are shown. */
  outputLines: number;
  /** What a line may take now. */
  columns(): number;
};

type ToolView = {
  /** Gives the lines that are final because of it. Events that are none of tools give none. */
  take(event: StreamEvent, atMs: number): string[];
  /** One line for each call that has not ended, in the order of the calls. */
  live(nowMs: number, most: number): string[];
  /** Nothing more will come: what is open gets this end. */
  close(outcome: 'cancelled' | 'not run'): string[];
  /** The attempt that made the calls was broken off. */
  forget(): void;
  /** Milliseconds until a running clock shows something else. */
  nextWakeMs(nowMs: number): number | undefined;
};

type Call = {
  /** Of the part while it streams. */
  part: string;
  callId: string;
  name: string;
  raw: string;
  /** How much of `raw` the words were made from. */
  read: number;
  words: string;
  isSettled: boolean;
  stage: 'coming' | 'waiting' | 'running';
  startedMs: number;
  progress: string;
  details: string | null;
  reason: string | null;
};

export function createToolView(options: ToolViewOptions): ToolView {
  let calls: Call[] = [];

  function take(event: StreamEvent, atMs: number): string[] {
    switch (event.type) {
      case 'part.start':
        if (event.kind === 'tool_call') calls.push(newCall({ part: event.id, callId: event.callId ?? '', name: event.name ?? '' }));
        return [];
      case 'part.delta': {
        const call = calls.find(({ part }) => part === event.id);
        if (call) call.raw += event.text;
        return [];
      }
      case 'part.end': {
        const call = calls.find(({ part }) => part === event.id);
        if (!call || event.part.type !== 'tool_call') return [];
        Object.assign(call, { part: '', callId: event.part.id, name: event.part.name, raw: event.part.arguments, read: 0 });
        return [];
      }
      case 'tool.approval':
        decide(event);
        return [];
      case 'tool.start': {
        const call = callOf(event);
        const words = describeArguments(event.arguments, event.summary);
        Object.assign(call, { stage: 'running', startedMs: atMs, words, details: event.details, isSettled: true });
        return options.linear ? [`Tool ${exactLine(call.name)} runs${words === '' ? '' : `: ${words}`}`] : [];
      }
      case 'tool.progress': {
        const call = calls.find(({ callId, part }) => part === '' && callId === event.callId);
        const share = event.fraction === null ? '' : ` ${Math.round(event.fraction * 100)} %`;
        if (call) call.progress = `${safeLine(event.message)}${share}`.trim();
        return [];
      }
      case 'tool.end': {
        const call = callOf(event);
        calls = calls.filter((other) => other !== call);
        const { details, reason } = call;
        return endedCall({ ...event, words: wordsOf(call), details, reason }, { ...options, columns: options.columns() });
      }
      default:
        event.type satisfies
          | 'context'
          | 'request.start'
          | 'usage'
          | 'notice'
          | 'finish'
          | 'retry'
          | 'turn.start'
          | 'message'
          | 'step.end'
          | 'turn.end';
        return [];
    }
  }

  /** Whoever asks for the yes says what it is for. */
  function decide({ decision, reason, ...event }: Extract<StreamEvent, { type: 'tool.approval' }>): void {
    const call = callOf(event);
    call.stage = decision === 'waiting' ? 'waiting' : 'coming';
    if (decision === 'denied') call.reason = reason;
  }

  /** Ids may come again in a later step: a call that has ended is gone from the list. */
  function callOf({ callId, name }: { callId: string; name: string }): Call {
    const found = calls.find((call) => call.part === '' && call.callId === callId);
    if (found) return found;
    const call = newCall({ part: '', callId, name });
    calls.push(call);
    return call;
  }

  return {
    take,
    live(nowMs, most) {
      if (options.linear || calls.length === 0) return [];
      const columns = options.columns();
      const shown = calls.length > most ? calls.slice(0, Math.max(0, most - 1)) : calls;
      const rows = shown.map((call) =>
        callRow({ name: call.name, words: wordsOf(call), ...statusOf(call, nowMs, options.theme) }, { ...options, columns }),
      );
      const hidden = calls.length - shown.length;
      return hidden > 0 && most > 0
        ? [...rows, options.theme.paint('dim', truncate(`(+${hidden} more)`, columns, options.theme.glyphs.dots))]
        : rows;
    },
    close(outcome) {
      const columns = options.columns();
      const left = calls.filter(({ name }) => name !== '');
      calls = [];
      const role: Role = outcome === 'cancelled' ? 'warning' : 'dim';
      return left.flatMap((call) => callLines({ name: call.name, words: wordsOf(call), status: outcome, role }, { ...options, columns }));
    },
    forget() {
      calls = [];
    },
    nextWakeMs(nowMs) {
      const waits = calls.filter(({ stage }) => stage === 'running').map(({ startedMs }) => 1000 - ((nowMs - startedMs) % 1000));
      return waits.length === 0 ? undefined : Math.min(...waits);
    },
  };
}

/** How a call ended: also for stored ones. `durationMs` null: not known. */
type EndedCall = {
  name: string;
  words: string;
  outcome: ToolEndOutcome;
  output: string;
  durationMs: number | null;
  /** What it was to do: of a diff the first lines are shown. */
  details: string | null;
  /** Why it was denied. */
  reason: string | null;
};

type ToolPaper = { columns: number; theme: Theme; linear: boolean; outputLines: number };

/** One line for the outcome, the first lines of the output, and those of the change that was made. */
export function endedCall({ name, words, outcome, output, durationMs, details, reason }: EndedCall, paper: ToolPaper): string[] {
  const role = ROLES[outcome];
  const status = outcomeWords(outcome, durationMs);
  const shown = outcome === 'denied' ? (reason ?? '') : output;
  const { theme, columns, outputLines } = paper;
  const edge = barEdge(paper)(columns);
  const { lines, more } = firstRows(shown, { rows: outputLines, columns: columns - displayWidth(edge), theme, role: 'dim' });
  const isShort = outputLines === 0 && more > 0;
  const rest = more > 0 && !isShort ? [theme.paint('dim', moreLines(more))] : [];
  return [
    ...callLines({ name, words, status: isShort ? `${status} ${moreLines(more)}` : status, role }, paper),
    ...[...lines, ...rest].map((line) => (edge + line).trimEnd()),
    ...(outcome === 'ok' ? changedLines(details, { columns, theme, ...(edge === '' ? {} : { edge }) }) : []),
  ];
}

const ROLES = {
  ok: 'success',
  failed: 'error',
  invalid: 'error',
  denied: 'warning',
  timeout: 'error',
  cancelled: 'warning',
} as const satisfies Record<ToolEndOutcome, Role>;

type CallLook = { name: string; words: string; status: string; role: Role };

/** A call as printed lines: its outcome at the right end, or below where there is no room. */
export function callLines(look: CallLook, paper: Pick<ToolPaper, 'columns' | 'theme' | 'linear'>): string[] {
  const { name, words, status, role } = look;
  const { columns, theme, linear } = paper;
  if (linear) return [`Tool ${exactLine(name)}${words === '' ? '' : `: ${words}`}: ${status}`];
  if (columns >= 40) return [callRow(look, paper)];
  return [nameAndWords(name, words, paper), `  ${theme.paint(role, truncate(status, columns - 2, theme.glyphs.dots))}`];
}

function callRow({ name, words, status, role }: CallLook, { columns, theme }: { columns: number; theme: Theme }): string {
  const room = columns - displayWidth(status) - 2;
  if (room < 10) return theme.paint(role, truncate(`${exactLine(name)} ${status}`, columns, theme.glyphs.dots));
  const left = nameAndWords(name, words, { columns: room, theme });
  return `${left}${' '.repeat(columns - displayWidth(left) - displayWidth(status))}${theme.paint(role, status)}`;
}

function nameAndWords(name: string, words: string, { columns, theme }: { columns: number; theme: Theme }): string {
  const safe = truncate(exactLine(name) || theme.glyphs.dots, columns, theme.glyphs.dots);
  const room = columns - displayWidth(safe) - 2;
  return `${theme.paint('strong', safe)}${words === '' || room < 8 ? '' : `  ${truncate(words, room, theme.glyphs.dots)}`}`;
}

function statusOf(call: Call, nowMs: number, { glyphs: { dots } }: Theme): { status: string; role: Role } {
  if (call.stage === 'waiting') return { status: 'waits for your yes', role: 'warning' };
  if (call.stage === 'coming') return { status: dots, role: 'dim' };
  const seconds = Math.floor((nowMs - call.startedMs) / 1000);
  const doing = call.progress === '' ? 'running' : truncate(call.progress, 30, dots);
  return { status: seconds < 1 ? doing : `${doing} ${formatDuration(seconds * 1000)}`, role: 'dim' };
}

/** Read once per frame at most, and no further than a line can show. */
function wordsOf(call: Call): string {
  const length = Math.min(call.raw.length, MOST_READ);
  if (call.isSettled || call.read === length) return call.words;
  call.read = length;
  call.words = describeRaw(call.raw.slice(0, length));
  return call.words;
}

const MOST_READ = 2000;

function newCall(known: Pick<Call, 'part' | 'callId' | 'name'>): Call {
  return {
    ...known,
    raw: '',
    read: 0,
    words: '',
    isSettled: false,
    stage: 'coming',
    startedMs: 0,
    progress: '',
    details: null,
    reason: null,
  };
}
