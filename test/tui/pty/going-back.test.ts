import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chat, type MockServer, startMockServer } from '../../support/mock-server.ts';
import { temporaryFolder } from '../../support/program.ts';
import { byHand, KEYS, openChat } from './chat.ts';

let server: MockServer;
let home: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  home = temporaryFolder();
  server.asked.length = 0;
  server.script = chat(['Fine.']);
});
afterEach(() => home[Symbol.dispose]());
afterAll(() => server.close());

const open = (args: readonly string[] = []) => openChat(server, { home: home.path, args, rows: 60 });
const prompts = () => server.turns().map(({ json }) => (json.messages as { content: string }[]).at(-1)?.content);

describe('Esc while a reply streams', () => {
  it('stops it, and what was queued comes back instead of being sent', async () => {
    const answer = byHand();
    server.script = answer.script;
    const run = await open();
    run.type(`Hello${KEYS.enter}`);
    await server.next();
    answer.say('Half');
    await run.untilRow('  Half');
    for (const line of ['one', 'two']) {
      run.type(line);
      await run.untilRow(`> ${line}`);
      run.type(KEYS.enter);
      await run.untilRow(`next: ${line}`);
    }
    run.type('three');
    await run.untilRow('> three');
    run.type(KEYS.escape);
    await run.untilRow('> one');
    await run.until((rows) => rows.some((row) => row.trim() === 'two') && rows.some((row) => row.trim() === 'three'));
    server.script = chat(['Fine.']);
    run.type(KEYS.enter);
    await run.untilRow('  Fine.');
    expect(prompts()).toEqual(['Hello', 'one\ntwo\nthree']);
  });
});

describe('going back', () => {
  it('says in one line what is behind and how to return', async () => {
    const run = await open();
    run.type(`first${KEYS.enter}`);
    await run.untilRow('  Fine.');
    run.type(`second${KEYS.enter}`);
    await run.until((rows) => rows.filter((row) => row.trim() === 'Fine.').length === 2);
    run.type(`/edit 1${KEYS.enter}`);
    await run.untilRow('> first');
    run.type(` of all${KEYS.enter}`);
    await run.untilRow('Behind now: "first" and 3 more messages. To return: /branches');
    await run.until((rows) => rows.filter((row) => row.trim() === 'Fine.').length === 3);
    run.type(`/retry${KEYS.enter}`);
    await run.untilRow('Behind now: the answer "Fine.". To return: /branches');
    await run.until((rows) => rows.filter((row) => row.trim() === 'Fine.').length === 4);
    expect(prompts()).toEqual(['first', 'second', 'first of all', 'first of all']);
  });
});

describe('a chat that is not saved', () => {
  it('says so in the status line all the time, and again behind the screen', async () => {
    const run = await open(['--set', 'save=false']);
    await run.untilRow(/lab\/small +not saved/);
    run.type(`Hello${KEYS.enter}`);
    await run.untilRow('  Fine.');
    await run.untilRow(/lab\/small.* not saved/);
    run.type(`exit${KEYS.enter}`);
    await run.untilRow(/^Leave the chat\?/);
    run.type(KEYS.enter);
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(await run.text()).toContain('sotto: 2 messages of this conversation were not saved: saving is off.');
    expect(prompts()).toEqual(['Hello']);
  });
});
