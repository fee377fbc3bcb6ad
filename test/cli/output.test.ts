import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, chat, failure, type MockServer, startMockServer } from '../support/mock-server.ts';
import { run, start } from '../support/program.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
  server.script = chat(['Hello ', 'world']);
});
afterAll(() => server.close());

const ask = (...more: string[]) => run(['hi', ...asks(server), ...more]);
const shell = (command: string) => run([], { shell: command.replaceAll('ASK', `$SOTTO ask hi ${asks(server).join(' ')}`) });
const MEGABYTE = 'x'.repeat(1_100_000);

describe('text', () => {
  it('is the answer, one line end, and nothing else', async () => {
    expect(await ask()).toMatchObject({ code: 0, stdout: 'Hello world\n', stderr: '' });
  });

  it('follows a word on a request that is larger than its model takes, by what the user says of the window', async () => {
    const own = [...asks(server), '--set', 'providers.lab.contextWindow=20'];
    const { code, stdout, stderr } = await run([`count ${'one two three '.repeat(10)}`, ...own]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello world\n' });
    expect(stderr).toMatch(/^sotto: this request has about 3\d tokens, and small takes 20\.\n$/);
  });

  it.each([
    ['an answer that ends a line', ['one\n'], 'one\n'],
    ['an answer that ends in empty lines', ['one\n', '\n\n', '\n'], 'one\n'],
    ['empty lines inside', ['one\n', '\n', 'two'], 'one\n\ntwo\n'],
    ['line ends of another world', ['one\r\n', 'two\r\n\r\n'], 'one\r\ntwo\r\n'],
    ['an empty answer', [], ''],
    ['only line ends', ['\n\n'], ''],
  ])('ends with exactly one line end: %s', async (_, pieces, expected) => {
    server.script = chat(pieces);
    expect((await ask()).stdout).toBe(expected);
  });

  it('keeps every character of the model in a pipe', async () => {
    const text = 'a\u001b[31mred\u001b[0m \u009b1m \u202e \u0007 \u2028 é 漢字 👩‍👩‍👧';
    server.script = chat([text]);
    expect((await ask()).stdout).toBe(`${text}\n`);
  });

  it('arrives while it is written, and with --no-stream at its end', async () => {
    server.script = chat(['first '], { hang: true });
    const streaming = start(['hi', ...asks(server)]);
    await streaming.shows('first ');
    streaming.child.kill('SIGKILL');
    await streaming.ended;
    server.script = chat(['whole']);
    expect(await ask('--no-stream')).toMatchObject({ code: 0, stdout: 'whole\n' });
    expect(server.turns().at(-1)?.json.stream).toBeFalsy();
  });

  it('has no colour in a pipe unless it is asked for', async () => {
    server.script = chat(['# Title\n\n**bold** `code`']);
    expect((await ask('--output', 'markdown')).stdout).not.toContain('\u001b');
    expect((await ask('--output', 'markdown', '--color', 'always')).stdout).toContain('\u001b[');
    expect((await run(['hi', ...asks(server), '--output', 'markdown'], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[');
    const both = await run(['hi', ...asks(server), '--output', 'markdown', '--color', 'never'], { env: { FORCE_COLOR: '1' } });
    expect(both.stdout).not.toContain('\u001b');
  });
});

describe('--output json', () => {
  it('is one object of the documented shape', async () => {
    server.script = chat(['Hello'], {
      reasoning: 'hm',
      usage: {
        prompt_tokens: 120,
        completion_tokens: 45,
        prompt_tokens_details: { cached_tokens: 20 },
        completion_tokens_details: { reasoning_tokens: 5 },
      },
    });
    const { stdout, code, stderr } = await ask('--output', 'json');
    const { conversation, timing, ...answer } = JSON.parse(stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.endsWith('}\n') && stdout.indexOf('\n') === stdout.length - 1).toBe(true);
    expect(answer).toEqual({
      v: 1,
      provider: 'lab',
      model: 'small',
      text: 'Hello',
      reasoning: 'hm',
      toolCalls: [],
      finishReason: 'stop',
      usage: { input: 120, output: 45, cacheRead: 20, cacheWrite: null, reasoning: 5 },
      cost: null,
      attempts: [{ provider: 'lab', model: 'small', outcome: 'ok' }],
      error: null,
    });
    expect(typeof conversation === 'string').toBe(true);
    expect(Object.keys(timing)).toEqual(['firstTokenMs', 'durationMs']);
    expect(timing.durationMs).toBeGreaterThanOrEqual(timing.firstTokenMs);
  });

  it('says unknown counts as null, never as zero', async () => {
    server.script = chat(['Hello'], { usage: null });
    const { usage, cost } = JSON.parse((await ask('--output', 'json')).stdout);
    expect(usage).toEqual({ input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null });
    expect(cost).toBeNull();
  });

  it('carries the error, and the text that had arrived', async () => {
    server.script = chat(['half of '], { cut: true });
    const { stdout, code } = await ask('--output', 'json', '--retries', '0');
    const answer = JSON.parse(stdout);
    expect(code).toBe(4);
    expect(answer).toMatchObject({ text: 'half of ', finishReason: 'error', attempts: [{ outcome: answer.error.kind }] });
    expect(Object.keys(answer.error)).toEqual(['kind', 'message', 'hint', 'status', 'provider', 'retryAfterMs', 'requestId']);
    server.script = failure(429, 'slow down', { headers: { 'retry-after': '90', 'x-request-id': 'req-9' } });
    const { error } = JSON.parse((await ask('--output', 'json')).stdout);
    expect(error).toMatchObject({ kind: 'rate_limit', status: 429, provider: 'lab', retryAfterMs: 90_000, requestId: 'req-9' });
    expect(error.message).toContain('slow down');
  });

  it('is there as well where nothing could be sent', async () => {
    for (const args of [
      ['hi', '-p', 'openai'],
      ['-p', 'lab', '-m', 'x'],
      ['hi', '-f', 'missing.txt', ...asks(server)],
    ]) {
      const { stdout, stderr, code } = await run([...args, '--output', 'json']);
      const { error, finishReason, text } = JSON.parse(stdout);
      expect({ finishReason, text, kind: error.kind === 'internal' }).toEqual({ finishReason: 'error', text: '', kind: false });
      expect(code).toBe(error.kind === 'usage' ? 2 : 3);
      expect(stderr).toContain(error.message);
    }
  });

  it('gives tool calls that a model makes by itself', async () => {
    server.script = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } };
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] })}\n\n`);
      response.end(`data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] })}\n\ndata: [DONE]\n\n`);
    };
    const { stdout } = await ask('--output', 'json', '--no-tools');
    expect(JSON.parse(stdout)).toMatchObject({
      toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: { city: 'Paris' } }],
      finishReason: 'tool_calls',
    });
  });
});

describe('--output ndjson', () => {
  const events = (stdout: string) =>
    stdout
      .slice(0, -1)
      .split('\n')
      .map((line) => JSON.parse(line));

  it('is every event on a line of its own, whatever the text holds', async () => {
    const text = 'a\u2028b\u2029c\rd\r\ne\u0085f\u001b[0m\n"g"\\';
    server.script = chat([text.slice(0, 5), text.slice(5)]);
    const { stdout, code } = await ask('--output', 'ndjson');
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/[\r\u0085\u2028\u2029\u001b]/);
    const all = events(stdout);
    expect(all.every((event) => event.v === 1)).toBe(true);
    expect(all[0]).toMatchObject({ type: 'turn.start', provider: 'lab', model: 'small' });
    expect(all.filter((event) => event.type === 'turn.end')).toEqual([all.at(-1)]);
    const deltas = all.filter((event) => event.type === 'part.delta').map((event) => event.text);
    expect(deltas.join('')).toBe(text);
    expect(all.find((event) => event.type === 'part.end').part).toEqual({ type: 'text', text });
  });

  it('ends with turn.end after a failure too, also one before the request', async () => {
    server.script = failure(500, 'oops');
    for (const more of [
      ['--retries', '1'],
      ['-f', 'missing'],
    ]) {
      const all = events((await ask('--output', 'ndjson', ...more)).stdout);
      expect(all[0].type).toBe('turn.start');
      expect(all.at(-1)).toMatchObject({ type: 'turn.end', finishReason: 'error' });
      expect(all.filter((event) => event.type === 'turn.end')).toHaveLength(1);
      expect(all.filter((event) => event.type === 'retry')).toHaveLength(more[0] === '--retries' ? 1 : 0);
    }
  });

  it('comes as it happens', async () => {
    server.script = chat(['first'], { hang: true });
    const running = start(['hi', ...asks(server), '--output', 'ndjson']);
    await running.shows('"text":"first"');
    running.child.kill('SIGKILL');
    await running.ended;
  });
});

describe('readers', () => {
  it.each(['text', 'json', 'ndjson'])('that are slow get every byte of %s', async (output) => {
    server.script = chat([MEGABYTE.slice(0, 70_000), MEGABYTE.slice(70_000)]);
    const { stdout, stderr } = await shell(`ASK --output ${output} | (sleep 0.4; cat)`);
    expect(stderr).toBe('');
    if (output === 'text') expect(stdout).toBe(`${MEGABYTE}\n`);
    else if (output === 'json') expect(JSON.parse(stdout).text).toBe(MEGABYTE);
    else {
      const lines = stdout.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line)).find((event) => event.type === 'part.end').part.text).toBe(MEGABYTE);
    }
  });

  it.each([
    ['text', 'head -c 10', 10],
    ['ndjson', 'head -n 8 | tail -n 1 | head -c 10', 10],
  ])('that leave end the run quietly and stop the request (%s)', async (output, reader, length) => {
    server.script = chat(Array(100_000).fill('word '), { delayMs: 1 });
    const running = start([], {
      shell: `($SOTTO ask hi ${asks(server).join(' ')} --output ${output}; echo "code $?" >&2) | ${reader}`,
    });
    const asked = await server.next();
    await asked.left;
    const { stdout, stderr } = await running.ended;
    expect(stdout).toHaveLength(length);
    expect(stderr).toBe('code 0\n');
  });

  it('that leave a list early are no failure', async () => {
    const { stdout, stderr } = await run([], { shell: '($SOTTO models --known --all; echo "code $?" >&2) | head -1' });
    expect(stdout).toMatch(/^model /);
    expect(stderr).toBe('code 0\n');
  });

  it('need not be there: a closed stdout or stderr changes nothing', async () => {
    expect((await shell('ASK >&-; echo "code $?"')).stdout).toBe('code 0\n');
    expect((await shell('ASK -v 2>&-; echo "code $?"')).stdout).toBe('Hello world\ncode 0\n');
    expect((await shell('ASK -v 2>/dev/full; echo "code $?"')).stdout).toBe('Hello world\ncode 0\n');
  });

  it.runIf(process.platform === 'linux').each(['ASK', 'ASK --output json', '$SOTTO help', '$SOTTO --help', '$SOTTO models --known --all'])(
    'on a full disk are told: %s',
    async (command) => {
      const { stdout, stderr } = await shell(`${command} >/dev/full; echo "code $?"`);
      expect(stdout).toBe('code 2\n');
      expect(stderr).toMatch(/^sotto: The output could not be written: .*no space/);
      expect(stderr).not.toMatch(/^ {4}at /m);
    },
  );
});
