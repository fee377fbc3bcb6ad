/** How the chat in plain lines asks whether a tool may run: what it would do, and a question that a letter answers. */
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { detailRows, wordRows, writtenRows } from '../format/detail-rows.ts';
import { PLAIN_THEME } from '../format/theme.ts';
import { coveredBy, detailsBeside, wantsTo, wholeApproval } from './approval.ts';
import type { LinearPickPorts } from './linear-pick.ts';
import { moreLines } from './reply-words.ts';

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
    `y: yes. n: no. r: no, with a reason.${isCut ? ' v: read all of it first.' : ''}`,
    ...writtenRows(`c: in this conversation, or a: always, ${coveredBy(request)}.`, columns),
  ]);
  for (;;) {
    const answer = (await ask('Allow? '))?.trim();
    if (answer === undefined) return undefined;
    const [, letter = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(answer) ?? [];
    if (isCut && answer.toLowerCase() === 'v') {
      print(wholeApproval(request, { columns, theme: PLAIN_THEME }));
      continue;
    }
    const decision = DECISIONS[letter.toLowerCase()];
    if (decision !== undefined && rest === '') return { decision };
    if (['r', 'reason'].includes(letter.toLowerCase())) {
      const reason = rest === '' ? await ask('Why not? It goes to the model: ') : rest;
      return { decision: 'no', ...(reason ? { reason } : {}) };
    }
    print(['Please answer y, n, r, c or a.']);
  }
}

const DECISIONS: Readonly<Record<string, ApprovalAnswer['decision']>> = {
  y: 'once',
  yes: 'once',
  c: 'conversation',
  a: 'always',
  always: 'always',
  n: 'no',
  no: 'no',
  // Enter alone.
  '': 'no',
};
