import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalculate } from '../../src/tools/calculator.ts';
import { contextOf } from './support.ts';

const tool = createCalculate();
const calculate = async (expression: string) => tool.run({ expression }, contextOf('/'));
const value = async (expression: string) => (await calculate(expression)).output;

describe('calculate', () => {
  it.each([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['0.1 + 0.2', '0.3'],
    ['-2^2', '-4'],
    ['2^-1', '0.5'],
    ['2^3^2', '512'],
    ['2 ** 10', '1024'],
    ['7 % 3', '1'],
    ['-7 % 3', '2'],
    ['15%', '0.15'],
    ['200 * 15%', '30'],
    ['5!', '120'],
    ['1/3', 'about 0.3333333333333333333333333333333333 (exactly 1/3)'],
    ['sqrt(16)', '4'],
    ['sqrt(2)', 'about 1.4142135623731'],
    ['round(2.5)', '3'],
    ['round(-2.5)', '-3'],
    ['round(3.14159, 2)', '3.14'],
    ['max(1, 2.5, 2)', '2.5'],
    ['gcd(12, 18)', '6'],
    ['log(1000)', '3'],
    ['log(8, 2)', '3'],
    ['3 \u00d7 4 \u00f7 2 \u2212 1', '5'],
    ['1_000_000 * 1e3', '1000000000'],
    ['0xff + 0b11', '258'],
  ])('%s is %s', async (expression, expected) => {
    expect(await value(expression)).toBe(expected);
  });

  it.each([
    ['1/0', /Division by zero/],
    ['9^9^9', /too large/],
    ['1e999999999', /too large/],
    ['foo(1)', /Unknown name "foo"\. Known: .*sqrt/],
    ['constructor', /Unknown name/],
    ['1 +', /ends too early/],
    ['(1', /"\)" is missing/],
    ['1 2', /Did not expect "2" at character 3/],
    ['1.2.3', /not a number|Did not expect/],
    ['process.exit()', /Unknown name|Cannot read/],
    ['(-1)!', /factorial/],
    ['sqrt(-1)', /no result among the real numbers/],
    ['ln(0)', /logarithm/],
    [`${'('.repeat(500)}1${')'.repeat(500)}`, /nested too deeply/],
    ['1'.repeat(3000), /too long/],
    ['', /ends too early/],
  ])('says what is wrong with %s', async (expression, message) => {
    const { output, failed } = await calculate(expression);
    expect(failed).toBe(true);
    expect(output).toMatch(message);
  });

  it('computes with whole numbers of any length as BigInt does', async () => {
    const integer = fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n });
    await fc.assert(
      fc.asyncProperty(integer, integer, async (a, b) => {
        expect(await value(`(${a}) + (${b})`)).toBe(String(a + b));
        expect(await value(`(${a}) - (${b})`)).toBe(String(a - b));
        expect(await value(`(${a}) * (${b})`)).toBe(String(a * b));
        if (b !== 0n) expect(await value(`((${a}) * (${b})) / (${b})`)).toBe(String(a));
        if (b !== 0n) expect(await value(`floor((${a}) / (${b})) * (${b}) + (${a}) % (${b})`)).toBe(String(a));
      }),
    );
  });

  it('keeps the laws of fractions: what is taken apart comes together again exactly', async () => {
    const decimal = fc
      .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 1, max: 5000 }))
      .map(([n, d]) => `(${n}/${d})`);
    await fc.assert(
      fc.asyncProperty(decimal, decimal, decimal, async (a, b, c) => {
        expect(await value(`${a} * (${b} + ${c}) - (${a} * ${b} + ${a} * ${c})`)).toBe('0');
        expect(await value(`(${a} + ${b}) - ${b} - ${a}`)).toBe('0');
      }),
    );
  });

  it('writes a decimal as it was read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.integer({ min: 0, max: 20 }), async (digits, places) => {
        const text = digits.toString().padStart(places + 1, '0');
        const written = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
        const expected = written.includes('.') ? written.replace(/\.?0+$/, '') : written;
        expect(await value(written)).toBe(expected);
      }),
    );
  });

  it('answers any text with a number or with words, and soon', async () => {
    const piece = fc.constantFrom(...'0123456789.+-*/^%!(), '.split(''), 'sqrt(', 'pi', 'e', '1e9', 'max(', '**', '\u00d7', '$', 'x');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const { output } = await calculate(pieces.join(''));
        expect(output.length).toBeGreaterThan(0);
        expect(output).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 500 },
    );
  });
});
