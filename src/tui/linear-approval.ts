/** How the chat in plain lines asks whether a tool may run: what it would do, and a question that a letter answers. */
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { safeLine } from '../format/safety.ts';
import { PLAIN_THEME } from '../format/theme.ts';
import { coveredBy, detailsBeside, wantsTo, wholeApproval } from './approval.ts';
import type { LinearPickPorts } from './linear-pick.ts';
import { firstRows } from './reply-prose.ts';
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
  const { lines, more } = firstRows(detailsBeside(request), { rows: MOST_DETAILS, columns, theme: PLAIN_THEME });
  print([
    `Tool ${safeLine(name)}${wants === '' ? '' : ` ${wants}`}: ${safeLine(plan.summary)}`,
    ...lines,
    ...(more > 0 ? [moreLines(more)] : []),
    `y: yes. n: no. r: no, with a reason. c: in this conversation. a: always, ${coveredBy(request)}.${more > 0 ? ' v: read all of it first.' : ''}`,
  ]);
  for (;;) {
    const answer = (await ask('Allow? '))?.trim();
    if (answer === undefined) return undefined;
    const [, letter = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(answer) ?? [];
    if (more > 0 && answer.toLowerCase() === 'v') {
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
