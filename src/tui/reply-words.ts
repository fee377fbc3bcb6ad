/** What sotto says about a reply, in words: failures and retries, how it ended, its sources, pictures and hosted items. */

import type { ErrorReport } from '../core/errors.ts';
import type { StreamEvent, TurnEnd } from '../core/events.ts';
import type { Citation, HostedPart, MediaPart } from '../core/messages.ts';
import { counted, sentence } from '../core/words.ts';
import { formatBytes } from '../format/numbers.ts';
import { passageWords } from '../format/passage-words.ts';
import { safeLine, safeText } from '../format/safety.ts';
import type { Role, Theme } from '../format/theme.ts';
import { endingOf, reasonOf, retryWords } from '../format/turn-words.ts';
import { displayWidth, truncate, wrap } from '../format/width.ts';
import { passagesOf } from '../providers/file-search.ts';

/** Room and colours of lines. */
export type Paper = { columns: number; theme: Theme };

/** A line of sotto's own; long ones are wrapped. */
export function said(words: string, role: Role, { columns, theme }: Paper): string[] {
  return wrap(words, columns).map((line) => theme.paint(role, line));
}

export type Retry = Extract<StreamEvent, { type: 'retry' }>;

/** "overloaded (529), retrying in 2 s (1 of 4)" */
export function retryLine({ error, attempt, of }: Retry, leftMs: number): string {
  return `${reasonOf(error)}, ${retryWords({ attempt, of }, Math.ceil(leftMs / 1000) * 1000)}`;
}

/** What stays of the failed attempts once one is answered. */
export function retriedLine({ error, attempt }: Retry): string {
  return `(asked again${attempt === 1 ? '' : ` ${attempt} times`}: ${reasonOf(error)})`;
}

export function brokenOffLine(retry: Retry | undefined): string {
  return `(attempt broken off${retry ? `: ${reasonOf(retry.error)}` : ''}; starting again)`;
}

/** What there is to say about how a turn ended; nothing about one that ended well. */
export function endLines(
  end: Pick<TurnEnd, 'finishReason' | 'error'>,
  { hasAnswer, paper }: { hasAnswer: boolean; paper: Paper },
): string[] {
  const { finishReason, error } = end;
  if (finishReason === 'cancelled' || error?.kind === 'cancelled') return said(hasAnswer ? '(stopped; kept)' : '(stopped)', 'dim', paper);
  if (error) return errorLines(error, paper);
  const ending = endingOf(finishReason);
  if (ending !== undefined) return said(`(${ending})`, finishReason === 'length' ? 'dim' : 'warning', paper);
  return hasAnswer ? [] : said('(the model answered nothing)', 'dim', paper);
}

/** What happened, and what to do next, here too: hints are written for the command line. */
function errorLines(error: Pick<ErrorReport, 'kind' | 'message' | 'hint' | 'requestId'>, paper: Paper): string[] {
  const id = error.requestId === null ? '' : ` [request ${safeLine(error.requestId)}]`;
  const hint = error.hint === null ? [] : safeText(error.hint).split('\n');
  const here = NEXT_STEPS[error.kind];
  return [
    ...said(`Error: ${sentence(safeLine(error.message))}${id}`, 'error', paper),
    ...[...hint, ...(here === undefined ? [] : [`In this chat: ${here}`])].flatMap((line) => said(line, 'dim', paper)),
  ];
}

const AGAIN = '/retry asks again, /model takes another.';

const NEXT_STEPS: Partial<Record<ErrorReport['kind'], string>> = {
  timeout: AGAIN,
  network: AGAIN,
  overloaded: AGAIN,
  rate_limit: AGAIN,
  protocol: AGAIN,
  quota: '/model takes another.',
  not_found: '/model shows what there is.',
  authentication: '/connect takes another key.',
  context_length: '/new begins anew, /model takes a larger one.',
};

export function noticeLines({ level, message }: { level: 'info' | 'warning'; message: string }, paper: Paper): string[] {
  return level === 'warning' ? said(`Note: ${safeLine(message)}`, 'warning', paper) : said(safeLine(message), 'dim', paper);
}

/** Numbered, each source once. */
export function sourceLines(citations: readonly Citation[], paper: Paper): string[] {
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const { url, title } of citations) {
    const key = url ?? title ?? '';
    if (key === '' || seen.has(key)) continue;
    seen.add(key);
    const [name, address] = [title, url].map((text) => safeLine(text ?? ''));
    const line = [`[${seen.size}]`, name, address].filter(Boolean).join(' ');
    if (displayWidth(line) <= paper.columns || !name || !address)
      lines.push(...(name ? said(line, 'dim', paper) : [paper.theme.paint('dim', line)]));
    // An address stays in one piece, so that it can be clicked and copied.
    else lines.push(...said(`[${seen.size}] ${name}`, 'dim', paper), paper.theme.paint('dim', address));
  }
  return lines;
}

/** "[picture cat.png, image/png, 120 kB]" */
export function mediaLine({ mediaType, name, data }: Pick<MediaPart, 'mediaType' | 'name' | 'data'>): string {
  // Four characters of Base64 are three bytes; stored pictures are read without theirs.
  const size = data === '' ? [] : [formatBytes(Math.floor((data.length * 3) / 4))];
  return `[${mediaWord(mediaType)} ${[...(name === undefined ? [] : [safeLine(name)]), safeLine(mediaType), ...size].join(', ')}]`;
}

function mediaWord(mediaType: string): string {
  if (mediaType.startsWith('image/')) return 'picture';
  return mediaType.startsWith('audio/') ? 'sound' : 'file';
}

/** What the provider ran, and of what a search in files found the best passages, a line each. */
export function hostedLines(part: HostedPart, paper: Paper): string[] {
  const passages = passagesOf(part);
  const rows = passages.slice(0, MOST_PASSAGES).map((passage) => `  ${passageWords(passage)}`);
  const more = passages.length - rows.length;
  if (more > 0) rows.push(`  (${counted(more, 'more passage')})`);
  const dim = rows.map((row) => paper.theme.paint('dim', truncate(row, paper.columns, paper.theme.glyphs.dots)));
  return [...said(`[${safeLine(part.name)}, run by the provider]`, 'dim', paper), ...dim];
}

const MOST_PASSAGES = 5;
