import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMarkdown } from '../../src/tools/html-markdown.ts';
import { parseHtml } from '../../src/tools/html-tree.ts';
import { pageOf } from '../../src/tools/page-text.ts';

const BASE = new URL('https://example.com/docs/page');
const markdown = async (html: string) => toMarkdown((await parseHtml(html)).root, { base: BASE, isLeftOut: () => false });

describe('a page as Markdown', () => {
  it.each([
    ['headings and paragraphs', '<h1>One <em>two</em></h1><p>First\n  line.<p>Second.', '# One *two*\n\nFirst line.\n\nSecond.'],
    ['lists', '<ul><li>a<li>b<ul><li>c</ul></ul>', '- a\n- b\n  - c'],
    ['numbered lists', '<ol start=3><li>a</li><li><p>b</p><p>c</p></li></ol>', '3. a\n\n4. b\n\n   c'],
    [
      'links',
      '<a href="../x?a=1&amp;b=2">here</a> and <a href="#top">top</a> and <a href="javascript:evil()">no</a>',
      '[here](https://example.com/x?a=1&b=2) and top and no',
    ],
    ['links around blocks', '<a href="/x"><h3>Title</h3></a>', '### [Title](https://example.com/x)'],
    ['code', 'Use <code>a `b`</code> or <kbd>Ctrl</kbd>.', 'Use `` a `b` `` or `Ctrl`.'],
    [
      'blocks of code',
      '<pre><code class="language-ts">const a = 1;\n  if (a &lt; 2) {}\n</code></pre>',
      '```ts\nconst a = 1;\n  if (a < 2) {}\n```',
    ],
    ['code with fences in it', '<pre>```\nx\n```</pre>', '````\n```\nx\n```\n````'],
    ['quotes', '<blockquote><p>a</p><p>b</p></blockquote>', '> a\n>\n> b'],
    [
      'tables',
      '<table><tr><th>a<th>b|c<tr><td>1<td><b>2</b><tr><td colspan=2>3</table>',
      '| a | b\\|c |\n| --- | --- |\n| 1 | **2** |\n| 3 |  |',
    ],
    ['tables for arranging', '<table><tr><td><h2>a</h2></td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>', '## a\n\nb\n\nc\n\nd'],
    ['breaks and rules', 'a<br>b<hr>c', 'a\nb\n\n---\n\nc'],
    ['pictures', '<img src="/a.png" alt="A cat"><img src="data:x" alt="B"><img src="/c.png">', '![A cat](https://example.com/a.png)B'],
    [
      'what is not seen',
      'a<script>x</script><style>y</style><span hidden>h</span><div style="display: none">n</div><p aria-hidden=true>q</p><template>t</template>b',
      'ab',
    ],
    ['formulas', '<math><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></math>', '$x^2$'],
    ['definitions', '<dl><dt>a<dd>b</dl>', '**a**\n\nb'],
    ['small print', 'x<sup>2</sup> H<sub>2</sub>O', 'x^2 H_2O'],
    ['broken markup', '<p>a < b <b>c</p> d</b></div>&bogus; &amp <', 'a < b **c**\n\n**d**&bogus; & <'],
    ['attributes without quotes', "<a href=/x/y title=it's>z</a>", '[z](https://example.com/x/y)'],
  ])('has %s', async (_, html, expected) => {
    expect(await markdown(html)).toBe(expected);
  });

  it('has the characters that are named or numbered', async () => {
    expect(
      await markdown(
        '<pre>&lt;&#228;&#xE4;&auml;&hellip;&#150;&euro;&copy2026 &Omega;&notaname;&#0;&#x110000;&amp;lt;<a href="?a&copy=1">',
      ),
    ).toBe('```\n<äää…–€©2026 Ω¬aname;\ufffd\ufffd&lt;\n```');
  });

  it('comes of any text, and never holds markup of the page that was not text', async () => {
    const piece = fc.constantFrom(
      '<p>',
      '</p>',
      '<ul>',
      '<li>',
      '</ul>',
      '<table>',
      '<tr>',
      '<td>',
      '</table>',
      '<a href="x">',
      '</a>',
      '<pre>',
      '</pre>',
      '<!--',
      '-->',
      '<script>',
      '</script>',
      '<b',
      '"',
      "'",
      '>',
      '&amp',
      ' ',
      'word',
      '\n',
      '<br/>',
      '<h2>',
      '</h2>',
      '<blockquote>',
      '<![CDATA[',
      '<?',
      '</',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const html = pieces.join('');
        const text = await markdown(html);
        expect(text).not.toMatch(/<(p|ul|li|table|pre|script|h2|blockquote)>/);
        expect(text.length).toBeLessThan(html.length * 12 + 100);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['open tags', '<div>'.repeat(100_000)],
    ['closing tags', '<b>'.repeat(300) + '</i>'.repeat(200_000)],
    ['list items', '<li>'.repeat(100_000)],
    ['white space in a tag', `<a${' '.repeat(500_000)}`],
    ['open quotes', '<a b="'.repeat(100_000)],
    ['less-than signs', '<'.repeat(500_000)],
    ['comments', '<!--'.repeat(200_000)],
    ['ampersands', '&'.repeat(500_000)],
    ['scripts', '<script>'.repeat(100_000)],
    ['tables', '<table>'.repeat(100_000)],
    ['tables within tables', '<table><tr><td>'.repeat(60)],
    ['rows', `<table>${'<tr><td>a<td>b'.repeat(60_000)}`],
    ['rows of nothing', `<table>${'<tr><td>'.repeat(120_000)}`],
    ['grave accents', `<pre>${'` '.repeat(200_000)}</pre><code>${'` '.repeat(200_000)}</code>`],
    ['paragraphs whose bold words never end', Array.from({ length: 20_000 }, (_, id) => `<p><b id=${id}>`).join('')],
    ['ends of elements that are not open', '<q>'.repeat(200_000) + '</x>'.repeat(200_000)],
    ['pieces before a table', `<table>${'<br>'.repeat(200_000)}`],
    ['attributes', `<a ${'b=c '.repeat(100_000)}>`],
    ['quotes', '<blockquote>'.repeat(200) + 'a<br>'.repeat(20_000)],
    ['lists', '<ul><li>'.repeat(200) + 'a<br>'.repeat(20_000)],
  ])('is made in linear time of a flood of %s', async (_, html) => {
    expect((await markdown(html)).length).toBeLessThan(1_000_000);
  });
});

describe('what is read of a page', () => {
  const page = (html: string, type = 'text/html; charset=utf-8') => pageOf(Buffer.from(html), type, BASE);
  const LONG = '<p>The quick brown fox jumps over the lazy dog, again and again.</p>'.repeat(6);

  it('is its main part, and its title', async () => {
    const html = `<html><head><title> The &amp; title </title></head><body><header>Site</header><nav>Menu</nav><main><h1>Head</h1>${LONG}<nav>On this page</nav></main><aside>Ads</aside><footer>Imprint</footer></body></html>`;
    const found = await page(html);
    expect(found).toEqual({ title: 'The & title', text: expect.stringMatching(/^# Head\n\nThe quick/) });
    expect(JSON.stringify(found)).not.toMatch(/Site|Menu|On this page|Ads|Imprint/);
  });

  it('is all of it where there is no main part, and the frame only where there is nothing else', async () => {
    expect(await page(`<header>Site</header><nav>Menu</nav><div>${LONG}</div>`)).toEqual({
      title: undefined,
      text: expect.stringMatching(/^The quick[\s\S]*again\.$/),
    });
    expect(await page('<nav>Menu</nav><p>Short.')).toEqual({ title: undefined, text: 'Menu\n\nShort.' });
    expect(await page(`<main></main><div>${LONG}</div>`)).toEqual({ title: undefined, text: expect.stringMatching(/^The quick/) });
    expect(await page(`<article>${LONG}</article><article>Second</article>`)).toEqual({
      title: undefined,
      text: expect.stringMatching(/Second$/),
    });
  });

  it('is its article where there is one, with the articles within it', async () => {
    const comments = '<article>Comment</article>'.repeat(30_000);
    expect(await page(`<div>Site</div><article>${LONG}${comments}</article>`)).toEqual({
      title: undefined,
      text: expect.stringMatching(/^The quick[\s\S]*Comment$/),
    });
  });

  it('is its beginning where there is no end of it', async () => {
    const bold = Array.from({ length: 5000 }, (_, id) => `<p><b id=${id}>word`).join('');
    expect(await page(`${LONG}${bold}`)).toEqual({
      title: undefined,
      text: expect.stringMatching(/^The quick[\s\S]*word[\s\S]*\[cut off: [^\n]*\]$/),
    });
    expect(await page(`${LONG}${'<i>'.repeat(5000)}deep`)).toHaveProperty(
      'text',
      expect.stringMatching(/^The quick[\s\S]*\[cut off: [^\n]*\]$/),
    );
  });

  it('says so where scripts would have to build it', async () => {
    expect(await page('<div id=root></div><script src=app.js></script>')).toEqual({
      title: undefined,
      text: expect.stringMatching(/built by scripts/),
    });
  });

  it('is text as it is, where it is text', async () => {
    expect(await page('{"a": "<b>"}', 'application/json')).toEqual({ title: undefined, text: '{"a": "<b>"}' });
    expect(await page('# md\r\n<b>', 'text/markdown')).toEqual({ title: undefined, text: '# md\n<b>' });
    expect(await page('<rss/>', 'application/rss+xml')).toEqual({ title: undefined, text: '<rss/>' });
    expect(await page('plain', '')).toEqual({ title: undefined, text: 'plain' });
    expect(await page('<!doctype html><title>t</title>x', 'application/octet-stream')).toEqual({ title: 't', text: 'x' });
  });

  it('is nothing of pictures, programs and documents', async () => {
    expect(await page('%PDF-1.7', 'application/pdf')).toEqual({ problem: 'it is a PDF document (8 bytes), not a page or a text' });
    expect(await pageOf(Buffer.from([0, 1, 2, 255]), 'application/octet-stream', BASE)).toEqual({
      problem: expect.stringMatching(/binary/),
    });
    expect(await page('x', 'image/png')).toHaveProperty('problem');
  });

  it.each([
    ['the header', Buffer.from('Gr\u00fc\u00dfe', 'latin1'), 'text/plain; charset=ISO-8859-1'],
    ['the page', Buffer.concat([Buffer.from('<meta charset="windows-1252"><p>'), Buffer.from('Gr\u00fc\u00dfe', 'latin1')]), 'text/html'],
    ['a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Gr\u00fc\u00dfe', 'utf16le')]), 'text/plain; charset=latin1'],
    ['nothing, in UTF-8', Buffer.from('Gr\u00fc\u00dfe'), 'text/plain'],
    ['nothing, in another one', Buffer.from('Gr\u00fc\u00dfe', 'latin1'), 'text/plain'],
    ['a name that nobody knows', Buffer.from('Gr\u00fc\u00dfe'), 'text/plain; charset=klingon'],
  ])('has the characters that are named by %s', async (_, bytes, type) => {
    expect(await pageOf(bytes, type, BASE)).toHaveProperty('text', 'Gr\u00fc\u00dfe');
  });
});
