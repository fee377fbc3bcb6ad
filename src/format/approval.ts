/** The question whether a tool may run, in words: what it wants, what a yes for longer covers, and the answers that are understood. */
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { exactLine, withoutLineEnds } from './exact.ts';

/** "wants to write"; nothing where it reaches nothing. */
export function wantsTo({ access }: Pick<ApprovalRequest, 'access'>): string {
  return WANTS[access];
}

const WANTS: Record<ApprovalRequest['access'], string> = {
  none: '',
  read: 'wants to read',
  write: 'wants to write',
  execute: 'wants to run a program',
  network: 'wants to reach the network',
  mcp: 'wants to call a server of yours',
};

/** What the summary does not say already, as "run ls" says all of "ls". */
export function detailsBeside({ plan: { summary, details = '' } }: ApprovalRequest): string {
  return summary.endsWith(` ${withoutLineEnds(details)}`) ? '' : details;
}

/** "c and a cover: write_file(src/*)". The words of a model never stand where keys do. */
export function coverLine(request: ApprovalRequest): string {
  return `c and a cover: ${coveredBy(request)}`;
}

function coveredBy({ name, plan: { covers, pattern } }: ApprovalRequest): string {
  if (covers !== undefined) return exactLine(covers);
  if (pattern === undefined) return exactLine(name);
  const isLong = pattern.length > LONGEST_PATTERN;
  return `${exactLine(name)}(${exactLine(pattern.slice(0, LONGEST_PATTERN))}${isLong ? '...' : ''})`;
}

const LONGEST_PATTERN = 200;

/** The answers that a line may give; `isCut`: not all of what is asked about has been shown. */
export function answerWords({ during, isCut }: { during: 'conversation' | 'run'; isCut: boolean }): string {
  return `y yes, n no, or n and a reason, c in this ${during}, a always${isCut ? ', v to see all of it' : ''}`;
}

/** What is said to a line that was no answer. */
export function pleaseAnswer(isCut: boolean): string {
  return `Please answer y, n, c or a${isCut ? ', or v to see all of it' : ''}`;
}

/** The letters of the screen and of lines alike. */
export const DECISIONS: Readonly<Record<string, ApprovalAnswer['decision']>> = { y: 'once', c: 'conversation', a: 'always', n: 'no' };

/** Undefined: that was no answer. */
export function answerIn(line: string): ApprovalAnswer | undefined {
  const [, word = '', reason = ''] = /^\s*(\S*)\s*([\s\S]*?)\s*$/.exec(line) ?? [];
  const letter = word.toLowerCase().replace(/[,.:]$/, '');
  const decision = DECISIONS[WORDS[letter] ?? letter];
  if (decision === undefined || reason === '') return decision && { decision };
  // More than a yes is not a yes: who says more means more.
  return decision === 'no' ? { decision, reason } : undefined;
}

const WORDS: Readonly<Record<string, string>> = { yes: 'y', no: 'n', always: 'a', r: 'n', reason: 'n' };
