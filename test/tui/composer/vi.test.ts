/** vi keys: what the usual commands make of a text, and when the chat is asked instead. */
import { describe, expect, it } from 'vitest';
import { clear, createComposer, modeOf, paste, press, textOf } from '../../../src/tui/composer/composer.ts';
import { marked, normal, text, type, typed } from './typing.ts';

describe('normal mode', () => {
  it.each([
    ['l', '|ab', 'a|b'],
    ['3l', '|ab', 'a|b'],
    ['h', 'a|b', '|ab'],
    ['h', 'a\n|b', 'a\n|b'],
    ['w', '|foo.bar baz', 'foo|.bar baz'],
    ['2w', '|foo.bar baz', 'foo.|bar baz'],
    ['W', '|foo.bar baz', 'foo.bar |baz'],
    ['w', '|foo\n\nbar', 'foo\n|\nbar'],
    ['b', 'foo bar|', 'foo |bar'],
    ['e', '|foo bar', 'fo|o bar'],
    ['ee', '|foo bar', 'foo ba|r'],
    ['w', '|你好世界', '你好|世界'],
    ['$', '|foo bar', 'foo ba|r'],
    ['0', '  fo|o', '|  foo'],
    ['^', '  fo|o', '  |foo'],
    ['G', '|a\n  b', 'a\n  |b'],
    ['gg', 'a\nb|', '|a\nb'],
    ['2G', '|a\nb\nc', 'a\n|b\nc'],
    ['j', 'a|b\ncd', 'ab\nc|d'],
    ['k', 'ab\nc|d', 'a|b\ncd'],
    ['fb', '|abcb', 'a|bcb'],
    ['2fb', '|abcb', 'abc|b'],
    ['tb', '|aacb', 'aa|cb'],
    ['Fa', 'abc|d', '|abcd'],
    ['fb;', '|abcb', 'abc|b'],
    ['fb;,', '|abcb', 'a|bcb'],
    ['fx', '|abcb', '|abcb'],
    ['x', 'a|👩‍👩‍👧b', 'a|b'],
    ['2x', '|abc', '|c'],
    ['x', 'a|b', '|a'],
    ['X', 'a|b', '|b'],
    ['dw', '|foo bar', '|bar'],
    ['dw', 'foo |bar\nbaz', 'foo| \nbaz'],
    ['2dw', '|a b c', '|c'],
    ['d2w', '|a b c', '|c'],
    ['de', '|foo bar', '| bar'],
    ['db', 'foo |bar', '|bar'],
    ['d$', 'fo|o\nb', 'f|o\nb'],
    ['D', 'fo|o\nb', 'f|o\nb'],
    ['dd', 'a\n|b\nc', 'a\n|c'],
    ['dd', 'a\nb|', '|a'],
    ['2dd', '|a\nb\nc', '|c'],
    ['dd', '|a', '|'],
    ['dj', '|a\nb\nc', '|c'],
    ['dk', 'a\n|b\nc', '|c'],
    ['dG', 'a\n|b\nc', '|a'],
    ['dfb', 'a|cbd', 'a|d'],
    ['dtb', 'a|cbd', 'a|bd'],
    ['diw', 'foo b|ar baz', 'foo | baz'],
    ['daw', 'foo b|ar baz', 'foo |baz'],
    ['yyp', '|a\nb', 'a\n|a\nb'],
    ['yyP', 'a\n|b', 'a\n|b\nb'],
    ['ddp', '|a\nb', 'b\n|a'],
    ['xp', '|ab', 'b|a'],
    ['ywP', '|ab c', 'ab| ab c'],
    ['y$', 'a|b', 'a|b'],
    ['yw2p', '|a', 'aa|a'],
    ['rx', '|ab', '|xb'],
    ['2r好', '|ab', '好|好'],
    ['3rx', '|ab', '|ab'],
    ['~', '|ab', 'A|b'],
    ['J', '|a\n  b', 'a| b'],
    ['xu', '|ab', '|ab'],
    ['xxu', '|abc', '|bc'],
    ['xx2u', '|abc', '|abc'],
    ['xu<ctrl+r>', '|ab', '|b'],
    ['x.', '|abc', '|c'],
    ['dw.', '|a b c', '|c'],
    ['dwu.', '|a b c', '|b c'],
    ['gx', '|ab', '|ab'],
    ['dq', '|ab', '|ab'],
    ['d<escape>w', '|foo bar', 'foo |bar'],
    ['10l', '|abcdefghijklm', 'abcdefghij|klm'],
  ])('%s: %s', (keys, before, after) => {
    expect(marked(type(normal(before), keys))).toBe(after);
  });

  it.each([
    ['ix', 'a|b', 'ax|b'],
    ['Ix', '  a|b', '  x|ab'],
    ['ax', '|ab', 'ax|b'],
    ['ax', 'a\n|b', 'a\nbx|'],
    ['Ax', '|ab', 'abx|'],
    ['ox', '|a\nb', 'a\nx|\nb'],
    ['Ox', 'a\n|b', 'a\nx|\nb'],
    ['Ox', '|a', 'x|\na'],
    ['cwx', '|foo bar', 'x| bar'],
    ['cwx', 'a |b c', 'a x| c'],
    ['c2wx', '|foo bar baz', 'x| baz'],
    ['ccx', 'a\nb|c\nd', 'a\nx|\nd'],
    ['Cx', 'a|bc', 'ax|'],
    ['Sx', 'ab|c', 'x|'],
    ['sx', '|abc', 'x|bc'],
    ['ciwx', 'foo b|ar', 'foo x|'],
  ])('%s inserts: %s', (keys, before, after) => {
    const composer = type(normal(before), keys);
    expect(marked(composer)).toBe(after);
    expect(modeOf(composer)).toBe('insert');
  });

  it('undoes and repeats an insertion as a whole', () => {
    const changed = type(normal('|foo bar'), 'cwone two<backspace>o<escape>');
    expect(marked(changed)).toBe('one tw|o bar');
    expect(textOf(type(changed, 'u'))).toBe('foo bar');
    expect(textOf(type(changed, 'w.'))).toBe('one two one two');
    expect(textOf(type(normal('|a'), 'ob c<escape>u'))).toBe('a');
  });

  it('reads several characters that come at once, up to where one begins to insert', () => {
    expect(marked(press(normal('|foo bar'), text('wcwx y')).composer)).toBe('foo x y|');
  });

  it('moves over chips and puts them back', () => {
    const composer = type(paste(createComposer({ keys: 'vi' }), 'x\n'.repeat(20)), '<escape>xaab<escape>p');
    expect(textOf(composer)).toBe(`ab${'x\n'.repeat(20)}`);
  });
});

describe('modes and requests', () => {
  it('begins in insert mode, leaves it by Esc, and stops by Esc in normal mode', () => {
    const composer = createComposer({ keys: 'vi' });
    expect(modeOf(composer)).toBe('insert');
    const { composer: left, requests } = typed(composer, 'ab<escape>');
    expect([modeOf(left), marked(left), requests]).toEqual(['normal', 'a|b', []]);
    expect(typed(left, '<escape>').requests).toEqual([{ type: 'stop' }]);
    expect(typed(left, 'd<escape><escape>').requests).toEqual([{ type: 'stop' }]);
  });

  it('sends by Enter in both modes, and begins the next prompt in insert mode', () => {
    const { composer, requests } = typed(createComposer({ keys: 'vi' }), 'a<enter><escape><enter>');
    expect(requests).toEqual([{ type: 'send' }, { type: 'send' }]);
    expect(modeOf(clear(composer, { keep: false }))).toBe('insert');
  });

  it('asks for earlier prompts by k on the first row, but not by a count that is too large', () => {
    expect(typed(normal('|a'), 'k').requests).toEqual([{ type: 'history', direction: 'back' }]);
    expect(typed(normal('a\n|b'), '5k').requests).toEqual([]);
    expect(typed(normal('|a'), 'j').requests).toEqual([{ type: 'history', direction: 'forward' }]);
  });

  it('searches earlier prompts by Ctrl+R in insert mode', () => {
    expect(typed(createComposer({ keys: 'vi' }), '<ctrl+r>').requests).toEqual([{ type: 'history.search' }]);
  });
});
