/** Code behind its bar: what is above it, what is printed whole, and that the numbers are those of the blocks that are copied. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks } from '../../src/format/code-blocks.ts';
import { UNICODE_GLYPHS } from '../../src/format/glyphs.ts';
import { createMarkdownRenderer, type MarkdownOptions } from '../../src/format/markdown.ts';
import { loadParsers, type MarkdownParsers } from '../../src/format/markdown-parsers.ts';
import { PLAIN_THEME, type Theme } from '../../src/format/theme.ts';
import { anyText, inPieces } from './markdown-arbitraries.ts';

const theme: Theme = { ...PLAIN_THEME, glyphs: UNICODE_GLYPHS };
let parsers: MarkdownParsers;
beforeAll(async () => {
  parsers = await loadParsers({ highlight: false });
});

function open(options: Partial<MarkdownOptions> = {}) {
  return createMarkdownRenderer({ columns: 40, theme, edges: 'numbered', ...options }, parsers);
}

function render(text: string, options: Partial<MarkdownOptions> = {}): string[] {
  const renderer = open(options);
  return [...renderer.push(text).commit, ...renderer.end().commit];
}

const LONG = `echo ${'long '.repeat(30)}end`;

describe('a line across', () => {
  it('is drawn with the signs of the theme', () => {
    expect(render('a\n\n---\n\nb')).toEqual(['a', '', '─'.repeat(24), '', 'b']);
    expect(render('a\n\n---\n\nb', { theme: PLAIN_THEME })).toEqual(['a', '', '-'.repeat(24), '', 'b']);
  });
});

describe('code behind a bar', () => {
  it('has its language and its number above it, blank lines included', () => {
    expect(render('Do:\n\n```bash\ngit rebase\n\n  -i\n```\n\nor\n\n```\nx\n```\n')).toEqual([
      'Do:',
      '',
      `│ bash${' '.repeat(40 - 2 - 4 - 3)}[1]`,
      '│ git rebase',
      '│',
      '│   -i',
      '',
      'or',
      '',
      `│${' '.repeat(40 - 1 - 3)}[2]`,
      '│ x',
    ]);
  });

  it('stands inside lists and quotes, and quotes have a mark of their own', () => {
    expect(render('- a\n\n  ```js\n  x\n  ```\n\n> b\n>\n> ```\n> y\n> ```')).toEqual([
      '- a',
      '',
      `  │ js${' '.repeat(40 - 2 - 2 - 2 - 3)}[1]`,
      '  │ x',
      '',
      '> b',
      '>',
      `> │${' '.repeat(40 - 3 - 3)}[2]`,
      '> │ y',
    ]);
  });

  it('has a bar without a number where it has no fence, and none in ASCII but its own', () => {
    expect(render('a\n\n    x\n\n    y')).toEqual(['a', '', '│ x', '│', '│ y']);
    expect(render('```sh\nls\n```', { theme: PLAIN_THEME, edges: 'plain' })).toEqual(['| sh', '| ls']);
  });

  it('goes out with its lines whole, so that what is copied is the source; only what is redrawn is broken', () => {
    const renderer = open({ maxTailLines: 3 });
    expect(renderer.push(`\`\`\`sh\n${LONG}`).tail).toHaveLength(3);
    for (const row of renderer.push('').tail) expect(row.length).toBeLessThanOrEqual(40);
    expect(renderer.push('\n').commit).toEqual([`│ ${LONG}`]);
  });

  it('goes out whole however long the line is, and is shown by its end meanwhile', () => {
    const line = 'x'.repeat(60_000);
    const renderer = open();
    renderer.push('```\n');
    for (let at = 0; at < line.length; at += 1000) expect(renderer.push(line.slice(at, at + 1000)).tail.length).toBeLessThanOrEqual(8);
    expect(renderer.push('\nnext\n').commit).toEqual([`│ ${line}`, '│ next']);
  });

  it('counts on from the text before', () => {
    const renderer = open({ blocksBefore: 2 });
    expect([...renderer.push('```\nx\n').commit, ...renderer.end().commit][0]).toMatch(/\[3\]$/);
    expect(renderer.codeBlocks()).toBe(3);
  });

  it('is the same wherever the text was cut', () => {
    fc.assert(
      fc.property(
        anyText.chain((text) => fc.tuple(fc.constant(text), inPieces(text))),
        ([text, pieces]) => {
          const renderer = open();
          const lines = [...pieces.flatMap((piece) => renderer.push(piece).commit), ...renderer.end().commit];
          expect(lines).toEqual(render(text));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has the numbers of the blocks that are copied, whatever the text', () => {
    const piece = fc.constantFrom(
      '```',
      '~~~',
      '````',
      '    ',
      '  ',
      '- ',
      '> ',
      '1. ',
      '\t',
      '<div>',
      '</div>',
      '$$',
      'x',
      ' ',
      '\n',
      '\n\n',
      '\r\n',
    );
    const texts = fc.oneof(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      anyText,
    );
    fc.assert(
      fc.property(texts, (text) => {
        const renderer = open();
        renderer.push(text);
        renderer.end();
        expect(codeBlocks(text)).toHaveLength(renderer.codeBlocks());
      }),
      { numRuns: 500 },
    );
  });

  it('is what is copied but for its bar', () => {
    const code = fc.array(fc.stringMatching(/^[a-z(){}. ]{0,90}[a-z]$/), { minLength: 1 });
    fc.assert(
      fc.property(code, (lines) => {
        const text = `before\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n`;
        const shown = render(text).slice(3);
        expect(shown.map((line) => line.slice(2))).toEqual(lines);
        expect(codeBlocks(text)[0]?.source).toBe(`${lines.join('\n')}\n`);
      }),
    );
  });
});

describe('blocks that are copied', () => {
  it('keep their tabs, also where a part of one is indentation', () => {
    expect(codeBlocks('```\n\tx\n```')[0]?.source).toBe('\tx\n');
    expect(codeBlocks('- ```\n\tx\n  ```')[0]?.source).toBe('  x\n');
  });

  it('are none where the fence is only text: in indented code, in HTML', () => {
    expect(codeBlocks('a\n\n    ```\n    x\n')).toEqual([]);
    expect(codeBlocks('<pre>\n```\nx\n```\n</pre>\n')).toEqual([]);
  });
});

describe('a table', () => {
  const TABLE = '| Command | Effect |\n|---|--:|\n| squash | melds |\n\n';

  it('has the same edge, and lines between its columns', () => {
    expect(render(TABLE)).toEqual(['│ Command │ Effect', '├─────────┼───────', '│ squash  │  melds']);
    expect(render(TABLE, { edges: 'none' })).toEqual(['Command │ Effect', '────────┼───────', 'squash  │  melds']);
    expect(render(TABLE, { theme: PLAIN_THEME })).toEqual(['| Command | Effect', '|---------+-------', '| squash  |  melds']);
    expect(render(`> ${TABLE.trimEnd().replaceAll('\n', '\n> ')}\n`)).toEqual([
      '> │ Command │ Effect',
      '> ├─────────┼───────',
      '> │ squash  │  melds',
    ]);
  });

  it('fits the window with its edge', () => {
    for (const line of render('| a | b |\n|---|---|\n| some words that are long | and others that are |\n', { columns: 24 }))
      expect(line.length).toBeLessThanOrEqual(24);
  });
});
