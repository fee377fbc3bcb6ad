/** What stands above the input line: it has the keys, and its answer goes to whoever waits for it. */
import { describe, expect, it } from 'vitest';
import { createComposer, textOf } from '../../src/tui/composer/composer.ts';
import { createPicker } from '../../src/tui/picker.ts';
import type { Overlay, ScreenState } from '../../src/tui/state.ts';
import { update } from '../../src/tui/update.ts';
import { dispatched, pressed } from './pressing.ts';

const ITEMS = ['one', 'two'].map((label) => ({ value: label, label }));

const OVERLAYS = {
  pick: { kind: 'pick', id: 1, picker: createPicker<unknown>({ title: 'Which?', empty: '', items: ITEMS }, { columns: 80, rows: 24 }) },
  confirm: { kind: 'confirm', id: 2, question: 'Sure?' },
  line: { kind: 'line', id: 3, question: 'Title:', isSecret: false, composer: createComposer({ keys: 'emacs' }) },
  approval: {
    kind: 'approval',
    id: 4,
    request: { callId: 'c', name: 'run_command', arguments: {}, access: 'execute', plan: { summary: 'run ls' } },
  },
} as const satisfies Record<string, Overlay>;

/** Above a line that is being typed; Tab hands the keys to an approval. */
function over(kind: keyof typeof OVERLAYS, written: string): ReturnType<typeof pressed> {
  const open = update(pressed('draft').state, { type: 'overlay', overlay: OVERLAYS[kind] }).state;
  return pressed(kind === 'approval' ? `<tab>${written}` : written, open);
}

function answers(kind: keyof typeof OVERLAYS, written: string): unknown[] {
  return over(kind, written).effects.map((effect) => (effect.type === 'answer' ? effect.value : effect.type));
}

function draft({ composer }: ScreenState): string {
  return textOf(composer);
}

describe('a picker', () => {
  it('answers with what was chosen, or with nothing', () => {
    expect(answers('pick', '<down><enter>')).toEqual([{ value: 'two', query: '' }]);
    expect(answers('pick', '<escape>')).toEqual([undefined]);
    expect(over('pick', 'tw<enter>')).toMatchObject({
      effects: [{ type: 'answer', id: 1, value: { value: 'two', query: 'tw' } }],
      state: { overlay: undefined },
    });
  });

  it('takes what comes for it later, and nothing for one that is gone', () => {
    const open = over('pick', '').state;
    const more = { type: 'overlay.items', items: [{ value: 'three', label: 'three' }] } as const;
    expect(pressed('<up><enter>', dispatched([{ ...more, id: 1 }], open).state).effects).toEqual([
      { type: 'answer', id: 1, value: { value: 'three', query: '' } },
    ]);
    expect(dispatched([{ ...more, id: 9 }], open).state).toBe(open);
  });
});

describe('a question', () => {
  it('is a yes by y only', () => {
    expect(answers('confirm', 'y')).toEqual([true]);
    for (const key of ['n', '<enter>', '<escape>', '<ctrl+c>']) expect(answers('confirm', key)).toEqual([false]);
    expect(answers('confirm', 'x')).toEqual([]);
  });

  it('takes a line, or nothing', () => {
    expect(answers('line', 'my soup<enter>')).toEqual(['my soup']);
    expect(answers('line', 'my soup<escape>')).toEqual([undefined]);
  });

  it('leaves the draft alone', () => {
    for (const kind of ['pick', 'confirm', 'line', 'approval'] as const) expect(draft(over(kind, 'x<escape>').state), kind).toBe('draft');
  });
});

describe('an approval', () => {
  it('is given once, for the conversation, always, or not', () => {
    expect(answers('approval', 'y')).toEqual([{ decision: 'once' }]);
    expect(answers('approval', 'c')).toEqual([{ decision: 'conversation' }]);
    expect(answers('approval', 'a')).toEqual([{ decision: 'always' }]);
    expect(answers('approval', 'n')).toEqual([{ decision: 'no' }]);
    expect(answers('approval', '<enter>')).toEqual([]);
  });

  it('stays while all that it is about is shown', () => {
    expect(over('approval', 'v')).toMatchObject({ effects: [{ type: 'approval.show' }], state: { overlay: { kind: 'approval' } } });
  });

  it('may be refused with a reason', () => {
    expect(answers('approval', 'rtoo risky<enter>')).toEqual([{ decision: 'no', reason: 'too risky' }]);
    expect(answers('approval', 'r<escape>')).toEqual([{ decision: 'no' }]);
  });

  it('is refused, and the turn stopped, by Ctrl+C', () => {
    expect(answers('approval', '<ctrl+c>')).toEqual([{ decision: 'no', reason: 'cancelled by the user' }, 'stop']);
  });

  it('is never answered by a paste', () => {
    const open = over('approval', '').state;
    const { state, effects } = dispatched([{ type: 'paste', text: 'y' }], open);
    expect([effects, state.overlay, draft(state)]).toEqual([[], open.overlay, 'drafty']);
  });
});

describe('what is of no interest any more', () => {
  it('closes, but only by its own id', () => {
    const open = over('confirm', '').state;
    expect(update(open, { type: 'overlay.close', id: 2 }).state.overlay).toBeUndefined();
    expect(update(open, { type: 'overlay.close', id: 1 }).state.overlay).toBe(open.overlay);
  });
});

describe('an approval that comes while a line is typed', () => {
  function interrupted(written: string, before = 'and ') {
    return pressed(written, update(pressed(before).state, { type: 'overlay', overlay: OVERLAYS.approval }).state);
  }

  it('is not answered by the rest of the line', () => {
    const { state, effects } = interrupted('any change<backspace><backspace>');
    expect(effects).toEqual([]);
    expect(draft(state)).toBe('and any chan');
    expect(state.overlay).toMatchObject({ kind: 'approval', isHeld: true });
  });

  it('is not answered by a line that is begun anew, nor by the next one', () => {
    expect(interrupted('<backspace>yes', 'a').effects).toEqual([]);
    const { state, effects } = interrupted('yes<enter>yes');
    expect(effects).toEqual([]);
    expect(state).toMatchObject({ queue: ['and yes'], overlay: { kind: 'approval' } });
    expect(draft(state)).toBe('yes');
  });

  it('is not answered before it can have been read, and then only where nothing has been typed', () => {
    const fresh = update(pressed('').state, { type: 'overlay', overlay: { ...OVERLAYS.approval, isHeld: true } }).state;
    const ready = (written: string, id = 4) => update(pressed(written, fresh).state, { type: 'overlay.ready', id }).state;
    expect(pressed('add it', fresh).effects).toEqual([]);
    expect(draft(pressed('add it', fresh).state)).toBe('add it');
    expect(pressed('y', ready('')).effects).toEqual([{ type: 'answer', id: 4, value: { decision: 'once' } }]);
    expect(pressed('lways', ready('a')).effects).toEqual([]);
    expect(pressed('y', ready('', 3)).effects).toEqual([]);
  });

  it('is answered after Tab, and after Enter on an empty line; the line stays', () => {
    const yes = [{ type: 'answer', id: 4, value: { decision: 'once' } }];
    expect(interrupted('<tab>y').effects).toEqual(yes);
    expect(draft(interrupted('<tab>y').state)).toBe('and ');
    expect(interrupted('<enter><enter>y').effects).toEqual(yes);
  });

  it('leaves Ctrl+O to the tools that run meanwhile, as any approval does', () => {
    expect(interrupted('<ctrl+o>')).toMatchObject({ effects: [{ type: 'tool.cancel' }], state: { overlay: { kind: 'approval' } } });
    expect(answers('approval', '<ctrl+o>')).toEqual(['tool.cancel']);
  });

  it('stops with the reply on Ctrl+C, and is never covered by a search', () => {
    expect(interrupted('<ctrl+c>').effects).toEqual([
      { type: 'answer', id: 4, value: { decision: 'no', reason: 'cancelled by the user' } },
      { type: 'stop' },
    ]);
    expect(interrupted('<ctrl+r><up>')).toMatchObject({ effects: [], state: { overlay: { kind: 'approval' } } });
  });
});
