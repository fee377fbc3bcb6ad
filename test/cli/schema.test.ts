import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, chat, failure, inTurn, json, type MockServer, startMockServer } from '../support/mock-server.ts';
import { lives } from '../support/own-time.ts';
import { run, start, temporaryFolder } from '../support/program.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server.close());

const SCHEMA = '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}';
const ask = (...more: string[]) => run(['q', '--schema', SCHEMA, ...asks(server), ...more]);

describe('--schema', () => {
  it.each([
    ['bare', '{"city":"Lima"}', '{"city":"Lima"}'],
    ['in a code fence', '```json\n{"city": "Lima"}\n```', '{"city": "Lima"}'],
    ['in a fence among words', 'Here you are:\n\n```\n{"city": "Lima"}\n```\nAnything else?', '{"city": "Lima"}'],
    ['among words', 'The answer is {"city": "Lima {old}"}, I think.', '{"city": "Lima {old}"}'],
    ['over several lines', '{\n  "city": "Lima"\n}\n\n', '{\n  "city": "Lima"\n}'],
  ])('prints the JSON and nothing else, as the model wrote it: %s', async (_, answer, expected) => {
    server.script = chat([answer.slice(0, 7), answer.slice(7)]);
    expect(await ask()).toMatchObject({ code: 0, stdout: `${expected}\n`, stderr: '' });
    expect(server.turns()).toHaveLength(1);
    expect((await ask('--output', 'markdown')).stdout).toBe(`${expected}\n`);
    expect(JSON.parse((await ask('--output', 'json')).stdout).text).toBe(expected);
  });

  it('is told in words where the API does not surely follow it, and sent along', async () => {
    server.script = chat(['{"city":"Lima"}']);
    await ask('-s', 'be brief');
    const { messages, response_format } = server.turns()[0]?.json ?? {};
    expect(messages?.[0]).toMatchObject({ role: 'system' });
    expect(messages?.[0]?.content).toMatch(/^be brief\n\n[\s\S]*JSON Schema[\s\S]*"city"/);
    expect(response_format).toMatchObject({ type: 'json_schema', json_schema: { schema: JSON.parse(SCHEMA) } });
  });

  it.each([
    'response_format is not supported by this server',
    'Unrecognized request argument supplied: response_format',
    "json_schema: this model's template has no grammar",
    'Structured outputs are not available',
  ])('goes in words alone to a server that refuses it, from then on at once: %s', async (words) => {
    using home = temporaryFolder();
    const asked = () => run(['q', '--schema', SCHEMA, ...asks(server)], { home: home.path });
    server.script = inTurn(failure(400, words), chat(['{"city":"Lima"}']));
    const first = await asked();
    expect(first).toMatchObject({ code: 0, stdout: '{"city":"Lima"}\n' });
    expect(first.stderr).toBe('sotto: lab does not accept a schema for small: it is put into the prompt instead.\n');
    const [refused, worded] = server.turns().map(({ json }) => json);
    expect(refused?.response_format).toBeDefined();
    expect(worded).not.toHaveProperty('response_format');
    expect(String(worded?.messages?.[0]?.content).match(/JSON Schema/g)).toHaveLength(1);
    expect(await asked()).toMatchObject({ code: 0, stdout: '{"city":"Lima"}\n', stderr: '' });
    expect(server.turns()).toHaveLength(3);
    expect(server.turns()[2]?.json).not.toHaveProperty('response_format');
  });

  it.each([
    [500, { error: { message: 'Failed to initialize samplers: failed to parse grammar' } }],
    [404, { error: { message: 'No endpoints found that support the requested parameters: response_format' } }],
    [400, { error: { message: 'Extra inputs are not permitted', param: 'response_format' } }],
    [400, { error: { message: 'Model does not support JSON mode' } }],
  ])('goes in words alone after %i and %j', async (status, body) => {
    using home = temporaryFolder();
    server.script = inTurn(json(body, status), chat(['{"city":"Lima"}']));
    expect(await run(['q', '--schema', SCHEMA, ...asks(server)], { home: home.path })).toMatchObject({
      code: 0,
      stdout: '{"city":"Lima"}\n',
      stderr: expect.not.stringContaining('again'),
    });
    expect(server.turns()[1]?.json).not.toHaveProperty('response_format');
  });

  it('goes as nativeSchema says, whatever a server refuses', async () => {
    server.script = chat(['{"city":"Lima"}']);
    await ask('--set', 'providers.lab.nativeSchema=false');
    expect(server.turns()[0]?.json).not.toHaveProperty('response_format');
    expect(server.turns()[0]?.json.messages?.[0]?.content).toContain('JSON Schema');
    await ask('--set', 'providers.lab.nativeSchema=true');
    expect(server.turns()[1]?.json.messages).toHaveLength(1);
    server.script = failure(400, 'response_format is not supported');
    expect(await ask('--set', 'providers.lab.nativeSchema=true')).toMatchObject({ code: 5, stdout: '' });
    expect(server.turns()).toHaveLength(3);
  });

  it('is not hidden where it is wrong', async () => {
    server.script = failure(400, "Invalid schema for response_format 'answer': 'city' is missing in required");
    const { code, stderr } = await ask();
    expect(code).toBe(5);
    expect(stderr).toContain('Invalid schema for response_format');
    expect(server.turns()).toHaveLength(1);
  });

  it('asks once more after an answer that does not follow it', async () => {
    server.script = inTurn(chat(['{"town":"Lima"}']), chat(['{"city":"Lima"}']));
    const { code, stdout, stderr } = await ask();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"city":"Lima"}\n' });
    expect(stderr).toMatch(/^sotto: The answer does not follow the schema \(.*city.*\); asking once more\.\n$/);
    const repair = server.turns()[1]?.json.messages?.slice(-2);
    expect(repair?.[0]).toMatchObject({ role: 'assistant', content: '{"town":"Lima"}' });
    expect(repair?.[1]?.content).toMatch(/does not follow the schema: .*city/);
  });

  it('ends with 4 and keeps stdout clean where the second answer is wrong too', async () => {
    server.script = chat(['no JSON here']);
    const { code, stdout, stderr } = await ask();
    expect({ code, stdout, asked: server.turns().length }).toEqual({ code: 4, stdout: '', asked: 2 });
    expect(stderr).toContain('sotto: The answer does not follow the schema: it is not JSON.\n');
    expect(stderr).toContain('no JSON here\n');
    const answer = JSON.parse((await ask('--output', 'json')).stdout);
    expect(answer).toMatchObject({ text: 'no JSON here', finishReason: 'error', error: { kind: 'protocol' } });
    expect(answer.usage).toMatchObject({ input: 24, output: 6 });
  });

  it('does not ask again for what the token limit cut off', async () => {
    server.script = chat(['{"city":"Li'], { finish: 'length' });
    const { code, stdout, stderr } = await ask('--max-tokens', '5');
    expect({ code, stdout, asked: server.turns().length }).toEqual({ code: 4, stdout: '', asked: 1 });
    expect(stderr).toContain('cut at the token limit');
    expect(stderr).toContain('--max-tokens 5');
  });

  it('loses nothing when it is cancelled', async () => {
    server.script = chat(['{"city":"Li'], { hang: true });
    const running = start(['q', '--schema', SCHEMA, ...asks(server)]);
    await server.next();
    await lives(300, running.child);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('{"city":"Li');
  });

  it('may come from a file, in any dialect', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'schema.json');
    writeFileSync(file, `\ufeff{"$schema":"http://json-schema.org/draft-07/schema#","type":"string","format":"email"}`);
    server.script = chat(['"a@b.org"']);
    const { code, stdout } = await run(['q', '--schema', file, ...asks(server)]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '"a@b.org"\n' });
  });

  it.each([
    ['broken JSON', '{"type":', /^sotto: The schema on the command line is no JSON object/],
    ['no object', '[1]', /no JSON object/],
    ['no schema', '{"type":"nonsense"}', /^sotto: The schema cannot be used/],
    ['a reference to nowhere', '{"$ref":"#/definitions/nope"}', /cannot be used: .*nope/],
    ['a missing file', 'nope.json', /^sotto: nope\.json cannot be read: there is no such file/],
  ])('is refused with 2 before anything is sent: %s', async (_, schema, message) => {
    const { code, stdout, stderr } = await run(['q', '--schema', schema, ...asks(server)]);
    expect(stderr).toMatch(message);
    expect({ code, stdout, asked: server.asked.length }).toEqual({ code: 2, stdout: '', asked: 0 });
  });
});
