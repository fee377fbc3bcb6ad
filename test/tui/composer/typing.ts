/** Keys for tests, written as they are read: plain characters, and chords in angle brackets. */
import { type Composer, type ComposerRequest, createComposer, press, setText } from '../../../src/tui/composer/composer.ts';
import type { Key } from '../../../src/tui/keys.ts';

/** `ctrl+a`, `shift+tab`, `enter`. */
export function chord(written: string): Key {
  const parts = written.split('+').filter((part) => part !== '');
  const name = written.endsWith('+') ? '+' : (parts.at(-1) ?? '');
  return { name, text: '', ctrl: parts.includes('ctrl'), alt: parts.includes('alt'), shift: parts.includes('shift') };
}

export function text(typed: string): Key {
  return { name: 'text', text: typed, ctrl: false, alt: false, shift: false };
}

/** `hello<enter>`: each plain character is a key of its own. `<lt>` is `<`. */
export function type(composer: Composer, written: string): Composer {
  return typed(composer, written).composer;
}

export function typed(composer: Composer, written: string): { composer: Composer; requests: ComposerRequest[] } {
  let now = composer;
  const requests: ComposerRequest[] = [];
  for (const key of keysOf(written)) {
    const { composer: next, request } = press(now, key);
    now = next;
    if (request) requests.push(request);
  }
  return { composer: now, requests };
}

export function keysOf(written: string): Key[] {
  return Array.from(written.matchAll(/<lt>|<([^>]{2,}|[^>]*<|[^>]*>)>|[\s\S]/gu), ([all, name]) => {
    if (all === '<lt>') return text('<');
    return name === undefined ? text(all) : chord(name);
  });
}

/** A composer with the cursor where `|` stands. */
export function at(marked: string, keys: 'emacs' | 'vi' = 'emacs'): Composer {
  const place = marked.indexOf('|');
  return { ...createComposer({ keys, text: marked.replace('|', '') }), cursor: place };
}

/** The text with the cursor as `|`. */
export function marked({ text: all, cursor }: Composer): string {
  return `${all.slice(0, cursor)}|${all.slice(cursor)}`;
}

/** vi, in normal mode, with the cursor where `|` stands. */
export function normal(written: string): Composer {
  return { ...at(written, 'vi'), mode: 'normal' };
}

export function withText(all: string, keys: 'emacs' | 'vi' = 'emacs'): Composer {
  return setText(createComposer({ keys }), all);
}
