import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, chat, failure, inTurn, json, type MockServer, type Script, silence, startMockServer } from '../support/mock-server.ts';
import { run } from '../support/program.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
  server.script = chat(['Hello']);
});
afterAll(() => server.close());

const ask = (...more: string[]) => run(['hi', ...asks(server), ...more]);
const withUrl = (url: string, ...more: string[]) =>
  run(['hi', '--set', `providers.lab.url=${url}`, '-p', 'lab', '-m', 'x', '--retries', '0', ...more]);

/** One line that says what happened, and what to do; never a stack. */
const CLEAR = /^sotto: [^\n]+\n[^\n]+\n$/;

const errorInStream: Script = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: {"choices":[{"index":0,"delta":{"content":"half"}}]}\n\n');
  response.end('data: {"error":{"message":"worker died","type":"server_error","code":500}}\n\n');
};

describe('exit codes', () => {
  it('0: answered, also after a retry that recovered, cut at the limit, or with an empty answer', async () => {
    server.script = inTurn(failure(503, 'busy', { headers: { 'retry-after': '0' } }), chat(['Hello']));
    expect(await ask()).toMatchObject({ code: 0, stdout: 'Hello\n' });
    server.script = chat(['Hel'], { finish: 'length' });
    const cut = await ask();
    expect(cut).toMatchObject({ code: 0, stdout: 'Hel\n' });
    expect(cut.stderr).toContain('--max-tokens');
    server.script = chat([]);
    expect(await ask()).toMatchObject({ code: 0, stdout: '' });
  });

  const failures: [string, number, Script, RegExp][] = [
    ['a refused key', 3, failure(401, 'Incorrect API key provided'), /Incorrect API key provided \(HTTP 401\)/],
    ['no permission', 3, failure(403, 'forbidden area'), /forbidden area \(HTTP 403\)/],
    ['a model that the provider does not know', 5, failure(404, 'no such model', { code: 'model_not_found' }), /no such model/],
    ['an invalid request', 5, failure(400, 'temperature is wrong'), /temperature is wrong/],
    ['too long a context', 5, failure(400, 'maximum context length is 10', { code: 'context_length_exceeded' }), /maximum context length/],
    ['an overloaded provider', 4, failure(503, 'overloaded'), /overloaded \(HTTP 503\)/],
    ['a broken provider', 4, failure(500, 'oops'), /oops \(HTTP 500\)/],
    [
      'a page that is no answer',
      4,
      (_, response) => void response.writeHead(502).end('<html><title>Bad gateway</title></html>'),
      /HTTP 502/,
    ],
    ['a rate limit', 6, failure(429, 'slow down'), /slow down \(HTTP 429\)/],
    ['a used-up quota', 6, failure(429, 'You exceeded your current quota', { code: 'insufficient_quota' }), /exceeded your current quota/],
    ['an answer that is cut off', 4, chat(['half'], { cut: true }), /closed|broke off/],
    ['an answer without an end', 4, chat(['half'], { hang: true }), /no sign of life for 0\.5 s/],
    ['no answer at all', 4, silence, /no sign of life for 0\.5 s/],
    ['a filter that let nothing through', 5, chat([], { finish: 'content_filter' }), /content filter/],
    ['an error in the middle of the stream', 4, errorInStream, /worker died/],
  ];
  it.each(failures)('%s is %i', async (_, expected, script, message) => {
    server.script = script;
    const { code, stderr, stdout } = await ask('--retries', '0', '--timeout', '0.5');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(code).toBe(expected);
    expect(['', 'half\n']).toContain(stdout);
  });

  it('4: nobody is there', async () => {
    const closed = await startMockServer();
    await closed.close();
    const { code, stderr } = await withUrl(closed.url);
    expect(stderr).toMatch(/^sotto: lab: nothing answers at this address \(127\.0\.0\.1:\d+, ECONNREFUSED\)\.\n/);
    expect(code).toBe(4);
    const unknown = await withUrl('http://no-such-host.invalid/v1');
    expect(unknown.stderr).toMatch(/no-such-host\.invalid/);
    expect(unknown.code).toBe(4);
  });

  it('a repeated failure says each time what it waits for', async () => {
    server.script = failure(500, 'oops');
    const { code, stderr } = await ask('--retries', '2');
    expect(code).toBe(4);
    expect(server.turns()).toHaveLength(3);
    expect(stderr).toMatch(/oops \(HTTP 500\)\. Retrying in [\d.]+ m?s \(1 of 2\)\.\n.*\(2 of 2\)\.\nsotto: lab: oops/);
    const quiet = await ask('--retries', '1', '-q');
    expect(quiet.stderr).not.toContain('Retrying');
    expect(quiet.stderr).toMatch(CLEAR);
  });

  it('what was refused is not asked again', async () => {
    server.script = failure(400, 'wrong');
    await ask();
    expect(server.turns()).toHaveLength(1);
  });
});

describe('mistakes of the command line', () => {
  it.each([
    [
      'an unknown option',
      ['--temprature', '1'],
      /^sotto: There is no option --temprature\.\nDid you mean --temperature\? See: sotto ask --help\n$/,
    ],
    ['an option like nothing else', ['--zzz'], /no option --zzz[\s\S]*sotto -- "--zzz"/],
    ['an option without its value', ['--temperature'], /^sotto: The option --temperature <number> needs a value\.\n/],
    ['a number that is none', ['--temperature', 'hot'], /^sotto: --temperature should be a number from 0 to 2, but it is the text "hot"\./],
    ['a number out of range', ['--temperature', '3'], /^sotto: --temperature should be a number from 0 to 2, but it is 3\./],
    ['a fraction of tokens', ['--max-tokens', '1.5'], /--max-tokens should be a whole number of at least 1, but it is 1\.5\./],
    ['an unknown form', ['--output', 'xml'], /--output should be one of text, markdown, json, ndjson/],
    ['an unknown effort', ['--effort', 'huge'], /--effort should be one of none, minimal, low/],
    ['a setting that does not exist', ['--set', 'temprature=1'], /no setting temprature\.\n.*temperature/],
    ['a setting without a value', ['--set', 'temperature'], /--set needs KEY=VALUE/],
    ['a setting with a wrong value', ['--set', 'retries=many'], /retries should be a whole number/],
    ['a profile that does not exist', ['--profile', 'nope'], /There is no profile "nope"/],
  ])('%s is 2 and sends nothing', async (_, more, message) => {
    const { code, stdout, stderr } = await ask(...more);
    expect(stderr).toMatch(message);
    expect({ code, stdout, asked: server.asked.length }).toEqual({ code: 2, stdout: '', asked: 0 });
  });

  it.each([['ping'], ['lost', 'dog'], ['what', 'is', 'this']])('%j is a question', async (...words) => {
    const { code, stdout } = await run([...words, '--no-stdin', '-p', 'guide', '--private']);
    expect(code).toBe(0);
    expect(stdout).toContain('guide');
  });

  it.each([
    [['modles'], /no command "modles"\.\nDid you mean models\? To ask it as a question: sotto ask "modles"/],
    [['kyes'], /Did you mean keys\?/],
    [['serach', 'lake'], /Did you mean search\? To ask that as a question: sotto ask "serach lake"/],
    [['shwo', '1m7w'], /Did you mean show\?/],
    [['exprot', '--all'], /Did you mean export\?/],
    [['resume', '1m7w'], /The chat needs a terminal/],
    [['chat'], /The chat needs a terminal/],
    [['summarize', '1m7w'], /no command "summarize" yet\./],
    [['confg'], /Did you mean config\?/],
    [['help', 'zzz'], /no command "zzz"/],
    [['help', 'models', 'zzz'], /no command "models zzz"[\s\S]*list, show/],
    [['models', 'list', '--bogus'], /no option --bogus[\s\S]*sotto models --help/],
    [['config', 'gett'], /no command "config gett"\.\nDid you mean get\?/],
    [['config', 'get'], /No key was given\.\nSee: sotto config --help/],
    [['config', 'get', 'a', 'b'], /more arguments than/],
  ])('%j is 2, with a hint', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('a word that is nearly a command can still be asked', async () => {
    expect(await run(['ask', 'modles', ...asks(server)])).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(await run(['hello', ...asks(server)])).toMatchObject({ code: 0 });
  });

  it('a group without a command shows its help', async () => {
    const { code, stdout, stderr } = await run(['config']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: sotto config[\s\S]*Examples:/);
  });
});

describe('-v', () => {
  it('tells who was asked, what it took and how it ended', async () => {
    server.script = inTurn(failure(500, 'oops', { headers: { 'retry-after': '0' } }), chat(['Hello']));
    const { stderr, stdout } = await ask('-v');
    expect(stdout).toBe('Hello\n');
    expect(stderr).toMatch(
      /asking lab\/small\n[\s\S]*oops[\s\S]*asking lab\/small\nsotto: lab\/small · 12 in, 3 out · .* · finish stop · 2 attempts\n$/,
    );
  });

  it('shows the reasoning on stderr, without control characters', async () => {
    server.script = chat(['Hello'], { reasoning: 'think\u001b[31m' });
    const { stderr, stdout } = await ask('-v');
    expect(stdout).toBe('Hello\n');
    expect(stderr).toContain('think');
    expect(stderr).not.toContain('\u001b');
  });

  it('is not needed for the words of the provider, which are kept safe', async () => {
    server.script = json({ error: { message: 'bad\u001b]0;title\u0007 \u202eword\nsecond line' } }, 400);
    const { stderr } = await ask();
    expect(stderr).toContain('bad');
    expect(stderr).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});
