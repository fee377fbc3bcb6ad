import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { asks, chat, type MockServer, startMockServer } from '../support/mock-server.ts';
import { run, temporaryFolder } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
  server.script = chat(['Hello']);
});
afterAll(() => server.close());

it.each([
  ['version', 'sotto --version'],
  ['logs', 'sotto list'],
  ['history', 'sotto list'],
  ['sessions', 'sotto list'],
  ['login', 'sotto keys set PROVIDER'],
  ['auth', 'sotto keys set PROVIDER'],
  ['init', 'sotto keys set PROVIDER'],
  ['logout', 'sotto keys delete PROVIDER'],
  ['man', 'sotto help'],
  ['model', 'sotto models'],
  ['info', 'sotto providers'],
  ['new', 'sotto'],
  ['run', 'sotto ask "QUESTION"'],
  ['settings', 'sotto config list'],
  ['plugins', 'sotto tools'],
  ['Version', 'sotto --version'],
  ['MODELS', 'sotto models'],
  ['verison', 'sotto --version'],
  ['histroy', 'sotto list'],
  ['openai', 'sotto -p openai'],
])('a command of another program is not sent to a model in a terminal: sotto %s', async (word, instead) => {
  expect(await inTerminal([word])).toEqual({
    code: 2,
    shown: `sotto: There is no command "${word}".\nDid you mean ${instead}? To ask it as a question: sotto ask "${word}"`,
  });
  expect(server.asked).toEqual([]);
});

it.each([
  [['update'], 'To update, install sotto again the way you did the first time. To ask it as a question: sotto ask "update"'],
  [
    ['uninstall'],
    'To uninstall, use the program that installed sotto, for example: npm uninstall -g sotto. To ask it as a question: sotto ask "uninstall"',
  ],
  [['cost'], 'What each conversation cost is shown by sotto list. To ask it as a question: sotto ask "cost"'],
  [['templates'], 'To ask it as a question: sotto ask "templates"'],
  [['usage'], 'What each conversation cost is shown by sotto list. To ask it as a question: sotto ask "usage"    All commands: sotto help'],
  [['status'], 'Did you mean sotto providers? To ask it as a question: sotto ask "status"    All commands: sotto help'],
  [['memory'], 'To ask it as a question: sotto ask "memory"    All commands: sotto help'],
  [['auth', 'login'], 'Did you mean sotto keys set PROVIDER? To ask that as a question: sotto ask "auth login"'],
  [['sessions', 'list', '--json'], 'Did you mean sotto list? To ask that as a question: sotto ask "sessions list"'],
  [['-q', 'version'], 'Did you mean sotto --version? To ask it as a question: sotto ask "version"'],
  [['-m', 'gpt-4o', 'chat'], 'To ask it as a question: sotto ask "chat"'],
])('%j says what there is instead', async (args, hint) => {
  const { code, stderr } = await run([...args, ...asks(server)]);
  expect(stderr.split('\n')[1]).toBe(hint);
  expect({ code, asked: server.asked.length }).toEqual({ code: 2, asked: 0 });
});

it.each([
  [['hello']],
  [['thanks']],
  [['weather']],
  [['Paris']],
  ...['photosynthesis', 'how', 'what', 'cat', 'lost', 'fast', 'slow', 'work', 'docker', 'recipe', 'health'].map((word) => [[word]]),
  [['ask', 'version']],
  [['--', 'version']],
  [['run', 'away']],
  [['version', 'of', 'macOS?']],
  [['version?']],
  [['logs', 'are', 'wood']],
  [['update', 'me']],
])('%j is asked', async (args) => {
  const at = args[0] === '--' ? [...asks(server), ...args] : [...args, ...asks(server)];
  expect(await run(at)).toMatchObject({ code: 0, stdout: 'Hello\n' });
});

it.each([
  ['review', 0],
  ['check', 0],
  ['complete', 0],
  ['version', 2],
  ['login', 2],
  ['exprot', 2],
  ['lisst', 2],
  ['lists', 2],
  ['shw', 2],
  ['resumd', 2],
])('where something is piped in, a word is asked when it says what to do with a text: %s', async (word, code) => {
  expect((await run([word, ...asks(server)], { stdin: { send: 'some text' } })).code).toBe(code);
});

it.each(['run', 'review', 'check', 'openai', 'exprot'])('where nothing is piped in after all, no single word is sent: %s', async (word) => {
  for (const stdin of ['none', {}, { send: '\n' }] as const) {
    const { code, stderr } = await run([word, ...asks(server)], { stdin });
    expect({ code, stderr, asked: server.asked.length }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`There is no command "${word}".`),
      asked: 0,
    });
  }
  expect((await run(['ask', word, ...asks(server)], { stdin: {} })).code).toBe(0);
});

/** With a terminal as stdin: nothing is piped in. */
async function inTerminal(args: readonly string[]) {
  using home = temporaryFolder();
  const terminal = openTerminal([...args, ...asks(server)], { home: home.path, columns: 200 });
  const { code } = await terminal.ended;
  return { code, shown: (await terminal.lines()).join('\n') };
}
