import { beforeAll, describe, expect, it } from 'vitest';
import { createMarkdownRenderer, type MarkdownOptions } from '../../src/format/markdown.ts';
import { createFlow, fillFlow, PLAIN } from '../../src/format/markdown-layout.ts';
import { loadParsers, type MarkdownParsers } from '../../src/format/markdown-parsers.ts';
import { openTheme, PLAIN_THEME, type Theme } from '../../src/format/theme.ts';

let parsers: MarkdownParsers;
let dark: Theme;
beforeAll(async () => {
  parsers = await loadParsers({ highlight: true });
  dark = await openTheme({ name: 'dark', colorLevel: 2 });
});

function render(text: string, options: Partial<MarkdownOptions> = {}): string {
  const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME, ...options }, parsers);
  return [...renderer.push(text).commit, ...renderer.end().commit].join('\n');
}

/** The text of an example without the indentation it has here. */
function example(strings: TemplateStringsArray): string {
  const lines = (strings.raw[0] ?? '').replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}

describe('blocks', () => {
  it('parts paragraphs, headings and rules by one blank line', () => {
    expect(render('# One\ntext\n\n\n\nmore\n***\nTwo\n===\nThree\n---\n')).toBe(
      `# One\n\ntext\n\nmore\n\n${'-'.repeat(24)}\n\n# Two\n\n## Three`,
    );
  });

  it('keeps the line ends of a paragraph, with or without a hard break', () => {
    expect(render('Roses are red\nviolets are blue  \nsugar is sweet\\\nand so\n')).toBe(
      'Roses are red\nviolets are blue\nsugar is sweet\nand so',
    );
  });

  it('hangs lists under their marks, as loose or tight as they were written', () => {
    const text = example`
      1. one with a text that is longer than the window is wide, twice
         - inner
           - innermost
         * [x] done
         * [ ] open
      1. two

         second paragraph

      7. seven
      - other list
    `;
    expect(render(text, { columns: 40 })).toBe(example`
      1. one with a text that is longer than
         the window is wide, twice
         - inner
           - innermost
         [x] done
         [ ] open
      2. two

         second paragraph

      7. seven

      - other list
    `);
  });

  it('takes a list that is indented too little for a list in the item', () => {
    expect(render('1. one\n  - inner\n  - inner too\n2. two')).toBe('1. one\n   - inner\n   - inner too\n2. two');
  });

  it('puts a bar before quotes, also nested, with lists and lazy lines', () => {
    expect(render('> quote\nlazy\n> > inner\n>\n> - item\n\nafter')).toBe('| quote\n| lazy\n|\n| | inner\n|\n| - item\n\nafter');
  });

  it('indents code, breaks long lines of it and keeps its blank lines', () => {
    expect(render('```sh\nfirst\n\n\tsecond  \n0123456789012345678901234567890\n```\nafter', { columns: 24 })).toBe(
      '    first\n\n        second\n    01234567890123456789\n    01234567890\n\nafter',
    );
    expect(render('text\n\n    indented\n\n      code\n\ntext')).toBe('text\n\n    indented\n\n      code\n\ntext');
  });

  it('keeps code in a list that the model forgot to indent', () => {
    expect(render('1. run\n   ```\nnpm i\n   ```\n2. done')).toBe('1. run\n       npm i\n2. done');
  });

  it('leaves fences inside longer fences alone', () => {
    expect(render('````md\n```js\nx\n```\n````\nend')).toBe('    ```js\n    x\n    ```\n\nend');
  });

  it('shows HTML, formulas that it cannot draw and link definitions as they are', () => {
    const text =
      '<details>\n<summary>*x*</summary>\n</details>\n\n$$\n\\oiint a_1 * b * c\n$$\n\n\\[ \\oiint x_1 * y * z \\]\n\n[1]: http://a.example\n';
    expect(render(text)).toBe(text.trimEnd());
  });

  it('hangs footnotes under their numbers, and names that may be something else stay as they are', () => {
    const text =
      'One[^1], two[^2] and [^a-z].\n\n[^1]: The *first* note that is long enough to be broken.\n[^2]: The second.\n\n    Goes on.\n[^x]: A third.';
    expect(render(text, { columns: 40 })).toBe(
      'One[1], two[2] and [^a-z].\n\n[1] The first note that is long enough\n    to be broken.\n[2] The second.\n\n    Goes on.\n[^x] A third.',
    );
  });

  it('shows an item that has nothing but its mark', () => {
    expect(render('- \n- b\n-')).toBe('-\n- b\n-');
  });

  it('loses nothing of lines that are longer than anything', () => {
    const word = 'word '.repeat(2000);
    for (const text of [`# ${word}`, `- ${word}`, `> ${word}`, `    ${word}`, `| ${word}`, `<div>${word}`, `${' '.repeat(3000)}${word}`]) {
      expect(render(text).replaceAll(/\s/g, '').match(/word/g)?.length).toBe(2000);
    }
    expect(render(`\`\`\`\n${'x'.repeat(5000)}`).replaceAll(/\s/g, '')).toBe('x'.repeat(5000));
    expect(render(`${'> '.repeat(5000)}deep`)).toContain('deep');
  });
});

describe('tables', () => {
  const table = '| Name | Qty | Note |\n|:--|--:|:-:|\n| apple | 3 | `a|b` and c\\|d |\n| 香蕉 | 12 | x<br>y |\n';

  it('aligns columns, wide characters and marked up text too', () => {
    expect(render(`Here:\n${table}after`).split('\n')).toEqual([
      'Here:',
      '',
      'Name  | Qty |     Note',
      '------+-----+--------------',
      'apple |   3 | `a|b` and c|d',
      '香蕉  |  12 |       x',
      '      |     |       y',
      '',
      'after',
    ]);
  });

  it('wraps cells where the window is narrow', () => {
    expect(render('|a|b|\n|-|-|\n|short|a long text that must be wrapped|\n', { columns: 24 })).toBe(
      'a     | b\n------+-----------------\nshort | a long text that\n      | must be wrapped',
    );
  });

  it('becomes a list where the window has no room for columns', () => {
    const wide = '|one|two|three|four|\n|-|-|-|-|\n|first cell|second cell|third cell|fourth cell|\n|1|2|3|4|\n';
    expect(render(wide, { columns: 20 })).toBe(
      'one: first cell\ntwo: second cell\nthree: third cell\nfour: fourth cell\n\none: 1\ntwo: 2\nthree: 3\nfour: 4',
    );
  });

  it('breaks no word and no number: other columns give way, and then it is a list', () => {
    const ids = '| id | Command | text |\n|---|---|---|\n| 1234567890ab | git rebase | a long text to be wrapped |\n';
    expect(render(ids, { columns: 36 }).split('\n')).toEqual([
      'id           | Command   | text',
      '-------------+-----------+----------',
      '1234567890ab | git       | a long',
      '             | rebase    | text to',
      '             |           | be',
      '             |           | wrapped',
    ]);
    const prices = '| Command | 意味 | Effect | Price |\n|-|-|-|-:|\n| squash | まとめる | melds the commit | 1,024.50 |\n';
    expect(render(prices, { columns: 42 }).split('\n').slice(2)).toEqual([
      'squash  | まとめる | melds the  | 1,024.50',
      '        |          | commit     |',
    ]);
    expect(render(prices, { columns: 35 })).toBe('Command: squash\n意味: まとめる\nEffect: melds the commit\nPrice: 1,024.50');
  });

  it('keeps cells that have no column', () => {
    expect(render('|a|b|\n|-|-|\n|1|2|3|\n')).toBe('a | b\n--+------\n1 | 2 | 3');
  });

  it('is held until it ends, but not for ever: then rows stream out', () => {
    const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME }, parsers);
    expect(renderer.push('|a|b|\n|-|-|\n|1|2|\n')).toEqual({ commit: [], tail: ['a | b', '--+--', '1 | 2'] });
    const row = '|one|two|\n';
    expect(renderer.push(row.repeat(20)).commit).toEqual([]);
    expect(renderer.push(row.repeat(20)).commit).toHaveLength(43);
    expect(renderer.push(row).commit).toEqual(['one | two']);
  });

  it('widens its columns for rows that come after the first were printed, as far as the window goes', () => {
    const renderer = createMarkdownRenderer({ columns: 30, theme: PLAIN_THEME }, parsers);
    renderer.push(`|a|b|\n|-|-|\n${'|one|two|\n'.repeat(40)}`);
    expect(renderer.push('|a longer one|two|\n').commit).toEqual(['a longer one | two']);
    expect(renderer.push('|1|2|\n').commit).toEqual(['1            | 2']);
    expect(renderer.push('|1|and one that is wider than this|\n').commit).toEqual([
      '1            | and one that is',
      '             | wider than this',
    ]);
  });

  it('keeps its rows in quotes and lists, however they are nested', () => {
    expect(render('> [!NOTE]\n> Note:\n>\n> | q | r |\n> |---|---|\n> | s | t |\n> | u | v |\n>\n> after')).toBe(
      '| [!NOTE]\n| Note:\n|\n| q | r\n| --+--\n| s | t\n| u | v\n|\n| after',
    );
    expect(render('- one\n\n  > | q | r |\n  >|---|---|\n  > | s | t |\n\n  | a |\n  |---|\n  | b |\n- two')).toBe(
      '- one\n\n  | q | r\n  | --+--\n  | s | t\n\n  a\n  -\n  b\n- two',
    );
    expect(render('1. | q | r |\n   |---|---|\n   | s | t |\n2. x')).toBe('1. q | r\n   --+--\n   s | t\n2. x');
  });
});

describe('inline markup', () => {
  it('reads emphasis, code, links and images', () => {
    const text = '**b** *i* ~~s~~ ~a~ `c  d` [t](http://x.example "q") <https://y.example> https://z.example/a ![alt](p.png) &amp; \\*';
    expect(render(text, { columns: 200 })).toBe(
      'b i s ~a~ `c  d` t (http://x.example) https://y.example https://z.example/a [image: alt] (p.png) & *',
    );
  });

  it('reads every named character reference, in addresses too, but not in code', () => {
    expect(render('&copy; &mdash; &hellip; &rarr; &lt;b&gt; &NotEqualTilde; &nosuch; AT&T; `&mdash;` [a](http://x.example/?b&amp;c)')).toBe(
      '© — … → <b> ≂̸ &nosuch; AT&T; `&mdash;` a\n(http://x.example/?b&c)',
    );
    expect(render('&lrm;&#8238;&bell;')).toBe('<U+200E><U+202E>&bell;');
  });

  it('waits a little for the address of a reference, and shows what is still unknown', () => {
    const later = (lines: number): string => `See [the docs][d].\n\n${'A line.\n'.repeat(lines)}\n[d]: https://example.com/docs\n`;
    expect(render(later(2))).toBe('See the docs (https://example.com/docs).\n\nA line.\nA line.\n\n[d]: https://example.com/docs');
    expect(render(later(12))).toContain('See [the docs][d].');
    expect(render('> [a][b]\n>\n> [b]: http://x.example\n\n[^1]: Note.\n[c]: http://y.example')).toBe(
      '| a (http://x.example)\n|\n| [b]: http://x.example\n\n[1] Note.\n\n[c]: http://y.example',
    );
    const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME }, parsers);
    expect(renderer.push('See [the docs][d].\n\nMore.\n\n')).toEqual({ commit: [], tail: ['See [the docs][d].', '', 'More.'] });
    expect(renderer.push('[d]: http://x.example\n').commit).toEqual(['See the docs (http://x.example).', '', 'More.']);
  });

  it('finds the address of a reference that was defined before it; one that comes much later is read beside its name', () => {
    const text = example`
      See the docs, [e] and [D].

      [d]: https://example.com/docs "Docs"
      [two words]: <https://x.example/a b>

      See [the docs][d], [D][], [d] and [this][Two  Words], but x[0][d2] and \`[d]\`.
    `.replaceAll('\\`', '`');
    expect(render(text, { columns: 200 })).toBe(
      example`
      See the docs, [e] and [D].

      [d]: https://example.com/docs "Docs"
      [two words]: <https://x.example/a b>

      See the docs (https://example.com/docs), D (https://example.com/docs), d (https://example.com/docs) and this (https://x.example/a b), but x[0][d2] and \`[d]\`.
    `.replaceAll('\\`', '`'),
    );
  });

  it('paints them', () => {
    expect(render('a **b *c*** `d`', { theme: dark })).toBe(
      'a \u001b[1mb \u001b[22m\u001b[1m\u001b[3mc\u001b[23m\u001b[22m \u001b[38;5;222md\u001b[39m',
    );
  });

  it('takes dollars for money and formulas for formulas', () => {
    expect(render('$5 *or* $10, $a_1 * b * c_2$, \\(x_1 * y * z\\), $HOME')).toBe('$5 or $10, a₁ * b * c₂, x₁ * y * z, $HOME');
  });

  it('makes links clickable only when asked, only where that is safe', () => {
    const text = '[a](https://x.example/ü?q=1;2) [b](javascript:alert(1)) [https://good.example](https://evil.example) m@x.example';
    const link = (target: string, text: string): string => `\u001b]8;;${target}\u001b\\\u001b[4m${text}\u001b[24m\u001b]8;;\u001b\\`;
    const url = (address: string): string => `\u001b[38;5;111m(${address})\u001b[39m`;
    expect(render(text, { columns: 300, theme: dark, hyperlinks: true })).toBe(
      `${link('https://x.example/%C3%BC?q=1%3B2', 'a')} \u001b[4mb\u001b[24m ${url('javascript:alert(1)')} ${link('https://evil.example/', 'https://good.example')} ${url('https://evil.example')} ${link('mailto:m@x.example', 'm@x.example')}`,
    );
    expect(render(text, { hyperlinks: true })).not.toContain('\u001b');
    expect(render(text, { theme: dark })).not.toContain(']8;');
  });

  it('never breaks an address whose beginning came in pieces', () => {
    const lines: string[] = [];
    const flow = createFlow(20);
    for (const text of 'see (http://x.example/a/long/path) !\n')
      fillFlow(flow, [{ text, style: PLAIN }], (line) => lines.push(line.map((run) => run.text).join('')));
    expect(lines).toEqual(['see', '(http://x.example/a/long/path)', '!']);
  });

  it('never breaks an address, also where it is longer than the window', () => {
    const address = `https://x.example/${'path/'.repeat(8)}end`;
    expect(render(`See ${address}, and [this](${address}) or \`${address}\` too.`, { columns: 30 }).split('\n')).toEqual([
      'See',
      `${address},`,
      'and this',
      `(${address})`,
      'or',
      `\`${address}\``,
      'too.',
    ]);
    expect(render(`请看${address}，然后继续写下去，一直写到这里为止。`, { columns: 20 }).split('\n')).toEqual([
      '请看',
      `${address}，`,
      '然后继续写下去，一直',
      '写到这里为止。',
    ]);
    expect(render(`|name|where|\n|-|-|\n|a|${address}|\n`, { columns: 40 })).toBe(`name: a\nwhere:\n${address}`);
    expect(render(`|name|where|\n|-|-|\n|a|${address}|\n`, { columns: 80 })).toContain(`a    | ${address}`);
  });

  it('breaks what only looks like one address without an end, so that each piece costs the same', () => {
    const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME }, parsers);
    const lines = Array.from({ length: 2000 }, () => renderer.push('https://').commit).flat();
    expect(lines.length).toBeGreaterThan(5);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(4000);
  });

  it('lets no escape sequence in through a character reference', () => {
    expect(render('&#27;[31m &#x1b;]0;x&#7; &#x202e; [&#27;](http://x.example/&#27;) `&#27;`')).not.toMatch(/[\u0000-\u0009\u001b\u202e]/);
  });

  it('closes what stays open for too long, and goes on', () => {
    const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME }, parsers);
    expect(renderer.push(`**${'never closed '.repeat(30)}`).commit).toEqual([]);
    const { commit } = renderer.push('never closed '.repeat(100));
    expect(commit[0]).toMatch(/^\*\*never closed/);
    expect(commit.length).toBeGreaterThan(15);
  });

  it('breaks Chinese and Japanese at the window, not before a closing mark', () => {
    expect(render('中文字符和标点，测试换行。日本語「テキスト」', { columns: 20 })).toBe(
      '中文字符和标点，测试\n换行。日本語「テキス\nト」',
    );
    expect(render('一二三四五六七八九十。一', { columns: 20 })).toBe('一二三四五六七八九\n十。一');
  });
});

describe('code in colour', () => {
  it('colours line by line, strings and comments over several lines too', () => {
    const lines = render('```python\n"""doc\nstill def\n"""\ndef f(): # c\n```', { theme: dark }).split('\n');
    expect(lines).toEqual([
      '    \u001b[38;5;114m"""doc\u001b[39m',
      '    \u001b[38;5;114mstill def\u001b[39m',
      '    \u001b[38;5;114m"""\u001b[39m',
      '    \u001b[38;5;177mdef\u001b[39m \u001b[38;5;111mf\u001b[39m(): \u001b[3m\u001b[38;5;247m# c\u001b[39m\u001b[23m',
    ]);
  });

  it('leaves unknown languages plain', () => {
    expect(render('```klingon\nif x\n```', { theme: dark })).toBe('    if x');
  });
});

describe('the tail', () => {
  it('shows unfinished markup as it will be', () => {
    const renderer = createMarkdownRenderer({ columns: 60, theme: dark }, parsers);
    expect(renderer.push('a **bold')).toEqual({ commit: [], tail: ['a \u001b[1mbold\u001b[22m'] });
    expect(renderer.push(' `co').tail).toEqual(['a \u001b[1mbold \u001b[22m\u001b[1m\u001b[38;5;222mco\u001b[39m\u001b[22m']);
    expect(renderer.push('de`** [link](http://exam').tail[0]).toMatch(/link/);
    expect(renderer.end().tail).toEqual([]);
  });

  it('does not show marks before it is known what they begin', () => {
    for (const text of ['-', '**', '``', '#', '1.', '| ', '- [']) {
      const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME }, parsers);
      expect(renderer.push(`text\n\n${text}`)).toEqual({ commit: ['text'], tail: [] });
    }
  });

  it('is the last lines of what is not final', () => {
    const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME, maxTailLines: 2 }, parsers);
    expect(renderer.push('|a|b|\n|-|-|\n|1|2|\n|3|4|\n').tail).toEqual(['1 | 2', '3 | 4']);
  });

  it('is laid out again when the window changes', () => {
    const renderer = createMarkdownRenderer({ columns: 60, theme: PLAIN_THEME }, parsers);
    renderer.push('one two three four five six seven eight nine ten eleven twelve');
    const { commit, tail } = renderer.resize(24);
    expect([...commit, ...tail]).toEqual(['one two three four five', 'six seven eight nine ten', 'eleven twelve']);
    expect(renderer.end().commit.join(' ')).toContain('twelve');
  });
});

describe('the cost', () => {
  /** How many characters the lexer, the highlighter and the closer were given. */
  function work(text: string, size: number, theme = PLAIN_THEME): { characters: number; commits: number; longestWait: number } {
    let characters = 0;
    const count = (piece: string): string => {
      characters += piece.length;
      return piece;
    };
    const { highlight } = parsers;
    const counting: MarkdownParsers = {
      lexInline: (piece, links) => parsers.lexInline(count(piece), links),
      complete: (piece) => parsers.complete(count(piece)),
      ...(highlight && { highlight: (language: string, code: string) => highlight(language, count(code)) }),
    };
    const renderer = createMarkdownRenderer({ columns: 80, theme }, counting);
    let commits = 0;
    let wait = 0;
    let longestWait = 0;
    for (let index = 0; index < text.length; index += size) {
      const { commit } = renderer.push(text.slice(index, index + size));
      commits += commit.length;
      wait = commit.length > 0 ? 0 : wait + size;
      longestWait = Math.max(longestWait, wait);
    }
    commits += renderer.end().commit.length;
    return { characters, commits, longestWait };
  }

  const kinds: Record<string, string> = {
    'a paragraph': 'the quick **brown fox** jumps over `the lazy` dog ',
    'a paragraph without spaces': '中文字符测试',
    'a list': '- item **x** of a list\n',
    code: 'const x = "y"; // note\n',
    quotes: '> a line of a quote\n',
    'lines of a poem': 'a line of a poem\n',
  };

  it.each(Object.entries(kinds))('of %s grows as the text does, and lines leave as they are finished', (kind, piece) => {
    const [head, theme] = kind === 'code' ? ['```ts\n', dark] : ['', PLAIN_THEME];
    const short = work(head + piece.repeat(200), 20, theme);
    const long = work(head + piece.repeat(2000), 20, theme);
    expect(long.characters / short.characters).toBeLessThan(11);
    expect(long.characters / (piece.length * 2000)).toBeLessThan(12);
    expect(long.longestWait).toBeLessThan(400);
    expect(long.commits).toBeGreaterThan(250);
  });

  it.each(['*', '[', '`', '_', '$a ', '*a ', '[a ', '| ', '> ', '- ', '\\', '(', '<', '!['])('of nothing but %j stays bounded', (piece) => {
    const short = work(piece.repeat(1000), 50);
    const long = work(piece.repeat(10_000), 50);
    expect(long.characters / Math.max(short.characters, 1000 * piece.length)).toBeLessThan(25);
  });
});
