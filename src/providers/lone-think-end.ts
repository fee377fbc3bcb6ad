/** Finds the `</think>` of an answer whose template had already opened the thought: what stands before it was no answer. */

type LoneThinkEnd = {
  /** `thought`: all that was said so far, and this, was thought; `text`: what is answer, as far as that is known. */
  push(piece: string, said: () => string): { thought?: string; text: string };
  /** What was held back when the answer ends: it belongs to no tag. */
  end(): string;
  /** What is held back until more has come. */
  held(): string;
};

export const THINK_END = '</think>';
export const THOUGHT_AS_TEXT = 'What came before </think> was thinking, not the answer.';
/** Blank space behind the tag that is waited for. */
const LONGEST_WAIT = 100;

/**
 * Only the first tag counts, and only where a model ends its thought: on a line of its own, or before a blank line, outside of
 * code, with no `<think>` before it. Everywhere else it is something the model writes about.
 */
export function watchForThinkEnd(): LoneThinkEnd {
  let isWatching = true;
  let held = '';

  function release(): string {
    const text = held;
    held = '';
    return text;
  }

  return {
    push(piece, said) {
      if (!isWatching) return { text: piece };
      held += piece;
      const at = held.indexOf(THINK_END);
      if (at < 0) {
        const kept = tailThatMayBegin(held);
        const text = held.slice(0, held.length - kept);
        held = held.slice(held.length - kept);
        return { text };
      }
      const before = said() + held.slice(0, at);
      const isEnd = endsThought(before, held.slice(at + THINK_END.length));
      if (isEnd === undefined) return { text: '' };
      isWatching = false;
      if (!isEnd) return { text: release() };
      const rest = held.slice(0, at);
      const answer = release().slice(at + THINK_END.length);
      return { thought: rest, text: answer };
    },
    end: release,
    held: () => held,
  };
}

/** Undefined: what follows the tag decides, and is not there yet. */
function endsThought(before: string, after: string): boolean | undefined {
  const isLineStart = /(?:^|\n)[ \t]*$/.test(before.slice(-80));
  const needed = isLineStart ? /^[ \t\r]*\n/ : /^[ \t\r]*\n[ \t\r]*\n/;
  if (!needed.test(after)) return /\S/.test(after) || after.length > LONGEST_WAIT ? false : undefined;
  if (before.trim() === '' || before.includes('<think>')) return false;
  const fences = before.match(/^[ \t>]*(?:```|~~~)/gm)?.length ?? 0;
  const backticks = before.slice(before.lastIndexOf('\n') + 1).split('`').length - 1;
  return fences % 2 === 0 && backticks % 2 === 0;
}

/** Length of the longest end of `text` that could be the beginning of the tag. */
function tailThatMayBegin(text: string): number {
  for (let length = Math.min(THINK_END.length - 1, text.length); length > 0; length--) {
    if (THINK_END.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
