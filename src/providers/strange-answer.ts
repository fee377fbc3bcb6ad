/** A server that reports success and sends something else than was asked for: most often the address is not that of an API. */
import { SottoError } from '../core/errors.ts';
import { parseJson } from '../core/json.ts';
import { type Asked, addressHint, answeredWith, saidBy } from './refusal-cause.ts';
import { shortened, wordsOf } from './refusal-words.ts';

export type StrangeAnswer = Asked & {
  provider: string;
  status: number;
  body: string;
  /** What should have come: "a list of models". */
  expected: string;
};

export function strangeAnswer({ body, expected, ...asked }: StrangeAnswer): SottoError {
  const plain = shortened(body.replace(/\s+/g, ' ').trim(), 100);
  const said = parseJson(body) !== undefined ? `with ${plain}` : saidBy(body, { ...wordsOf(body), message: plain });
  return new SottoError({
    kind: 'protocol',
    provider: asked.provider,
    status: asked.status,
    message: `${asked.provider}: ${answeredWith(asked, said)} instead of ${expected}.`,
    hint: addressHint(asked),
  });
}
