/** Which key does what in the composer, and one line about each action: the editor and the help both read this table. */

/** Every action with half a line about it. */
export const ACTIONS = {
  send: 'send (after a backslash at the end of a line: new line)',
  newline: 'new line',
  complete: 'complete a /command or an @path',
  'history.search': 'search earlier prompts',
  editor: 'open the text in your editor',
  stop: 'stop the reply; what is queued comes back',
  'normal.mode': 'leave insert mode',
  interrupt: 'stop, or clear the text',
  leave: 'leave, on an empty line; else delete the character at the cursor',
  'reasoning.toggle': 'show or fold reasoning',
  'tool.cancel': 'cancel the tool that has run longest',
  suspend: 'suspend',
  redraw: 'draw again',
  left: 'a character back',
  right: 'a character forward',
  'word.left': 'a word back',
  'word.right': 'a word forward',
  'row.start': 'start of the row, then of the line',
  'row.end': 'end of the row, then of the line',
  'line.start': 'start of the line',
  'line.end': 'end of the line',
  up: 'a row up; on the first one the earlier prompt',
  down: 'a row down; on the last one the later prompt',
  'text.start': 'start of the text',
  'text.end': 'end of the text',
  'delete.left': 'delete the character before',
  'delete.right': 'delete the character at the cursor',
  'kill.word.left': 'cut the word before',
  'kill.space.left': 'cut back to white space',
  'kill.word.right': 'cut the word after',
  'kill.line.right': 'cut to the end of the line',
  'kill.line.left': 'cut to the start of the line',
  yank: 'put back what was cut',
  'yank.earlier': 'instead of it, what was cut before',
  'word.transpose': 'swap two words',
  'word.upper': 'word in capitals',
  'word.lower': 'word in small letters',
  'word.capital': 'word with a capital',
  undo: 'undo',
  redo: 'redo',
} as const satisfies Record<string, string>;

export type ActionName = keyof typeof ACTIONS;

type Bindings = Readonly<Record<string, ActionName>>;

const EMACS: Bindings = {
  enter: 'send',
  newline: 'newline',
  'ctrl+j': 'newline',
  'shift+enter': 'newline',
  'alt+enter': 'newline',
  'ctrl+enter': 'newline',
  tab: 'complete',
  'ctrl+r': 'history.search',
  'ctrl+x ctrl+e': 'editor',
  'ctrl+g': 'editor',
  escape: 'stop',
  'ctrl+c': 'interrupt',
  'ctrl+d': 'leave',
  'ctrl+t': 'reasoning.toggle',
  'ctrl+o': 'tool.cancel',
  'ctrl+z': 'suspend',
  'ctrl+l': 'redraw',
  left: 'left',
  'ctrl+b': 'left',
  right: 'right',
  'ctrl+f': 'right',
  'alt+b': 'word.left',
  'alt+left': 'word.left',
  'ctrl+left': 'word.left',
  'alt+f': 'word.right',
  'alt+right': 'word.right',
  'ctrl+right': 'word.right',
  home: 'row.start',
  end: 'row.end',
  'ctrl+a': 'line.start',
  'ctrl+e': 'line.end',
  up: 'up',
  'ctrl+p': 'up',
  down: 'down',
  'ctrl+n': 'down',
  'alt+<': 'text.start',
  'ctrl+home': 'text.start',
  'alt+>': 'text.end',
  'ctrl+end': 'text.end',
  backspace: 'delete.left',
  'ctrl+h': 'delete.left',
  delete: 'delete.right',
  'alt+backspace': 'kill.word.left',
  'ctrl+backspace': 'kill.word.left',
  'ctrl+w': 'kill.space.left',
  'alt+d': 'kill.word.right',
  'alt+delete': 'kill.word.right',
  'ctrl+delete': 'kill.word.right',
  'ctrl+k': 'kill.line.right',
  'ctrl+u': 'kill.line.left',
  'ctrl+y': 'yank',
  'alt+y': 'yank.earlier',
  'alt+t': 'word.transpose',
  'alt+u': 'word.upper',
  'alt+l': 'word.lower',
  'alt+c': 'word.capital',
  'ctrl+_': 'undo',
  'ctrl+/': 'undo',
  'ctrl+x ctrl+u': 'undo',
  'alt+_': 'redo',
  'ctrl+shift+_': 'redo',
};

/** What typed characters do is not here: in insert mode they are text, in normal mode `vi.ts` reads them. */
export const KEYMAP = {
  emacs: EMACS,
  'vi.insert': { ...EMACS, escape: 'normal.mode' },
  'vi.normal': { ...EMACS, 'ctrl+r': 'redo', backspace: 'left' },
} as const satisfies Record<string, Bindings>;

export type KeymapName = keyof typeof KEYMAP;

/** What the letters of normal mode do, for the help. */
export const NORMAL_MODE_HELP: readonly (readonly [keys: string, description: string])[] = [
  ['h j k l', 'left, down, up, right'],
  ['w b e, W B E', 'word motions'],
  ['0 ^ $', 'start, first character, end of the line'],
  ['gg G', 'start, end of the text'],
  ['f F t T ; ,', 'to a character'],
  ['i a I A o O', 'insert'],
  ['d c y', 'delete, change, copy: with a motion, iw, aw, or twice for lines'],
  ['x X D C S s r J ~', 'change a little'],
  ['p P', 'put'],
  ['u Ctrl+R .', 'undo, redo, repeat'],
];

/** The action of a chord; Shift matters only where the map says so. `prefix`: the chord before, where it began a pair. */
export function actionOf(map: KeymapName, chord: string, prefix?: string): ActionName | undefined {
  const actions: Bindings = KEYMAP[map];
  const find = (name: string) => actions[prefix === undefined ? name : `${prefix} ${name}`];
  const plain = chord.replace('shift+', '');
  return find(chord) ?? (chord === 'shift+tab' ? undefined : (find(plain) ?? find(plain.toLowerCase())));
}

/** True for the first half of a pair. */
export function isPrefix(map: KeymapName, chord: string): boolean {
  return Object.keys(KEYMAP[map]).some((name) => name.startsWith(`${chord} `));
}

/** The rows of a help: what each action does and all its chords. */
export function keyHelp(map: KeymapName): { chords: readonly string[]; description: string }[] {
  const chordsOf = Map.groupBy(Object.entries<ActionName>(KEYMAP[map]), ([, action]) => action);
  return [...chordsOf].map(([action, entries]) => ({ chords: entries.map(([chord]) => chord), description: ACTIONS[action] }));
}
