import { expect, it } from 'vitest';
import { pickLinear } from '../../src/tui/linear-pick.ts';

const KEYS = [
  { word: 'delete', chord: 'ctrl+x', on: 'item' },
  { word: 'search inside', chord: 'ctrl+f', on: 'list' },
] as const;

async function picked(...answers: string[]) {
  const asked: string[] = [];
  const items = ['onion soup', 'delete old logs', 'a trip to Lima'].map((label) => ({ value: label, label }));
  const ask = async (question: string) => {
    asked.push(question);
    return answers.shift();
  };
  return { answer: await pickLinear({ title: 'Which?', empty: '', items, keys: KEYS }, { print: () => {}, ask }), asked };
}

it('offers in words what keys do elsewhere', async () => {
  const { answer, asked } = await picked('delete 3');
  expect(answer).toEqual({ value: 'a trip to Lima', key: 'delete', query: '3' });
  expect(asked[0]).toBe('Number, or words to narrow it, delete NUMBER, search inside WORDS (Enter leaves): ');
  expect((await picked('search inside red onions')).answer).toEqual({ value: undefined, key: 'search inside', query: 'red onions' });
});

it('takes a title that begins with such a word for a title', async () => {
  expect((await picked('delete old')).answer).toMatchObject({ value: 'delete old logs' });
  expect((await picked('delete old')).answer).not.toHaveProperty('key');
});
