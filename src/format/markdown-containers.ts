/** Quotes and list items: which of the open ones a line continues, opening and closing them. */
import { type BlockStart, blockStart } from './markdown-starts.ts';
import { type Container, emit, type Item, type State, separate } from './markdown-state.ts';

/** Where in a line the containers that go on have been read to, and how many there are. */
export type Place = { matched: number; position: number };

/** Reads past the marks and indentation of every container that the line continues. */
export function continueContainers(state: State, text: string): Place {
  const place: Place = { matched: 0, position: 0 };
  for (const container of state.containers) {
    const first = indentEnd(text, place.position);
    const position =
      container.kind === 'quote' ? continueQuote(text, place.position, first) : continueItem(state, container, text, place.position, first);
    if (position === undefined) break;
    place.position = position;
    place.matched += 1;
  }
  return place;
}

function continueQuote(text: string, position: number, first: number): number | undefined {
  if (first - position > 3 || text[first] !== '>') return undefined;
  return text[first + 1] === ' ' ? first + 2 : first + 1;
}

function continueItem(state: State, item: Item, text: string, position: number, first: number): number | undefined {
  if (first >= text.length) return position;
  if (first >= item.contentColumn) return Math.max(position, item.contentColumn);
  if (state.leaf?.kind === 'fence' || first < item.markColumn + 2) return undefined;
  // "1. a" with "  - b" below: too little indented for CommonMark, but meant as a list inside the item.
  const start = blockStart(text.slice(first), { isComplete: true, interrupts: false });
  if (start?.kind !== 'item' || start.type === item.type) return undefined;
  item.contentColumn = first;
  return Math.max(position, first);
}

/** `before`: what stood at this depth until now; an item of the same kind is a sibling. */
export function openItem(
  state: State,
  start: Extract<BlockStart, { kind: 'item' }>,
  line: { before: Container | undefined; column: number },
): void {
  const sibling = line.before?.kind === 'item' && line.before.type === start.type ? line.before : undefined;
  separate(state, sibling !== undefined);
  // A list that only says "1." counts on; one that counts itself is believed.
  const number = start.number === undefined ? undefined : Math.max(start.number, sibling?.number === undefined ? 0 : sibling.number + 1);
  const task = start.task === undefined ? '' : `[${start.task === ' ' ? ' ' : 'x'}] `;
  const bullet = number === undefined ? '- ' : `${number}${start.type} `;
  const listMark = number === undefined && task !== '' ? task : bullet + task;
  const mark = start.note === undefined ? listMark : `${start.note} `;
  state.containers.push({
    kind: 'item',
    hasContent: false,
    type: start.type,
    number,
    markColumn: line.column,
    contentColumn: line.column + start.width,
    mark,
    isMarkShown: false,
  });
}

/** Closes all but the outer `count`; a mark that nothing followed is shown alone. */
export function closeContainers(state: State, count: number): void {
  const isUnseen = state.containers.slice(count).some((container) => container.kind === 'item' && !container.isMarkShown);
  if (isUnseen) emit(state, []);
  state.containers.length = count;
}

/** Position of the first character that is not a space. */
export function indentEnd(text: string, from: number): number {
  let position = from;
  while (text[position] === ' ') position += 1;
  return position;
}
