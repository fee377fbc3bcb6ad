/** A server that reports success and sends something else than was asked for: most often the address is not that of an API. */
import { SottoError } from '../core/errors.ts';
import { parseJson } from '../core/json.ts';
import { type Asked, addressHint, answeredWith, saidBy } from './refusal-cause.ts';
import { shortened, wordsOf } from './refusal-words.ts';

type StrangeAnswer = Asked & {
  provider: string;
  status: number;
  body: string;
  /** What should have come: "a list of models". */
  expected: string;
};

export function strangeAnswer({ body, expected, ...asked }: StrangeAnswer): SottoError {
  const words = wordsOf(body);
  const said =
    parseJson(body) !== undefined
      ? `with ${shortened(body.replace(/\s+/g, ' ').trim(), 100)}`
      : /[\0-\x08\ufffd]/.test(body.slice(0, 100))
        ? 'with bytes that are no text'
        : saidBy(body, { ...words, message: shortened(words.message, 200) });
  return new SottoError({
    kind: 'protocol',
    provider: asked.provider,
    status: asked.status,
    message: `${asked.provider}: ${answeredWith(asked, said)} instead of ${expected}.`,
    hint: addressHint(asked),
  });
}
