/** Exact numbers: fractions of whole numbers of any size up to a limit, and their way into text. */

/** `d` is positive and shares no factor with `n`. `isExact` is false once a rounded number took part. */
export type Rational = { n: bigint; d: bigint; isExact: boolean };

/** What a calculation may cost at most; shared by all steps of one. */
export type Effort = { bits: number };

/** Words for the model: why there is no result. */
export class CalculationError extends Error {}

/** About 10,000 digits. */
const MOST_BITS = 33_000;
/** Shortening a fraction takes time with the square of its length: 0.4 s are reached at about this sum. */
const MOST_EFFORT = 500_000;

export function whole(n: bigint): Rational {
  return { n, d: 1n, isExact: true };
}

export function add(one: Rational, other: Rational, effort: Effort): Rational {
  return made(one.n * other.d + other.n * one.d, one.d * other.d, { isExact: one.isExact && other.isExact, effort });
}

export function negated(value: Rational): Rational {
  return { ...value, n: -value.n };
}

export function multiply(one: Rational, other: Rational, effort: Effort): Rational {
  return made(one.n * other.n, one.d * other.d, { isExact: one.isExact && other.isExact, effort });
}

export function divide(one: Rational, other: Rational, effort: Effort): Rational {
  if (other.n === 0n) throw new CalculationError('Division by zero.');
  return made(one.n * other.d, one.d * other.n, { isExact: one.isExact && other.isExact, effort });
}

/** The remainder that has the sign of the divisor. */
export function modulo(one: Rational, other: Rational, effort: Effort): Rational {
  const times = floor(divide(one, other, effort));
  return add(one, negated(multiply(times, other, effort)), effort);
}

export function floor(value: Rational): Rational {
  const quotient = value.n / value.d;
  return { n: value.n < 0n && quotient * value.d !== value.n ? quotient - 1n : quotient, d: 1n, isExact: value.isExact };
}

export function compare(one: Rational, other: Rational): number {
  const difference = one.n * other.d - other.n * one.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** To a whole power. */
export function power(base: Rational, exponent: bigint, effort: Effort): Rational {
  if (exponent < 0n) {
    if (base.n === 0n) throw new CalculationError('Division by zero: zero to a negative power.');
    const inverse = base.n < 0n ? { ...base, n: -base.d, d: -base.n } : { ...base, n: base.d, d: base.n };
    return power(inverse, -exponent, effort);
  }
  const isUnit = base.d === 1n && base.n >= -1n && base.n <= 1n;
  if (isUnit) return { ...base, n: base.n === -1n && exponent % 2n === 0n ? 1n : exponent === 0n ? 1n : base.n };
  // Asked before it is computed: 9^9^9 has 370 million digits.
  if (exponent > BigInt(MOST_BITS) || Math.max(bitsOf(base.n), bitsOf(base.d)) * Number(exponent) > MOST_BITS + 64) throw tooLarge();
  return made(base.n ** exponent, base.d ** exponent, { isExact: base.isExact, effort });
}

/** The exact square root, where there is one. */
export function exactRoot(value: Rational): Rational | undefined {
  if (value.n < 0n || bitsOf(value.n) + bitsOf(value.d) > 8_000) return undefined;
  const n = wholeRoot(value.n);
  const d = wholeRoot(value.d);
  return n * n === value.n && d * d === value.d ? { n, d, isExact: value.isExact } : undefined;
}

export function toNumber(value: Rational): number {
  if (value.n === 0n) return 0;
  const { sign, digits, exponent } = significant(value, 25);
  return Number(`${sign}${digits[0]}.${digits.slice(1)}e${exponent}`);
}

/** A rounded number, by its shortest decimal. */
export function fromNumber(number: number): Rational {
  if (Number.isNaN(number)) throw new CalculationError('That has no result among the real numbers.');
  if (!Number.isFinite(number)) throw tooLarge();
  const [, sign, digits = '0', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number)) ?? [];
  const value = fromDecimal({ digits, fraction, exponent: Number(exponent), effort: { bits: 0 } });
  return { ...value, n: sign === '-' ? -value.n : value.n, isExact: false };
}

export function fromDecimal(text: { digits: string; fraction: string; exponent: number; effort: Effort }): Rational {
  const { digits, fraction, exponent, effort } = text;
  const shift = exponent - fraction.length;
  if (Math.abs(shift) > MOST_BITS / 3) throw tooLarge();
  const n = BigInt(digits + fraction);
  return shift >= 0
    ? made(n * 10n ** BigInt(shift), 1n, { isExact: true, effort })
    : made(n, 10n ** BigInt(-shift), { isExact: true, effort });
}

/** "0.3", "about 0.333... (exactly 1/3)", "about 1.41421356237310". */
export function textOf(value: Rational): string {
  if (!value.isExact) return `about ${rounded(value, 15)}`;
  const decimals = decimalsOf(value.d);
  if (decimals !== undefined) return plain(value, decimals);
  const fraction = `${value.n}/${value.d}`;
  return `about ${rounded(value, 34)}${fraction.length <= 60 ? ` (exactly ${fraction})` : ''}`;
}

export function tooLarge(): CalculationError {
  return new CalculationError('The numbers get too large: at most about 10,000 digits. For a rough size, use logarithms.');
}

function made(n: bigint, d: bigint, { isExact, effort }: { isExact: boolean; effort: Effort }): Rational {
  const size = Math.max(bitsOf(n), bitsOf(d));
  if (size > MOST_BITS) throw tooLarge();
  if (d === 1n) return { n, d, isExact };
  effort.bits += size;
  if (effort.bits > MOST_EFFORT) throw new CalculationError('That calculation takes too long. Use smaller numbers or fewer steps.');
  const divisor = commonDivisor(n, d) * (d < 0n ? -1n : 1n);
  return { n: n / divisor, d: d / divisor, isExact };
}

export function commonDivisor(one: bigint, other: bigint): bigint {
  let [large, small] = [one < 0n ? -one : one, other < 0n ? -other : other];
  while (small !== 0n) [large, small] = [small, large % small];
  return large;
}

function bitsOf(n: bigint): number {
  return n.toString(16).length * 4;
}

/** Newton's method. */
function wholeRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt(Math.ceil(bitsOf(n) / 2) + 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** How many decimals a fraction ends after, or undefined when it never ends (or only after a thousand). */
function decimalsOf(d: bigint): number | undefined {
  let twos = 0;
  let fives = 0;
  let rest = d;
  for (; rest % 2n === 0n && twos <= 1000; twos += 1) rest /= 2n;
  for (; rest % 5n === 0n && fives <= 1000; fives += 1) rest /= 5n;
  return rest === 1n ? Math.max(twos, fives) : undefined;
}

function plain(value: Rational, decimals: number): string {
  const scaled = (value.n * 10n ** BigInt(decimals)) / value.d;
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, '0');
  const sign = scaled < 0n ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function rounded(value: Rational, length: number): string {
  if (value.n === 0n) return '0';
  const { sign, digits, exponent } = significant(value, length);
  const short = digits.replace(/0+$/, '');
  if (exponent < -7 || exponent >= length + 6) return `${sign}${short[0]}${short.length > 1 ? `.${short.slice(1)}` : ''}e${exponent}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${short}`;
  const before = short.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const after = short.slice(exponent + 1);
  return sign + before + (after === '' ? '' : `.${after}`);
}

/** Scientific notation with so many digits, rounded half up: `d.ddd` times ten to the exponent. */
function significant(value: Rational, length: number): { sign: string; digits: string; exponent: number } {
  const n = value.n < 0n ? -value.n : value.n;
  const guess = n.toString().length - value.d.toString().length;
  const shift = length + 2 - guess;
  const quotient = shift >= 0 ? (n * 10n ** BigInt(shift)) / value.d : n / (value.d * 10n ** BigInt(-shift));
  const text = quotient.toString();
  const cut = BigInt(text.slice(0, length + 1)) + 5n;
  const carried = cut.toString();
  const more = carried.length - (length + 1);
  return { sign: value.n < 0n ? '-' : '', digits: carried.slice(0, length), exponent: text.length - 1 - shift + more };
}
