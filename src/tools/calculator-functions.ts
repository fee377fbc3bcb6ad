/** The functions and constants of the calculator: exact where the result is rational, otherwise rounded and marked so. */
import {
  add,
  CalculationError,
  commonDivisor,
  compare,
  divide,
  type Effort,
  exactRoot,
  floor,
  fromNumber,
  modulo,
  multiply,
  negated,
  power,
  type Rational,
  toNumber,
  tooLarge,
  whole,
} from './rational.ts';

type Known = { least: number; most: number; apply: (values: readonly Rational[], effort: Effort) => Rational };

export const CONSTANTS: Readonly<Record<string, Rational>> = {
  pi: fromNumber(Math.PI),
  '\u03c0': fromNumber(Math.PI),
  e: fromNumber(Math.E),
};

export const FUNCTIONS: Readonly<Record<string, Known>> = {
  sqrt: one((value) => exactRoot(value) ?? fromNumber(Math.sqrt(toNumber(value)))),
  cbrt: one((value) => rounded(Math.cbrt, value)),
  abs: one((value) => (value.n < 0n ? negated(value) : value)),
  sign: one((value) => ({ n: value.n < 0n ? -1n : value.n > 0n ? 1n : 0n, d: 1n, isExact: value.isExact })),
  min: { least: 1, most: Number.POSITIVE_INFINITY, apply: (values) => extreme(values, -1) },
  max: { least: 1, most: Number.POSITIVE_INFINITY, apply: (values) => extreme(values, 1) },
  sum: { least: 1, most: Number.POSITIVE_INFINITY, apply: total },
  mean: {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    apply: (values, effort) => divide(total(values, effort), whole(BigInt(values.length)), effort),
  },
  round: { least: 1, most: 2, apply: ([value, digits], effort) => round(given(value), digits ?? whole(0n), effort) },
  floor: one(floor),
  ceil: one((value) => negated(floor(negated(value)))),
  trunc: one((value) => ({ n: value.n / value.d, d: 1n, isExact: value.isExact })),
  mod: { least: 2, most: 2, apply: ([value, by], effort) => modulo(given(value), given(by), effort) },
  pow: { least: 2, most: 2, apply: ([base, exponent], effort) => powerOf(given(base), given(exponent), effort) },
  gcd: { least: 2, most: 2, apply: ([first, second]) => whole(commonDivisor(integer(first), integer(second))) },
  lcm: { least: 2, most: 2, apply: ([first, second], effort) => commonMultiple(given(first), given(second), effort) },
  exp: one((value) => (value.n === 0n ? whole(1n) : rounded(Math.exp, value))),
  ln: one((value) => logarithm(value)),
  log: { least: 1, most: 2, apply: ([value, base], effort) => logarithm(given(value), base ?? whole(10n), effort) },
  log2: one((value, effort) => logarithm(value, whole(2n), effort)),
  log10: one((value, effort) => logarithm(value, whole(10n), effort)),
  sin: one((value) => rounded(Math.sin, value)),
  cos: one((value) => rounded(Math.cos, value)),
  tan: one((value) => rounded(Math.tan, value)),
  asin: one((value) => rounded(Math.asin, value)),
  acos: one((value) => rounded(Math.acos, value)),
  atan: one((value) => rounded(Math.atan, value)),
  atan2: { least: 2, most: 2, apply: ([y, x]) => fromNumber(Math.atan2(toNumber(given(y)), toNumber(given(x)))) },
  sinh: one((value) => rounded(Math.sinh, value)),
  cosh: one((value) => rounded(Math.cosh, value)),
  tanh: one((value) => rounded(Math.tanh, value)),
  rad: one((value) => rounded((degrees) => (degrees * Math.PI) / 180, value)),
  deg: one((value) => rounded((radians) => (radians * 180) / Math.PI, value)),
  factorial: one((value) => factorial(value)),
};

/** Exact for whole exponents and exact square roots. */
export function powerOf(base: Rational, exponent: Rational, effort: Effort): Rational {
  if (exponent.d === 1n) {
    const value = power(base, exponent.n, effort);
    return exponent.isExact ? value : { ...value, isExact: false };
  }
  if (exponent.isExact && exponent.d === 2n) {
    const root = exactRoot(base);
    if (root) return power(root, exponent.n, effort);
  }
  return fromNumber(toNumber(base) ** toNumber(exponent));
}

const LARGEST_FACTORIAL = 3000n;

export function factorial(value: Rational): Rational {
  const n = integer(value);
  if (n < 0n) throw new CalculationError('A factorial is of a whole number from 0 on.');
  if (n > LARGEST_FACTORIAL) throw tooLarge();
  let product = 1n;
  for (let factor = 2n; factor <= n; factor += 1n) product *= factor;
  return { n: product, d: 1n, isExact: value.isExact };
}

function one(apply: (value: Rational, effort: Effort) => Rational): Known {
  return { least: 1, most: 1, apply: ([value], effort) => apply(given(value), effort) };
}

/** The parser has counted the arguments. */
function given(value: Rational | undefined): Rational {
  if (value === undefined) throw new CalculationError('An argument is missing.');
  return value;
}

function integer(value: Rational | undefined): bigint {
  const { n, d } = given(value);
  if (d !== 1n) throw new CalculationError('That needs whole numbers.');
  return n;
}

function rounded(compute: (value: number) => number, value: Rational): Rational {
  const result = fromNumber(compute(toNumber(value)));
  return value.n === 0n && value.isExact && result.d === 1n ? { ...result, isExact: true } : result;
}

function extreme(values: readonly Rational[], wanted: 1 | -1): Rational {
  return values.reduce((best, value) => (compare(value, best) === wanted ? value : best));
}

function total(values: readonly Rational[], effort: Effort): Rational {
  return values.reduce((sum, value) => add(sum, value, effort), whole(0n));
}

function commonMultiple(first: Rational, second: Rational, effort: Effort): Rational {
  const product = multiply(whole(integer(first)), whole(integer(second)), effort).n;
  const divisor = commonDivisor(first.n, second.n);
  return whole(divisor === 0n ? 0n : (product < 0n ? -product : product) / divisor);
}

/** Half away from zero, as people round. */
function round(value: Rational, digits: Rational, effort: Effort): Rational {
  const places = integer(digits);
  if (places > 1000n || places < -1000n) throw new CalculationError('Round to at most 1000 digits.');
  const scale = power(whole(10n), places, effort);
  const scaled = multiply(value.n < 0n ? negated(value) : value, scale, effort);
  const near = floor(add(scaled, { n: 1n, d: 2n, isExact: true }, effort));
  const result = divide(near, scale, effort);
  return value.n < 0n ? negated(result) : result;
}

/** Exact for whole powers of a whole base. */
function logarithm(value: Rational, base?: Rational, effort: Effort = { bits: 0 }): Rational {
  if (value.n <= 0n) throw new CalculationError('Only positive numbers have a logarithm.');
  if (base === undefined) return value.n === value.d && value.isExact ? whole(0n) : fromNumber(naturalLogarithm(value));
  if (base.n <= 0n || base.n === base.d) throw new CalculationError('The base of a logarithm is positive and not 1.');
  const result = naturalLogarithm(value) / naturalLogarithm(base);
  const near = Math.round(result);
  const isWhole =
    Math.abs(result - near) < 1e-9 && value.isExact && base.isExact && compare(power(base, BigInt(near), effort), value) === 0;
  return isWhole ? whole(BigInt(near)) : fromNumber(result);
}

/** Also for numbers that a double does not hold. */
function naturalLogarithm({ n, d }: Rational): number {
  return bigLogarithm(n) - bigLogarithm(d);
}

function bigLogarithm(n: bigint): number {
  const text = n.toString();
  const head = Number(`0.${text.slice(0, 20)}`);
  return text.length <= 15 ? Math.log(Number(n)) : Math.log(head) + text.length * Math.LN10;
}
