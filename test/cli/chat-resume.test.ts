/** `sotto resume` in a real terminal: the picker, what is gone on with, and the ways out of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/program.ts';
import { openTerminal, type TerminalRun } from '../support/terminal.ts';

const folder = temporaryFolder();
// High enough for a whole conversation.
const open = (args: readonly string[]): TerminalRun =>
  openTerminal(args, { home: folder.path, rows: 100, env: { SOTTO_PROVIDER: 'guide' } });

beforeAll(async () => {
  for (const question of ['how do I search?', 'what does it cost?']) {
    await open(['ask', question]).ended;
  }
  // The first one builds the program.
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

describe('sotto resume', () => {
  it('chooses by typing, shows the conversation, and has its prompts in the history', async () => {
    const run = open(['resume']);
    await run.shows('Conversations');
    run.pty.write('search');
    await run.shows('1 of 2');
    run.pty.write('\r');
    await run.shows('you\n  how do I search?');
    run.pty.write('\x1b[A');
    await run.shows('> what does it cost?');
    run.pty.write('\x1b[A');
    await run.shows('> how do I search?');
    run.pty.write('\x03');
    await run.shows('Cleared.');
    run.pty.write('/quit\r');
    expect((await run.ended).code).toBe(0);
  });

  it('opens an ordinary chat when nothing is chosen', async () => {
    const run = open(['resume']);
    await run.shows('Conversations');
    run.pty.write('\x1b');
    await run.shows('/help shows what there is');
    run.pty.write('/quit\r');
    expect((await run.ended).code).toBe(0);
  });

  it('ends when it is told to, also while something is being chosen', async () => {
    const run = open(['resume']);
    await run.shows('Conversations');
    run.pty.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
  });
});
