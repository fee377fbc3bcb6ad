/** Takes what a terminal answers (colours, focus) out of what its user types, so that answers never look like keys. */
import type { CursorReport } from './cursor-reports.ts';

type TerminalInput = {
  /** Gives what is left for the keys. */
  push(chunk: string): string;
};

type TerminalInputPorts = {
  onFocus(focused: boolean): void;
  /** A whole answer: an operating system command, a device control string or device attributes, without the frame around it. */
  onAnswer(answer: string): void;
  /** Where the cursor is, if somebody has asked: a key with modifiers looks the same. */
  onCursor(report: CursorReport): boolean;
  isCursorAwaited(): boolean;
};

const PASTE_END = '\x1b[201~';
/** Focus, the answers, and the beginning of a paste, whose content is nobody's answer. */
const SPECIAL = /\x1b(?:\[([IO])|[\]P]([^\x07\x1b]*)(?:\x07|\x1b\\)|\[(>[\d;]*)c|\[(\d+);(\d+)R|\[200~)/g;
/** The beginning of an answer at the end of a chunk: the rest comes with the next one. */
const UNFINISHED_CURSOR = /\x1b\[\d+(?:;\d*)?$/;
const UNFINISHED = /\x1b(?:[\]P][^\x07\x1b]*\x1b?|\[>[\d;]*|\[20{0,2})$/;
/** What goes on for longer is no answer. */
const LONGEST_ANSWER = 4096;

export function createTerminalInput({ onFocus, onAnswer, onCursor, isCursorAwaited }: TerminalInputPorts): TerminalInput {
  let isPasting = false;
  let held = '';

  function outside(text: string): string {
    let kept = '';
    let from = 0;
    SPECIAL.lastIndex = 0;
    for (let match = SPECIAL.exec(text); match; match = SPECIAL.exec(text)) {
      const [whole, focus, string, attributes, row, column] = match;
      const answer = string ?? attributes;
      kept += text.slice(from, match.index);
      from = match.index + whole.length;
      if (focus !== undefined) onFocus(focus === 'I');
      else if (answer !== undefined) onAnswer(answer);
      else if (row !== undefined) {
        if (!onCursor({ row: Number(row), column: Number(column) })) kept += whole;
      } else {
        isPasting = true;
        return kept + whole + inside(text.slice(from));
      }
    }
    const rest = text.slice(from);
    const unfinished = UNFINISHED.exec(rest) ?? (isCursorAwaited() ? UNFINISHED_CURSOR.exec(rest) : null);
    if (!unfinished || rest.length - unfinished.index > LONGEST_ANSWER) return kept + rest;
    held = rest.slice(unfinished.index);
    return kept + rest.slice(0, unfinished.index);
  }

  function inside(text: string): string {
    const end = text.indexOf(PASTE_END);
    if (end >= 0) {
      isPasting = false;
      const after = end + PASTE_END.length;
      return text.slice(0, after) + outside(text.slice(after));
    }
    // Its end may be cut in two between chunks.
    const cut = [...PASTE_END].findLastIndex((_, index) => index > 0 && text.endsWith(PASTE_END.slice(0, index)));
    if (cut > 0) held = PASTE_END.slice(0, cut);
    return text.slice(0, text.length - held.length);
  }

  return {
    push(chunk) {
      const text = held + chunk;
      held = '';
      return isPasting ? inside(text) : outside(text);
    },
  };
}
