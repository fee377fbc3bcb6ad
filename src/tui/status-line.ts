/** The one line below the composer: model, context, tokens, cost, speed, as much of it as the window has room for. */
import type { Cost, Usage } from '../core/usage.ts';
import { formatCost, formatDuration, formatTokens } from '../format/numbers.ts';
import { safeLine } from '../format/safety.ts';
import type { Role, Theme } from '../format/theme.ts';
import { displayWidth, truncate } from '../format/width.ts';

/** What is known; what is not is absent, and then not shown. */
export type StatusFields = {
  provider?: string | undefined;
  model?: string | undefined;
  effort?: string | undefined;
  contextTokens?: number | undefined;
  contextWindow?: number | undefined;
  /** Of this session, without the turn that is going on. */
  usage?: Usage | undefined;
  /** Tokens of the answer that is coming in. */
  streamed?: { tokens: number; estimated: boolean } | undefined;
  /** Of this session. */
  cost?: Cost | undefined;
  /** What the answer that is coming in costs so far, by our own estimate. */
  streamedUsd?: number | undefined;
  /** How many answers have no known price. */
  unknownCosts?: number | undefined;
  tokensPerSecond?: number | undefined;
  firstTokenMs?: number | undefined;
  isPrivate?: boolean | undefined;
  isNotSaved?: boolean | undefined;
  /** Prompts that wait. */
  queued?: number | undefined;
  /** A mode of the keys: "NORMAL". */
  mode?: string | undefined;
};

type StatusLineOptions = {
  columns: number;
  theme: Theme;
  /** Names of what is shown, in this order; nothing named: all of it. Unknown names are passed over. */
  show?: readonly string[];
  /** At the right end. */
  hint?: string;
};

/** The names for the setting, in the usual order. */
export const STATUS_FIELDS = ['model', 'effort', 'context', 'tokens', 'cost', 'speed', 'firstToken'] as const;
type StatusField = (typeof STATUS_FIELDS)[number];

export function statusLine(fields: StatusFields, { columns, theme, show = [], hint = '/help' }: StatusLineOptions): string {
  const pieces = [...named(show), ...ALWAYS]
    .map((name) => ({ name, role: ROLES[name] ?? 'dim', forms: FORMS[name](fields).map(safeLine) }))
    .filter(({ forms }) => forms.length > 0);
  const end = safeLine(hint);
  for (const name of GIVING_WAY) {
    const room = columns - (HINT_OUTLASTS.has(name) && end !== '' ? GAP.length + displayWidth(end) : 0);
    const piece = pieces.find((candidate) => candidate.name === name);
    while (piece && piece.forms.length > 0 && widthOf(pieces) > room) piece.forms.shift();
  }
  const model = pieces.find(({ name }) => name === 'model');
  while (model && model.forms.length > 1 && widthOf(pieces) > columns) model.forms.shift();
  const shown = pieces.flatMap(({ forms, role }) => forms.slice(0, 1).map((text) => ({ text, role })));
  // Only the model is left by then, or the words that must be seen.
  const line = shown.map(({ text, role }) => theme.paint(role, truncate(text, columns, theme.glyphs.dots))).join(GAP);
  const room = columns - shown.reduce((sum, { text }, index) => sum + displayWidth(text) + (index > 0 ? GAP.length : 0), 0);
  const needed = displayWidth(end) + (shown.length > 0 ? GAP.length : 0);
  return end === '' || room < needed ? line : `${line}${' '.repeat(room - displayWidth(end))}${theme.paint('dim', end)}`;
}

const GAP = '   ';

type PieceName = StatusField | 'private' | 'notSaved' | 'queued' | 'mode';

/** Not a matter of taste: they say what the next key or word does. */
const ALWAYS = ['private', 'notSaved', 'queued', 'mode'] as const satisfies readonly PieceName[];

/** In a narrow window each of these becomes shorter, then goes, the first one first; the hint goes before most of them. */
const GIVING_WAY = [
  'firstToken',
  'effort',
  'tokens',
  'speed',
  'queued',
  'context',
  'cost',
  'mode',
  'private',
  'notSaved',
] as const satisfies readonly PieceName[];

/** Curious figures, beside where the help is. */
const HINT_OUTLASTS: ReadonlySet<PieceName> = new Set(['firstToken']);

const ROLES: Partial<Record<PieceName, Role>> = { model: 'accent', private: 'warning', notSaved: 'warning' };

/** Each field from its longest form to its shortest; none: there is nothing to show. */
const FORMS: Record<PieceName, (fields: StatusFields) => string[]> = {
  model({ provider, model }) {
    if (model === undefined) return [];
    return [...(provider === undefined ? [] : [`${provider}/${model}`]), model];
  },
  effort: ({ effort }) => (effort === undefined ? [] : [`effort ${effort}`]),
  context({ contextTokens, contextWindow }) {
    if (contextTokens === undefined) return [];
    const used = formatTokens(contextTokens);
    if (contextWindow === undefined) return [`context ${used}`];
    return [`context ${used} of ${formatTokens(contextWindow)}`, `${used}/${formatTokens(contextWindow)}`];
  },
  tokens({ usage, streamed }) {
    // Before the first word of an answer there is nothing to count.
    const coming = streamed?.tokens === 0 ? undefined : streamed;
    const known = usage?.output === undefined && coming === undefined ? undefined : (usage?.output ?? 0) + (coming?.tokens ?? 0);
    const input = usage?.input === undefined ? [] : [`${formatTokens(usage.input)} in`];
    const output = known === undefined ? [] : [`${coming?.estimated ? '~' : ''}${formatTokens(known)} out`];
    const both = [...input, ...output].join(', ');
    return both === '' ? [] : [both];
  },
  cost(fields) {
    const amount = costOf(fields);
    if (amount === undefined) return [];
    return amount === UNKNOWN_COST ? [UNKNOWN_COST] : [`this session ${amount}`, amount];
  },
  speed: ({ tokensPerSecond }) => (tokensPerSecond === undefined ? [] : [`${formatSpeed(tokensPerSecond)} tok/s`]),
  firstToken({ firstTokenMs }) {
    if (firstTokenMs === undefined) return [];
    const time = formatDuration(firstTokenMs);
    return [`${time} to first token`, `first ${time}`];
  },
  private: ({ isPrivate }) => (isPrivate ? ['private'] : []),
  notSaved: ({ isNotSaved }) => (isNotSaved ? ['not saved'] : []),
  queued: ({ queued }) => (queued ? [`${queued} queued`] : []),
  mode: ({ mode }) => (mode === undefined ? [] : [mode]),
};

const UNKNOWN_COST = 'cost unknown';

function costOf({ cost, streamedUsd, unknownCosts = 0 }: StatusFields): string | undefined {
  if (cost === undefined && streamedUsd === undefined) return unknownCosts > 0 ? UNKNOWN_COST : undefined;
  const usd = (cost?.usd ?? 0) + (streamedUsd ?? 0);
  // Nothing was paid: a figure would only raise the question for what.
  if (usd === 0) return unknownCosts > 0 ? UNKNOWN_COST : undefined;
  return formatCost({ usd, estimated: cost?.estimated || streamedUsd !== undefined, atLeast: unknownCosts > 0 });
}

function formatSpeed(tokensPerSecond: number): string {
  return tokensPerSecond < 9.95 ? tokensPerSecond.toFixed(1).replace(/\.0$/, '') : String(Math.round(tokensPerSecond));
}

function named(show: readonly string[]): readonly StatusField[] {
  const known = show.flatMap((name) => STATUS_FIELDS.filter((field) => field === name));
  return known.length > 0 ? [...new Set(known)] : STATUS_FIELDS;
}

function widthOf(pieces: readonly { forms: readonly string[] }[]): number {
  const texts = pieces.flatMap(({ forms }) => forms.slice(0, 1));
  return texts.reduce((sum, text) => sum + displayWidth(text), 0) + GAP.length * Math.max(0, texts.length - 1);
}
