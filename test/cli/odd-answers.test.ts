/** Odd answers of servers as a script sees them: stdout, exit code and stderr of the program, on the four wires. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begun, frame, inTheMiddle, stream, TEXT } from '../providers/shapes/shape.ts';
import { run } from '../support/program.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { WIRES, type WireName } from '../support/wire-answers.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

const PROVIDERS: Record<WireName, (url: string) => { args: string[]; env: Record<string, string> }> = {
  chat: (url) => ({
    args: ['-m', 'openai/gpt-4o', '--set', 'providers.openai.api=chat'],
    env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${url}/v1` },
  }),
  responses: (url) => ({
    args: ['-m', 'openai/gpt-4o', '--set', 'providers.openai.api=responses'],
    env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${url}/v1` },
  }),
  anthropic: (url) => ({ args: ['-m', 'anthropic/claude-sonnet-4-5'], env: { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: url } }),
  ollama: (url) => ({ args: ['-m', 'ollama/m'], env: { OLLAMA_HOST: url } }),
};

async function ask(wire: WireName, body: string, more: string[] = []) {
  const { url, exchanges } = server.at((exchange) => {
    if (/\/api\/(show|tags)/.test(exchange.received.path)) return exchange.send(200, { capabilities: ['completion'], model_info: {} });
    exchange.open(WIRES[wire].contentType);
    exchange.write(body);
    exchange.end();
  });
  const { args, env } = PROVIDERS[wire](url);
  const ended = await run(['ask', 'what is it?', '--private', ...args, ...more], { env });
  return { ...ended, requests: exchanges.filter(({ received }) => !/\/api\/(show|tags)/.test(received.path)).length };
}

describe.each(Object.keys(WIRES) as WireName[])('%s', (wire) => {
  it('prints an answer that is odd and whole, and nothing else', async () => {
    const body = inTheMiddle(wire, frame(wire, {}));
    expect(await ask(wire, body)).toMatchObject({ code: 0, stdout: `${TEXT}\n`, stderr: '', requests: 1 });
  });

  it('keeps what can be read of one with a broken piece, and ends with 4', async () => {
    const { code, stdout, stderr, requests } = await ask(wire, inTheMiddle(wire, frame(wire, '{"choices":[{"del')));
    expect({ code, stdout, requests }).toEqual({ code: 4, stdout: `${TEXT}\n`, requests: 1 });
    expect(stderr).toMatch(/a piece of the answer could not be read, so it is incomplete: \{"choices":\[\{"del/);
  });

  it('keeps what came before an error, and ends with its code', async () => {
    const { code, stdout, stderr } = await ask(wire, begun(wire) + frame(wire, { error: { message: 'boom', type: 'server_error' } }));
    expect({ code, stdout }).toEqual({ code: 4, stdout: 'Hello\n' });
    expect(stderr).toContain('boom');
  });

  it('says that an answer is empty', async () => {
    const { code, stdout, stderr } = await ask(wire, stream(wire, {}));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^sotto: \w+: the answer is empty\.\n$/);
  });

  it('says in JSON what was counted, and null for what was not', async () => {
    const body = stream(wire).replace(/"(prompt_tokens|input_tokens|prompt_eval_count)":\d+/g, '"$1":-5');
    const { code, stdout } = await ask(wire, body, ['--output', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).usage).toMatchObject({ input: null, output: 7 });
  });
});
