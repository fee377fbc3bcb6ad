/** Asks on stderr whether a tool may run, where `ask` has a person before it. */

import type { CommandContext } from '../compose/context.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { toolRuleText } from '../core/tool-rules.ts';
import { exactLine } from '../format/exact.ts';
import { PLAIN_THEME } from '../format/theme.ts';

/** Undefined where nobody can be asked: in a pipe, or when the keyboard has been read to its end. */
export function approvalByQuestion(
  context: CommandContext,
): ((request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>) | undefined {
  const { isTerminal, stderr } = context;
  if (!isTerminal.stdin || !isTerminal.stderr || context.stdin.readableEnded) return undefined;
  const ask = async (request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> => {
    const { dropTyped, readLine } = await import('./typed-lines.ts');
    const columns = Math.max(MOST_NARROW, (stderr.columns || 80) - 1);
    const { question, isCut, whole } = await questionOf(request, columns);
    await dropTyped(context.stdin);
    stderr.write(question);
    for (;;) {
      if (context.stdin.readableEnded) return NOBODY;
      const line = await readLine(context.stdin, signal);
      if (line === undefined) return NOBODY;
      const answer = answerOf(line);
      if (answer) return answer;
      if (isCut && /^\s*v\s*$/i.test(line)) stderr.write(`${whole()}\nAllow it? `);
      else stderr.write(`Please answer y, a or n${isCut ? ', or v to see all of it' : ''}: `);
    }
  };
  return async (request, signal) => (await import('./typed-lines.ts')).inTurn(context.stdin, () => ask(request, signal));
}

const NOBODY: ApprovalAnswer = { decision: 'no', reason: 'nobody answered' };

/** More of a diff or a command than this is shown when it is asked for. */
const MOST_ROWS = 40;
const MOST_CHARACTERS = 4000;
const MOST_NARROW = 20;

type Question = { question: string; isCut: boolean; whole: () => string };

/** `isCut`: there is more to look at: the `whole`. */
export async function questionOf({ name, plan, note }: ApprovalRequest, columns: number): Promise<Question> {
  const [{ detailRows, wordRows, writtenRows }, { moreLines }] = await Promise.all([
    import('../format/detail-rows.ts'),
    import('../tui/reply-words.ts'),
  ]);
  const words = `sotto: the model wants to use ${name}: ${plan.summary}`;
  const rowsOf = (most: number) => {
    const head = wordRows(words, { columns, most, margin: '' });
    const { lines, left } = detailRows(plan.details ?? '', { columns, most, theme: PLAIN_THEME });
    return {
      text: [...head.lines, ...(note === undefined ? [] : wordRows(note, { columns, most, margin: '' }).lines), ...lines].join('\n'),
      lines: left.lines,
      characters: head.left + left.characters,
    };
  };
  const { text, lines, characters } = rowsOf(MOST_ROWS);
  const isCut = lines + characters > 0;
  const rest = isCut ? `\n  ${moreLines(lines, characters)}` : '';
  const keys = `Allow it? y yes, a always (${coveredBy(name, plan)}), n no, or n and a reason${isCut ? ', v to see all of it' : ''}:`;
  const question = `${text}${rest}\n${writtenRows(keys, columns).join('\n')} `;
  return { question, isCut, whole: () => rowsOf(Number.POSITIVE_INFINITY).text };
}

/** What "always" would be good for. */
function coveredBy(name: string, { pattern, covers }: ApprovalRequest['plan']): string {
  if (covers !== undefined) return exactLine(covers);
  return exactLine(toolRuleText(pattern === undefined ? { tool: name } : { tool: name, pattern: pattern.slice(0, MOST_CHARACTERS) }));
}

/** Undefined: that was no answer. */
export function answerOf(line: string): ApprovalAnswer | undefined {
  const [, word = '', reason = ''] = /^\s*(\S*)\s*([\s\S]*?)\s*$/.exec(line) ?? [];
  switch (word.toLowerCase().replace(/[,.:]$/, '')) {
    case 'y':
    case 'yes':
      return { decision: 'once' };
    case 'a':
    case 'always':
      return { decision: 'always' };
    case 'n':
    case 'no':
      return reason === '' ? { decision: 'no' } : { decision: 'no', reason };
    default:
      return undefined;
  }
}
