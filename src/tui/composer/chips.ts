/** Large pastes, folded: each is one character of the text, and its content stands in a table beside it. */
import { counted } from '../../core/words.ts';

export type Chip = { readonly text: string; readonly size: string };

/** A lone surrogate, which no well-formed text contains: one character for every motion and deletion. */
const FIRST = 0xd800;
/** As many as there are lone leading surrogates; further pastes go in as text. */
const MOST_CHIPS = 1_024;
const CHIPS = /[\ud800-\udbff]/gu;

const LARGE_LINES = 8;
const LARGE_LENGTH = 2_000;

export function isLarge(text: string): boolean {
  if (text.length > LARGE_LENGTH) return true;
  return text.trimEnd().split('\n').length > LARGE_LINES;
}

/** The table with the text added, and the character that stands for it. */
export function addChip(chips: readonly Chip[], text: string): { chips: readonly Chip[]; character: string } {
  if (chips.length >= MOST_CHIPS) return { chips, character: text };
  return { chips: [...chips, { text, size: sizeOf(text) }], character: String.fromCharCode(FIRST + chips.length) };
}

export function hasChip(text: string): boolean {
  return text.search(CHIPS) >= 0;
}

export function expandChips(text: string, chips: readonly Chip[]): string {
  return chips.length === 0 ? text : text.replace(CHIPS, (character) => chips[numberOf(character)]?.text ?? '');
}

/** What a chip is shown as: numbered where there are several. */
export function chipLabel(character: string, chips: readonly Chip[], isOneOfSeveral: boolean): string | undefined {
  if (character.length !== 1) return undefined;
  const number = numberOf(character);
  const chip = chips[number];
  return chip && `[pasted ${isOneOfSeveral ? `#${number + 1}, ` : ''}${chip.size}]`;
}

export function hasSeveralChips(text: string, chips: readonly Chip[]): boolean {
  return chips.length > 1 && new Set(text.match(CHIPS)).size > 1;
}

/** What comes from outside: one kind of line end, and nothing that could be taken for a chip. */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  // Split and join: ten times faster on a large paste than a pattern.
  return wellFormed.includes('\r') ? wellFormed.split('\r\n').join('\n').replaceAll('\r', '\n') : wellFormed;
}

function numberOf(character: string): number {
  return character.charCodeAt(0) - FIRST;
}

function sizeOf(text: string): string {
  let lines = 1;
  const end = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > 1 ? counted(lines, 'line') : counted(text.length, 'character');
}
