/** What a line of markdown begins: recognisers for block starts, as pure functions of the line's text. */
import { formulaEnd } from './markdown-formula.ts';

export type BlockStart =
  | { kind: 'quote'; length: number }
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'fence'; fence: string; language: string }
  | { kind: 'rule' }
  /** `width`: of the mark and the spaces after it; `length`: with a task's box. */
  | { kind: 'item'; type: string; number: number | undefined; width: number; length: number; task: string | undefined; note?: string }
  | { kind: 'verbatim'; until: RegExp | undefined }
  | { kind: 'formula'; until: RegExp };

/**
 * The block that begins with `text` (a line without its indentation), if any. `isComplete` false: only the beginning
 * of a long line is known, so what depends on its end is not recognised. `interrupts`: a paragraph is open, which
 * weaker starts do not interrupt.
 */
export function blockStart(text: string, facts: { isComplete: boolean; interrupts: boolean }): BlockStart | undefined {
  if (text.startsWith('>')) return { kind: 'quote', length: text[1] === ' ' ? 2 : 1 };
  const heading = HEADING.exec(text);
  if (heading) return { kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' };
  if (facts.isComplete) {
    const fence = FENCE.exec(text);
    if (fence) return { kind: 'fence', fence: fence[1] ?? fence[3] ?? '', language: languageOf(fence[2] ?? fence[4] ?? '') };
    if (RULE.test(text)) return { kind: 'rule' };
  }
  return itemStart(text, facts) ?? noteStart(text) ?? verbatimStart(text, facts);
}

export function isFenceEnd(text: string, fence: string): boolean {
  const end = text.trim();
  return end.length >= fence.length && end === fence.charAt(0).repeat(end.length);
}

/** The line under a heading's text: its level, or undefined. */
export function underlineLevel(text: string): number | undefined {
  if (/^={2,}\s*$/.test(text)) return 1;
  return /^-{2,}\s*$/.test(text) ? 2 : undefined;
}

/** A last line that so far consists of marks only ("**", "1.", "|--"): what it will be is not to be seen yet. */
export function isOnlyMarks(text: string): boolean {
  const rest = text.replace(/^[\s>]+/, '').trimEnd();
  return /^(?:[-+*#`~_=$|:<![\]\\ ]*|\d{1,9}[.)]?|[-+*] \[[xX]\]?)$/.test(rest);
}

const HEADING = /^(#{1,6})(?:\s+(.*?))??(?:\s+#+)?\s*$/;
const FENCE = /^(?:(`{3,})([^`]*)|(~{3,})(.*))$/;
const RULE = /^([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^([-+*]|(\d{1,9})([.)]))( +|$)/;
const TASK = /^\[([ xX])\] +(?=\S)/;

function languageOf(info: string): string {
  return /^\s*\{?\.?([^\s{},:]*)/.exec(info)?.[1]?.toLowerCase() ?? '';
}

/** `[^1]: …`, the text of a footnote, is an item under its number. */
function noteStart(text: string): BlockStart | undefined {
  const found = text.startsWith('[^') ? NOTE.exec(text) : null;
  if (!found) return undefined;
  const name = found[1] ?? '';
  const note = /^\d+$/.test(name) ? `[${name}]` : `[^${name}]`;
  return { kind: 'item', type: '^', number: undefined, width: NOTE_INDENT, length: found[0].length, task: undefined, note };
}

const NOTE = /^\[\^([^\s[\]^]{1,40})\]:(?: +|$)/;
/** Further lines of a footnote stand this deep. */
const NOTE_INDENT = 4;

function itemStart(text: string, facts: { isComplete: boolean; interrupts: boolean }): BlockStart | undefined {
  const found = ITEM.exec(text);
  if (!found) return undefined;
  const mark = found[1] ?? '';
  const number = found[2] === undefined ? undefined : Number.parseInt(found[2], 10);
  const isEmpty = found[0].length >= text.trimEnd().length;
  // "The year was\n1999. A good one": only a list that starts at 1 interrupts a paragraph.
  if (facts.interrupts && (isEmpty || (number !== undefined && number !== 1))) return undefined;
  if (isEmpty && !facts.isComplete) return undefined;
  const spaces = found[4]?.length ?? 0;
  // Five spaces or more: one belongs to the mark, the others are the indentation of code.
  const width = isEmpty || spaces > 4 ? mark.length + 1 : found[0].length;
  const task = TASK.exec(text.slice(width));
  return { kind: 'item', type: found[3] ?? mark, number, width, length: width + (task?.[0].length ?? 0), task: task?.[1] };
}

// Blocks that are shown as they are. Those with an end of their own may hold blank lines.
const HTML_ENDS: [RegExp, RegExp][] = [
  [/^<(?:script|pre|style|textarea)(?:[\s>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
];
const HTML_BLOCK =
  /^<\/?(?:address|article|aside|blockquote|body|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|li|link|main|menu|nav|ol|optgroup|option|p|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul)(?:[\s/>]|$)/i;
const HTML_TAG_ALONE = /^<\/?[a-z][\w-]*(?:\s[^<>]*)?\/?>\s*$/i;

function verbatimStart(text: string, facts: { isComplete: boolean; interrupts: boolean }): BlockStart | undefined {
  const first = text[0];
  if (first === '$' || first === '\\') {
    const until = facts.isComplete ? formulaEnd(text) : undefined;
    return until && { kind: 'formula', until };
  }
  if (first !== '<') return undefined;
  for (const [start, until] of HTML_ENDS) if (start.test(text)) return { kind: 'verbatim', until };
  if (HTML_BLOCK.test(text) || (facts.isComplete && !facts.interrupts && HTML_TAG_ALONE.test(text) && !/^<br/i.test(text))) {
    return { kind: 'verbatim', until: undefined };
  }
  return undefined;
}
