/** Emphasis beside Chinese, Japanese and Korean, and that nothing else reads differently for it. */
import fc from 'fast-check';
import { Lexer, type Token } from 'marked';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParsers, type MarkdownParsers } from '../../src/format/markdown-parsers.ts';

let parsers: MarkdownParsers;
beforeAll(async () => {
  parsers = await loadParsers({ highlight: false });
});

const TAGS: Record<string, string> = { strong: 'b', em: 'i', del: 's' };

/** What was read, as small tags. */
function shown(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      const tag = TAGS[token.type];
      const { tokens: inner } = token as { tokens?: Token[] };
      const text = inner && inner.length > 0 ? shown(inner) : 'text' in token ? String(token.text) : token.raw;
      return tag === undefined ? text : `<${tag}>${text}</${tag}>`;
    })
    .join('');
}

const read = (text: string): string => shown(parsers.lexInline(text, {}));

describe('emphasis beside Chinese, Japanese and Korean', () => {
  it.each([
    ['**重点：**后面的', '<b>重点：</b>后面的'],
    ['**注意：**请', '<b>注意：</b>请'],
    ['**注意：**abc', '<b>注意：</b>abc'],
    ['これは**「重要」**です。', 'これは<b>「重要」</b>です。'],
    ['**한국어(괄호)**는 굵게', '<b>한국어(괄호)</b>는 굵게'],
    ['**“重点”**的', '<b>“重点”</b>的'],
    ['**bold!**中文', '<b>bold!</b>中文'],
    ['*「强调」*的', '<i>「强调」</i>的'],
    ['***注意：***请', '<i><b>注意：</b></i>请'],
    ['你好**世界**！', '你好<b>世界</b>！'],
    ['中文**bold**中文', '中文<b>bold</b>中文'],
    ['**「A」和「B」**以及**「C」**等', '<b>「A」和「B」</b>以及<b>「C」</b>等'],
    ['𠀀**「x」**𠀀', '𠀀<b>「x」</b>𠀀'],
    ['**「`code`」**の', '<b>「code」</b>の'],
    ['**[链接](http://x.example)。**后', '<b>链接。</b>后'],
    ['~~删除（旧）。~~新的', '<s>删除（旧）。</s>新的'],
    ['__注意：__请', '<b>注意：</b>请'],
    ['这是__「重点」__内容', '这是<b>「重点」</b>内容'],
    ['__한국어(괄호)__는', '<b>한국어(괄호)</b>는'],
    ['（_强调_）', '（<i>强调</i>）'],
  ])('%s is %s', (text, expected) => expect(read(text)).toBe(expected));

  it.each(['文件_名字_列', '变量__init__方法', '２*３', '**注意： **请', '`**「x」**`の', '\\*\\*「x」\\*\\*の'])('%s has none', (text) =>
    expect(read(text)).not.toMatch(/<[bis]>/),
  );
});

describe('a bare address', () => {
  it('ends where Chinese or Japanese punctuation begins', () => {
    const links = parsers
      .lexInline('请看https://x.example/a，**然后**（https://x.example/路径）。', {})
      .filter(({ type }) => type === 'link');
    expect(links.map(({ raw }) => raw)).toEqual(['https://x.example/a', 'https://x.example/路径']);
  });
});

describe('everything else', () => {
  const piece = fc.constantFrom(
    '*',
    '**',
    '***',
    '_',
    '__',
    '~',
    '~~',
    'a',
    'b c',
    ' ',
    '\n',
    '(',
    ')',
    '.',
    '"',
    '`',
    '[x](y)',
    '\\',
    'é',
    '–',
  );

  it('reads as before', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const text = pieces.join('');
        expect(read(text)).toBe(shown(Lexer.lexInline(text)));
      }),
      { numRuns: 3000 },
    );
  });
});
