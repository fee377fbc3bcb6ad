/** Finds the conversation that a user means by an id, the beginning of one, or a title. */
import { type SottoError, usageError } from '../core/errors.ts';
import { safeLine } from '../format/safety.ts';
import { nearest } from '../models/near.ts';
import { fold } from '../store/folding.ts';
import { asIdPrefix } from '../store/ids.ts';
import type { ConversationSummary, Store } from '../store/store.ts';

/** Throws a usage error that says what there is instead. */
export function findConversation(store: Store, reference: string): ConversationSummary {
  const found = reference.trim() === '' ? { kind: 'none' as const } : store.find(reference);
  switch (found.kind) {
    case 'one':
      return found.conversation;
    case 'many':
      throw ambiguous(reference, found.candidates, store);
    case 'none':
      throw unknown(reference, store);
  }
}

export function lastConversation(store: Store | undefined, filter: { folder?: string } = {}): ConversationSummary {
  const last = store?.last(filter);
  if (last) return last;
  if (filter.folder !== undefined) throw usageError(`There is no conversation from ${filter.folder}.`, 'See all of them with: sotto list');
  throw noneYet();
}

export function noneYet(): SottoError {
  return usageError('There is no conversation yet.', 'Begin one: sotto "why is the sky blue?"');
}

/** How sentences call a conversation. */
export function named({ id, title }: Pick<ConversationSummary, 'id' | 'title'>): string {
  return `"${safeLine(title)}" (${id})`;
}

/** How far back a mistyped reference is looked for. */
const NEAR_AMONG = 200;

function unknown(reference: string, store: Store): SottoError {
  const recent = store.list({ limit: NEAR_AMONG, archived: 'any' });
  if (recent.length === 0) return noneYet();
  const near = nearest(reference, [...recent.map(({ title }) => title), ...recent.map(({ id }) => id)], 1)[0];
  const meant = recent.find(({ id, title }) => id === near || title === near);
  return usageError(
    `There is no conversation "${reference}".`,
    meant ? `Did you mean ${named(meant)}? All of them: sotto list` : 'See: sotto list, or look for its words with: sotto search',
  );
}

function ambiguous(reference: string, candidates: readonly ConversationSummary[], store: Store): SottoError {
  const rows = candidates.map(({ id, title }) => `  ${id}  ${safeLine(title)}`);
  const more = countFitting(reference, candidates, store) - candidates.length;
  if (more > 0) rows.push(`  and ${more} more`);
  return usageError(`More than one conversation fits "${reference}".`, ['Name one of them by its id:', ...rows].join('\n'));
}

/** The store names only the first few that fit: all of them are those that fit in the same way, by id, whole title or part of one. */
function countFitting(reference: string, candidates: readonly ConversationSummary[], store: Store): number {
  const prefix = asIdPrefix(reference);
  const all = store.list({ archived: 'any' });
  if (prefix !== undefined && candidates.every(({ id }) => id.startsWith(prefix)))
    return all.filter(({ id }) => id.startsWith(prefix)).length;
  const title = fold(reference).trim();
  const isWhole = candidates.every((candidate) => fold(candidate.title) === title);
  return all.filter((each) => (isWhole ? fold(each.title) === title : fold(each.title).includes(title))).length;
}
