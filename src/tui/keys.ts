/** A key as the chat sees it, whatever terminal and library it came through. */

/**
 * `name` is `text` for typed characters (then `text` holds them, one or more), else one of the names below; letters with
 * Ctrl or Alt have themselves as name.
 */
export type Key = { name: KeyName; text: string; ctrl: boolean; alt: boolean; shift: boolean };

export type KeyName =
  | 'text'
  | 'enter'
  | 'newline'
  | 'tab'
  | 'escape'
  | 'backspace'
  | 'delete'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'pageup'
  | 'pagedown'
  | (string & {});

/** The chord as key maps write it: `ctrl+a`, `alt+enter`, `shift+tab`, `escape`, `text`. */
export function chordOf({ name, ctrl, alt, shift }: Key): string {
  if (name === 'text' && !ctrl && !alt) return 'text';
  return `${ctrl ? 'ctrl+' : ''}${alt ? 'alt+' : ''}${shift ? 'shift+' : ''}${name}`;
}
