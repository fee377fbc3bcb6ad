/** The menu under a word: it follows what is typed, whenever its items come. */
import { describe, expect, it } from 'vitest';
import type { CompletionItem, CompletionSource } from '../../src/tui/composer/completion.ts';
import { textOf } from '../../src/tui/composer/composer.ts';
import type { ScreenState } from '../../src/tui/state.ts';
import { update } from '../../src/tui/update.ts';
import { dispatched, pressed, start } from './pressing.ts';

const COMMANDS: CompletionItem[] = [
  { label: 'help', insert: '/help ', sends: true },
  { label: 'btw', insert: '/btw ', opens: true },
  { label: 'quit', insert: '/quit', also: ['exit'], sends: true },
];

function commands(isAsked = false): CompletionSource {
  return { kind: 'command', start: 0, base: '/', items: COMMANDS, isAsked };
}

function files(base: string, names: readonly string[], changes: Partial<CompletionSource> = {}): CompletionSource {
  const items = names.map((label) => ({
    label,
    insert: `${base}${label}${label.endsWith('/') ? '' : ' '}`,
    ...(label.endsWith('/') ? { opens: true as const } : {}),
  }));
  return { kind: 'path', start: 0, base, items, isAsked: false, ...changes };
}

function offered(written: string, source: CompletionSource): ScreenState {
  return update(pressed(written).state, { type: 'completion', source }).state;
}

function labels({ completion }: ScreenState): string[] | undefined {
  return completion?.menu.matches.map(({ label }) => label);
}

describe('the menu', () => {
  it('is asked for with every change of the text, and by Tab', () => {
    const typed = update(start(), { type: 'key', key: { name: 'text', text: '/', ctrl: false, alt: false, shift: false } });
    expect(typed.effects).toEqual([{ type: 'complete', isAsked: false }]);
    expect(pressed('/he<tab>').effects).toEqual([{ type: 'complete', isAsked: true }]);
  });

  it('narrows at once while the next answer is still to come, and goes where nothing matches', () => {
    const open = offered('/', commands());
    expect(labels(open)).toEqual(['help', 'btw', 'quit']);
    expect(labels(pressed('h', open).state)).toEqual(['help']);
    expect(labels(pressed('ex', open).state)).toEqual(['quit']);
    expect(labels(pressed('zz', open).state)).toBeUndefined();
    expect(labels(pressed('h elp', open).state)).toBeUndefined();
  });

  it('drops what comes for a word that is not there any more', () => {
    expect(labels(offered('hello', commands()))).toBeUndefined();
    expect(labels(offered('/help me', commands()))).toBeUndefined();
    expect(labels(offered('@src/tui/', files('@src/', ['app.ts'])))).toBeUndefined();
    expect(labels(offered('@s', files('@', ['src/', 'test/'])))).toEqual(['src/', 'test/']);
  });

  it('takes nothing from a picker that has opened meanwhile', () => {
    const asking: ScreenState = { ...pressed('/').state, overlay: { kind: 'confirm', id: 1, question: 'Sure?' } };
    expect(labels(update(asking, { type: 'completion', source: commands() }).state)).toBeUndefined();
  });

  it('keeps what is chosen when the same list comes again', () => {
    const moved = pressed('<down><down>', offered('/', commands())).state;
    const again = update(moved, { type: 'completion', source: commands() }).state;
    expect(again.completion?.menu.index).toBe(2);
  });

  it('goes when the text is cleared, replaced or pasted into', () => {
    const open = offered('/', commands());
    expect(pressed('<ctrl+c>', open).state.completion).toBeUndefined();
    expect(dispatched([{ type: 'compose', text: 'x', replaces: undefined }], open).state.completion).toBeUndefined();
    expect(dispatched([{ type: 'paste', text: 'help' }], open).state.completion).toBeUndefined();
    expect(pressed('<escape>', open).state).toMatchObject({ completion: undefined, armed: undefined });
  });
});

describe('taking an item', () => {
  it('sends a command at once by Enter, and completes it by Tab', () => {
    const { state, effects } = pressed('<enter>', offered('/qu', commands()));
    expect([effects, textOf(state.composer), state.completion]).toEqual([[{ type: 'submit', text: '/quit' }], '', undefined]);
    expect(textOf(pressed('<tab>', offered('/he', commands())).state.composer)).toBe('/help ');
  });

  it('finds a command by its other name', () => {
    expect(pressed('<enter>', offered('/exit', commands())).effects).toEqual([{ type: 'submit', text: '/quit' }]);
  });

  it('waits for the argument of a command that needs one', () => {
    const { state, effects } = pressed('<enter>', offered('/bt', commands()));
    expect([textOf(state.composer), effects]).toEqual(['/btw ', []]);
  });

  it('goes on into a folder, and ends behind a file', () => {
    const folder = update(offered('@s', files('@', ['src/'])), {
      type: 'key',
      key: { name: 'tab', text: '', ctrl: false, alt: false, shift: false },
    });
    expect([textOf(folder.state.composer), folder.effects]).toEqual(['@src/', [{ type: 'complete', isAsked: false }]]);
    expect(textOf(pressed('<enter>', offered('@src/ap', files('@src/', ['app.ts']))).state.composer)).toBe('@src/app.ts ');
  });

  it('takes a single match at once when it was asked for', () => {
    expect(textOf(offered('/q', commands(true)).composer)).toBe('/quit');
    expect(labels(offered('@', files('@', ['a.ts', 'b.ts'], { isAsked: true })))).toEqual(['a.ts', 'b.ts']);
  });

  it('lets Enter send what is typed out already', () => {
    const { effects } = pressed('<enter>', offered('@src/app.ts', files('@src/', ['app.ts', 'app.tsx'])));
    expect(effects).toEqual([{ type: 'submit', text: '@src/app.ts' }]);
  });

  it('takes an argument only when it was chosen: anything may be one', () => {
    const themes: CompletionSource = {
      kind: 'argument',
      start: 7,
      base: '',
      items: [
        { label: 'dark', sends: true },
        { label: 'light', sends: true },
      ],
      isAsked: false,
    };
    expect(pressed('<enter>', offered('/theme da', themes)).effects).toEqual([{ type: 'submit', text: '/theme da' }]);
    expect(pressed('<down><enter>', offered('/theme ', themes)).effects).toEqual([{ type: 'submit', text: '/theme dark' }]);
    expect(pressed('<up><enter>', offered('/theme ', themes)).effects).toEqual([{ type: 'submit', text: '/theme light' }]);
    expect(pressed('<enter>', offered('mail @', files('@', ['a.ts'], { start: 5 }))).effects).toEqual([{ type: 'submit', text: 'mail @' }]);
  });

  it('runs commands also while a reply streams', () => {
    const working = { ...offered('/qu', commands()), isWorking: true };
    expect(pressed('<enter>', working)).toMatchObject({ effects: [{ type: 'submit', text: '/quit' }], state: { queue: [] } });
  });
});
