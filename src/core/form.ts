/** A form: a few questions that somebody else than the model asks the user, and what may be answered. Pure. */
import type { Json, JsonObject } from './json.ts';

export type Form = {
  /** Who asks, as the user calls it: "the MCP server files". */
  from: string;
  message: string;
  fields: readonly FormField[];
  /** Shown whole, on a line of its own: it may be copied. */
  address?: string;
  /** What one agrees to first: "Answer it?" unless told. */
  question?: string;
  /** The user's own configuration asks: there is nothing to agree to first. */
  isExpected?: true;
};

export type FormField = {
  name: string;
  title: string;
  description?: string;
  isRequired: boolean;
  /** What an empty answer means. */
  usual?: Json;
  /** What is typed is not shown. */
  isSecret?: true;
} & FieldKind;

type FieldKind =
  | { kind: 'text'; minLength?: number; maxLength?: number; format?: string; pattern?: string }
  | { kind: 'number'; isInteger: boolean; minimum?: number; maximum?: number }
  | { kind: 'boolean' }
  | { kind: 'choice'; options: readonly FormOption[] }
  | { kind: 'choices'; options: readonly FormOption[]; minItems?: number; maxItems?: number };

export type FormOption = { value: string; title: string };

export type FormAnswer = { action: 'accept'; values: JsonObject } | { action: 'decline' | 'cancel' };

/** Asks a person; absent where nobody can be asked. */
export type AskForm = (form: Form, signal: AbortSignal) => Promise<FormAnswer>;

/** `value` is undefined where the field was left out. */
type FieldAnswer = { value: Json | undefined } | { problem: string };

/** Undefined: it cannot be said, and is the asker's own affair, which looks at the answer itself. */
type Match = (pattern: string, text: string) => boolean | undefined;

/** What was typed as the value of a field, or why it is none. */
export function readField(field: FormField, typed: string, match: Match): FieldAnswer {
  const text = typed.trim();
  if (text === '') {
    if (field.usual !== undefined) return { value: field.usual };
    return field.isRequired ? { problem: 'It is needed.' } : { value: undefined };
  }
  switch (field.kind) {
    case 'text':
      return readText(field, text, match);
    case 'number':
      return readNumber(field, text);
    case 'boolean':
      return readBoolean(text);
    case 'choice': {
      const option = optionOf(field.options, text);
      return option ? { value: option.value } : { problem: `Answer with a number from 1 to ${field.options.length}.` };
    }
    case 'choices':
      return readChoices(field, text);
  }
}

/** What may be answered, in a few words; nothing where anything may. */
export function fieldHint(field: FormField): string {
  const usual = field.usual === undefined ? '' : usualWords(field);
  const words = [kindWords(field), usual, field.isRequired || field.usual !== undefined ? '' : 'Enter leaves it out'];
  return words.filter((word) => word !== '').join(', ');
}

function kindWords(field: FormField): string {
  switch (field.kind) {
    case 'text':
      return field.format === undefined ? '' : (FORMATS[field.format]?.words ?? '');
    case 'number':
      return [field.isInteger ? 'a whole number' : 'a number', rangeWords(field.minimum, field.maximum)].filter(Boolean).join(' ');
    case 'boolean':
      return 'y or n';
    case 'choice':
      return 'a number';
    case 'choices':
      return 'numbers with commas between them';
  }
}

function rangeWords(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  return minimum === undefined ? (maximum === undefined ? '' : `up to ${maximum}`) : `from ${minimum}`;
}

function usualWords(field: FormField): string {
  const { usual } = field;
  if (typeof usual === 'boolean') return `Enter for ${usual ? 'y' : 'n'}`;
  const titles = 'options' in field ? field.options : [];
  const values = (Array.isArray(usual) ? usual : [usual]).map((value) => titles.find((one) => one.value === value)?.title ?? String(value));
  return `Enter for ${values.join(', ')}`;
}

type Text = Extract<FormField, { kind: 'text' }>;

function readText({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, format, pattern }: Text, text: string, match: Match): FieldAnswer {
  const { length } = [...text];
  if (length < minLength) return { problem: `It needs at least ${minLength} characters.` };
  if (length > maxLength) return { problem: `It may have ${maxLength} characters at most.` };
  const form = format === undefined ? undefined : FORMATS[format];
  if (form && !form.fits(text)) return { problem: `It should be ${form.words}.` };
  if (pattern !== undefined && match(pattern, text) === false) return { problem: `It should match ${pattern}` };
  return { value: text };
}

const FORMATS: Readonly<Record<string, { words: string; fits: (text: string) => boolean }>> = {
  email: { words: 'a mail address', fits: (text) => /^[^\s@]+@[^\s@]+$/.test(text) },
  uri: { words: 'an address', fits: (text) => URL.canParse(text) },
  date: { words: 'a date such as 2026-12-31', fits: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text) },
  'date-time': {
    words: 'a date and time such as 2026-12-31T18:00:00Z',
    fits: (text) => /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)$/.test(text) && isDate(text.slice(0, 10)),
  },
};

/** February 30 is none. */
function isDate(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

function readNumber(field: Extract<FormField, { kind: 'number' }>, text: string): FieldAnswer {
  const { isInteger, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value) || (isInteger && !Number.isInteger(value)))
    return { problem: `It should be ${isInteger ? 'a whole number' : 'a number'}.` };
  if (value < minimum || value > maximum) return { problem: `It should be a number ${rangeWords(field.minimum, field.maximum)}.` };
  return { value };
}

function readBoolean(text: string): FieldAnswer {
  if (/^(y|yes|true|1)$/i.test(text)) return { value: true };
  return /^(n|no|false|0)$/i.test(text) ? { value: false } : { problem: 'Answer y or n.' };
}

function readChoices(field: Extract<FormField, { kind: 'choices' }>, text: string): FieldAnswer {
  const { options, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = field;
  const chosen = text.split(',').map((one) => optionOf(options, one.trim()));
  const values = [...new Set(chosen.map((option) => option?.value))];
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length) return { problem: `Answer with numbers from 1 to ${options.length}, with commas between them.` };
  if (known.length < minItems) return { problem: `Choose at least ${minItems}.` };
  return known.length > maxItems ? { problem: `Choose ${maxItems} at most.` } : { value: known };
}

/** By its number or its own words. */
function optionOf(options: readonly FormOption[], text: string): FormOption | undefined {
  const byWords = options.find(({ value, title }) => value === text || title === text);
  return byWords ?? (/^\d+$/.test(text) ? options[Number(text) - 1] : undefined);
}
