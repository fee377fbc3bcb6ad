/** Times as people write them: `3d`, `yesterday`, `2026-11-01`; always in local time. */
import { usageError } from '../../core/errors.ts';

type TimeRequest = {
  nowMs: number;
  /** How the option is called in messages. */
  option: string;
  /** A day means its end: the first moment that is no longer in it. */
  end?: boolean;
};

/** Milliseconds since 1970 of what was typed; throws a usage error for what is no time. */
export function readTime(typed: string, { nowMs, option, end = false }: TimeRequest): number {
  const text = typed.trim().toLowerCase();
  const time = agoOf(text, nowMs) ?? wordOf(text, nowMs, end) ?? dateOf(text, end);
  if (time !== undefined) return time;
  throw usageError(
    `${option} takes a time, and "${typed}" is none.`,
    'Write 30m, 2h, 3d, 2w, today, yesterday, 2026-11-01 or 2026-11-01T14:30.',
  );
}

const MINUTE_MS = 60_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: MINUTE_MS,
  min: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: 24 * 60 * MINUTE_MS,
  w: 7 * 24 * 60 * MINUTE_MS,
};

function agoOf(text: string, nowMs: number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(min|[smhdw])(?:\s+ago)?$/.exec(text);
  return match ? nowMs - Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? 0) : undefined;
}

function wordOf(text: string, nowMs: number, end: boolean): number | undefined {
  if (text === 'now') return nowMs;
  if (text !== 'today' && text !== 'yesterday') return undefined;
  const now = new Date(nowMs);
  const days = (text === 'yesterday' ? -1 : 0) + (end ? 1 : 0);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime();
}

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(z|[+-]\d{2}:?\d{2})?)?$/;

function dateOf(text: string, end: boolean): number | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  // The calendar itself says whether there is such a day: it rolls over where there is none.
  const inMonth = new Date(Date.UTC(year, month - 1, day)).getUTCMonth() === month - 1;
  if (!inMonth || month < 1 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const zone = match[7];
  if (zone !== undefined) return Date.UTC(year, month - 1, day, hour, minute, second) - offsetMs(zone);
  return new Date(year, month - 1, match[4] === undefined && end ? day + 1 : day, hour, minute, second).getTime();
}

function offsetMs(zone: string): number {
  if (zone === 'z') return 0;
  const digits = zone.replace(':', '').slice(1);
  return (zone.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * MINUTE_MS;
}
