/** Splits thoughts that a model wrote into its text (`<think>…</think>` at the very beginning) from the answer behind them. */

type Split = { reasoning: string; text: string };

type ThinkSplitter = {
  /** Takes a piece of content and says what of it is thought and what is answer. */
  push(text: string): Split;
  /** What was held back when the answer ends: it had been undecided whether it belongs to a tag. */
  end(): Split;
  /** True once all that follows is answer. */
  settled(): boolean;
  /** True while a thought has begun and not ended. */
  unclosed(): boolean;
};

const OPEN = '<think>';
const CLOSE = '</think>';

/** Only the start of an answer counts: a later tag is something the model writes about. Blank space around tags belongs to neither side. */
export function splitThinking(): ThinkSplitter {
  let state: 'start' | 'thinking' | 'after' | 'text' = 'start';
  let held = '';
  let thought = false;

  function push(text: string): Split {
    if (state === 'text') return { reasoning: '', text };
    held += text;
    if (state === 'start') {
      const begin = held.trimStart();
      if (begin.length < OPEN.length && OPEN.startsWith(begin)) return NOTHING;
      if (!begin.startsWith(OPEN)) return { reasoning: '', text: release() };
      held = begin.slice(OPEN.length);
      state = 'thinking';
    }
    return state === 'thinking' ? think() : { reasoning: '', text: answer() };
  }

  function think(): Split {
    if (!thought) held = held.trimStart();
    const close = held.indexOf(CLOSE);
    if (close >= 0) {
      const reasoning = held.slice(0, close).trimEnd();
      held = held.slice(close + CLOSE.length);
      state = 'after';
      return { reasoning, text: answer() };
    }
    const reasoning = held.slice(0, held.length - tailThatMayBegin(held, CLOSE)).trimEnd();
    thought ||= reasoning !== '';
    held = held.slice(reasoning.length);
    return { reasoning, text: '' };
  }

  function answer(): string {
    held = held.trimStart();
    return held === '' ? '' : release();
  }

  function release(): string {
    const text = held;
    held = '';
    state = 'text';
    return text;
  }

  return {
    push,
    end() {
      const rest = held;
      held = '';
      return state === 'thinking' ? { reasoning: rest, text: '' } : { reasoning: '', text: rest };
    },
    settled: () => state === 'text',
    unclosed: () => state === 'thinking',
  };
}

const NOTHING: Split = { reasoning: '', text: '' };

/** Length of the longest end of `text` that could be the beginning of `tag`. */
function tailThatMayBegin(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (tag.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
