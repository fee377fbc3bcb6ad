import { describe, expect, it } from 'vitest';
import { type FormField, fieldHint, readField } from '../../src/core/form.ts';

const match = (pattern: string, text: string) => new RegExp(pattern, 'u').test(text);
const base = { name: 'x', title: 'X', isRequired: true };
const text = (more: object = {}): FormField => ({ ...base, kind: 'text', ...more });
const number = (more: object = {}): FormField => ({ ...base, kind: 'number', isInteger: false, ...more });
const options = [
  { value: 'r', title: 'Red' },
  { value: 'g', title: 'Green' },
];
const choice = (more: object = {}): FormField => ({ ...base, kind: 'choice', options, ...more });
const choices = (more: object = {}): FormField => ({ ...base, kind: 'choices', options, ...more });

describe('an answer to a field', () => {
  it.each<[string, FormField, unknown]>([
    [' Ada ', text(), 'Ada'],
    ['a@b.c', text({ format: 'email' }), 'a@b.c'],
    ['2026-02-28', text({ format: 'date' }), '2026-02-28'],
    ['2026-02-28T10:00:00Z', text({ format: 'date-time' }), '2026-02-28T10:00:00Z'],
    ['https://x.org', text({ format: 'uri' }), 'https://x.org'],
    ['AB12', text({ pattern: '^[A-Z]{2}\\d{2}$' }), 'AB12'],
    ['-1.5e3', number(), -1500],
    ['7', number({ isInteger: true, minimum: 7, maximum: 7 }), 7],
    ['Yes', { ...base, kind: 'boolean' }, true],
    ['n', { ...base, kind: 'boolean' }, false],
    ['2', choice(), 'g'],
    ['Red', choice(), 'r'],
    ['2, Red, 2', choices(), ['g', 'r']],
    ['', text({ usual: 'it' }), 'it'],
    ['', text({ isRequired: false }), undefined],
  ])('%j is taken', (typed, field, value) => {
    expect(readField(field, typed, match)).toEqual({ value });
  });

  it.each<[string, FormField, string]>([
    ['', text(), 'It is needed.'],
    ['ab', text({ minLength: 3 }), 'It needs at least 3 characters.'],
    ['😀😀😀', text({ maxLength: 2 }), 'It may have 2 characters at most.'],
    ['ab', text({ format: 'email' }), 'It should be a mail address.'],
    ['2026-02-30', text({ format: 'date' }), 'It should be a date such as 2026-12-31.'],
    ['x', text({ pattern: '^\\d+$' }), 'It should match ^\\d+$'],
    ['1.5', number({ isInteger: true }), 'It should be a whole number.'],
    ['0x10', number(), 'It should be a number.'],
    ['Infinity', number(), 'It should be a number.'],
    ['11', number({ minimum: 1, maximum: 10 }), 'It should be a number from 1 to 10.'],
    ['perhaps', { ...base, kind: 'boolean' }, 'Answer y or n.'],
    ['3', choice(), 'Answer with a number from 1 to 2.'],
    ['0', choice(), 'Answer with a number from 1 to 2.'],
    ['1,x', choices(), 'Answer with numbers from 1 to 2, with commas between them.'],
    ['1', choices({ minItems: 2 }), 'Choose at least 2.'],
    ['1,2', choices({ maxItems: 1 }), 'Choose 1 at most.'],
  ])('%j is refused with a reason', (typed, field, problem) => {
    expect(readField(field, typed, match)).toEqual({ problem });
  });

  it('is taken where nobody can say whether it matches', () => {
    expect(readField(text({ pattern: 'x' }), 'y', () => undefined)).toEqual({ value: 'y' });
  });

  it('is explained before', () => {
    expect(fieldHint(number({ isInteger: true, minimum: 1 }))).toBe('a whole number from 1');
    expect(fieldHint(choice({ usual: 'g' }))).toBe('a number, Enter for Green');
    expect(fieldHint(text({ isRequired: false }))).toBe('Enter leaves it out');
    expect(fieldHint(text())).toBe('');
  });
});
