import { describe, expect, it } from 'vitest';
import { formatBytes, formatCost, formatDuration, formatTokens, formatUsd } from '../../src/format/numbers.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [812, '812'],
    [1000, '1k'],
    [3100, '3.1k'],
    [9960, '10k'],
    [128_000, '128k'],
    [999_600, '1M'],
    [1_047_576, '1.05M'],
    [undefined, '–'],
  ])('%s tokens are %s', (tokens, text) => expect(formatTokens(tokens)).toBe(text));

  it.each([
    [0, '$0.00'],
    [0.000045, '$0.000045'],
    [0.0021, '$0.0021'],
    [0.02134, '$0.021'],
    [0.05, '$0.05'],
    [0.0999, '$0.10'],
    [0.123, '$0.12'],
    [1.5, '$1.50'],
    [1234.5, '$1,234.50'],
    [-0.5, '-$0.50'],
    [1e-15, '<$0.000000000001'],
    [undefined, '–'],
  ])('%s dollars are %s', (usd, text) => expect(formatUsd(usd)).toBe(text));

  it.each([
    [{ usd: 0.0021 }, '$0.0021'],
    [{ usd: 0.0021, estimated: true }, '~$0.0021'],
    [{ usd: 0.0021, atLeast: true }, '≥ $0.0021'],
    [{ usd: 0.0021, estimated: true, atLeast: true }, '≥ ~$0.0021'],
    [undefined, '–'],
  ])('a cost of %j is %s', (cost, text) => expect(formatCost(cost)).toBe(text));

  it.each([
    [0, '0 ms'],
    [310, '310 ms'],
    [999.7, '1 s'],
    [2100, '2.1 s'],
    [9960, '10 s'],
    [45_000, '45 s'],
    [59_700, '1 min'],
    [65_000, '1 min 5 s'],
    [3_600_000, '1 h'],
    [7_380_000, '2 h 3 min'],
    [100 * 3_600_000, '4 d 4 h'],
    [undefined, '–'],
  ])('%s ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [4096, '4.1 kB'],
    [1_840_000, '1.8 MB'],
    [999_960, '1 MB'],
    [128_000_000_000, '128 GB'],
    [undefined, '–'],
  ])('%s bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});
