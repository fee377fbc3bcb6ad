/** Where the rows of a list of models are, whatever a server calls it. */
import { isObject, type Json } from '../core/json.ts';

/** Undefined where the answer is no list. Servers written in Go say null for an empty one. */
export function modelRows(answer: Json): readonly Json[] | undefined {
  const lists = isObject(answer) ? ['data', 'models'].flatMap((key) => (key in answer ? [answer[key] ?? []] : [])) : [answer];
  const found = lists.filter((list) => Array.isArray(list));
  return found.find((list) => list.length > 0) ?? found[0];
}

export const MODEL_LIST = { expected: 'a list of models', isExpected: (answer: Json) => modelRows(answer) !== undefined };
