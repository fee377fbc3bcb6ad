/** The chat on a machine where nothing is set up, in a real terminal: from the first panel to a model that answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chat, json, type MockServer, startMockServer } from '../support/mock-server.ts';
import { temporaryFolder } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';

const KEY = 'sk-first-run-secret';
let server: MockServer;
const folder = temporaryFolder();

beforeAll(async () => {
  const answer = chat(['Hello ', 'world']);
  server = await startMockServer((asked, response) => {
    if (asked.headers.authorization !== `Bearer ${KEY}`)
      return json({ error: { message: 'Incorrect API key provided.' } }, 401)(asked, response);
    return asked.method === 'GET'
      ? json({ object: 'list', data: [{ id: 'gpt-6-luna', object: 'model' }] })(asked, response)
      : answer(asked, response);
  });
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

describe('the first run', () => {
  it('ends with a model that answers, and the key was never shown', async () => {
    const run = openTerminal(['chat'], { home: folder.path, env: { OPENAI_BASE_URL: server.url } });
    await run.shows('Three ways to a model');
    run.pty.write('/connect openai\r');
    await run.shows('Key of OpenAI (not shown)');
    run.pty.write('sk-wrong\r');
    await run.shows('Another key of OpenAI');
    run.pty.write(`${KEY}\r`);
    await run.shows('OpenAI answers.');
    await run.shows('answers from here on');
    run.pty.write('hi\r');
    await run.shows('Hello world');
    run.pty.write('/quit\r');
    expect((await run.ended).code).toBe(0);
    expect(run.raw()).not.toContain(KEY);
    expect(run.raw()).not.toContain('sk-wrong');
  });
});
