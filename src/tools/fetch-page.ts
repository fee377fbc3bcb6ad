/** The tool that fetches a page of the web and gives it as Markdown, a piece at a time. */

import { type JsonObject, numberAt, textAt } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolOutcome } from '../core/tool.ts';
import { counted } from '../core/words.ts';
import type { BuiltInPorts } from './built-in-ports.ts';
import { failed, literalPattern } from './file-access.ts';
import { addressProblem, fetchPage, MOST_BYTES, type PagePorts } from './page-request.ts';
import { pageOf } from './page-text.ts';
import { sizeText } from './text-files.ts';

/** Characters that one call gives at most. */
const PIECE = 30_000;
const MOST_REMEMBERED = 4;

export function createFetchPage(ports: PagePorts & Pick<BuiltInPorts, 'timeoutMs'>): Tool {
  // For those who go on reading: the next piece of the same text, not of another one.
  const remembered = new Map<string, string>();
  return {
    name: 'fetch_page',
    description: 'Fetch a web page or text file from the internet as Markdown. Scripts are not run. Long pages come in pieces.',
    parameters: {
      type: 'object',
      properties: {
        url: { type: 'string', description: 'http:// or https://' },
        page: { type: 'integer', minimum: 1, description: 'which piece of a long page; default 1' },
      },
      required: ['url'],
      additionalProperties: false,
    },
    access: 'network',
    source: 'built-in',
    async plan(args) {
      const url = urlOf(args);
      if ('problem' in url) return { summary: `fetch ${textAt(args, 'url')}`, refusal: url.problem };
      const { href, host, protocol } = url.found;
      const subject = literalPattern(host);
      // A yes to what nobody on the way can read or change is none to the same name without that.
      return { summary: `fetch ${href}`, details: href, pattern: protocol === 'https:' ? subject : `${protocol}//${subject}`, subject };
    },
    async run(args, context) {
      const url = urlOf(args);
      if ('problem' in url) return failed(url.problem);
      const page = numberAt(args, 'page') ?? 1;
      const known = page > 1 ? remembered.get(url.found.href) : undefined;
      if (known !== undefined) return pieceOf(known, page);
      const signal = AbortSignal.any([context.signal, AbortSignal.timeout(ports.timeoutMs)]);
      try {
        const text = await textOf(url.found, ports, { ...context, signal });
        if (typeof text !== 'string') return failed(text.problem);
        remembered.delete(url.found.href);
        remembered.set(url.found.href, text);
        for (const oldest of remembered.keys()) if (remembered.size > MOST_REMEMBERED) remembered.delete(oldest);
        return pieceOf(text, page);
      } catch (thrown) {
        if (context.signal.aborted) return stoppedWith('');
        if (signal.aborted) return failed(`${url.found.href} was not there after ${Math.round(ports.timeoutMs / 100) / 10} s.`);
        throw thrown;
      }
    },
  };
}

function urlOf(args: JsonObject): { found: URL } | { problem: string } {
  const text = (textAt(args, 'url') ?? '').trim();
  const url = URL.parse(text) ?? (/^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(text) ? URL.parse(`https://${text}`) : null);
  if (!url) return { problem: `"${text.slice(0, 500)}" is not an address such as https://example.com/page.` };
  const wrong = addressProblem(url);
  url.hash = '';
  return wrong === undefined ? { found: url } : { problem: `${text.slice(0, 500)}: ${wrong}.` };
}

/** Title and final address, then the text. */
async function textOf(url: URL, ports: PagePorts, { signal, progress }: ToolContext): Promise<string | { problem: string }> {
  const fetched = await fetchPage(url, ports, signal);
  if ('problem' in fetched) return { problem: `${fetched.problem}.` };
  progress(`${sizeText(fetched.bytes.length)} from ${fetched.url.host}`);
  const page = await pageOf(fetched.bytes, fetched.contentType, fetched.url);
  if ('problem' in page) return { problem: `${fetched.url.href} cannot be read: ${page.problem}.` };
  const cut = fetched.isCut ? `\n\n[cut off: only the first ${sizeText(MOST_BYTES)} were read]` : '';
  const head = page.title === undefined ? fetched.url.href : `${page.title}\n${fetched.url.href}`;
  return `${head}\n\n${page.text === '' ? '[the page is empty]' : page.text}${cut}`;
}

function pieceOf(text: string, page: number): ToolOutcome {
  const pieces = piecesOf(text);
  const piece = pieces[page - 1];
  if (piece === undefined) return failed(`There is no page ${page}: the text has ${counted(pieces.length, 'page')}.`);
  const note =
    pieces.length === 1 ? '' : `\n\n[page ${page} of ${pieces.length}${page < pieces.length ? `; go on with page ${page + 1}` : ''}]`;
  return { output: piece + note };
}

/** Cut between paragraphs where there are some, else between lines, else anywhere but within a character. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let rest = text; ; ) {
    if (rest.length <= PIECE) return [...pieces, rest];
    const window = rest.slice(0, PIECE);
    const cut =
      [window.lastIndexOf('\n\n'), window.lastIndexOf('\n')].find((at) => at > PIECE / 2) ??
      (/[\ud800-\udbff]$/.test(window) ? PIECE - 1 : PIECE);
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut).replace(/^\n+/, '');
  }
}
