/** Earlier prompts by Up and Down, and the search for them. */
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/tui/composer/composer.ts';
import type { ScreenState } from '../../src/tui/state.ts';
import { update } from '../../src/tui/update.ts';
import { pressed, start } from './pressing.ts';

const PROMPTS = ['third', 'second\nline', 'first'];

function back(from: ScreenState): ScreenState {
  return update(from, { type: 'history', prompts: PROMPTS, step: 'back' }).state;
}

function text(state: ScreenState): string {
  return textOf(state.composer);
}

describe('Up and Down', () => {
  it('ask for the prompts once, then go through them and back to the draft', () => {
    const up = pressed('draft<up>');
    expect(up.effects).toEqual([{ type: 'history.load', step: 'back' }]);
    const third = back(up.state);
    expect(text(third)).toBe('third');
    const second = pressed('<up>', third);
    expect([text(second.state), second.effects]).toEqual(['second\nline', []]);
    expect(text(pressed('<down><down>', second.state).state)).toBe('draft');
    expect(pressed('<down><down>', second.state).state.browsing).toBeUndefined();
  });

  it('pass through a prompt of several lines row by row and stay on the way', () => {
    const second = pressed('<up>', back(pressed('draft').state)).state;
    const first = pressed('<up><up>', second).state;
    expect(text(first)).toBe('first');
    expect(text(pressed('<down><down><down><down>', first).state)).toBe('draft');
  });

  it('begin anew after a prompt was changed, with the changed text as the draft', () => {
    const changed = pressed('!', back(start())).state;
    expect(changed.browsing).toBeUndefined();
    expect(text(pressed('<down>', back(changed)).state)).toBe('third!');
  });

  it('stay where they are at the oldest one', () => {
    const oldest = pressed('<up><up><up><up>', back(start())).state;
    expect(text(oldest)).toBe('first');
    expect(text(pressed('<up>', oldest).state)).toBe('first');
  });

  it('say that there is nothing, and do nothing on the way forward', () => {
    expect(update(start(), { type: 'history', prompts: [], step: 'back' }).state.hint).toBe('There are no earlier prompts.');
    const { state, effects } = pressed('draft<down>');
    expect([text(state), effects]).toEqual(['draft', []]);
  });

  it('do not change the draft behind something that has opened meanwhile', () => {
    const asking: ScreenState = { ...pressed('draft').state, overlay: { kind: 'confirm', id: 1, question: 'Sure?' } };
    expect(text(back(asking))).toBe('draft');
  });
});

describe('the search', () => {
  const open = (from: ScreenState) => update(from, { type: 'history', prompts: PROMPTS, step: 'search' }).state;

  it('opens above the draft, and puts what is found in its place', () => {
    expect(pressed('<ctrl+r>').effects).toEqual([{ type: 'history.load', step: 'search' }]);
    const found = pressed('sec<enter>', open(pressed('draft').state)).state;
    expect([text(found), found.overlay]).toEqual(['second\nline', undefined]);
    expect(text(pressed('<ctrl+_>', found).state)).toBe('draft');
  });

  it('leaves the draft as it was', () => {
    expect(text(pressed('fir<escape>', open(pressed('draft').state)).state)).toBe('draft');
  });

  it('takes more prompts while it is open', () => {
    const typed = pressed('th', update(start(), { type: 'history', prompts: ['third'], step: 'search' }).state).state;
    const { overlay } = update(typed, { type: 'history', prompts: ['fourth', 'third'], step: 'search' }).state;
    expect(overlay).toMatchObject({ kind: 'history', search: { query: 'th', matches: ['fourth', 'third'], index: 1 } });
  });

  it('does not push a question away', () => {
    const asking: ScreenState = { ...start(), overlay: { kind: 'confirm', id: 1, question: 'Sure?' } };
    expect(open(asking).overlay).toEqual({ kind: 'confirm', id: 1, question: 'Sure?' });
  });
});
