/** Splits thoughts that a model wrote into its text (`<think>…</think>` at the very beginning) from the answer behind them. */

export type ThinkSplitter = {
  /** Takes a piece of content and says what of it is thought and what is answer. */
  push(text: string): { reasoning: string; text: string };
  /** What was held back when the answer ends. */
  end(): { reasoning: string; text: string };
  /** True once all that follows is answer. */
  settled(): boolean;
  /** True while a thought has begun and not ended: the whole of it is text after all if the answer ends here. */
  unclosed(): boolean;
};

const OPEN = '<think>';
const CLOSE = '</think>';

/** Only the start of an answer counts: a later tag is something the model writes about. */
export function splitThinking(): ThinkSplitter {
  let state: 'start' | 'thinking' | 'after' | 'text' = 'start';
  let held = '';

  function push(text: string): { reasoning: string; text: string } {
    if (state === 'text') return { reasoning: '', text };
    held += text;
    if (state === 'start') {
      const begin = held.trimStart();
      if (begin.length < OPEN.length && OPEN.startsWith(begin)) return NOTHING;
      if (!begin.startsWith(OPEN)) return release('text');
      held = begin.slice(OPEN.length).replace(/^\s+/, '');
      state = 'thinking';
    }
    if (state === 'thinking') return thought();
    return answer('');
  }

  function thought(): { reasoning: string; text: string } {
    const close = held.indexOf(CLOSE);
    if (close < 0) {
      const keep = tailThatMayBegin(held, CLOSE);
      const reasoning = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return { reasoning, text: '' };
    }
    const reasoning = held.slice(0, close).trimEnd();
    held = held.slice(close + CLOSE.length);
    state = 'after';
    return answer(reasoning);
  }

  /** The blank lines between thought and answer belong to neither. */
  function answer(reasoning: string): { reasoning: string; text: string } {
    held = held.trimStart();
    if (held === '') return { reasoning, text: '' };
    return { reasoning, text: release('text').text };
  }

  function release(next: 'text'): { reasoning: string; text: string } {
    const text = held;
    held = '';
    state = next;
    return { reasoning: '', text };
  }

  return {
    push,
    end() {
      const rest = held;
      held = '';
      return state === 'thinking' ? { reasoning: rest, text: '' } : { reasoning: '', text: state === 'start' ? rest : rest.trimStart() };
    },
    settled: () => state === 'text',
    unclosed: () => state === 'thinking',
  };
}

const NOTHING = { reasoning: '', text: '' };

/** Length of the longest end of `text` that could be the beginning of `tag`. */
function tailThatMayBegin(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (tag.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
