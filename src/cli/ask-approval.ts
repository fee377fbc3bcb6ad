/** Asks on stderr whether a tool may run, where `ask` has a person before it. */

import type { CommandContext } from '../compose/context.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { answerIn, answerWords, coverLine, pleaseAnswer } from '../format/approval.ts';
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
      const answer = answerIn(line);
      if (answer) return answer;
      if (isCut && /^\s*v\s*$/i.test(line)) stderr.write(`${whole()}\nAllow it? Answer: `);
      else stderr.write(`${pleaseAnswer(isCut)}: `);
    }
  };
  return async (request, signal) => (await import('./typed-lines.ts')).inTurn(context.stdin, () => ask(request, signal));
}

const NOBODY: ApprovalAnswer = { decision: 'no', reason: 'nobody answered' };

/** More of a diff or a command than this is shown when it is asked for. */
const MOST_ROWS = 40;
const MOST_NARROW = 20;

type Question = { question: string; isCut: boolean; whole: () => string };

/** `isCut`: there is more to look at: the `whole`. */
async function questionOf(request: ApprovalRequest, columns: number): Promise<Question> {
  const { detailRows, moreLines, wordRows, writtenRows } = await import('../format/detail-rows.ts');
  const { name, plan, note } = request;
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
  const keys = [`Allow it? ${answerWords({ during: 'run', isCut })}`, coverLine(request)].flatMap((row) => writtenRows(row, columns));
  const question = `${text}${rest}\n${keys.join('\n')}\nAnswer: `;
  return { question, isCut, whole: () => rowsOf(Number.POSITIVE_INFINITY).text };
}
