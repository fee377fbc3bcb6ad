import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTime } from '../../src/cli/conversations/times.ts';
import { age, fileStamp, localDay, localTime } from '../../src/format/times.ts';

const NOW = new Date(2026, 10, 20, 14, 30, 15).getTime();
const HOUR_MS = 3_600_000;
const read = (text: string, end = false) => readTime(text, { nowMs: NOW, option: '--since', end });

describe('a time that is typed', () => {
  it.each([
    ['90s', NOW - 90_000],
    ['30m', NOW - 1_800_000],
    ['5min', NOW - 300_000],
    ['2h', NOW - 2 * HOUR_MS],
    ['1.5h ago', NOW - 1.5 * HOUR_MS],
    ['3d', NOW - 72 * HOUR_MS],
    ['2W', NOW - 336 * HOUR_MS],
    ['now', NOW],
    ['today', new Date(2026, 10, 20).getTime()],
    ['Yesterday', new Date(2026, 10, 19).getTime()],
    ['2026-11-01', new Date(2026, 10, 1).getTime()],
    ['2026-11-01 14:30', new Date(2026, 10, 1, 14, 30).getTime()],
    ['2026-11-01T14:30:05', new Date(2026, 10, 1, 14, 30, 5).getTime()],
    ['2026-11-01T14:30:05.123Z', Date.UTC(2026, 10, 1, 14, 30, 5)],
    ['2026-11-01T14:30+02:00', Date.UTC(2026, 10, 1, 12, 30)],
    ['2026-11-01T14:30-0530', Date.UTC(2026, 10, 1, 20, 0)],
    ['2024-02-29', new Date(2024, 1, 29).getTime()],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['today', new Date(2026, 10, 21).getTime()],
    ['yesterday', new Date(2026, 10, 20).getTime()],
    ['2026-10-31', new Date(2026, 10, 1).getTime()],
    ['2026-10-31T10:00', new Date(2026, 9, 31, 10).getTime()],
  ])('means the end of the day for %s where something ends', (text, expected) => {
    expect(read(text, true)).toBe(expected);
  });

  it.each(['', 'soon', '3', '3 parsecs', '2026-13-01', '2026-02-30', '2026-00-10', '2026-11-01T25:00', '2026-11-01T10:60', '-2h', '1e3d'])(
    'refuses "%s"',
    (text) => {
      expect(() => read(text)).toThrow(`--since takes a time, and "${text}" is none.`);
    },
  );

  it('reads back what is printed', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(1990, 0, 1), max: new Date(2100, 0, 1), noInvalidDate: true }), (date) => {
        const printed = localTime(date.getTime());
        expect(localTime(read(printed))).toBe(printed);
        expect(localDay(read(localDay(date.getTime())))).toBe(localDay(date.getTime()));
      }),
    );
  });
});

describe('a time that is shown', () => {
  it.each([
    [0, 'now'],
    [5 * 60_000, '5 min ago'],
    [3 * HOUR_MS, '3 h ago'],
    [20 * HOUR_MS, 'yesterday'],
    [4 * 24 * HOUR_MS, '4 days ago'],
    [8 * 24 * HOUR_MS, '2026-11-12'],
    [-24 * HOUR_MS, '2026-11-21'],
  ])('is, %i ms ago, %s', (agoMs, expected) => {
    expect(age(NOW - agoMs, NOW)).toBe(expected);
  });

  it('is never wider than ten columns', () => {
    fc.assert(fc.property(fc.integer({ min: -1e11, max: 1e12 }), (agoMs) => age(NOW - agoMs, NOW).length <= 10));
  });

  it('makes names of files', () => {
    expect(fileStamp(NOW)).toBe('2026-11-20-143015');
  });
});
