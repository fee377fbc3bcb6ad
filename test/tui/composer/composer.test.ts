/** The input editor as a person uses it: typing, moving, cutting, undoing, pasting, and what it asks of the chat. */
import { describe, expect, it } from 'vitest';
import {
  clear,
  createComposer,
  insert,
  isEmpty,
  modeOf,
  paste,
  pathWord,
  press,
  replaceWord,
  resize,
  setText,
  textOf,
  wordBefore,
} from '../../../src/tui/composer/composer.ts';
import { at, chord, marked, type, typed, withText } from './typing.ts';

const empty = createComposer({ keys: 'emacs' });

describe('moving', () => {
  it.each([
    ['left', 'a👩‍👩‍👧|b', 'a|👩‍👩‍👧b'],
    ['right', '|👍🏽b', '👍🏽|b'],
    ['ctrl+b', '🇫🇷🇩🇪|', '🇫🇷|🇩🇪'],
    ['ctrl+f', '|e\u0301x', 'e\u0301|x'],
    ['alt+b', 'one two.three|', 'one two.|three'],
    ['alt+f', '|one two', 'one| two'],
    ['alt+f', 'one|\n  two', 'one\n  two|'],
    ['ctrl+left', 'one\n|two', '|one\ntwo'],
    ['alt+right', '|你好世界', '你好|世界'],
    ['ctrl+a', 'one\ntwo|', 'one\n|two'],
    ['ctrl+e', 'o|ne\ntwo', 'one|\ntwo'],
    ['alt+<', 'one\ntwo|', '|one\ntwo'],
    ['alt+>', '|one\ntwo', 'one\ntwo|'],
    ['alt+shift+>', '|one\ntwo', 'one\ntwo|'],
  ])('%s: %s', (key, before, after) => {
    expect(marked(press(at(before), chord(key)).composer)).toBe(after);
  });

  it('goes up and down by the rows that are seen and comes back to its column', () => {
    const composer = resize(at('alpha beta gamma|\n\nx'), 14);
    const once = type(composer, '<up>');
    expect(marked(once)).toBe('alpha| beta gamma\n\nx');
    expect(marked(type(once, '<down><down>'))).toBe('alpha beta gamma\n|\nx');
    expect(marked(type(once, '<down><down><down><up><up>'))).toBe('alpha beta gamma|\n\nx');
  });

  it('goes to the end of the row, then of the line, and back', () => {
    const composer = resize(at('|alpha beta gamma'), 14);
    expect(marked(type(composer, '<end>'))).toBe('alpha beta| gamma');
    expect(marked(type(composer, '<end><end>'))).toBe('alpha beta gamma|');
    expect(marked(type(composer, '<end><end><home>'))).toBe('alpha beta |gamma');
    expect(marked(type(composer, '<end><end><home><home>'))).toBe('|alpha beta gamma');
  });
});

describe('deleting and cutting', () => {
  it.each([
    ['backspace', 'a👨‍👩‍👧‍👦|', 'a|'],
    ['delete', 'a|🏴󠁧󠁢󠁥󠁮󠁧󠁿b', 'a|b'],
    ['ctrl+h', 'ab|', 'a|'],
    ['ctrl+d', '|ab', '|b'],
    ['ctrl+w', 'go /usr/bin  |now', 'go |now'],
    ['alt+backspace', 'go /usr/bin|', 'go /usr/|'],
    ['alt+d', 'a| bc d', 'a| d'],
    ['ctrl+k', 'o|ne\ntwo', 'o|\ntwo'],
    ['ctrl+k', 'one|\ntwo', 'one|two'],
    ['ctrl+u', 'one\ntw|o', 'one\n|o'],
    ['ctrl+u', 'one\n|two', 'one|two'],
    ['alt+t', 'one two|', 'two one|'],
    ['alt+t', 'one| two three', 'two one| three'],
    ['alt+u', '|straße b', 'STRASSE| b'],
    ['alt+l', '|ÀB c', 'àb| c'],
    ['alt+c', '|hELLO', 'Hello|'],
  ])('%s: %s', (key, before, after) => {
    expect(marked(press(at(before), chord(key)).composer)).toBe(after);
  });

  it('puts back as one what was cut in a row', () => {
    expect(marked(type(at('one two three|'), '<ctrl+w><ctrl+w><ctrl+a><ctrl+y>'))).toBe('two three|one ');
    expect(marked(type(at('|one two three'), '<alt+d><alt+d><ctrl+e><ctrl+y>'))).toBe(' threeone two|');
  });

  it('keeps cuts apart when something else was done between them, and goes back through them', () => {
    const composer = type(at('one two|'), '<ctrl+w><left><ctrl+k><ctrl+u>');
    expect(marked(type(composer, '<ctrl+y>'))).toBe('one |');
    const two = type(type(at('one two|'), '<ctrl+w><left><right><ctrl+w>'), '<ctrl+y>');
    expect(marked(two)).toBe('one |');
    expect(marked(type(two, '<alt+y>'))).toBe('two|');
    expect(marked(type(two, '<alt+y><alt+y>'))).toBe('one |');
    expect(marked(type(two, '<alt+y><ctrl+_>'))).toBe('|');
  });
});

describe('undo', () => {
  it('takes typing back word by word', () => {
    const composer = type(empty, 'one two');
    expect(marked(type(composer, '<ctrl+_>'))).toBe('one |');
    expect(marked(type(composer, '<ctrl+/><ctrl+_>'))).toBe('|');
    expect(marked(type(composer, '<ctrl+_><ctrl+_><ctrl+_><alt+_><alt+_><ctrl+shift+_>'))).toBe('one two|');
  });

  it('takes a run of backspaces back at once', () => {
    expect(marked(type(type(empty, 'abc<backspace><backspace>'), '<ctrl+_>'))).toBe('abc|');
  });

  it('brings a cleared draft back, by undo and by yank', () => {
    const cleared = clear(type(empty, 'precious'), { keep: true });
    expect(isEmpty(cleared)).toBe(true);
    expect(textOf(type(cleared, '<ctrl+_>'))).toBe('precious');
    expect(textOf(type(cleared, '<ctrl+y>'))).toBe('precious');
  });

  it('keeps nothing of what was sent', () => {
    const sent = clear(type(empty, 'sent'), { keep: false });
    expect(textOf(type(sent, '<ctrl+_><ctrl+y>'))).toBe('');
  });

  it('keeps what was cut before the prompt was sent', () => {
    const sent = clear(type(empty, 'one two<ctrl+w>'), { keep: false });
    expect(textOf(type(sent, '<ctrl+y>'))).toBe('two');
  });

  it('brings back the text that a new one replaced', () => {
    expect(textOf(type(setText(type(empty, 'old'), 'new'), '<ctrl+_>'))).toBe('old');
  });

  it('does not go behind the text it began with', () => {
    expect(textOf(type(createComposer({ keys: 'emacs', text: 'start' }), 'x<ctrl+_><ctrl+_>'))).toBe('start');
  });
});

describe('new lines and sending', () => {
  it.each(['ctrl+j', 'newline', 'shift+enter', 'alt+enter'])('%s makes a new line', (key) => {
    const { composer, request } = press(at('a|b'), chord(key));
    expect(marked(composer)).toBe('a\n|b');
    expect(request).toBeUndefined();
  });

  it('makes a new line of a backslash at the end of a line', () => {
    const { composer, requests } = typed(empty, 'one\\<enter>two');
    expect(textOf(composer)).toBe('one\ntwo');
    expect(requests).toEqual([]);
  });

  it('sends on Enter, also with the cursor in the middle', () => {
    expect(typed(at('a|b'), '<enter>').requests).toEqual([{ type: 'send' }]);
    expect(typed(at('a\\|b'), '<enter>').requests).toEqual([{ type: 'send' }]);
  });

  it('never sends a line end that came among typed characters', () => {
    const { composer, request } = press(empty, { name: 'text', text: 'hi\r', ctrl: false, alt: false, shift: false });
    expect(textOf(composer)).toBe('hi\n');
    expect(request).toBeUndefined();
  });
});

describe('requests', () => {
  it.each([
    ['<ctrl+r>', { type: 'history.search' }],
    ['<tab>', { type: 'complete' }],
    ['<ctrl+g>', { type: 'editor' }],
    ['<ctrl+x><ctrl+e>', { type: 'editor' }],
    ['<escape>', { type: 'stop' }],
    ['<ctrl+c>', { type: 'interrupt' }],
    ['<ctrl+d>', { type: 'leave' }],
    ['<ctrl+t>', { type: 'reasoning.toggle' }],
    ['<ctrl+z>', { type: 'suspend' }],
    ['<ctrl+l>', { type: 'redraw' }],
    ['<up>', { type: 'history', direction: 'back' }],
    ['<down>', { type: 'history', direction: 'forward' }],
  ])('%s', (keys, request) => {
    expect(typed(empty, keys).requests).toEqual([request]);
  });

  it('hands on a key that it does not know', () => {
    expect(press(empty, chord('pagedown'))).toEqual({ composer: empty, request: { type: 'unhandled', key: chord('pagedown') } });
    expect(typed(empty, '<shift+tab>').requests).toMatchObject([{ type: 'unhandled' }]);
  });

  it('stops on Ctrl+C in the middle of a pair of keys', () => {
    expect(typed(at('a|'), '<ctrl+x><ctrl+c>').requests).toEqual([{ type: 'interrupt' }]);
  });

  it('does not leave on Ctrl+D while there is text', () => {
    expect(typed(at('a|'), '<ctrl+d>').requests).toEqual([]);
  });
});

describe('a large paste', () => {
  const large = Array.from({ length: 213 }, (_, line) => `line ${line}`).join('\r\n');

  it('is one character to the editor and all of itself to the chat', () => {
    const composer = type(paste(type(empty, 'see '), large), ' there');
    expect(textOf(composer)).toBe(`see ${large.replaceAll('\r\n', '\n')} there`);
    expect(textOf(type(composer, '<ctrl+a><right><right><right><right><delete>'))).toBe('see  there');
    expect(textOf(type(composer, '<alt+b><backspace><backspace>'))).toBe('see there');
  });

  it('comes back by undo and by yank', () => {
    const composer = paste(empty, large);
    expect(textOf(type(composer, '<backspace>'))).toBe('');
    expect(textOf(type(composer, '<backspace><ctrl+_>'))).toBe(textOf(composer));
    expect(textOf(type(composer, '<ctrl+w><ctrl+y>'))).toBe(textOf(composer));
    const sent = clear(type(composer, '<ctrl+w>'), { keep: false });
    expect(textOf(type(paste(sent, `other\n${large}`), '<ctrl+u><ctrl+y>'))).toBe(`other\n${textOf(composer)}`);
    expect(textOf(type(sent, '<ctrl+y>'))).toBe(textOf(composer));
  });

  it('is shown in full when the text was set, so that it can be edited', () => {
    expect(setText(empty, large).text).toContain('line 212');
    expect(setText(empty, 'x'.repeat(60_000)).text).toHaveLength(1);
    expect(textOf(insert(empty, 'x'.repeat(60_000)))).toHaveLength(60_000);
  });

  it('of few lines and characters is text like any other', () => {
    expect(paste(empty, 'one\r\ntwo\rthree').text).toBe('one\ntwo\nthree');
    expect(paste(empty, 'a\nb\nc\nd\ne\nf\ng\nh\n').text).toContain('\n');
  });

  it('cannot be forged by broken text', () => {
    expect(textOf(paste(paste(empty, large), '\ud800x')).endsWith('\ufffdx')).toBe(true);
  });

  it('of ten megabytes goes in without being looked at character by character', () => {
    const huge = '你好 👩‍👩‍👧\n'.repeat(700_000);
    const composer = type(paste(empty, huge), ' and<left><backspace><up><home>x');
    expect(textOf(composer)).toBe(`x${huge} ad`);
  });
});

describe('the word before the cursor', () => {
  it.each([
    ['/mo|', { kind: 'command', text: '/mo', query: 'mo', start: 0 }],
    ['/|', { kind: 'command', text: '/', query: '', start: 0 }],
    ['/model gpt 4|', { kind: 'argument', text: 'gpt 4', query: 'gpt 4', start: 7, command: 'model' }],
    ['/model |', { kind: 'argument', text: '', query: '', start: 7, command: 'model' }],
    ['/btw see @sr|c', { kind: 'path', text: '@sr', query: 'sr', start: 9 }],
    ['see @|', { kind: 'path', text: '@', query: '', start: 4 }],
    ['see @"my fi|', { kind: 'path', text: '@"my fi', query: 'my fi', start: 4 }],
    ['a\n(@x/y.ts|', { kind: 'path', text: '@x/y.ts', query: 'x/y.ts', start: 3 }],
    ['me@host|', { kind: 'word', text: 'me@host', query: 'me@host', start: 0 }],
    ['a\n/help|', { kind: 'word', text: '/help', query: '/help', start: 2 }],
    ['/usr/bin|', { kind: 'word', text: '/usr/bin', query: '/usr/bin', start: 0 }],
    ['done |', undefined],
    ['@"a b" |', undefined],
  ])('%s', (written, word) => {
    expect(wordBefore(at(written))).toEqual(word);
  });

  it('is replaced by its completion', () => {
    expect(marked(replaceWord(at('see @sr| now'), 4, pathWord('src/my file.ts')))).toBe('see @"src/my file.ts"| now');
    expect(pathWord('my dir/', { isOpen: true })).toBe('@"my dir/');
    expect(pathWord('src/a.ts')).toBe('@src/a.ts');
  });
});

it('has no mode but insert in emacs keys', () => {
  expect(modeOf(type(empty, 'a<escape>'))).toBe('insert');
  expect(textOf(withText('a'))).toBe('a');
});
