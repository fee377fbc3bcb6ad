import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, chat, json, type MockServer, startMockServer } from '../support/mock-server.ts';
import { run, temporaryFolder } from '../support/program.ts';

let server: MockServer;
let home: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  home = temporaryFolder();
  server.asked.length = 0;
  server.script = chat(['Hello']);
});
afterEach(() => home[Symbol.dispose]());
afterAll(() => server.close());

const configFile = () => join(home.path, 'sotto', 'config.json');
function configure(content: unknown): void {
  mkdirSync(join(home.path, 'sotto'), { recursive: true });
  writeFileSync(configFile(), typeof content === 'string' ? content : JSON.stringify(content));
}
const ask = (args: string[], env: Record<string, string> = {}) => run(['hi', ...args], { home: home.path, env });
const openai = () => ({ OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: server.url });
const model = () => server.turns().at(-1)?.json.model;

describe('which model is asked', () => {
  it('is the one that is named, wherever it is named', async () => {
    await ask(['-m', 'gpt-4o'], openai());
    expect(model()).toBe('gpt-4o');
    await ask(['-m', 'openai/gpt-4o-mini'], openai());
    expect(model()).toBe('gpt-4o-mini');
    await ask([], { ...openai(), SOTTO_MODEL: 'gpt-4' });
    expect(model()).toBe('gpt-4');
    configure({ model: 'fast', aliases: { fast: 'openai/gpt-3.5-turbo' } });
    await ask([], openai());
    expect(model()).toBe('gpt-3.5-turbo');
    await ask(['--set', 'aliases.fast=openai/gpt-4'], openai());
    expect(model()).toBe('gpt-4');
  });

  it('follows the profile', async () => {
    configure({ model: 'openai/gpt-4o', profiles: { work: { model: 'lab/big', providers: { lab: { url: server.url } } } } });
    await ask(['--profile', 'work'], openai());
    expect(model()).toBe('big');
    await ask([], { ...openai(), SOTTO_PROFILE: 'work' });
    expect(model()).toBe('big');
    await ask(['-m', 'openai/gpt-4o', '--profile', 'work'], openai());
    expect(model()).toBe('gpt-4o');
  });

  it('is the default of a provider that is configured', async () => {
    expect((await ask([], openai())).code).toBe(0);
    expect(server.turns()).toHaveLength(1);
    configure({ providers: { lab: { url: server.url, model: 'house' } } });
    await ask([]);
    expect(model()).toBe('house');
  });

  it('takes nested settings for this run', async () => {
    const sets = ['providers.mine.kind=openai-compatible', `providers.mine.url=${server.url}`, 'providers.mine.headers.X-Team=blue'];
    expect((await ask([...sets.flatMap((set) => ['--set', set]), '-m', 'mine/m', '--set', 'temperature=0.5'])).code).toBe(0);
    const asked = server.turns()[0];
    expect(asked?.headers['x-team']).toBe('blue');
    expect(asked?.json).toMatchObject({ model: 'm', temperature: 0.5 });
  });
});

describe('a model that nobody knows', () => {
  it('is 2, with near matches, and nothing is sent', async () => {
    server.script = json({ object: 'list', data: [{ id: 'gpt-4o-mini' }] });
    const { code, stderr } = await ask(['-m', 'gpt-4o-mimi'], openai());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sotto: No configured provider knows the model "gpt-4o-mimi"\.\nDid you mean gpt-4o-mini/);
    expect(stderr).toContain('name the provider: PROVIDER/gpt-4o-mimi');
    expect(server.turns()).toHaveLength(0);
  });

  it('passes with -p, with a notice that -q leaves out and that comes once for each model', async () => {
    expect((await ask(['-p', 'openai', '-m', 'brand-new', '-q'], openai())).stderr).toBe('');
    const loud = await ask(['-p', 'openai', '-m', 'brand-new'], openai());
    expect(loud).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(loud.stderr).toBe('sotto: brand-new is not a model of openai that sotto knows: it was passed on as it is.\n');
    expect(model()).toBe('brand-new');
    expect((await ask(['-p', 'openai', '-m', 'brand-new'], openai())).stderr).toBe('');
    expect((await ask(['-m', 'openai/other-new'], openai())).stderr).toContain('other-new is not a model of openai');
  });

  it('passes without a word where it is configured', async () => {
    configure({ model: 'openai/brand-new', aliases: { fast: 'openai/newer-still' } });
    expect(await ask([], openai())).toMatchObject({ code: 0, stderr: '' });
    expect(await ask(['-m', 'fast'], openai())).toMatchObject({ code: 0, stderr: '' });
    expect(model()).toBe('newer-still');
  });

  it.each([
    ['a file that is missing', ['-f', 'nowhere.txt'], 2],
    ['a value out of range', ['--temperature', '9'], 2],
    ['a port where nobody is', ['--retries', '0', '--set', 'providers.openai.url=http://127.0.0.1:47123/v1'], 4],
  ])('says nothing of it before an error that sends nothing: %s', async (_, args, code) => {
    const ended = await ask(['-p', 'openai', '-m', 'brand-new', ...args], openai());
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toContain('that sotto knows');
  });

  it('remembers nothing of it in a private run', async () => {
    for (let run = 0; run < 2; run++)
      expect((await ask(['-p', 'openai', '-m', 'brand-new', '--private'], openai())).stderr).toContain('that sotto knows');
  });

  it('passes without a word at a server of the user', async () => {
    expect((await ask(asks(server))).stderr).toBe('');
  });
});

describe('a provider that cannot be asked', () => {
  it.each([
    ['unknown', ['-p', 'opnai'], 2, /^sotto: There is no provider "opnai"\.\nDid you mean openai\?/],
    ['without a key', ['-p', 'openai'], 3, /^sotto: There is no key for OpenAI\.\nSet OPENAI_API_KEY, or run: sotto keys set openai\n$/],
    [
      'without a key, found by the model',
      ['-m', 'claude-3-opus'],
      3,
      /claude-3-opus is a model of Anthropic, for which there is no key[\s\S]*ANTHROPIC_API_KEY/,
    ],
    ['without an address', ['-p', 'azure', '-m', 'x'], 3, /AZURE_OPENAI_ENDPOINT/],
    ['without a model', ['-p', 'lab', '--set', 'providers.lab.url=http://localhost:1/v1'], 2, /lab has no default model\.\n.*-m/],
    ['not there at all', [], 3, /No provider is set up[\s\S]*Looked for:[\s\S]*OPENAI_API_KEY[\s\S]*Ollama[\s\S]*sotto -p guide/],
    [
      'with a key from a variable that is not set',
      ['-p', 'openai', '--set', 'providers.openai.key=$NOT_SET'],
      3,
      /NOT_SET, which is not set/,
    ],
    ['with a command that fails', ['-p', 'openai', '--set', 'providers.openai.key=!exit 3'], 3, /openai/],
  ])('says what is missing: %s', async (_, args, expected, message) => {
    const { code, stdout, stderr } = await ask(args, { OLLAMA_HOST: '127.0.0.1:9' });
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  });

  it('gives the guide only to those who name it', async () => {
    expect((await ask([])).code).toBe(3);
    const { code, stdout } = await ask(['-p', 'guide']);
    expect(code).toBe(0);
    expect(stdout).toContain('not a language model');
  });
});

describe('addresses', () => {
  it.each(['nonsense', 'ftp://host', 'http://', 'localhost:8080'])('that are malformed are 3 and named: %s', async (url) => {
    const { code, stderr } = await ask(['-p', 'lab', '-m', 'x', '--set', `providers.lab.url=${url}`]);
    expect(stderr).toMatch(/^sotto: The setting providers\.lab\.url \(flag\) is not a web address/);
    expect(code).toBe(3);
    const variable = await ask(['-p', 'openai'], { OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: url });
    expect(variable.stderr).toContain('OPENAI_BASE_URL is not a web address');
    expect(variable.code).toBe(3);
  });

  it.each(['ORIGIN', 'HOST', 'ORIGIN/', 'http://localhost:PORT', '0.0.0.0:PORT', ':PORT'])('OLLAMA_HOST may be %s', async (form) => {
    const { host, port } = new URL(server.origin);
    server.script = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end('{"message":{"role":"assistant","content":"Hello"},"done":false}\n{"done":true,"done_reason":"stop"}\n');
    };
    const value = form.replace('ORIGIN', server.origin).replace('HOST', host).replace('PORT', port);
    expect(await ask(['-p', 'ollama', '-m', 'm'], { OLLAMA_HOST: value })).toMatchObject({ code: 0, stdout: 'Hello\n' });
  });

  it('behind a proxy that is not there: the proxy is named', async () => {
    const proxy = await startMockServer();
    await proxy.close();
    const { code, stderr } = await run(
      ['hi', '-p', 'lab', '-m', 'x', '--retries', '0', '--set', 'providers.lab.url=http://lab.test.invalid/v1'],
      { home: home.path, env: { HTTP_PROXY: proxy.origin, http_proxy: proxy.origin } },
    );
    expect(stderr).toMatch(/proxy/i);
    expect(stderr).toContain(new URL(proxy.origin).host);
    expect(code).toBe(4);
  });

  it('with a certificate file that is missing: the file is named', async () => {
    const { code, stderr } = await ask([...asks(server), '--set', 'caFile=/nowhere/ca.pem']);
    expect(stderr).toContain('/nowhere/ca.pem');
    expect(code).toBe(3);
  });
});

describe('a configuration file', () => {
  it('that is malformed ends with 3, names the line, and stays as it is', async () => {
    const broken = '{\n  "model": "gpt-4o",\n  "temperature" 1\n}\n';
    configure(broken);
    for (const args of [['hi'], ['models', '--known'], ['config', 'set', 'model', 'x']]) {
      const { code, stderr } = await run(args, { home: home.path });
      expect(stderr).toMatch(/config\.json[^\n]*line 3/i);
      expect(code).toBe(3);
    }
    expect(readFileSync(configFile(), 'utf8')).toBe(broken);
  });

  it('with a wrong value ends with 3 and names the setting', async () => {
    configure({ temperature: 'hot' });
    const { code, stderr } = await ask(asks(server));
    expect(stderr).toMatch(/config\.json: temperature should be a number from 0 to 2/);
    expect(code).toBe(3);
  });

  it('with an unknown key still works, and says so', async () => {
    configure({ temprature: 1 });
    const { code, stdout, stderr } = await ask(asks(server));
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello\n' });
    expect(stderr).toMatch(/^sotto: .*there is no setting temprature; it is ignored\. .*temperature/);
  });
});

describe('the environment', () => {
  it('with a wrong value ends with 3 and names the variable', async () => {
    const { code, stderr } = await ask(asks(server), { SOTTO_RETRIES: 'many' });
    expect(stderr).toMatch(/^sotto: The environment variable SOTTO_RETRIES should be a whole number/);
    expect(code).toBe(3);
  });

  it('loses against a flag', async () => {
    await ask([...asks(server), '--temperature', '0.1'], { SOTTO_TEMPERATURE: '0.9' });
    expect(server.turns()[0]?.json.temperature).toBe(0.1);
  });
});
