/** A list to choose from in plain lines: numbered, answered with a number or with words that narrow it. */
import { formatCount } from '../format/numbers.ts';
import { safeLine } from '../format/safety.ts';
import type { PickColumn, Picked, PickItem, PickKey, PickRequest } from './actions.ts';
import { foldText, rank, termsOf } from './fuzzy.ts';

export type LinearPickPorts = {
  print(lines: readonly string[]): void;
  /** Undefined: the user leaves. */
  ask(question: string): Promise<string | undefined>;
};

/** So many are read out at once. */
const MOST_LISTED = 20;

export async function pickLinear<Value>(
  request: PickRequest<Value> & { keys?: readonly PickKey[] },
  { print, ask }: LinearPickPorts,
): Promise<Picked<Value> | undefined> {
  const { title, empty, items, columns = [], later = [], query = '', keys = [] } = request;
  const all = [...items, ...(await Promise.all(later)).flat()];
  const folded = all.map(({ label }) => foldText(label));
  const found = (words: string) => rank(folded, termsOf(words)).flatMap((index) => all[index] ?? []);
  let listed = found(query);
  if (listed.length === 0) {
    print([safeLine(empty)]);
    if (all.length === 0 || query === '') return undefined;
    listed = all;
  }
  print([`${safeLine(title)}: ${formatCount(listed.length)}`, ...rows(listed, columns)]);
  for (;;) {
    const answer = (await ask(`Number, or words to narrow it${keys.map(offered).join('')} (Enter leaves): `))?.trim();
    if (!answer) return undefined;
    const acted = actOf(answer, keys, listed);
    if (acted) return acted;
    const chosen = byNumber(answer, listed) ?? byName(answer, all);
    if (chosen) return { value: chosen.value, query };
    const narrowed = found(answer);
    const [only] = narrowed;
    if (only && narrowed.length === 1) return { value: only.value, query: answer };
    if (narrowed.length > 0) listed = narrowed;
    print(narrowed.length > 0 ? rows(listed, columns) : [`Nothing matches "${safeLine(answer)}".`]);
  }
}

function offered({ word, on }: PickKey): string {
  return `, ${word} ${on === 'item' ? 'NUMBER' : 'WORDS'}`;
}

/** "delete 2", "search inside onion". */
function actOf<Value>(answer: string, keys: readonly PickKey[], listed: readonly PickItem<Value>[]): Picked<Value> | undefined {
  for (const { word, on } of keys) {
    if (!answer.toLowerCase().startsWith(`${word} `)) continue;
    const rest = answer.slice(word.length).trim();
    const item = on === 'item' ? byNumber(rest, listed) : undefined;
    if (on === 'list' || item) return { value: item?.value, key: word, query: rest };
  }
  return undefined;
}

function rows<Value>(items: readonly PickItem<Value>[], columns: readonly PickColumn[]): string[] {
  const shown = items.slice(0, MOST_LISTED).map(({ label, detail, cells, current }, index) => {
    const facts = cells?.flatMap((cell, at) => (cell === '' ? [] : [`${columns[at]?.head ?? ''} ${cell}`.trim()]));
    const words = [...(facts ?? []), ...(detail ? [detail] : [])].join(', ');
    const behind = words === '' ? '' : ` - ${safeLine(words)}`;
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
