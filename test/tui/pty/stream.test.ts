/** Answers in a real terminal: each line once, in every window, whatever happens to it meanwhile. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chat, inTurn, type MockServer, startMockServer } from '../../support/mock-server.ts';
import { builtProgram, temporaryFolder } from '../../support/program.ts';
import { byHand, FULL_CLEAR, KEYS, numbered, openChat, upTo } from './chat.ts';

let server: MockServer;
const folder = temporaryFolder();
beforeAll(async () => {
  builtProgram();
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

const open = (options: Partial<Parameters<typeof openChat>[1]> = {}) => openChat(server, { home: folder.path, ...options });
const pieces = (text: string, size = 40) => text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];

describe('an answer', () => {
  it('is seen while it streams, and stands in the scrollback once', async () => {
    const answer = byHand();
    server.script = answer.script;
    const run = await open();
    run.type(`Hello${KEYS.enter}`);
    await server.next();
    answer.say('A line that is **not');
    await run.untilRow('  A line that is not');
    answer.say(' finished**.\n\n```js\nconst x = 1;\n');
    await run.untilRow('  │ const x = 1;');
    answer.say('```\n\nEnd.');
    answer.end();
    await run.untilRow('  End.');
    await run.untilRow(/first|tok\/s|lab\/small {3}/);
    const text = await run.text();
    expect(text).toMatch(
      /you\n {2}Hello\n\nlab\/small\n {2}A line that is not finished\.\n\n {2}│ js +\[1\]\n {2}│ const x = 1;\n\n {2}End\.\n\n+>/,
    );
    for (const once of ['Hello', 'A line that is not', 'const x', 'End.']) expect(text.split(once)).toHaveLength(2);
    expect(run.raw()).not.toMatch(FULL_CLEAR);
  });

  it('of 10,000 lines is in the scrollback exactly as it is rendered', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `- item ${index} of a long list`);
    server.script = chat(pieces(`${lines.join('\n')}\n\nThat was all.`, 900));
    const run = await open({ columns: 60, rows: 12, scrollback: 20_000 });
    run.type(`all of them${KEYS.enter}`);
    await run.untilRow('  That was all.');
    const shown = await run.lines();
    const start = shown.indexOf('lab/small');
    expect(shown.slice(start + 1, start + 1 + lines.length)).toEqual(lines.map((line) => `  ${line}`));
    expect(shown.slice(start + 1 + lines.length, start + 4 + lines.length)).toEqual(['', '  That was all.', '']);
    expect(shown.slice(0, start).join('\n')).toMatch(/you\n {2}all of them\n$/);
    expect(shown.filter((line) => line.includes('item'))).toHaveLength(10_000);
    expect(run.raw()).not.toMatch(FULL_CLEAR);
  });

  it.each([
    [
      'a block of code',
      `\`\`\`\n${upTo(120)
        .map((n) => `code w${n}x;`)
        .join('\n')}\n\`\`\``,
    ],
    [
      'a line of code',
      `\`\`\`\n${upTo(400)
        .map((n) => `w${n}x`)
        .join('+')}\n\`\`\``,
    ],
    [
      'a paragraph',
      upTo(800)
        .map((n) => `w${n}x`)
        .join(' '),
    ],
    [
      'a table',
      `| word |\n|---|\n${upTo(120)
        .map((n) => `| w${n}x |`.padEnd(9))
        .join('\n')}`,
    ],
    [
      'a list',
      upTo(120)
        .map((n) => `${'  '.repeat(n % 3)}- w${n}x`)
        .join('\n'),
    ],
  ])('much taller than a small window is printed without a clear, a repeat or a loss: %s', async (_name, text) => {
    server.script = chat(pieces(`${text}\n\nThe end.`, 50), { delayMs: 1 });
    const run = await open({ columns: 40, rows: 10 });
    run.type(`go${KEYS.enter}`);
    await run.untilRow('  The end.');
    const shown = (await run.text()).replaceAll(/\s+/g, '');
    expect(numbered(shown)).toEqual(numbered(text));
    expect(run.raw()).not.toMatch(FULL_CLEAR);
  });

  it.each([
    ['width', 40, 24],
    ['width', 80, 24],
    ['width', 200, 60],
    ['height', 40, 20],
    ['height', 80, 24],
    ['height', 200, 60],
  ])('loses and repeats nothing in a window of changing %s, beginning at %i by %i', async (what, columns, rows) => {
    const answer = byHand();
    server.script = answer.script;
    const run = await open({ columns, rows });
    run.type(`go${KEYS.enter}`);
    await server.next();
    // A draft that is laid out for the width shows which one the screen was drawn for.
    run.type('z'.repeat(230));
    const drawnFor = () => Math.max(...run.window().map((row) => /^(?:> | {2})z+$/.exec(row)?.[0].length ?? 0));
    await run.until(() => drawnFor() >= columns - 4);
    const margin = columns - drawnFor();
    let size = { width: columns, height: rows };
    const resized = async (width: number, height: number) => {
      if (width === size.width && height === size.height) return;
      size = { width, height };
      const before = run.raw().length;
      run.resize(width, height);
      // A new height alone changes nothing of the draft: that it was drawn again shows in what was written.
      await run.until(() => drawnFor() === width - margin && run.raw().length > before);
    };
    let word = 0;
    for (let step = 0; step < 24; step++) {
      const words = upTo(20).map(() => `w${word++}x`);
      answer.say(words.join(' ') + (step % 5 === 4 ? '\n\n' : step % 5 === 2 ? '\n- ' : ' '));
      // What is on its way while the window changes was laid out for another one: no program can tell where that is then.
      await run.until((shown) => shown.some((row) => row.includes(words.at(-1) ?? '')));
      await (what === 'width' ? resized(40 + ((step * 37) % 120), rows) : resized(columns, 16 + ((step * 11) % 30)));
    }
    await resized(columns, rows);
    answer.say(' finished');
    answer.end();
    await run.until((shown) => shown.some((row) => row.includes('finished')));
    const text = (await run.text()).replaceAll(/\s+/g, '');
    expect(numbered(text)).toEqual(upTo(word));
    expect(text.match(/finished/g)).toHaveLength(1);
    expect(run.raw()).not.toMatch(FULL_CLEAR);
  });

  it('in wide characters and emoji is as wide as the terminal thinks it is', async () => {
    const text = `${'漢字と👩‍👩‍👧と🇯🇵と❤️ e\u0301 '.repeat(12)}終わり`;
    server.script = chat(text.split(''), { delayMs: 0 });
    const run = await open({ columns: 40, rows: 10 });
    run.type(`go${KEYS.enter}`);
    await run.until((rows) => rows.some((row) => row.includes('終わり')) && rows.some((row) => row.startsWith('>')));
    expect((await run.text()).split('終わり')).toHaveLength(2);
    expect(run.raw()).not.toMatch(FULL_CLEAR);
  });

  it('cannot reach the terminal with its control characters', async () => {
    server.script = chat(['before \u001b[2J\u001b]0;title\u0007\u009b31m\u202e after']);
    const run = await open();
    run.type(`go${KEYS.enter}`);
    await run.untilRow(/before .*after/);
    expect(run.raw()).not.toMatch(FULL_CLEAR);
    expect(run.raw()).not.toContain('\u001b]0;title');
  });

  it('is stopped and kept; the chat goes on', async () => {
    const answer = byHand();
    server.script = inTurn(answer.script, chat(['The second.']));
    const run = await open();
    run.type(`one${KEYS.enter}`);
    await server.next();
    answer.say('Half an answer');
    await run.untilRow('  Half an answer');
    run.type(KEYS.ctrlC);
    await answer.left;
    await run.untilRow('  (stopped; kept)');
    run.type(`two${KEYS.enter}`);
    await run.untilRow('  The second.');
    expect(JSON.stringify(server.turns()[1]?.json.messages)).toContain('Half an answer');
    expect((await run.text()).split('Half an answer')).toHaveLength(2);
  });

  it('does not keep anybody from typing; what is sent meanwhile waits', async () => {
    const answer = byHand();
    server.script = inTurn(answer.script, chat(['The second.']));
    const run = await open();
    run.type(`one${KEYS.enter}`);
    await server.next();
    answer.say('Still going');
    await run.untilRow('  Still going');
    run.type('typed meanwhile');
    await run.untilRow('> typed meanwhile');
    run.type(KEYS.enter);
    await run.untilRow('next: typed meanwhile');
    answer.say(' on.');
    answer.end();
    await run.untilRow('  The second.');
    expect(await run.text()).toContain('  Still going on.\n\n\nyou\n  typed meanwhile\n\nlab/small\n  The second.');
  });

  it('that breaks off is a calm line, and the chat goes on', async () => {
    server.script = inTurn(chat(['Half'], { cut: true }), chat(['Whole.']));
    const run = await open({ args: ['--retries', '0'] });
    run.type(`one${KEYS.enter}`);
    await run.untilRow(/^ {2}Error: /);
    run.type(`two${KEYS.enter}`);
    await run.untilRow('  Whole.');
  });
});
