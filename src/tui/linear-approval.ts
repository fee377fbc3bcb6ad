/** How the chat in plain lines asks whether a tool may run: what it would do, and a question that a letter answers. */
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { answerIn, answerWords, coverLine, detailsBeside, pleaseAnswer, wantsTo } from '../format/approval.ts';
import { detailRows, moreLines, wordRows, writtenRows } from '../format/detail-rows.ts';
import { PLAIN_THEME } from '../format/theme.ts';
import { wholeApproval } from './approval.ts';
import type { LinearPickPorts } from './linear-pick.ts';

/** Rows of a diff or a command that are read out before the question. */
const MOST_DETAILS = 20;

/** Undefined: the user called the question off. */
export async function askApproval(
  request: ApprovalRequest,
  { print, ask, columns }: LinearPickPorts & { columns: number },
): Promise<ApprovalAnswer | undefined> {
  const { name, plan } = request;
  const wants = wantsTo(request);
  const look = { columns, most: MOST_DETAILS };
  const head = wordRows(`Tool ${name}${wants === '' ? '' : ` ${wants}`}: ${plan.summary}`, { ...look, margin: '' });
  const { lines, left } = detailRows(detailsBeside(request), { ...look, theme: PLAIN_THEME });
  const isCut = head.left + left.lines + left.characters > 0;
  print([
    ...head.lines,
    ...(request.note === undefined ? [] : wordRows(request.note, { ...look, margin: '' }).lines),
    ...lines,
    ...(isCut ? [moreLines(left.lines, head.left + left.characters)] : []),
    ...[answerWords({ during: 'conversation', isCut }), coverLine(request)].flatMap((row) => writtenRows(row, columns)),
  ]);
  for (;;) {
    const line = (await ask('Allow? '))?.trim();
    if (line === undefined) return undefined;
    if (isCut && line.toLowerCase() === 'v') {
      print(wholeApproval(request, { columns, theme: PLAIN_THEME }));
      continue;
    }
    const answer = answerIn(line === '' ? 'n' : line);
    if (answer && /^r(eason)?$/i.test(line)) return { ...answer, ...reasonOf(await ask('Why not? It goes to the model: ')) };
    if (answer) return answer;
    print([`${pleaseAnswer(isCut)}.`]);
  }
}

function reasonOf(typed: string | undefined): { reason?: string } {
  return typed ? { reason: typed } : {};
}
