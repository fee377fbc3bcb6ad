/** Times for people to read: days, hours, and how long ago; always in local time. */

/** 2026-11-20 14:30 */
export function localTime(timeMs: number): string {
  const time = new Date(timeMs);
  return `${localDay(timeMs)} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** 2026-11-20 */
export function localDay(timeMs: number): string {
  const time = new Date(timeMs);
  return `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** 2026-11-20-143000, for names of files. */
export function fileStamp(timeMs: number): string {
  const time = new Date(timeMs);
  return `${localDay(timeMs)}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}

/** "now", "5 min ago", "3 h ago", "yesterday", "4 days ago"; a date beyond a week. Never wider than ten columns. */
export function age(timeMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - timeMs) / MINUTE_MS);
  if (minutes < -1) return localDay(timeMs);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min ago`;
  const days = daysBetween(timeMs, nowMs);
  if (days === 0 || minutes < 6 * 60) return `${Math.floor(minutes / 60)} h ago`;
  if (days === 1) return 'yesterday';
  return days < 7 ? `${days} days ago` : localDay(timeMs);
}

const MINUTE_MS = 60_000;

/** Midnights that lie between the two. */
function daysBetween(timeMs: number, nowMs: number): number {
  const [then, now] = [new Date(timeMs), new Date(nowMs)];
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(now) - day(then)) / (24 * 60 * MINUTE_MS));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
