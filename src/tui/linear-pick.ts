/** A list to choose from in plain lines: numbered, answered with a number or with words that narrow it. */
import { safeLine } from '../format/safety.ts';
import type { PickItem, PickRequest } from './actions.ts';
import { foldText, rank, termsOf } from './fuzzy.ts';
import { formatCount } from './reply-words.ts';

export type LinearPickPorts = {
  print(lines: readonly string[]): void;
  /** Undefined: the user leaves. */
  ask(question: string): Promise<string | undefined>;
};

/** So many are read out at once. */
const MOST_LISTED = 20;

export async function pickLinear<Value>(request: PickRequest<Value>, { print, ask }: LinearPickPorts): Promise<Value | undefined> {
  const { title, empty, items, later = [], query = '' } = request;
  const all = [...items, ...(await Promise.all(later)).flat()];
  const folded = all.map(({ label }) => foldText(label));
  const found = (words: string) => rank(folded, termsOf(words)).flatMap((index) => all[index] ?? []);
  let listed = found(query);
  if (listed.length === 0) {
    print([safeLine(empty)]);
    if (all.length === 0 || query === '') return undefined;
    listed = all;
  }
  print([`${safeLine(title)}: ${formatCount(listed.length)}`, ...rows(listed)]);
  for (;;) {
    const answer = (await ask('Number, or words to narrow it (Enter leaves): '))?.trim();
    if (!answer) return undefined;
    const chosen = byNumber(answer, listed) ?? byName(answer, all);
    if (chosen) return chosen.value;
    const narrowed = found(answer);
    const [only] = narrowed;
    if (only && narrowed.length === 1) return only.value;
    if (narrowed.length > 0) listed = narrowed;
    print(narrowed.length > 0 ? rows(listed) : [`Nothing matches "${safeLine(answer)}".`]);
  }
}

function rows<Value>(items: readonly PickItem<Value>[]): string[] {
  const shown = items.slice(0, MOST_LISTED).map(({ label, detail, current }, index) => {
    const behind = detail === undefined || detail === '' ? '' : ` - ${safeLine(detail)}`;
    return `${index + 1}. ${safeLine(label)}${behind}${current ? ' (current)' : ''}`;
  });
  const more = items.length - shown.length;
  return more > 0 ? [...shown, `and ${formatCount(more)} more.`] : shown;
}

function byNumber<Value>(answer: string, listed: readonly PickItem<Value>[]): PickItem<Value> | undefined {
  return /^\d+$/.test(answer) ? listed.slice(0, MOST_LISTED)[Number(answer) - 1] : undefined;
}

function byName<Value>(answer: string, all: readonly PickItem<Value>[]): PickItem<Value> | undefined {
  const wanted = foldText(answer);
  return all.find(({ label }) => foldText(label) === wanted);
}
