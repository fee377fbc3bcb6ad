import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MockServer, startMockServer } from '../support/mock-server.ts';
import { filesIn, run, temporaryFolder } from '../support/program.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server.close());

const KEY = 'sk-dry-run-0123456789';
const SCHEMA = '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}';
const providers: [string, () => Record<string, string>, string[], string][] = [
  ['openai (chat)', () => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url }), ['-m', 'gpt-4o-mini'], '/chat/completions'],
  [
    'openai (responses)',
    () => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url }),
    ['-m', 'gpt-4o-mini', '--set', 'providers.openai.api=responses'],
    '/responses',
  ],
  [
    'azure',
    () => ({ AZURE_OPENAI_API_KEY: KEY, AZURE_OPENAI_ENDPOINT: server.origin }),
    ['-p', 'azure', '-m', 'deployment'],
    '/chat/completions',
  ],
  ['anthropic', () => ({ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: server.origin }), ['-m', 'claude-3-7-sonnet'], '/v1/messages'],
  ['ollama', () => ({ OLLAMA_HOST: server.origin, OLLAMA_API_KEY: KEY }), ['-p', 'ollama', '-m', 'llama3.2'], '/api/chat'],
  ['a preset', () => ({ GROQ_API_KEY: KEY }), ['-p', 'groq', '-m', 'llama', '--set', 'providers.groq.url=URL'], '/chat/completions'],
  [
    'a server of the user',
    () => ({ LAB_API_KEY: KEY }),
    ['-p', 'lab', '-m', 'small', '--set', 'providers.lab.url=URL'],
    '/chat/completions',
  ],
  ['the guide', () => ({}), ['-p', 'guide'], 'guide:'],
];

describe.each(providers)('--dry-run with %s', (_, env, args, path) => {
  const plan = async (more: string[]) => {
    const typed = args.map((arg) => arg.replace('URL', server.url));
    const { code, stdout } = await run(['what is this?', '--dry-run', '-s', 'be brief', ...typed, ...more], { env: env() });
    expect(code).toBe(0);
    expect(stdout).not.toContain(KEY);
    return JSON.parse(stdout);
  };

  it('prints the request and its estimate, and sends nothing', async () => {
    const { v, request, estimate } = await plan([]);
    expect(v).toBe(1);
    expect(request.method).toBe('POST');
    expect(request.url).toContain(path);
    expect(JSON.stringify(request.body)).toContain('what is this?');
    expect(estimate.inputTokens).toBeGreaterThan(3);
    expect(estimate.inputTokens).toBeLessThan(50);
    expect(server.asked).toHaveLength(0);
  });

  // The guide reads no pictures.
  it.skipIf(path === 'guide:')('shows schema and pictures as they would be sent', async () => {
    using folder = temporaryFolder();
    const picture = join(folder.path, 'p.png');
    writeFileSync(picture, Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex'));
    const { request } = await plan(['--schema', SCHEMA, '-f', picture, '--output', 'json']);
    const text = JSON.stringify(request.body);
    expect(text).toContain('iVBORw0KGgo');
    expect(text).toContain('city');
    expect(server.asked).toHaveLength(0);
  });
});

describe('--dry-run', () => {
  it('knows the price where there is one, and says null where there is none', async () => {
    const env = { OPENAI_API_KEY: KEY };
    const known = JSON.parse((await run(['hi', '--dry-run', '-m', 'gpt-4o-mini', '--max-tokens', '1000'], { env })).stdout);
    expect(known.estimate.inputUsd).toBeGreaterThan(0);
    expect(known.estimate).toMatchObject({ maxOutputTokens: 1000, maxOutputUsd: 0.0006 });
    const unknown = JSON.parse((await run(['hi', '--dry-run', '-p', 'lab', '-m', 'x', '--set', `providers.lab.url=${server.url}`])).stdout);
    expect(unknown.estimate).toMatchObject({ inputUsd: null, maxOutputTokens: null, maxOutputUsd: null });
  });

  it('counts what is attached', async () => {
    const count = async (stdin: string) =>
      JSON.parse((await run(['hi', '--dry-run', '-p', 'guide'], { stdin: { send: stdin } })).stdout).estimate.inputTokens;
    expect(await count('word '.repeat(1000))).toBeGreaterThan((await count('word')) + 900);
  });

  it('writes nothing', async () => {
    using home = temporaryFolder();
    await run(['hi', '--dry-run', '-m', 'gpt-4o-mini'], { home: home.path, env: { OPENAI_API_KEY: KEY } });
    expect(filesIn(home.path)).toEqual({});
  });
});

it('leaves the notice of a model that ends for the run that counts', async () => {
  using home = temporaryFolder();
  const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url, SOTTO_MODEL: 'gpt-4o-mini' };
  for (const more of [['--dry-run'], [], []]) {
    const isSaid = more.length > 0 || server.turns().length === 0;
    const { code, stderr } = await run(['ask', 'q', ...more], { home: home.path, env });
    expect({ code, isSaid: /^sotto: gpt-4o-mini at openai end/.test(stderr) }).toEqual({ code: 0, isSaid });
  }
});
