/** Asks a form question by question, wherever lines can be shown and typed. What somebody else wrote is shown exactly, and whose it is. */
import { type Form, type FormAnswer, type FormField, fieldHint, readField } from '../core/form.ts';
import type { JsonObject } from '../core/json.ts';
import { writtenRows } from './detail-rows.ts';
import { exactLine } from './exact.ts';
import { timedMatch } from './timed-match.ts';

export type FormPorts = {
  print(lines: readonly string[]): void;
  /** Undefined: the person has called it off. */
  confirm(question: string, signal: AbortSignal): Promise<boolean | undefined>;
  line(question: string, options: { isSecret: boolean }, signal: AbortSignal): Promise<string | undefined>;
  columns: number;
  /** It may come up under the hands of somebody who types something else: also what is expected is agreed to first. */
  agreesFirst?: true;
};

export async function askForm(form: Form, ports: FormPorts, signal: AbortSignal): Promise<FormAnswer> {
  ports.print(headOf(form, ports.columns));
  if (form.isExpected !== true || (ports.agreesFirst && form.address === undefined)) {
    const agreed = await ports.confirm(form.question ?? 'Answer it?', signal);
    if (agreed !== true || signal.aborted) return { action: agreed === false ? 'decline' : 'cancel' };
  }
  const values: JsonObject = {};
  for (const field of form.fields) {
    const answer = await answerTo(field, { ports, isExpected: form.isExpected === true }, signal);
    if (!answer || signal.aborted) return { action: 'cancel' };
    if (answer.value !== undefined) values[field.name] = answer.value;
  }
  return { action: 'accept', values };
}

/** Everything that is asked, before anything is answered. */
function headOf({ from, message, fields, isExpected, address }: Form, columns: number): string[] {
  const said = message.split('\n', MOST_LINES).flatMap((line) => writtenRows(`  ${exactLine(line.slice(0, LONGEST_LINE))}`, columns));
  const wanted =
    isExpected === true || fields.length === 0 ? [] : [`  It wants: ${fields.map(({ title }) => exactLine(title)).join(', ')}`];
  const isSecret = isExpected !== true && fields.some((field) => field.isSecret);
  const warning = isSecret ? [`  Your answer goes to ${exactLine(from)}, which should not ask for passwords or keys in this way.`] : [];
  const first = `${exactLine(from).replace(/^t/, 'T')} asks:`;
  const whole = address === undefined ? [] : ['', exactLine(address), ''];
  return [...writtenRows(first, columns), ...said, ...whole, ...[...wanted, ...warning].flatMap((line) => writtenRows(line, columns))];
}

const MOST_LINES = 30;
const LONGEST_LINE = 1000;

/** Undefined: the person has called it off. */
async function answerTo(field: FormField, { ports, isExpected }: { ports: FormPorts; isExpected: boolean }, signal: AbortSignal) {
  const hint = fieldHint(field);
  const about = field.description === undefined || field.description === field.title ? [] : [field.description.slice(0, LONGEST_LINE)];
  const options = 'options' in field ? field.options.map(({ title }, index) => `${index + 1} ${title}`) : [];
  const rows = [...about, ...options].flatMap((line) => writtenRows(`  ${exactLine(line)}`, ports.columns));
  if (rows.length > 0) ports.print(rows);
  // At the edge stands only what sotto itself asks.
  const question = `${isExpected ? '' : '  '}${exactLine(field.title)}${hint === '' ? '' : ` (${exactLine(hint)})`}: `;
  for (;;) {
    const line = await ports.line(question, { isSecret: field.isSecret === true }, signal);
    if (line === undefined) return undefined;
    const answer = readField(field, line, timedMatch);
    if ('value' in answer) return answer;
    ports.print(writtenRows(exactLine(answer.problem), ports.columns));
  }
}
