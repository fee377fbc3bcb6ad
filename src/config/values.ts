/** Checks and reads single values by their row of the table. */

import type { Json } from '../core/json.ts';
import { isObject, parseJson } from '../core/json.ts';
import { hideAddresses } from './address-parts.ts';
import type { Spec } from './settings.ts';

/** Is a JSON value right for its row? Strict: a number as text is not a number. */
export function fits(spec: Spec, value: Json | undefined): boolean {
  switch (spec.type) {
    case 'string':
      return typeof value === 'string';
    case 'number':
    case 'integer':
      if (typeof value !== 'number' || !Number.isFinite(value)) return false;
      return (spec.type === 'number' || Number.isSafeInteger(value)) && !isOutside(spec, value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'one-of':
      return typeof value === 'string' && spec.values.includes(value);
    case 'list':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'record':
      return isObject(value) && Object.values(value).every((item) => (spec.entries === 'text' ? typeof item === 'string' : isObject(item)));
  }
}

/**
 * A value from text (a flag, a variable, `--set`), or undefined when the text does not fit.
 * With `json`, text that is JSON of the right type is read as such.
 */
export function readText(spec: Spec, text: string, { json }: { json: boolean }): Json | undefined {
  if (json || spec.type === 'record') {
    const parsed = parseJson(text);
    if (fits(spec, parsed)) return parsed;
  }
  const value = plainValue(spec, text);
  return fits(spec, value) ? value : undefined;
}

/** What a row takes, in words that follow "should be". */
export function expectation(spec: Spec): string {
  switch (spec.type) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return `a ${spec.type === 'integer' ? 'whole ' : ''}number${range(spec.min, spec.max)}`;
    case 'boolean':
      return 'true or false';
    case 'one-of':
      return `one of ${spec.values.join(', ')}`;
    case 'list':
      return 'a list of texts';
    case 'record':
      return spec.entries === 'text' ? 'an object of texts' : 'an object of objects';
  }
}

/**
 * What was found instead, in words that follow "it is". Secrets, long texts and structures are named by their type only.
 * With the row of a value that was typed, text that is a number is called one.
 */
export function description(value: unknown, { secret, typedFor }: { secret: boolean; typedFor?: Spec | undefined }): string {
  if (typedFor && typeof value === 'string' && !secret) {
    const number = plainValue(typedFor, value);
    if (typeof number === 'number') return isOutside(typedFor, number) ? `${value.trim()}, which is out of range` : value.trim();
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return secret ? `a ${typeof value}` : String(value);
  if (value === '') return 'empty';
  return secret || value.length > 40 ? 'other text' : `the text ${JSON.stringify(hideAddresses(value))}`;
}

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

/** Not those within brackets: "run_command(cut -d, *)" is one item. */
const COMMA = /,(?![^(]*\))/;

function plainValue(spec: Spec, text: string): Json | undefined {
  switch (spec.type) {
    case 'string':
      return text;
    case 'one-of':
      return text.trim().toLowerCase();
    case 'number':
    case 'integer':
      return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined;
    case 'boolean': {
      const word = text.trim().toLowerCase();
      return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    }
    case 'list':
      return text
        .split(COMMA)
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'record':
      return undefined;
  }
}

function isOutside(spec: Spec, value: number): boolean {
  if (spec.type !== 'number' && spec.type !== 'integer') return false;
  return value < (spec.min ?? -Infinity) || value > (spec.max ?? Infinity);
}

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}
