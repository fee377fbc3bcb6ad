/** When models end at their maker's own API, and what the maker names instead: its pages on deprecations, checked on 2026-12-01. */
import { counted } from '../core/words.ts';

type Ending = {
  /** YYYY-MM-DD: from this day on the maker's API refuses it. */
  retires: string;
  /** What the maker recommends instead, where it names one. */
  successor?: string;
};

/** How soon an end is worth a word. */
const SOON_DAYS = 60;
const DAY_MS = 86_400_000;

/** Of a model of the table, by the id that it has there; other providers that serve it have calendars of their own. */
export function endingOf(id: string): Ending | undefined {
  byId ??= new Map(
    ROWS.flatMap(({ retires, successor, ids }) =>
      ids.split(' ').map((name) => [name, { retires, ...(successor === undefined ? {} : { successor }) }] as const),
    ),
  );
  return byId.get(id);
}

export function isRetired({ retires }: { retires?: string }, nowMs: number): boolean {
  return retires !== undefined && daysLeft(retires, nowMs) <= 0;
}

/** True where the end is near, or past. */
export function endsSoon({ retires }: { retires?: string }, nowMs: number): boolean {
  return retires !== undefined && daysLeft(retires, nowMs) <= SOON_DAYS;
}

/** "ends on 2027-01-14, in 44 days" or "ended on 2026-10-23"; undefined where no end is known. */
export function endingWords({ retires }: { retires?: string }, nowMs: number): string | undefined {
  if (retires === undefined) return undefined;
  const days = daysLeft(retires, nowMs);
  if (days <= 0) return `ended on ${retires}`;
  return `ends on ${retires}, in ${counted(days, 'day')}`;
}

/** Whole days until that day begins (UTC). */
function daysLeft(retires: string, nowMs: number): number {
  return Math.ceil((Date.parse(`${retires}T00:00:00Z`) - nowMs) / DAY_MS);
}

let byId: Map<string, Ending> | undefined;

type Row = Ending & {
  /** Ids of the table, between blanks. */
  ids: string;
};

const ROWS: readonly Row[] = [
  // OpenAI
  { retires: '2025-06-06', ids: 'gpt-4-32k', successor: 'gpt-5.6-sol' },
  { retires: '2025-07-28', ids: 'o1-preview', successor: 'gpt-5.6-sol' },
  { retires: '2025-10-27', ids: 'o1-mini', successor: 'gpt-5.6-terra' },
  { retires: '2026-02-17', ids: 'chatgpt-4o-latest', successor: 'gpt-5.6-sol' },
  { retires: '2026-03-26', ids: 'gpt-4-turbo-preview', successor: 'gpt-5.6-sol' },
  { retires: '2026-07-23', ids: 'gpt-4o-search-preview gpt-4o-mini-search-preview gpt-5.1-codex-mini', successor: 'gpt-5.4-mini' },
  { retires: '2026-07-23', ids: 'gpt-5-codex gpt-5.1-codex gpt-5.1-codex-max gpt-5.2-codex', successor: 'gpt-5.4' },
  { retires: '2026-07-23', ids: 'gpt-5-chat-latest gpt-5.1-chat-latest', successor: 'gpt-5.5' },
  { retires: '2026-08-10', ids: 'gpt-5.2-chat-latest gpt-5.3-chat-latest', successor: 'gpt-5.5' },
  { retires: '2026-10-23', ids: 'o1 o1-pro o3-mini gpt-4 gpt-4-turbo gpt-4o-2024-05-13', successor: 'gpt-5.6-sol' },
  { retires: '2026-10-23', ids: 'gpt-3.5-turbo o4-mini', successor: 'gpt-5.6-terra' },
  { retires: '2026-10-23', ids: 'gpt-4.1-nano', successor: 'gpt-5.6-luna' },
  { retires: '2026-12-11', ids: 'gpt-5 gpt-5-pro o3 o3-pro', successor: 'gpt-6.1-sol' },
  { retires: '2026-12-11', ids: 'gpt-5-mini', successor: 'gpt-6.1-terra' },
  { retires: '2026-12-11', ids: 'gpt-5-nano', successor: 'gpt-6-luna' },
  { retires: '2027-01-14', ids: 'gpt-4o gpt-4o-mini gpt-4.1 gpt-4.1-mini', successor: 'gpt-6-luna' },
  { retires: '2027-04-01', ids: 'gpt-5.1 gpt-5.3-codex gpt-5.4-nano' },

  // Anthropic
  { retires: '2025-07-21', ids: 'claude-3-sonnet', successor: 'claude-sonnet-5-5' },
  { retires: '2025-10-28', ids: 'claude-3-5-sonnet', successor: 'claude-sonnet-5-5' },
  { retires: '2026-01-05', ids: 'claude-3-opus', successor: 'claude-opus-5-5' },
  { retires: '2026-02-19', ids: 'claude-3-7-sonnet', successor: 'claude-sonnet-5-5' },
  { retires: '2026-02-19', ids: 'claude-3-5-haiku', successor: 'claude-haiku-5-5' },
  { retires: '2026-04-20', ids: 'claude-3-haiku', successor: 'claude-haiku-5-5' },
  { retires: '2026-06-15', ids: 'claude-sonnet-4-0', successor: 'claude-sonnet-4-6' },
  { retires: '2026-06-15', ids: 'claude-opus-4-0', successor: 'claude-opus-4-8' },
  { retires: '2026-08-05', ids: 'claude-opus-4-1', successor: 'claude-opus-5-5' },
  { retires: '2026-11-30', ids: 'claude-sonnet-4-5', successor: 'claude-sonnet-5-5' },
  { retires: '2027-01-22', ids: 'claude-opus-4-5', successor: 'claude-opus-5-5' },

  // Google
  { retires: '2026-03-09', ids: 'gemini-3-pro-preview', successor: 'gemini-3.1-pro-preview' },
  { retires: '2026-06-01', ids: 'gemini-2.0-flash', successor: 'gemini-3.5-flash' },
  { retires: '2026-12-01', ids: 'gemini-2.5-pro', successor: 'gemini-3.8-flash' },
  { retires: '2026-12-01', ids: 'gemini-2.5-flash', successor: 'gemini-3.5-flash-lite' },
  { retires: '2027-05-07', ids: 'gemini-3.1-flash-lite' },

  // xAI
  {
    retires: '2026-05-15',
    ids: 'grok-4-1-fast-reasoning grok-4-1-fast-non-reasoning grok-4-fast-reasoning grok-4-fast-non-reasoning grok-4 grok-code-fast-1 grok-3',
    successor: 'grok-4.3',
  },

  // DeepSeek
  { retires: '2026-07-24', ids: 'deepseek-chat deepseek-reasoner', successor: 'deepseek-v4-flash' },
];
