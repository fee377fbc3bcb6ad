/** Asks on stderr what an MCP server wants to know, where there is a person before the terminal. */

import type { CommandContext } from '../compose/context.ts';
import type { AskForm } from '../core/form.ts';
import { askForm, type FormPorts } from '../format/form-questions.ts';
import { askSecret } from './prompt.ts';
import { dropTyped, inTurn, readLine } from './typed-lines.ts';

export type FormTerminal = Pick<CommandContext, 'isTerminal' | 'stdin' | 'stderr' | 'interrupted'>;

/** Undefined where nobody can be asked: in a pipe, or when the keyboard has been read to its end. */
export function formByQuestions(terminal: FormTerminal): AskForm | undefined {
  const { isTerminal, stdin } = terminal;
  if (!isTerminal.stdin || !isTerminal.stderr || stdin.readableEnded) return undefined;
  return (form, signal) => inTurn(stdin, () => askForm(form, portsOf(terminal), signal));
}

const MOST_NARROW = 20;

function portsOf(terminal: FormTerminal): FormPorts {
  const { stdin, stderr, interrupted } = terminal;
  let isFirst = true;
  return {
    columns: Math.max(MOST_NARROW, (stderr.columns || 80) - 1),
    print(lines) {
      // The first line says who speaks here, as all lines of sotto do.
      const [first = '', ...rest] = lines;
      stderr.write(`${[isFirst ? `sotto: ${first}` : first, ...rest].join('\n')}\n`);
      isFirst = false;
    },
    async confirm(question, signal) {
      await dropTyped(stdin);
      stderr.write(`${question} y yes, n no: `);
      for (;;) {
        const line = await readLine(stdin, signal);
        if (line === undefined) return undefined;
        if (/^\s*y(es)?\s*$/i.test(line)) return true;
        if (/^\s*no?\s*$/i.test(line)) return false;
        stderr.write('Please answer y or n: ');
      }
    },
    async line(question, { isSecret }, signal) {
      if (isSecret) return askSecret(question, { ...terminal, interrupted: AbortSignal.any([signal, interrupted]) }).catch(() => undefined);
      stderr.write(question);
      return readLine(stdin, signal);
    },
  };
}
