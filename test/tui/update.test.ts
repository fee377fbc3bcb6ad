/** The chat's reducer: what keys do in each situation. */
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/tui/composer/composer.ts';
import { isLeavingWord } from '../../src/tui/leaving.ts';
import type { ScreenState } from '../../src/tui/state.ts';
import { update } from '../../src/tui/update.ts';
import { dispatched, pressed, start } from './pressing.ts';

function text({ composer }: ScreenState): string {
  return textOf(composer);
}

describe('Enter', () => {
  it('sends what is typed and empties the input line', () => {
    const { state, effects } = pressed('hello<enter>');
    expect([effects, text(state)]).toEqual([[{ type: 'submit', text: 'hello' }], '']);
    expect(pressed('<ctrl+_>', state).state.composer.text).toBe('');
  });

  it('sends nothing where there is nothing, but files alone are something', () => {
    expect(pressed('<enter>').effects).toEqual([]);
    expect(pressed('  <enter>').effects).toEqual([]);
    expect(pressed('<enter>', start({ attached: ['cat.png'] })).effects).toEqual([{ type: 'submit', text: '' }]);
  });

  it('queues while a reply streams, and on an empty line hands the queue over', () => {
    const queued = pressed('one<enter>two<enter>', start({ isWorking: true }));
    expect([queued.effects, queued.state.queue]).toEqual([[], ['one', 'two']]);
    expect(pressed('<enter>', queued.state).effects).toEqual([{ type: 'stop' }]);
    expect(pressed('<enter>', start({ isWorking: true })).effects).toEqual([]);
    expect(update(queued.state, { type: 'queue.taken' }).state.queue).toEqual(['two']);
  });

  it('makes a new line with Ctrl+J, and a paste never sends', () => {
    expect(text(pressed('a<ctrl+j>b').state)).toBe('a\nb');
    const pasted = dispatched([{ type: 'paste', text: 'ls\nrm -rf x\n' }], start());
    expect([pasted.effects, text(pasted.state)]).toEqual([[], 'ls\nrm -rf x\n']);
  });
});

describe('the queue', () => {
  it('gives its last one back to Up on an empty line', () => {
    const { state } = pressed('<up>', start({ isWorking: true, queue: ['one', 'two'] }));
    expect([text(state), state.queue]).toEqual(['two', ['one']]);
    expect(pressed('x<up>', start({ queue: ['one'] })).effects).toEqual([{ type: 'history.load', step: 'back' }]);
  });
});

describe.each([['<escape>'], ['<ctrl+c>']])('%s while a reply streams', (key) => {
  it('stops it and brings what is queued back, before what is typed', () => {
    const { state, effects } = pressed(`draft${key}`, start({ isWorking: true, queue: ['one', 'two\nlines'] }));
    expect([effects, text(state), state.queue]).toEqual([[{ type: 'stop' }], 'one\ntwo\nlines\ndraft', []]);
    expect(state.hint).toBe('Stopped; what was queued is back.');
    expect(text(pressed(key, start({ isWorking: true, queue: ['one'] })).state)).toBe('one');
  });
});

describe('a word that leaves other programs', () => {
  it.each(['exit', 'quit', ':q', ':wq', 'bye', 'Exit', 'exit()', ':q!', 'q', '\\q'])(
    'is asked about at once, also while a reply streams: %s',
    (word) => {
      expect(isLeavingWord(word)).toBe(true);
      const typed = dispatched([{ type: 'paste', text: word }], start({ isWorking: true })).state;
      const { state, effects } = pressed('<enter>', typed);
      expect([effects, state.queue]).toEqual([[{ type: 'submit', text: word }], []]);
    },
  );

  it.each(['exit code 3', 'how do I exit vim', 'quit smoking', 'bye bye birdie', 'x', 'exit the chat', '/exit', 'exiting', ''])(
    'is not part of this: %s',
    (words) => {
      expect(isLeavingWord(words)).toBe(false);
    },
  );
});

describe('Ctrl+C', () => {
  it('stops a reply, and what is typed stays', () => {
    const { state, effects } = pressed('next<ctrl+c>', start({ isWorking: true }));
    expect([effects, text(state)]).toEqual([[{ type: 'stop' }], 'next']);
  });

  it('clears what is typed and attached, and the text can come back', () => {
    const { state, effects } = pressed('draft<ctrl+c>', start({ attached: ['cat.png'], replaces: 3 }));
    expect([effects, text(state), state.attached, state.replaces]).toEqual([[{ type: 'attachments.drop' }], '', [], undefined]);
    expect(text(pressed('<ctrl+_>', state).state)).toBe('draft');
  });

  it('leaves when it comes twice on an empty line, and only then', () => {
    expect(pressed('<ctrl+c>')).toMatchObject({ effects: [], state: { hint: 'Ctrl+C again leaves.' } });
    expect(pressed('<ctrl+c><ctrl+c>').effects).toEqual([{ type: 'leave' }]);
    expect(pressed('<ctrl+c>a<backspace><ctrl+c>').effects).toEqual([]);
    expect(pressed('draft<ctrl+c><ctrl+c>').effects).toEqual([]);
  });
});

describe('Esc', () => {
  it('stops a reply; twice on an empty line it goes back to an earlier prompt', () => {
    expect(pressed('<escape>', start({ isWorking: true })).effects).toEqual([{ type: 'stop' }]);
    expect(pressed('<escape>').state.hint).toContain('Esc again');
    expect(pressed('<escape><escape>').effects).toEqual([{ type: 'edit.earlier' }]);
    expect(pressed('draft<escape><escape>').effects).toEqual([]);
  });

  it('takes back that sending makes a branch', () => {
    const { state, effects } = pressed('<escape>', start({ replaces: 3 }));
    expect([state.replaces, effects]).toEqual([undefined, []]);
  });
});

describe('the other keys', () => {
  it('ask for what the reducer cannot do', () => {
    expect(pressed('x<ctrl+x><ctrl+e>').effects).toEqual([{ type: 'editor', text: 'x' }]);
    expect(pressed('<ctrl+t>').effects).toEqual([{ type: 'reasoning.toggle' }]);
    expect(pressed('<ctrl+z>').effects).toEqual([{ type: 'suspend' }]);
    expect(pressed('<ctrl+l>').effects).toEqual([{ type: 'redraw' }]);
    expect(pressed('<ctrl+d>').effects).toEqual([{ type: 'leave' }]);
  });

  it('do not leave while a reply is being written', () => {
    expect(pressed('<ctrl+d>', start({ isWorking: true }))).toMatchObject({
      effects: [],
      state: { hint: expect.stringContaining('Ctrl+C') },
    });
  });

  it('take a hint away', () => {
    expect(pressed('x', start({ hint: 'read me' })).state.hint).toBeUndefined();
  });
});

describe('what comes from elsewhere', () => {
  it('shows what streams, and nothing of it afterwards', () => {
    const live = dispatched(
      [
        { type: 'working', isWorking: true },
        { type: 'live', lines: ['so'] },
      ],
      start(),
    ).state;
    expect(live.live).toEqual(['so']);
    expect(update(live, { type: 'working', isWorking: false }).state.live).toEqual([]);
  });

  it('puts a prompt back for editing, and remembers what it replaces', () => {
    const { state } = dispatched([{ type: 'compose', text: 'again', replaces: 7 }], pressed('old').state);
    expect([text(state), state.replaces]).toEqual(['again', 7]);
    expect(text(pressed('<ctrl+_>', state).state)).toBe('old');
  });

  it('goes by the rows of the new width', () => {
    const wide = pressed(`${'word '.repeat(20)}`).state;
    const narrow = update(wide, { type: 'resize', size: { columns: 20, rows: 10 } }).state;
    expect(narrow.size).toEqual({ columns: 20, rows: 10 });
    expect(pressed('<up>', narrow).state.composer.cursor).toBe(wide.composer.cursor - 15);
  });

  it('does not draw again for a status line that says the same', () => {
    const state = start({ status: 'model' });
    expect(update(state, { type: 'status', line: 'model' }).state).toBe(state);
  });
});
