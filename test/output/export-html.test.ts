/** Exported HTML can do nothing: read by a strict parser that knows only the markup sotto writes, whatever the model wrote. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportHtml } from '../../src/output/export-html.ts';
import { markdownHtml } from '../../src/output/export-html-text.ts';
import type { ConversationRecord, RecordedMessage } from '../../src/store/store.ts';
import { ownTime } from '../support/own-time.ts';
import { anyText, recordArbitrary } from '../support/records.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example></SCRIPT>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg/onload=alert(1)>',
  '<math><mtext></mtext><style></math><img src onerror=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](javascript&colon;alert(1))',
  '[x](\x01javascript:alert(1))',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](file:///etc/passwd)',
  '[x](//evil.example)',
  '<javascript:alert(1)>',
  '![x](javascript:alert(1))',
  '![x](https://evil.example/pixel.gif)',
  '![x](data:image/svg+xml,<svg onload=alert(1)>)',
  '![x" onerror="alert(1)](https://evil.example/")',
  '[x](https://evil.example/"onmouseover="alert(1))',
  "[x](https://evil.example/'onmouseover='alert(1) 'title')",
  '[a]: javascript:alert(1)\n\n[a]',
  '[a]: https://evil.example "t\\" onclick=\\"alert(1)"\n\n[a]',
  '```html" onclick="alert(1)\ncode\n```',
  '```"><script>alert(1)</script>\ncode\n```',
  '`<script>alert(1)</script>`',
  '    <script>alert(1)</script>',
  '| <script> | `|` |\n| --- | --- |\n| <img src=x onerror=alert(1)> | </td></table><script> |',
  '</style><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '</div></section></article></body></html><script>alert(1)</script>',
  '<style>@import "https://evil.example";body{background:url(https://evil.example)}</style>',
  '<p style="background:url(https://evil.example)">x</p>',
  '<link rel=stylesheet href=https://evil.example>',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<base href=https://evil.example>',
  '<form action=https://evil.example><input name=q autofocus onfocus=alert(1)></form>',
  '<!--><script>alert(1)</script>-->',
  '<!--\n<script>alert(1)</script>',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<?xml version="1.0"?><script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '&#x3c;script&#x3e;',
  '&#0;&#xd800;&#x110000;&#x202e;',
  '<details open ontoggle=alert(1)>',
  '<x onclick=alert(1)>**bold**</x>',
  '- [ ] <input type=checkbox onclick=alert(1)>',
  '# <img src=x onerror=alert(1)>',
  '> <script>\n> alert(1)\n> </script>',
  'https://evil.example/<script>alert(1)</script>',
  'www.evil.example"onclick=alert(1)',
  '\u202egpj.exe\u202c',
  'a\0<scr\0ipt>',
  '\ud800<script>',
];

describe('hostile text', () => {
  it.each(HOSTILE)('of a model stays text: %j', (text) => {
    check(markdownHtml(text));
    check([...exportHtml([conversation(text)])].join(''));
  });

  it('stays text in every place it can come from, and in every mixture', () => {
    const mixture = fc
      .array(fc.oneof(fc.constantFrom(...HOSTILE), anyText), { maxLength: 5 })
      .chain((pieces) => fc.constantFrom('', '\n', '\n\n').map((gap) => pieces.join(gap)));
    fc.assert(
      fc.property(fc.array(recordArbitrary(mixture), { maxLength: 2 }), (records) => check([...exportHtml(records)].join(''))),
      { numRuns: 150 },
    );
  });

  it('is shown, not swallowed', () => {
    const html = [...exportHtml([conversation('<script>alert("seen")</script>')])].join('');
    expect(textOfHtml(html)).toContain('<script>alert("seen")</script>');
  });

  it('that is made to keep the parser busy does not', () => {
    const own = ownTime();
    for (const text of ['*a_'.repeat(30_000), '>'.repeat(20_000), `${'a'.repeat(60_000)}@`, '['.repeat(50_000), '- '.repeat(10_000)])
      check(markdownHtml(text));
    expect(own.ms()).toBeLessThan(3000);
  });
});

describe('links and pictures', () => {
  it('lead only to web and mail addresses', () => {
    expect(
      addresses(markdownHtml('[a](https://example.com/?a=1&b=2) <mailto:a@example.com> www.example.org [b](ftp://x) [c](#top) [d](/etc)')),
    ).toEqual(['https://example.com/?a=1&amp;b=2', 'mailto:a@example.com', 'http://www.example.org/']);
  });

  it('are loaded from nowhere: only attached pictures of the four harmless kinds are shown', () => {
    const parts = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml', 'text/html', 'image/png"onload="x'].map(
      (mediaType) => ({
        type: 'media' as const,
        mediaType,
        data: 'iVBORw0K',
        name: '"><script>',
      }),
    );
    const html = [...exportHtml([conversation('', parts)])].join('');
    check(html);
    expect(html.match(/<img /g)).toHaveLength(4);
    const forged = [...exportHtml([conversation('', [{ type: 'media', mediaType: 'image/png', data: '"onerror="alert(1)' }])])].join('');
    expect(forged).not.toContain('<img');
  });
});

describe('the page', () => {
  const html = [...exportHtml([conversation('Hello **world**\n\n1. one\n2. two\n\n| a | b |\n|--|-:|\n| 1 | 2 |\n')])].join('');

  it('allows nothing but its own style and attached pictures', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'">`,
    );
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
    expect(style).not.toMatch(/url\(|@import|expression/);
    expect(style).toMatch(/prefers-color-scheme: dark/);
    expect(style).toMatch(/@media print/);
  });

  it('shows markdown as what it means', () => {
    expect(html).toContain('<p>Hello <strong>world</strong></p>');
    expect(html).toContain('<ol>\n<li>one</li>\n<li>two</li>\n</ol>');
    expect(html).toContain('<td class="right">2</td>');
  });

  it('says what is not shown: other branches, and replies that broke off', () => {
    const record = conversation('whole');
    record.messages.push({ ...message(3, 1, 'assistant', 'other') });
    record.messages[1] = { ...message(2, 1, 'assistant', 'half'), status: 'interrupted' };
    record.activeMessage = 2;
    const text = textOfHtml([...exportHtml([record])].join(''));
    expect(text).toContain('2, and 1 in other branches that are not shown here');
    expect(text).toContain('interrupted');
    expect(text).not.toContain('other\n');
  });
});

const TAGS = new Set(
  `html head meta title style body article header h1 h2 h3 h4 h5 h6 small dl dt dd section div p pre code blockquote hr ul ol li table thead
   tbody tr th td strong em del br a span details summary figure img figcaption`.split(/\s+/),
);
const VOID = new Set(['meta', 'hr', 'br', 'img']);
/** Attribute by attribute: what it may be. */
const ATTRIBUTES: Record<string, RegExp> = {
  'html lang': /^en$/,
  'meta charset': /^utf-8$/,
  'meta http-equiv': /^Content-Security-Policy$/,
  'meta name': /^(referrer|viewport|color-scheme|generator)$/,
  'meta content': /^[\w ,=';:/+.-]*$/,
  'div dir': /^auto$/,
  'h1 dir': /^auto$/,
  'dd dir': /^auto$/,
  'section class': /^(system|user|assistant|tool)$/,
  'p class': /^(raw|note|call)$/,
  'ul class': /^sources$/,
  'span class': /^address$/,
  'th class': /^(right|center)$/,
  'td class': /^(right|center)$/,
  'ol start': /^\d+$/,
  'code data-language': /^[\w+#.-]{1,30}$/,
  'a href': /^(https?:\/\/|mailto:)[^\s"<>]*$/,
  'a rel': /^noopener noreferrer$/,
  'img src': /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/,
  'img alt': /^[^"<>]*$/,
};

/** Fails on anything that is not one of these tags with these attributes, properly nested, and escaped text between them. */
function check(html: string): void {
  const open: string[] = [];
  let rest = html.replace(/^<!DOCTYPE html>\n/, '').replace(/<style>[^<]*<\/style>/, '');
  while (rest !== '') {
    const text = /^[^<]+/.exec(rest)?.[0];
    if (text !== undefined) {
      if (/&(?!(?:[a-z][a-z0-9]*|#39);)/i.test(text)) throw new Error(`an open & in ${JSON.stringify(text)}`);
      if (/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(text) || !text.isWellFormed())
        throw new Error(`a bare control in ${JSON.stringify(text)}`);
      rest = rest.slice(text.length);
      continue;
    }
    const tag = /^<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>/.exec(rest);
    if (!tag) throw new Error(`not our markup: ${JSON.stringify(rest.slice(0, 80))}`);
    const [whole, closing, name = '', attributes = ''] = tag;
    if (!TAGS.has(name)) throw new Error(`the tag ${whole}`);
    for (const [, key, value = ''] of attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g))
      if (!ATTRIBUTES[`${name} ${key}`]?.test(value)) throw new Error(`the attribute ${key}=${value} of ${name}`);
    if (closing) {
      if (open.pop() !== name) throw new Error(`</${name}> closes something else`);
    } else if (!VOID.has(name)) open.push(name);
    rest = rest.slice(whole.length);
  }
  if (open.length > 0) throw new Error(`still open: ${open.join(' ')}`);
}

function textOfHtml(html: string): string {
  const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  return html
    .replace(/<style>[^<]*<\/style>/, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#39|amp);/g, (reference) => characters[reference] ?? '');
}

function addresses(html: string): string[] {
  return [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '');
}

function message(id: number, parent: number | null, role: 'user' | 'assistant', text: string): RecordedMessage {
  return { id, parent, createdMs: 1_795_000_000_000, message: { role, parts: [{ type: 'text', text }] }, provider: 'openai', model: text };
}

/** The text in every place: title, prompt, reply, reasoning, tool, sources. */
function conversation(text: string, media: { type: 'media'; mediaType: string; data: string; name?: string }[] = []): ConversationRecord {
  const first = message(1, null, 'user', text);
  first.message = { role: 'user', parts: [{ type: 'text', text }, ...media] };
  const reply = message(2, 1, 'assistant', text);
  reply.message = {
    role: 'assistant',
    parts: [
      { type: 'reasoning', text },
      { type: 'text', text, citations: [{ url: text, title: text }] },
      { type: 'tool_call', id: text, name: text, arguments: text },
    ],
  };
  return { v: 1, createdMs: 1_795_000_000_000, title: text, system: text, tags: [text], messages: [first, reply] };
}
