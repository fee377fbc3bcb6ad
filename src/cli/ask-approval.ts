/** Asks on stderr whether a tool may run, where `ask` has a person before it. */
import type { Readable } from 'node:stream';
import type { ApprovalAnswer, ApprovalRequest } from '../core/tool.ts';
import { toolRuleText } from '../core/tool-rules.ts';
import { safeLine, safeText } from '../format/safety.ts';
import type { CommandContext } from './context.ts';

/** Undefined where nobody can be asked: in a pipe, or when the keyboard has been read to its end. */
export function approvalByQuestion(
  context: CommandContext,
): ((request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>) | undefined {
  const { isTerminal, stderr } = context;
  if (!isTerminal.stdin || !isTerminal.stderr || context.stdin.readableEnded) return undefined;
  return async (request, signal) => {
    stderr.write(questionOf(request));
    for (;;) {
      const line = await readLine(context.stdin, signal);
      if (line === undefined) return { decision: 'no', reason: 'nobody answered' };
      const answer = answerOf(line);
      if (answer) return answer;
      stderr.write('Please answer y, a or n: ');
    }
  };
}

/** More of a diff than this is not looked at in a line-by-line terminal. */
const MOST_LINES = 40;

export function questionOf({ name, plan }: ApprovalRequest): string {
  const lines = safeText(plan.details ?? '')
    .trimEnd()
    .split('\n');
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `(+${lines.length - MOST_LINES} more lines)`] : lines;
  const details = lines.join('') === '' ? '' : `${shown.map((line) => `  ${line}`).join('\n')}\n`;
  const rule = safeLine(toolRuleText(plan.pattern === undefined ? { tool: name } : { tool: name, pattern: plan.pattern }));
  return `sotto: the model wants to use ${safeLine(name)}: ${safeLine(plan.summary)}\n${details}Allow it? y yes, a always (${rule}), n no, or n and a reason: `;
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

/** Undefined at the end of input, and when the signal fires. */
async function readLine(stdin: Readable, signal: AbortSignal): Promise<string | undefined> {
  const { createInterface } = await import('node:readline');
  return new Promise((resolve) => {
    // Without a terminal of its own it leaves Ctrl+C to the terminal, which makes it a signal.
    const lines = createInterface({ input: stdin, terminal: false });
    let line: string | undefined;
    const stop = () => lines.close();
    lines.once('line', (text) => {
      line = text;
      lines.close();
    });
    lines.once('close', () => {
      signal.removeEventListener('abort', stop);
      stdin.pause();
      resolve(line);
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
