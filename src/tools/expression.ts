/** Reads and computes an arithmetic expression: a small parser of its own, nothing is ever evaluated as a program. */
import { nounOf } from '../core/words.ts';
import { CONSTANTS, FUNCTIONS, factorial, powerOf } from './calculator-functions.ts';
import { add, CalculationError, divide, type Effort, fromDecimal, modulo, multiply, negated, type Rational, whole } from './rational.ts';

/** Throws CalculationError with words for the model. */
export function evaluate(text: string): Rational {
  if (text.length > LONGEST) throw new CalculationError(`The expression is too long: ${text.length} characters, at most ${LONGEST}.`);
  const reader: Reader = { tokens: tokensOf(text), at: 0, depth: 0, effort: { bits: 0 } };
  const value = sum(reader);
  const rest = reader.tokens[reader.at];
  if (rest !== undefined) throw new CalculationError(`Did not expect "${rest.text}" at character ${rest.start + 1}.`);
  return value;
}

const LONGEST = 2000;
const DEEPEST = 100;

type Token = { type: 'number' | 'name' | 'sign'; text: string; start: number };
type Reader = { tokens: readonly Token[]; at: number; depth: number; effort: Effort };

const TOKEN =
  /\s*(?:(0[xX][\da-fA-F]+|0[bB][01]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)|([a-zA-Z\u03c0][a-zA-Z\d]*)|(\*\*|[-+*/^%()!,\u00d7\u00f7\u2212\u00b7]))/y;
const SPELLINGS: Readonly<Record<string, string>> = { '**': '^', '\u00d7': '*', '\u00b7': '*', '\u00f7': '/', '\u2212': '-' };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) throw new CalculationError(`Cannot read the expression at character ${at + 1}: "${text.slice(at, at + 20).trim()}".`);
    const [all, number, name, sign] = match;
    const found = number ?? name ?? sign ?? '';
    const start = at + all.length - found.length;
    if (number !== undefined) tokens.push({ type: 'number', text: number, start });
    else if (name !== undefined) tokens.push({ type: 'name', text: name, start });
    else tokens.push({ type: 'sign', text: SPELLINGS[found] ?? found, start });
    at += all.length;
  }
  return tokens;
}

function sum(reader: Reader): Rational {
  reader.depth += 1;
  if (reader.depth > DEEPEST) throw new CalculationError(`The expression is nested too deeply: at most ${DEEPEST} levels.`);
  let value = product(reader);
  for (;;) {
    if (take(reader, '+')) value = add(value, product(reader), reader.effort);
    else if (take(reader, '-')) value = add(value, negated(product(reader)), reader.effort);
    else break;
  }
  reader.depth -= 1;
  return value;
}

function product(reader: Reader): Rational {
  let value = signed(reader);
  for (;;) {
    if (take(reader, '*')) value = multiply(value, signed(reader), reader.effort);
    else if (take(reader, '/')) value = divide(value, signed(reader), reader.effort);
    else if (take(reader, '%')) value = modulo(value, signed(reader), reader.effort);
    else return value;
  }
}

/** -2^2 is -4, 2^-1 is a half, 2^3^2 is 2^9. */
function signed(reader: Reader): Rational {
  reader.depth += 1;
  if (reader.depth > DEEPEST) throw new CalculationError(`The expression is nested too deeply: at most ${DEEPEST} levels.`);
  let value: Rational;
  if (take(reader, '-')) value = negated(signed(reader));
  else if (take(reader, '+')) value = signed(reader);
  else {
    value = suffixed(reader);
    if (take(reader, '^')) value = powerOf(value, signed(reader), reader.effort);
  }
  reader.depth -= 1;
  return value;
}

function suffixed(reader: Reader): Rational {
  let value = primary(reader);
  for (;;) {
    if (take(reader, '!')) value = factorial(value);
    else if (isPercent(reader)) {
      reader.at += 1;
      value = divide(value, whole(100n), reader.effort);
    } else return value;
  }
}

/** A percent sign that no operand follows; with one it is the remainder. */
function isPercent({ tokens, at }: Reader): boolean {
  const next = tokens[at + 1];
  return tokens[at]?.text === '%' && (next === undefined || (next.type === 'sign' && next.text !== '('));
}

function primary(reader: Reader): Rational {
  const token = reader.tokens[reader.at];
  if (token === undefined) throw new CalculationError('The expression ends too early.');
  reader.at += 1;
  if (token.type === 'number') return numberOf(token, reader.effort);
  if (token.type === 'name') return named(token, reader);
  if (token.text !== '(') throw new CalculationError(`Did not expect "${token.text}" at character ${token.start + 1}.`);
  const value = sum(reader);
  close(reader);
  return value;
}

function named(token: Token, reader: Reader): Rational {
  const name = token.text.toLowerCase();
  const takesArguments = take(reader, '(');
  if (!takesArguments) {
    const constant = Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined;
    if (constant) return constant;
  }
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found)
    throw new CalculationError(
      `Unknown name "${token.text}". Known: ${[...Object.keys(CONSTANTS), ...Object.keys(FUNCTIONS)].join(', ')}.`,
    );
  if (!takesArguments) throw new CalculationError(`${name} needs parentheses: ${name}(...).`);
  const values = [sum(reader)];
  while (take(reader, ',')) values.push(sum(reader));
  close(reader);
  if (values.length < found.least || values.length > found.most) {
    const wanted =
      found.least === found.most
        ? `${found.least}`
        : found.most === Number.POSITIVE_INFINITY
          ? `at least ${found.least}`
          : `${found.least} to ${found.most}`;
    throw new CalculationError(`${name} takes ${wanted} ${nounOf(found.most, 'argument')}, not ${values.length}.`);
  }
  return found.apply(values, reader.effort);
}

function close(reader: Reader): void {
  if (take(reader, ')')) return;
  const token = reader.tokens[reader.at];
  throw new CalculationError(
    token ? `Expected ")" before "${token.text}" at character ${token.start + 1}.` : 'A ")" is missing at the end.',
  );
}

function take(reader: Reader, sign: string): boolean {
  const token = reader.tokens[reader.at];
  if (token?.type !== 'sign' || token.text !== sign) return false;
  reader.at += 1;
  return true;
}

function numberOf({ text, start }: Token, effort: Effort): Rational {
  if (/^0[xb]/i.test(text)) return whole(BigInt(text));
  const match = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text.replaceAll('_', ''));
  if (!match) throw new CalculationError(`"${text}" at character ${start + 1} is not a number.`);
  return fromDecimal({ digits: match[1] || '0', fraction: match[2] ?? '', exponent: Number(match[3] ?? 0), effort });
}
