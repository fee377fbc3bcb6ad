/** Asks on stderr what an MCP server wants to know, where there is a person before the terminal. */
import { type AskForm, type Form, type FormAnswer, type FormField, fieldHint, readField } from '../core/form.ts';
import type { JsonObject } from '../core/json.ts';
import { exactLine } from '../format/exact.ts';
import type { CommandContext } from './context.ts';
import { askSecret } from './prompt.ts';
import { dropTyped, inTurn, readLine } from './typed-lines.ts';

export type FormTerminal = Pick<CommandContext, 'isTerminal' | 'stdin' | 'stderr' | 'interrupted'>;

/** Undefined where nobody can be asked: in a pipe, or when the keyboard has been read to its end. */
export function formByQuestions(terminal: FormTerminal): AskForm | undefined {
  const { isTerminal, stdin } = terminal;
  if (!isTerminal.stdin || !isTerminal.stderr || stdin.readableEnded) return undefined;
  return (form, signal) => inTurn(stdin, () => ask(form, terminal, signal));
}

async function ask(form: Form, terminal: FormTerminal, signal: AbortSignal): Promise<FormAnswer> {
  const { stdin, stderr } = terminal;
  stderr.write(`${headOf(form).join('\n')}\n`);
  await dropTyped(stdin);
  if (form.isExpected !== true) {
    const agreed = await agreement(form, terminal, signal);
    if (agreed !== 'accept') return { action: agreed };
  }
  const values: JsonObject = {};
  for (const field of form.fields) {
    const answer = await answerTo(field, terminal, signal);
    if (!answer) return { action: 'cancel' };
    if (answer.value !== undefined) values[field.name] = answer.value;
  }
  return { action: 'accept', values };
}

/** Everything that is asked, before anything is answered. */
export function headOf({ from, message, fields, isExpected }: Form): string[] {
  const lines = message
    .split('\n')
    .slice(0, MOST_LINES)
    .map((line) => `  ${exactLine(line.slice(0, LONGEST_LINE))}`);
  const titles = fields.map(({ title }) => exactLine(title)).join(', ');
  const secret = fields.some((field) => field.isSecret) && isExpected !== true;
  return [
    `sotto: ${exactLine(from)} asks:`,
    ...lines,
    ...(isExpected === true || fields.length === 0 ? [] : [`  It wants: ${titles}`]),
    ...(secret ? [`  Your answer goes to ${exactLine(from)}. A server should not ask for passwords or keys in this way.`] : []),
  ];
}

const MOST_LINES = 40;
const LONGEST_LINE = 2000;

async function agreement(form: Form, { stdin, stderr }: FormTerminal, signal: AbortSignal): Promise<FormAnswer['action']> {
  stderr.write(form.fields.length === 0 ? 'Agree? y yes, n no: ' : 'Answer it? y yes, n no: ');
  for (;;) {
    const line = await readLine(stdin, signal);
    if (line === undefined) return 'cancel';
    if (/^\s*y(es)?\s*$/i.test(line)) return 'accept';
    if (/^\s*no?\s*$/i.test(line)) return 'decline';
    stderr.write('Please answer y or n: ');
  }
}

/** Undefined: the person has gone. */
async function answerTo(field: FormField, terminal: FormTerminal, signal: AbortSignal) {
  const { stderr } = terminal;
  const hint = fieldHint(field);
  const about = field.description === undefined || field.description === field.title ? [] : [`  ${exactLine(field.description)}`];
  const options = 'options' in field ? field.options.map(({ title }, index) => `  ${index + 1} ${exactLine(title)}`) : [];
  if (about.length + options.length > 0) stderr.write(`${[...about, ...options].join('\n')}\n`);
  const question = `${exactLine(field.title)}${hint === '' ? '' : ` (${exactLine(hint)})`}: `;
  for (;;) {
    const line = field.isSecret ? await hidden(question, terminal, signal) : await shown(question, terminal, signal);
    if (line === undefined) return undefined;
    const answer = readField(field, line);
    if ('value' in answer) return answer;
    stderr.write(`${exactLine(answer.problem)}\n`);
  }
}

async function shown(question: string, { stdin, stderr }: FormTerminal, signal: AbortSignal): Promise<string | undefined> {
  stderr.write(question);
  return readLine(stdin, signal);
}

async function hidden(question: string, terminal: FormTerminal, signal: AbortSignal): Promise<string | undefined> {
  const interrupted = AbortSignal.any([signal, terminal.interrupted]);
  return askSecret(question, { ...terminal, interrupted }).catch(() => undefined);
}
