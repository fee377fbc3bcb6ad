/** Typing and pasting in a real terminal. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chat, type MockServer, messagesOf, startMockServer } from '../../support/mock-server.ts';
import { builtProgram, temporaryFolder } from '../../support/program.ts';
import { FULL_CLEAR, KEYS, openChat, paste } from './chat.ts';

let server: MockServer;
const folder = temporaryFolder();
beforeAll(async () => {
  builtProgram();
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
  server.script = chat(['Fine.']);
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

const open = (options: Partial<Parameters<typeof openChat>[1]> = {}) => openChat(server, { home: folder.path, ...options });
const lastPrompt = () => messagesOf(server.turns().at(-1)).at(-1)?.content;

describe('typing', () => {
  it('edits wide characters and emoji whole, with the cursor where they end', async () => {
    const run = await open();
    run.type('日本👩‍👩‍👧x');
    await run.untilRow('> 日本👩‍👩‍👧x');
    await run.until(() => run.cursor().x === 2 + 4 + 2 + 1);
    run.type(KEYS.backspace + KEYS.backspace);
    await run.untilRow('> 日本');
    run.type(`${KEYS.left}e\u0301`);
    await run.untilRow('> 日e\u0301本');
    expect(run.cursor().x).toBe(2 + 2 + 1);
    run.type(KEYS.enter);
    await run.untilRow('  Fine.');
    expect(lastPrompt()).toBe('日e\u0301本');
  });

  it('breaks long lines at the window, and a new line is one', async () => {
    const run = await open({ columns: 40, rows: 10 });
    run.type('one two three four five six seven eight nine');
    await run.until((rows) => rows.some((row) => row.startsWith('> one two')) && rows.some((row) => / nine$/.test(row.trimEnd())));
    run.type('\nnext line');
    await run.untilRow('  next line');
    run.type(KEYS.enter);
    await run.untilRow('  Fine.');
    expect(lastPrompt()).toBe('one two three four five six seven eight nine\nnext line');
  });

  it('brings earlier prompts back', async () => {
    const run = await open();
    run.type(`first prompt${KEYS.enter}`);
    await run.untilRow('  Fine.');
    await run.untilRow('>');
    run.type(KEYS.up);
    await run.untilRow('> first prompt');
  });

  it('sends what was typed and entered in one go', async () => {
    const run = await open();
    run.type(`quick${KEYS.enter}`);
    await run.untilRow('  Fine.');
    expect(lastPrompt()).toBe('quick');
  });
});

describe('a paste', () => {
  it('of 200 KB with line ends and escape sequences in it is a chip, is not sent, and arrives whole', async () => {
    const text = Array.from({ length: 5000 }, (_, index) => `line ${index} of a paste, 漢字 \u001b[31m and more`).join('\r\n');
    expect(text.length).toBeGreaterThan(180_000);
    const run = await open();
    run.type(paste(text));
    await run.untilRow('> [pasted 5000 lines]');
    expect(server.turns()).toHaveLength(0);
    run.type(` what is it?${KEYS.enter}`);
    await run.untilRow('  Fine.');
    const sent = String(lastPrompt());
    expect(sent.split('\n')).toHaveLength(5000);
    expect(sent.replaceAll(/\u001b\[31m|\u241b\[31m|\[31m/g, 'ESC')).toBe(
      `${text.replaceAll('\r\n', '\n').replaceAll('\u001b[31m', 'ESC')} what is it?`,
    );
    expect(run.raw()).not.toContain('\u001b[31m and more');
    expect(run.raw()).not.toMatch(FULL_CLEAR);
  });

  it('of a few lines stays readable and is not sent either', async () => {
    const run = await open();
    run.type(paste('one\r\ntwo\rthree\n'));
    await run.untilRow('  three');
    expect(server.turns()).toHaveLength(0);
    expect(run.window().map((row) => row.trimEnd())).toEqual(expect.arrayContaining(['> one', '  two', '  three']));
  });
});

describe('the status line', () => {
  it('follows a command at once', async () => {
    const run = await open({ columns: 120 });
    run.type(`/effort high${KEYS.enter}`);
    await run.untilRow(/ {3}effort high/);
    run.type(`/effort low${KEYS.enter}`);
    await run.untilRow(/ {3}effort low/);
  });
});

describe('every window', () => {
  it.each([
    [40, 10],
    [80, 24],
    [200, 60],
  ])('has room for a picker, a menu and an answer: %i by %i', async (columns, rows) => {
    const run = await open({ columns, rows });
    run.type('/');
    await run.untilRow(/\/\w+/);
    run.type(`model${KEYS.enter}`);
    await run.untilRow(/Enter chooses/);
    run.type(KEYS.escape);
    await run.until((shown) => !shown.some((row) => row.includes('Enter chooses')));
    run.type(`hi${KEYS.enter}`);
    await run.untilRow('  Fine.');
    await run.untilRow('>');
    expect(run.raw()).not.toMatch(FULL_CLEAR);
    expect((await run.text()).split('Fine.')).toHaveLength(2);
  });
});
