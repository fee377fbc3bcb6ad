/** Refusals that are not about the model or the key: a wrong address, a page of something in between, a region, a proxy; on every wire. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chat, json, type MockServer, type Script, startMockServer } from '../support/mock-server.ts';
import { run, temporaryFolder } from '../support/program.ts';

let server: MockServer;
let home: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  home = temporaryFolder();
  server.asked.length = 0;
  server.script = chat(['fine']);
});
afterEach(() => home[Symbol.dispose]());
afterAll(() => server.close());

const KEY = 'sk-test-0123456789';

/** How each wire is reached, what its base URL is, and where a turn goes. */
const WIRES: Record<string, { env: (url: string) => Record<string, string>; args: string[]; base: string; path: string }> = {
  'openai chat': {
    env: (url) => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: url }),
    args: ['-m', 'openai/gpt-6-luna', '--set', 'providers.openai.api=chat'],
    base: '/v1',
    path: '/v1/chat/completions',
  },
  'openai responses': {
    env: (url) => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: url }),
    args: ['-m', 'openai/gpt-6-luna', '--set', 'providers.openai.api=responses'],
    base: '/v1',
    path: '/v1/responses',
  },
  anthropic: {
    env: (url) => ({ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: url }),
    args: ['-m', 'anthropic/claude-haiku-5-5'],
    base: '',
    path: '/v1/messages',
  },
  ollama: { env: (url) => ({ OLLAMA_HOST: url }), args: ['-m', 'ollama/qwen3'], base: '', path: '/api/chat' },
  azure: {
    env: (url) => ({ AZURE_OPENAI_API_KEY: KEY, AZURE_OPENAI_ENDPOINT: url }),
    args: ['-m', 'azure/mine'],
    base: '',
    path: '/openai/v1/chat/completions',
  },
  'a server of the user': {
    env: () => ({}),
    args: ['-p', 'lab', '-m', 'small', '--set', 'providers.lab.url=URL'],
    base: '/v1',
    path: '/v1/chat/completions',
  },
};

function ask(wire: string, { base, more = [], command = ['ask', 'q'] }: { base?: string; more?: string[]; command?: string[] } = {}) {
  const { env, args, base: usual } = WIRES[wire] ?? expect.fail(wire);
  const url = `${server.origin}${base ?? usual}`;
  const own = args.map((arg) => arg.replace('URL', url));
  return run([...command, ...own, ...more], { home: home.path, env: env(url) });
}

function listOf(wire: string) {
  const { env, base, args } = WIRES[wire] ?? expect.fail(wire);
  const url = `${server.origin}${base}`;
  const provider = wire.startsWith('a server') ? 'lab' : (args[1]?.split('/')[0] ?? '');
  const place = provider === 'lab' ? ['--set', `providers.lab.url=${url}`] : [];
  return run(['models', 'list', '--refresh', '-p', provider, ...place], { home: home.path, env: env(url) });
}

const page = (status: number, title: string): Script => {
  const html = `<!DOCTYPE html>\n<html><head><title>${title}</title><style>body{color:red}</style></head><body><script>var secretThing=1</script><p>${'words '.repeat(500)}</p></body></html>`;
  return (_, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(html);
};
const text =
  (status: number, body: string): Script =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'text/plain' }).end(body);

describe.each(Object.keys(WIRES))('%s', (wire) => {
  const { path } = WIRES[wire] ?? { path: '' };

  it.each<[string, Script, string]>([
    ['a page', page(404, '404 Not Found'), 'answered 404 with a web page ("404 Not Found")'],
    ['the words of a Go server', text(404, '404 page not found\n'), 'answered 404 with "404 page not found"'],
    ['nothing', text(404, ''), 'answered 404 and gave no reason'],
    ['the words of FastAPI', json({ detail: 'Not Found' }, 404), 'answered 404 with "Not Found"'],
    ['the words of a host of programs', json({ message: 'Application not found' }, 404), 'answered 404 with "Application not found"'],
  ])('names the address when it answers 404 with %s', async (_, script, said) => {
    server.script = script;
    const { code, stdout, stderr } = await ask(wire);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain(`${server.origin}${path} ${said}`);
    expect(stderr).toMatch(/base URL|OLLAMA_HOST|AZURE_OPENAI_ENDPOINT/);
    expect(stderr).not.toMatch(/sotto models list|ollama pull|secretThing|color:red|words words/);
  });

  it.each<[string, Script, string]>([
    ['a page', page(200, 'Welcome to nginx!'), 'answered 200 with a web page ("Welcome to nginx!")'],
    ['JSON of something else', json({ hello: 1 }), 'answered 200 with {"hello":1}'],
    ['words', text(200, 'Ollama is running'), 'answered 200 with "Ollama is running"'],
    ['a text of JSON', text(200, '"ok"'), 'answered 200 with "ok"'],
    ['JSON without anything', json({}), 'answered 200 with {}'],
  ])('names the address when it answers 200 with %s', async (_, script, said) => {
    server.script = script;
    const { code, stdout, stderr } = await ask(wire, { more: ['--retries', '0'] });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(`${server.origin}${path} ${said} instead of a model's answer.`);
    expect(stderr).toMatch(/base URL|OLLAMA_HOST|AZURE_OPENAI_ENDPOINT/);
    expect(stderr).not.toMatch(/secretThing|color:red|words words|What had arrived|Ignored/);
    if (wire === 'azure') return;
    const list = await listOf(wire);
    expect({ code: list.code, stdout: list.stdout }).toEqual({ code: 4, stdout: '' });
    expect(list.stderr).toContain(`${said} instead of a list of models.`);
    expect(list.stderr).toMatch(/base URL|OLLAMA_HOST/);
  });

  it('still speaks of the model when the provider does', async () => {
    server.script = json(
      { error: { message: 'The model `x` does not exist.', type: 'invalid_request_error', code: 'model_not_found' } },
      404,
    );
    const { code, stderr } = await ask(wire);
    expect(code).toBe(5);
    expect(stderr).toMatch(/sotto models list|ollama pull/);
    expect(stderr).not.toContain('base URL');
  });

  it('does not blame the key for a page with 403', async () => {
    server.script = page(403, 'Attention Required! | Cloudflare');
    const { code, stderr } = await ask(wire, { more: ['--retries', '0'] });
    expect(code).toBe(4);
    expect(stderr).toContain(`${server.origin}${path} answered 403 with a web page ("Attention Required! | Cloudflare")`);
    expect(stderr).toContain('the key is not the problem');
    expect(stderr).not.toMatch(/sotto keys|secretThing|words words/);
  });

  it('does not blame the key where a gateway of AWS has no such path', async () => {
    server.script = json({ message: 'Missing Authentication Token' }, 403);
    const { code, stderr } = await ask(wire);
    expect({ code, asked: server.turns().length }).toEqual({ code: 5, asked: 1 });
    expect(stderr).toContain(`${server.origin}${path} answered 403 with "Missing Authentication Token"`);
    expect(stderr).toMatch(/base URL|OLLAMA_HOST|AZURE_OPENAI_ENDPOINT/);
    expect(stderr).not.toContain('sotto keys');
  });

  it('does not blame the key for the wrong country', async () => {
    server.script = json(
      { error: { message: 'Country, region, or territory not supported', code: 'unsupported_country_region_territory' } },
      403,
    );
    const { code, stderr } = await ask(wire);
    expect(code).toBe(5);
    expect(stderr).toContain('Country, region, or territory not supported');
    expect(stderr).not.toContain('sotto keys');
  });

  it('blames the key where the API says that it is the key', async () => {
    server.script = json({ error: { message: 'Your API key lacks the permission for this.', type: 'permission_error' } }, 403);
    const { code, stderr } = await ask(wire);
    expect(code).toBe(3);
    expect(stderr).toContain('sotto keys');
  });

  it('says of 407 that no proxy is set, since it may be the server itself', async () => {
    server.script = page(407, 'Proxy Authentication Required');
    const { code, stderr } = await ask(wire);
    expect(code).toBe(3);
    expect(stderr).toContain(
      `${new URL(server.origin).host} answered 407: it, or a proxy on the way to it, asks for a name and a password.`,
    );
    expect(stderr).toContain(
      'No proxy is set for this address. If it needs one, set HTTP_PROXY (or the setting "proxy") to it, with NAME:PASSWORD@',
    );
    expect(stderr).toContain('check the base URL');
    expect(server.turns()).toHaveLength(1);
  });
});

describe('a base URL that is the address of one call', () => {
  it.each<[string, string, string]>([
    ['openai chat', '/v1/chat/completions', '/v1/chat/completions'],
    ['openai chat', '/v1/chat/completions/', '/v1/chat/completions'],
    ['openai chat', '/deep/v1/models', '/deep/v1/chat/completions'],
    ['openai responses', '/v1/responses', '/v1/responses'],
    ['anthropic', '/v1/messages', '/v1/messages'],
    ['anthropic', '/proxy/v1/messages', '/proxy/v1/messages'],
    ['ollama', '/api/chat', '/api/chat'],
    ['ollama', '/api/generate', '/api/chat'],
    ['azure', '/openai/v1/chat/completions', '/openai/v1/chat/completions'],
    [
      'azure',
      '/openai/deployments/mine/chat/completions?api-version=2024-10-21',
      '/openai/deployments/mine/chat/completions?api-version=2024-10-21',
    ],
    ['a server of the user', '/v1/chat/completions', '/v1/chat/completions'],
    ['a server of the user', '/v1/responses', '/v1/responses'],
    ['openai chat', '/v1/chat/completions?api-version=7', '/v1/chat/completions?api-version=7'],
    ['openai responses', '/v1/responses/?api-version=7', '/v1/responses?api-version=7'],
    ['anthropic', '/v1/messages?beta=true', '/v1/messages?beta=true'],
  ])('of %s (%s) loses the call, and sotto says so once', async (wire, base, path) => {
    const { stderr } = await ask(wire, { base });
    expect(server.turns()[0]?.path).toBe(path);
    expect(stderr.match(/is the address of one call/g)).toHaveLength(1);
    expect(stderr).not.toContain(KEY);
  });

  it('is not said of one that only looks a little like it', async () => {
    for (const base of ['/models', '/v1', '/chat', '/my-responses']) {
      const { code, stderr } = await ask('a server of the user', { base });
      expect({ base, code, stderr }).toEqual({ base, code: 0, stderr: '' });
    }
    expect(server.turns().map(({ path }) => path)[0]).toBe('/models/chat/completions');
  });

  it('does not show the password in it', async () => {
    const url = `${server.origin.replace('http://', 'http://me:topsecret99@')}/v1/chat/completions`;
    const { stderr } = await run(['ask', 'q', '-p', 'lab', '-m', 'small', '--set', `providers.lab.url=${url}`], { home: home.path });
    expect(stderr).toContain('is the address of one call');
    expect(stderr).not.toContain('topsecret99');
  });
});

describe('a base URL with more behind its path', () => {
  it.each<[string, string, string]>([
    ['openai chat', '/v1/?team=7', '/v1/chat/completions?team=7'],
    ['openai responses', '/v1?team=7#part', '/v1/responses?team=7'],
    ['anthropic', '/v1?team=7', '/v1/messages?team=7'],
    ['anthropic', '?team=7', '/v1/messages?team=7'],
    ['a server of the user', '/v1#part', '/v1/chat/completions'],
    ['ollama', '?team=7', '/api/chat?team=7'],
    ['ollama', '/v1/?team=7', '/api/chat?team=7'],
    ['azure', '?team=7', '/openai/v1/chat/completions?team=7'],
    ['azure', '/openai/v1/?team=7', '/openai/v1/chat/completions?team=7'],
  ])('is asked at its path, the query behind it: %s (%s)', async (wire, base, path) => {
    const { stderr } = await ask(wire, { base });
    expect({ path: server.turns().at(-1)?.path, stderr }).toEqual({ path, stderr: expect.not.stringContaining('most end in') });
  });

  it.each<[string, string, string]>([
    ['openai chat', '/v1?team=7', '/v1/models?team=7'],
    ['anthropic', '/v1?team=7', '/v1/models?team=7&limit=1000'],
    ['ollama', '/v1?team=7', '/api/tags?team=7'],
  ])('has its list at its path too: %s', async (wire, base, path) => {
    const url = `${server.origin}${base}`;
    server.script = json({ data: [{ id: 'one' }] });
    await run(['models', 'list', '-p', wire.split(' ')[0] ?? '', '--refresh'], { home: home.path, env: WIRES[wire]?.env(url) ?? {} });
    expect(server.asked.map((request) => request.path)).toEqual([path]);
  });
});

describe('a redirect', () => {
  const to =
    (place: string): Script =>
    (_, response) =>
      void response.writeHead(308, { location: place }).end();

  it('without a host is told as the whole address that it is', async () => {
    server.script = to('/v2/chat/completions');
    const { code, stderr } = await ask('a server of the user');
    expect(code).toBe(4);
    expect(stderr).toContain(`redirects to ${server.origin}/v2/chat/completions (HTTP 308).`);
    expect(stderr).toContain('set it as the base URL');
  });

  it('to where it came from is not offered as another base URL', async () => {
    server.script = to('/v1/chat/completions');
    const { stderr } = await ask('a server of the user');
    expect(stderr).toContain('which is the address that was asked');
    expect(stderr).not.toContain('set it as the base URL');
  });
});

it('a network that wants a sign-in says so, and is not "over soon"', async () => {
  server.script = page(511, 'Network Authentication Required');
  const { code, stderr } = await ask('a server of the user');
  expect({ code, asked: server.turns().length }).toEqual({ code: 4, asked: 1 });
  expect(stderr).toContain('This network wants a sign-in first');
});

describe('a base URL without its version', () => {
  it('that is from the environment is mended there, where a setting would change nothing', async () => {
    server.script = text(404, 'File Not Found');
    for (const command of [
      ['ask', 'q', '-m', 'openai/gpt-6-luna'],
      ['models', 'list', '-p', 'openai', '--refresh'],
    ]) {
      const { stderr } = await run(command, { home: home.path, env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.origin } });
      expect(stderr).toContain(
        `Check the base URL of openai (OPENAI_BASE_URL): most end in /v1. Try: export OPENAI_BASE_URL=${server.origin}/v1`,
      );
      expect(stderr).not.toContain('sotto config');
    }
  });

  it('is named, with the one that may be right', async () => {
    server.script = text(404, 'File Not Found');
    const { code, stderr } = await ask('a server of the user', { base: '' });
    expect(code).toBe(5);
    expect(stderr).toContain(`${server.origin}/chat/completions answered 404 with "File Not Found"`);
    expect(stderr).toContain(`sotto config set providers.lab.url ${server.origin}/v1`);
  });

  it('never shows a secret of the address', async () => {
    server.script = page(404, 'gone');
    const { stderr } = await ask('a server of the user', { base: '/k/sk-abcdef0123456789abcdef?key=hunter2hunter2' });
    expect(stderr).toContain('answered 404 with a web page ("gone")');
    expect(stderr).not.toMatch(/abcdef0123456789|hunter2/);
  });

  it('is told in the same way by the list of models', async () => {
    server.script = page(404, 'Not here');
    const { code, stderr } = await run(['models', 'list', '-p', 'lab', '--set', `providers.lab.url=${server.origin}`], { home: home.path });
    expect(code).toBe(5);
    expect(stderr).toContain(`${server.origin}/models answered 404 with a web page ("Not here")`);
    expect(stderr).toContain(`sotto config set providers.lab.url ${server.origin}/v1`);
    server.script = page(403, 'Blocked');
    const blocked = await run(['models', 'list', '-p', 'openai'], {
      home: home.path,
      env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url },
    });
    expect(blocked.stderr).toContain('the key is not the problem');
    expect(blocked.code).toBe(4);
  });

  it('of a server that has no Responses says which setting asks for Chat Completions', async () => {
    server.script = json({ detail: 'Not Found' }, 404);
    const { stderr } = await ask('openai responses');
    expect(stderr).toContain('sotto config set providers.openai.api chat');
  });
});

describe('what a model wrote instead of a call (Groq)', () => {
  it('is shown, and the same is asked again as after any broken answer', async () => {
    server.script = json(
      {
        error: {
          message: "Failed to call a function. See 'failed_generation' for more details.",
          type: 'invalid_request_error',
          code: 'tool_use_failed',
          failed_generation: '<function=read_file>{"path":"a"}</function>',
        },
      },
      400,
    );
    const { code, stderr } = await ask('a server of the user', { more: ['--output', 'json', '--retries', '1'] });
    expect({ code, asked: server.turns().length }).toEqual({ code: 5, asked: 2 });
    expect(stderr).toContain('<function=read_file>{"path":"a"}</function>');
  });
});
