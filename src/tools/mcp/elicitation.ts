/** What a server asks the user in the middle of its work: read into a form, and the answer back into the server's words. */

import type { Form, FormAnswer, FormField, FormOption } from '../../core/form.ts';
import { isObject, type Json, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../core/json.ts';
import { oneLine } from '../../core/words.ts';
import type { McpPorts } from './ports.ts';

export type Elicitation =
  | { action: 'accept'; content?: Record<string, string | number | boolean | string[]> }
  | { action: 'decline' | 'cancel' };

export type ElicitationPorts = Pick<McpPorts, 'ask' | 'open'> & {
  /** A text that must never be shown. */
  secret(text: string): void;
  /** One line for the user: what was declined without asking, and why. */
  said(message: string): void;
};

const MOST_FIELDS = 30;
/** Nobody chooses from a longer list by its numbers. */
const MOST_OPTIONS = 200;
const LONGEST_TITLE = 100;

/** `params` are the server's own words. Where nobody can be asked it is declined, and said. */
export async function elicit(server: string, params: JsonObject, ports: ElicitationPorts, signal: AbortSignal): Promise<Elicitation> {
  const from = `the MCP server ${server}`;
  const message = textAt(params, 'message') ?? '';
  const declined = (why: string): Elicitation => {
    ports.said(`${from} asked "${message.replace(/\s+/g, ' ').slice(0, 200)}" and was answered no: ${why}`);
    return { action: 'decline' };
  };
  if (!ports.ask) return declined('nobody can be asked here');
  if (params.mode === 'url')
    return openAddress({ from, message, address: textAt(params, 'url') ?? '' }, { ...ports, ask: ports.ask }, declined, signal);
  const fields = fieldsOf(params);
  if (typeof fields === 'string') return declined(fields);
  const answer = await ports.ask({ from, message, fields }, signal);
  if (answer.action === 'accept') for (const { name, isSecret } of fields) if (isSecret) hide(answer.values[name], ports);
  return answer.action === 'accept' ? { action: 'accept', content: contentOf(answer) } : answer;
}

/** What is shorter would tear holes into every text. */
const SHORTEST_SECRET = 7;

/** A server may repeat what it was told; neither the model nor the screen needs to see it. */
function hide(value: Json | undefined, { secret }: ElicitationPorts): void {
  if (typeof value === 'string' && value.length >= SHORTEST_SECRET) secret(value);
}

/** What must not go through sotto is done in the browser, at an address of the web that is shown before. */
async function openAddress(
  { from, message, address }: { from: string; message: string; address: string },
  { ask, open }: ElicitationPorts & Required<Pick<McpPorts, 'ask'>>,
  declined: (why: string) => Elicitation,
  signal: AbortSignal,
): Promise<Elicitation> {
  const url = URL.parse(address);
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    return declined('it named no address of the web');
  const shown = `${message}\nIt wants you to open an address at ${url.host}:`;
  const form: Form = {
    from,
    message: shown,
    address: url.href,
    fields: [],
    question: open ? 'Open it in the browser?' : 'Will you open it in a browser?',
  };
  const answer = await ask(form, signal);
  if (answer.action === 'accept') await open?.(url);
  return answer.action === 'accept' ? { action: 'accept' } : answer;
}

function contentOf(answer: Extract<FormAnswer, { action: 'accept' }>): Record<string, string | number | boolean | string[]> {
  const content: Record<string, string | number | boolean | string[]> = {};
  for (const [name, value] of Object.entries(answer.values)) {
    if (Array.isArray(value)) content[name] = value.filter((one) => typeof one === 'string');
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') content[name] = value;
  }
  return content;
}

/** A text: why it cannot be asked. */
function fieldsOf(params: JsonObject): FormField[] | string {
  const schema = objectAt(params, 'requestedSchema') ?? {};
  const properties = Object.entries(objectAt(schema, 'properties') ?? {});
  if (properties.length > MOST_FIELDS) return `it has ${properties.length} fields`;
  const required = new Set(listAt(schema, 'required'));
  const fields: FormField[] = [];
  for (const [name, property] of properties) {
    const field = isObject(property) ? fieldOf(name, property, required.has(name)) : undefined;
    if (!field && required.has(name)) return `its field ${name.slice(0, 60)} is of no kind that can be typed`;
    if (field) fields.push(field);
  }
  return fields;
}

/** Words of fields that nobody should type for a server without knowing for whom. */
const SECRET_WORDS =
  /pass(word|phrase|code|wd)|\bpwd\b|secret|token|api[\s_-]?key|\bkey\b|credential|\bpin\b|\bcvv\b|card.?number|\bssn\b|private/i;

function fieldOf(name: string, property: JsonObject, isRequired: boolean): FormField | undefined {
  const title = titleOf(textAt(property, 'title') || name);
  const description = textAt(property, 'description');
  const base = { name, title, isRequired, ...(description === undefined ? {} : { description }) };
  const options = optionsOf(property);
  if (options.length > MOST_OPTIONS) return undefined;
  switch (property.type) {
    case 'boolean':
      return { ...base, kind: 'boolean', ...usualOf(property, (value) => typeof value === 'boolean') };
    case 'number':
    case 'integer':
      return {
        ...base,
        kind: 'number',
        isInteger: property.type === 'integer',
        ...numbers(property, ['minimum', 'maximum']),
        ...usualOf(property, (value) => typeof value === 'number'),
      };
    case 'array': {
      const choices = optionsOf(objectAt(property, 'items') ?? {});
      if (choices.length === 0 || choices.length > MOST_OPTIONS) return undefined;
      const isChoice = (value: Json) => Array.isArray(value) && value.every((one) => choices.some((choice) => choice.value === one));
      return { ...base, kind: 'choices', options: choices, ...numbers(property, ['minItems', 'maxItems']), ...usualOf(property, isChoice) };
    }
    case 'string':
    case undefined:
      if (options.length > 0)
        return { ...base, kind: 'choice', options, ...usualOf(property, (value) => options.some((option) => option.value === value)) };
      return property.type === undefined ? undefined : textField(base, property);
    default:
      return undefined;
  }
}

function textField(base: Pick<FormField, 'name' | 'title' | 'description' | 'isRequired'>, property: JsonObject): FormField {
  const isSecret = SECRET_WORDS.test(`${base.name} ${base.title} ${base.description ?? ''}`);
  const [format, pattern] = [textAt(property, 'format'), textAt(property, 'pattern')];
  return {
    ...base,
    kind: 'text',
    ...numbers(property, ['minLength', 'maxLength']),
    ...(format === undefined ? {} : { format }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(isSecret ? { isSecret: true as const } : usualOf(property, isShort)),
  };
}

/** In one row: many blanks would put the rest of it at the beginning of another, where sotto itself speaks. */
function titleOf(text: string): string {
  return oneLine(text.slice(0, 1000)).slice(0, LONGEST_TITLE);
}

/** What Enter alone would answer has to be seen whole. */
function isShort(value: Json): boolean {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TITLE && !/\s\s|[\r\n]/.test(value);
}

/** `enum` with or without `enumNames`, `oneOf` and `anyOf` of constants with titles. */
function optionsOf(property: JsonObject): FormOption[] {
  const names = listAt(property, 'enumNames');
  const plain = listAt(property, 'enum').flatMap((value, index) => {
    const title = names[index];
    return typeof value === 'string' ? [{ value, title: titleOf(typeof title === 'string' ? title : value) }] : [];
  });
  if (plain.length > 0) return plain;
  return [...listAt(property, 'oneOf'), ...listAt(property, 'anyOf')].flatMap((one) => {
    const value = textAt(one, 'const');
    return value === undefined ? [] : [{ value, title: titleOf(textAt(one, 'title') ?? value) }];
  });
}

function numbers<Name extends string>(property: JsonObject, names: readonly Name[]): Partial<Record<Name, number>> {
  const found: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const value = numberAt(property, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function usualOf(property: JsonObject, fits: (value: Json) => boolean): { usual?: Json } {
  const { default: usual } = property;
  return usual !== undefined && fits(usual) ? { usual } : {};
}
