/** From what Ink reports of a keypress to the keys of the chat. */
import type { Key as InkKey } from 'ink';
import type { Key, KeyName } from './keys.ts';

/** `paste`: the terminal does not mark pastes, but several lines in one read were not typed. */
export type Typed = { type: 'key'; key: Key } | { type: 'paste'; text: string };

export function typedKeys(input: string, pressed: InkKey): Typed[] {
  if (pressed.eventType === 'release') return [];
  const modifiers = { ctrl: pressed.ctrl, alt: pressed.meta, shift: pressed.shift };
  const name = NAMES.find(([flag]) => pressed[flag])?.[1];
  // Escape pressed twice in one read comes as one Escape with Meta.
  if (name === 'escape') return Array.from({ length: modifiers.alt ? 2 : 1 }, () => keyOf('escape', { ...modifiers, alt: false }));
  if (name !== undefined) return [keyOf(name, modifiers)];
  if (pressed.super || pressed.hyper || input === '') return [];
  if (modifiers.ctrl || modifiers.alt) return [chord(input, modifiers)];
  return textKeys(input);
}

type Modifiers = { ctrl: boolean; alt: boolean; shift: boolean };

const NAMES: readonly (readonly [flag: Exclude<keyof InkKey, 'eventType'>, name: KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['escape', 'escape'],
];

/** Control characters that are keys of their own, by their code. */
const CONTROLS: Readonly<Record<number, readonly [name: KeyName, ctrl: boolean]>> = {
  0: [' ', true],
  8: ['h', true],
  9: ['tab', false],
  10: ['newline', false],
  13: ['enter', false],
  27: ['escape', false],
  28: ['\\', true],
  29: [']', true],
  30: ['^', true],
  31: ['_', true],
  127: ['backspace', false],
};

function keyOf(name: KeyName, modifiers: Modifiers, text = ''): Typed {
  return { type: 'key', key: { name, text, ...modifiers } };
}

const PLAIN: Modifiers = { ctrl: false, alt: false, shift: false };

function chord(input: string, modifiers: Modifiers): Typed {
  const control = input.length === 1 ? CONTROLS[input.charCodeAt(0)] : undefined;
  if (control) return keyOf(control[0], { ...modifiers, ctrl: modifiers.ctrl || control[1] });
  // Shift is part of the character: Alt+< is not Alt+Shift+<.
  const isLetter = /^[a-zA-Z]$/.test(input);
  return keyOf(isLetter ? input.toLowerCase() : input, { ...modifiers, shift: isLetter && modifiers.shift });
}

/** Several characters may come in one read: fast typing, or a paste of a terminal that does not mark it. */
function textKeys(input: string): Typed[] {
  const inner = input.slice(0, -1);
  if (/[\r\n]/.test(inner) && input.length > 2) return [{ type: 'paste', text: input }];
  const keys: Typed[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') keys.push(keyOf('text', PLAIN, text));
    text = '';
  };
  for (const character of input) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x20 && code !== 0x7f) text += character;
    else {
      flush();
      const control = CONTROLS[code];
      if (control) keys.push(keyOf(control[0], { ...PLAIN, ctrl: control[1] }));
      else keys.push(keyOf(String.fromCharCode(code + 0x60), { ...PLAIN, ctrl: true }));
    }
  }
  flush();
  return keys;
}
