/** What a provider ran itself is in every figure that sotto shows of an answer: text, JSON, list, show and export. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MockServer, startMockServer } from '../support/mock-server.ts';
import { conversationsHome } from './conversations-home.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
afterAll(() => server.close());

function answer(output: object[]): void {
  const message = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Rain.' }] };
  const response = { id: 'r', object: 'response', status: 'completed', model: 'gpt-4o-mini', output: [...output, message] };
  server.script = (_, reply) => {
    reply.writeHead(200, { 'content-type': 'application/json' });
    reply.end(JSON.stringify({ ...response, usage: { input_tokens: 10_000, output_tokens: 1_000 } }));
  };
}

const SEARCH = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'Lima' } };
const PICTURE = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'UklGRg==' };

it('counts a search, and says of what has no price that it costs at least the rest', async () => {
  using home = conversationsHome();
  const env = { OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: server.url };
  const ask = (...more: string[]) =>
    home.sotto(['ask', 'weather?', '-p', 'openai', '-m', 'gpt-4o-mini', '--set', 'providers.openai.api=responses', ...more], { env });
  // 10,000 × $0.15/M + 1,000 × $0.60/M = $0.0021, and one search of $0.01.
  answer([SEARCH]);
  const searched = JSON.parse((await ask('--output', 'json')).stdout);
  expect(searched.cost).toEqual({ usd: 0.0121, estimated: false, source: { priceOf: 'gpt-4o-mini' } });
  expect(searched.usage).toMatchObject({ input: 10_000, hostedCalls: { webSearches: 1 } });
  expect((await home.sotto(['list'])).stdout).toContain(' $0.012 ');
  answer([SEARCH, PICTURE]);
  expect((await ask('-v', '-c')).stderr).toContain('cost ≥ $0.012 (price of gpt-4o-mini)');
  // Both together: $0.0242.
  expect((await home.sotto(['list'])).stdout).toContain(' ≥ $0.024 ');
  expect((await home.sotto(['show'])).stdout).toContain('≥ $0.024');
  const [listed] = JSON.parse((await home.sotto(['list', '--json'])).stdout).conversations;
  expect(listed).toMatchObject({ costUsd: 0.0242, unknownCosts: 1 });
  const exported = JSON.parse((await home.sotto(['export', '--format', 'json'])).stdout);
  const costs = JSON.stringify(exported).match(/"usd":0\.0121,"estimated":false,"atLeast":true/g);
  expect(costs?.length).toBeGreaterThanOrEqual(1);
});

it('gives what a search in files found, with score and text, in JSON, with -v, and when it is sent back', async () => {
  using home = conversationsHome();
  const env = { OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: server.url };
  const found = { file_id: 'file_1', filename: 'manual\u001b.pdf', score: 0.8712, text: 'Section 3:\nRain.' };
  answer([{ type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['rain'], results: [found, { file_id: 'file_2' }] }]);
  const ask = (...more: string[]) =>
    home.sotto(['ask', 'rain?', '-p', 'openai', '-m', 'gpt-4o-mini', '--set', 'providers.openai.api=responses', ...more], { env });
  const asked = JSON.parse((await ask('--hosted', 'file_search(vs_1)', '--output', 'json')).stdout);
  expect(asked.passages).toEqual([
    { file: 'manual\u001b.pdf', score: 0.8712, text: 'Section 3:\nRain.' },
    { file: 'file_2', score: null, text: '' },
  ]);
  const { stderr } = await ask('--hosted', 'file_search(vs_1)', '-v', '-c');
  expect(stderr).toContain('sotto: manual\u241b.pdf (0.87): Section 3: Rain.\nsotto: file_2\n');
  expect(JSON.stringify(server.asked.at(-1)?.json)).toContain('"filename":"manual\\u001b.pdf"');
});
