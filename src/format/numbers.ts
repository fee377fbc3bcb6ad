/** Numbers for people: tokens, dollars, durations, bytes, times. What is not known is a dash, never a zero. */

export const UNKNOWN = '–';

/** 4,980. Not by the tables of languages, which take ten milliseconds to load. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** 812, 3.1k, 128k, 1.05M. */
export function formatTokens(tokens: number | undefined): string {
  if (tokens === undefined) return UNKNOWN;
  if (tokens < 1000) return String(Math.round(tokens));
  if (tokens < 9950) return `${trimZeros((tokens / 1000).toFixed(1))}k`;
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${trimZeros((tokens / 1_000_000).toPrecision(3))}M`;
}

/** $1,234.50, $0.12, $0.0021, $0.000045: cents above ten cents, two significant digits below. */
export function formatUsd(usd: number | undefined): string {
  if (usd === undefined) return UNKNOWN;
  const sign = usd < 0 ? '-' : '';
  const amount = Math.abs(usd);
  if (amount === 0) return '$0.00';
  if (amount >= 0.0995) {
    // By hand: building a formatter of the platform's takes a millisecond, and lists have many amounts.
    return `${sign}$${(Math.round(amount * 100) / 100).toFixed(2).replace(/\B(?=(?:\d{3})+\.)/g, ',')}`;
  }
  const decimals = Math.min(1 - Math.floor(Math.log10(amount)), 12);
  const digits = trimZeros(amount.toFixed(decimals));
  return digits === '0' ? `${sign}<$0.000000000001` : `${sign}$${digits}`;
}

/** ≥ $0.0021 where not all of it is known, ~$0.0021 where it is estimated. One form of it everywhere. */
export function formatCost(cost: { usd: number; estimated?: boolean; atLeast?: boolean | undefined } | undefined): string {
  if (!cost) return UNKNOWN;
  return `${cost.atLeast ? '≥ ' : ''}${cost.estimated ? '~' : ''}${formatUsd(cost.usd)}`;
}

/** 310 ms, 2.1 s, 45 s, 1 min 5 s, 2 h 3 min, 3 d 4 h. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined) return UNKNOWN;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${trimZeros((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return pair(minutes, 60, 'h', 'min');
  return pair(Math.round(minutes / 60), 24, 'd', 'h');
}

/** 12 B, 4.1 kB, 1.8 MB: decimal units, as disks and networks count. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return UNKNOWN;
  let amount = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB', 'TB']) {
    const digits = unit === 'B' || amount >= 99.95 ? String(Math.round(amount)) : trimZeros(amount.toFixed(1));
    if (Number(digits) < 1000 || unit === 'TB') return `${digits} ${unit}`;
    amount /= 1000;
  }
  return UNKNOWN;
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function pair(total: number, per: number, large: string, small: string): string {
  const rest = total % per;
  return `${Math.floor(total / per)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}
