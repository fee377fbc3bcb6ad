import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, chat, failure, inTurn, json, type MockServer, startMockServer } from '../support/mock-server.ts';
import { temporaryFolder } from '../support/program.ts';
import { openTerminal, type TerminalOptions, type TerminalRun } from '../support/terminal.ts';

let server: MockServer;
const folder = temporaryFolder();
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

const open = (args: string[], options: Omit<TerminalOptions, 'home'> = {}) => openTerminal(args, { home: folder.path, ...options });
const ask = (more: string[] = [], options: Omit<TerminalOptions, 'home'> = {}) => open(['hi', ...asks(server), ...more], options);

async function screenOf(run: TerminalRun): Promise<string[]> {
  await run.ended;
  return run.lines();
}

const MARKDOWN = `# Title

Some **bold** words and \`code\` in a paragraph that is long enough to be broken at forty columns.

- one
- 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 wide
  - nested 👩‍👩‍👧 🇯🇵

| name | n |
|------|--:|
| 漢字 | 1 |
| x    | 22 |

\`\`\`js
const x = 1;
\`\`\`

The end.
`;
/** In small pieces, as models send them. */
const streamed = (delayMs: number) => chat(MARKDOWN.match(/[\s\S]{1,7}/gu) ?? [], { delayMs });

const AT_40 = `Title

Some bold words and \`code\` in a
paragraph that is long enough to be
broken at forty columns.

- one
- 漢字漢字漢字漢字漢字漢字漢字漢字漢字
  漢字 wide
  - nested 👩‍👩‍👧 🇯🇵

│ name │  n
├──────┼───
│ 漢字 │  1
│ x    │ 22

│ js                                [1]
│ const x = 1;

The end.`;

describe('an answer on a terminal', () => {
  it('is rendered, and the screen holds each line once', async () => {
    server.script = streamed(4);
    const run = ask([], { columns: 40 });
    expect((await screenOf(run)).join('\n')).toBe(AT_40);
    expect(run.raw()).toContain('\u001b[1m');
    const wide = (await screenOf(ask([], { columns: 120 }))).join('\n');
    expect(wide).toContain('Some bold words and `code` in a paragraph that is long enough to be broken at forty columns.\n');
    expect(wide).toContain('- 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 wide\n');
  });

  it('is seen while it streams', async () => {
    server.script = chat(['A line that is **not', ' finished'], { hang: true });
    const run = ask();
    await run.shows('A line that is not finished');
    run.pty.write('\u0003');
    expect(await run.ended).toEqual({ code: 130, signal: undefined });
    expect((await run.lines()).join('\n')).toContain('finished');
  });

  it('keeps the scrollback whole when it is longer than the window', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `- item ${index}\n`);
    server.script = chat(lines, { delayMs: 1 });
    const shown = await screenOf(ask([], { columns: 40, rows: 6 }));
    expect(shown).toEqual(lines.map((line) => line.trimEnd()));
  });

  it.each([30, 50, 100])('survives a window that becomes %i columns wide meanwhile', async (columns) => {
    server.script = streamed(8);
    const run = ask([], { columns: 80 });
    await run.shows('Some');
    run.resize(columns, 24);
    const shown = (await screenOf(run)).join('\n');
    // How lines look that were final before is up to the terminal; none may be missing.
    for (const text of ['Title', 'Some bold words', '- one', 'wide', 'nested', 'const x = 1;', 'The end.']) expect(shown).toContain(text);
    expect(shown.match(/The end\./g)).toHaveLength(1);
    expect(shown.match(/Title/g)).toHaveLength(1);
    expect((await run.lines()).slice(-3)).toEqual(['│ const x = 1;', '', 'The end.']);
  });

  it('is plain on a dumb terminal and without colours', async () => {
    server.script = streamed(1);
    const dumb = ask([], { env: { TERM: 'dumb' } });
    expect((await screenOf(dumb)).at(-1)).toBe('The end.');
    expect(dumb.raw()).not.toContain('\u001b');
    const colourless = ask([], { env: { NO_COLOR: '1' } });
    expect((await screenOf(colourless)).at(-1)).toBe('The end.');
    expect(colourless.raw()).not.toMatch(/\u001b\[[\d;]*m/);
  });

  it('is raw text with --output text, and JSON under a schema', async () => {
    server.script = streamed(0);
    expect((await screenOf(ask(['--output', 'text'], { columns: 120 }))).join('\n')).toBe(MARKDOWN.trimEnd());
    server.script = chat(['```json\n{"a": "*b*"}\n```']);
    expect(await screenOf(ask(['--schema', '{"type":"object"}']))).toEqual(['{"a": "*b*"}']);
  });
});

describe('what a model or a server sends', () => {
  const HOSTILE =
    'a\u001b]52;c;aGk=\u0007 \u001b[31mred\u001b[2J \u009b2J \u202egnp \u001b]8;;http://x\u0007link\u001b]8;;\u0007 end\rover';
  /** All that may come to a terminal: our own colours, moves within the unfinished lines and their erasure, synchronized frames. */
  const ours = (raw: string) => raw.replace(/\u001b\[(?:[\d;]*m|\d*A|1C|K|J|\?(?:7|25|2026)[hl])/g, '');

  it.each(['text', 'markdown', 'json', 'ndjson'])('never reaches a terminal raw in %s', async (output) => {
    server.script = chat([HOSTILE.slice(0, 9), HOSTILE.slice(9, 30), HOSTILE.slice(30)], { delayMs: 3 });
    const run = ask(['--output', output, '-v']);
    const shown = (await screenOf(run)).join('');
    expect(ours(run.raw())).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
    expect(run.raw()).not.toContain('\u001b[31mred');
    expect(shown).toContain('red');
    expect(shown).toContain('end');
  });

  it('never reaches a terminal raw with --no-stream and as reasoning', async () => {
    server.script = chat([HOSTILE], { reasoning: HOSTILE });
    const run = ask(['--output', 'text', '--no-stream', '-v']);
    await run.ended;
    expect(ours(run.raw())).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
  });

  it('never reaches a terminal raw in an error, a list of models or a setting', async () => {
    server.script = failure(400, HOSTILE, { headers: { 'x-request-id': 'r1' } });
    const failed = ask();
    await failed.ended;
    expect(ours(failed.raw())).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
    server.script = json({ data: [{ id: HOSTILE }] });
    const sotto = join(folder.path, 'sotto');
    mkdirSync(sotto, { recursive: true });
    writeFileSync(join(sotto, 'config.json'), JSON.stringify({ aliases: { hostile: HOSTILE }, providers: { lab: { url: server.url } } }));
    for (const args of [
      ['models', 'list', '--refresh'],
      ['models', '--json'],
      ['config', 'list'],
      ['config', 'get', 'aliases.hostile'],
      ['ask', 'x', '-m', HOSTILE],
    ]) {
      const run = open(args);
      await run.ended;
      expect(ours(run.raw()), args.join(' ')).not.toMatch(/[\u001b\u0007\u009b]/);
    }
    writeFileSync(join(sotto, 'config.json'), '{}');
  });
});

describe('messages beside an answer', () => {
  it('stand on lines of their own, also in the middle of the stream', async () => {
    server.script = inTurn(failure(500, 'oops', { headers: { 'retry-after': '0' } }), (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (delta: object) => response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
      send({ content: 'First half' });
      setTimeout(() => response.write('data: this is no JSON\n\n'), 120);
      setTimeout(() => {
        send({ content: ', second half.' });
        response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
      }, 260);
    });
    const shown = await screenOf(ask(['-v'], { columns: 150 }));
    expect(shown.filter((line) => !line.startsWith('sotto: '))).toEqual(['First half, second half.']);
    expect(shown.some((line) => /no JSON|Ignored/i.test(line))).toBe(true);
    expect(shown[0]).toMatch(/^sotto: asking/);
  });

  it('follow what had arrived before the failure', async () => {
    server.script = chat(['Half an answer'], { cut: true });
    const shown = await screenOf(ask());
    expect(shown[0]).toBe('Half an answer');
    expect(shown[1]).toMatch(/^sotto: lab: /);
  });
});

describe('a person at a terminal', () => {
  it('gets the chat from sotto alone', async () => {
    const run = open([]);
    await run.shows('/help shows what there is');
    run.pty.write('\x04');
    expect((await run.ended).code).toBe(0);
  });

  it('is told when there is no question', async () => {
    const run = open(['ask', '-p', 'guide']);
    expect((await run.ended).code).toBe(2);
    expect((await run.lines())[0]).toBe('sotto: There is no question.');
  });

  it('can type the question with a dash', async () => {
    server.script = chat(['answer']);
    const run = open(['-', ...asks(server)]);
    await run.shows('finish with Ctrl+D');
    run.pty.write('typed\r\u0004');
    expect((await run.ended).code).toBe(0);
    expect(server.turns()[0]?.json.messages?.[0]?.content).toBe('typed');
  });

  it('is never shown the key that is typed', async () => {
    const run = open(['keys', 'set', 'lab']);
    await run.shows('not shown');
    run.pty.write('sk-typed-by-hand-4711\r');
    expect((await run.ended).code).toBe(0);
    expect(run.raw()).not.toContain('typed-by-hand');
  });

  it('reads tables that fit the window', async () => {
    const shown = await screenOf(open(['models', '--known'], { columns: 50 }));
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.every((line) => line.length <= 50)).toBe(true);
    expect(shown.some((line) => line.startsWith('openai/gpt-4o-mini '))).toBe(true);
  });
});
