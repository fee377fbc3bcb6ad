import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, failure, json, type MockServer, silence, startMockServer } from '../support/mock-server.ts';
import { run, temporaryFolder } from '../support/program.ts';
import { openTerminal } from '../support/terminal.ts';

let server: MockServer;
let home: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  home = temporaryFolder();
  server.asked.length = 0;
  server.script = json({ object: 'list', data: [{ id: 'small' }, { id: 'large-2' }, { id: 'bad\u001b[31mname' }] });
});
afterEach(() => home[Symbol.dispose]());
afterAll(() => server.close());

const lab = () => asks(server).slice(0, 2);
const sotto = (args: string[], env: Record<string, string> = {}) => run(args, { home: home.path, env });

describe('sotto models list', () => {
  it('is a table of what the configured providers have', async () => {
    const { code, stdout, stderr } = await sotto(['models', ...lab()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^model +window +output +can\n/);
    expect(stdout).toMatch(/^lab\/small +– +–$/m);
    expect(stdout).not.toContain('\u001b');
  });

  it('is JSON with --json, and can be filtered', async () => {
    const { stdout } = await sotto(['models', 'list', 'LARGE', '--json', ...lab()]);
    expect(JSON.parse(stdout)).toEqual({ v: 1, models: [{ provider: 'lab', id: 'large-2', source: 'provider' }] });
    const none = await sotto(['models', 'list', 'zzz', ...lab()]);
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect(none.stderr).toContain('no model name contains "zzz"');
  });

  it('is asked for once a day, and again with --refresh', async () => {
    await sotto(['models', 'list', ...lab()]);
    expect(server.asked).toHaveLength(1);
    await sotto(['models', 'list', ...lab()]);
    expect(server.asked).toHaveLength(1);
    await sotto(['models', 'list', '--refresh', ...lab()]);
    expect(server.asked).toHaveLength(2);
    const file =
      Object.keys((await import('../support/program.ts')).filesIn(home.path)).find((name) => name.includes('cache/models/')) ?? '';
    writeFileSync(join(home.path, file), JSON.stringify({ fetchedAtMs: Date.now() - 25 * 3_600_000, models: [{ id: 'old' }] }));
    expect((await sotto(['models', 'list', ...lab()])).stdout).toContain('lab/small');
    expect(server.asked).toHaveLength(3);
    writeFileSync(join(home.path, file), 'not JSON');
    expect((await sotto(['models', 'list', ...lab()])).code).toBe(0);
  });

  it('is empty where the server has none, and the built-in table only where it cannot be asked, which is said', async () => {
    const env = { OPENAI_API_KEY: 'sk-test-012345', OPENAI_BASE_URL: server.url };
    for (const nothing of [{ data: [] }, { object: 'list', data: null }, []]) {
      server.script = json(nothing);
      expect(await sotto(['models', '--refresh'], env)).toMatchObject({ code: 0, stdout: '', stderr: 'sotto: there are no models.\n' });
    }
    server.script = json({ hello: 1 });
    const strange = await sotto(['models', '--refresh'], env);
    expect(strange).toMatchObject({ code: 0, stdout: expect.stringContaining('openai/gpt-6-luna') });
    expect(strange.stderr).toMatch(/answered 200 with \{"hello":1\} instead of a list of models\. Showing what sotto knows of it\.\n/);
    server.script = json({ error: { message: 'no such team', type: 'invalid_request_error' } });
    expect(await sotto(['models', '-p', 'openai', '--refresh'], env)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('no such team'),
    });
  });

  it('of the built-in table needs no network and no provider', async () => {
    const { stdout } = await sotto(['models', 'list', '--known', ...lab()]);
    expect(stdout).toContain('openai/gpt-6-luna');
    expect(stdout).toContain('anthropic/claude-sonnet-5-5');
    expect(server.asked).toHaveLength(0);
    const none = await sotto(['models']);
    expect(none.code).toBe(0);
    expect(none.stderr).toContain('no provider is set up');
    expect(none.stdout).toContain('openai/gpt-6-luna');
  });

  it('of all providers goes on without one that is down, and shows what it had', async () => {
    await sotto(['models', 'list', ...lab()]);
    server.script = failure(500, 'broken');
    const { code, stdout, stderr } = await sotto(['models', 'list', '--refresh', ...lab()]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^sotto: lab: broken .*Showing its last list/);
    expect(stdout).toContain('lab/small');
  });

  it('of one provider fails where it is down, or not set up, or unknown', async () => {
    server.script = failure(401, 'bad key');
    expect(await sotto(['models', 'list', '-p', 'lab', ...lab()])).toMatchObject({ code: 3, stdout: '' });
    expect(await sotto(['models', 'list', '-p', 'openai'])).toMatchObject({ code: 3, stdout: '' });
    expect(await sotto(['models', 'list', '-p', 'opnai'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('can be called off', async () => {
    server.script = silence;
    const { start } = await import('../support/program.ts');
    const running = start(['models', 'list', '-p', 'lab', ...lab()], { home: home.path });
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });
});

describe('sotto models show', () => {
  it('tells limits, abilities, parameters and price', async () => {
    const { stdout } = await sotto(['models', 'show', 'gpt-4o-mini']);
    expect(stdout).toMatch(/^model +openai\/gpt-4o-mini$/m);
    expect(stdout).toMatch(/^window +128k tokens$/m);
    expect(stdout).toMatch(/^temperature +0 to 2$/m);
    expect(stdout).toMatch(/^input price +\$0\.15 per million tokens$/m);
    const { price, contextWindow } = JSON.parse((await sotto(['models', 'show', 'gpt-4o-mini', '--json'])).stdout);
    expect({ input: price.inputPerMillion, contextWindow }).toEqual({ input: 0.15, contextWindow: 128_000 });
  });

  it('goes on below the beginning of what is too long for the window', async () => {
    const terminal = openTerminal(['models', 'show', 'claude-sonnet-5-5'], { home: home.path, columns: 40 });
    await terminal.ended;
    const lines = await terminal.lines();
    const at = lines.findIndex((line) => line.startsWith('can '));
    expect(lines.slice(at, at + 2)).toEqual(['can           pictures, tools,', '              reasoning, schema']);
  });

  it('shows the model that is named, not the default of the provider', async () => {
    const { stdout } = await sotto(['models', 'show', 'gpt-4', '-p', 'openai'], {
      OPENAI_API_KEY: 'sk-test-012345',
      OPENAI_BASE_URL: server.url,
    });
    expect(stdout).toMatch(/^model +openai\/gpt-4$/m);
    expect((await sotto(['models', 'show', 'small', '-p', 'lab', ...lab()])).stdout).toMatch(/^model +lab\/small$/m);
  });

  it("shows the window that a compatible server's list tells", async () => {
    server.script = json({
      data: [
        { id: 'other', context_length: 1 },
        { id: 'small', max_model_len: 32_768 },
      ],
    });
    const { stdout } = await sotto(['models', 'show', 'small', '-p', 'lab', ...lab()]);
    expect(stdout).toMatch(/^window +33k tokens$/m);
    expect((await sotto(['models', 'show', 'smal', '-p', 'lab', ...lab()])).stdout).toMatch(/^window +– \(not known\)$/m);
  });

  it('says unknown where nothing is known, and near names where there are', async () => {
    const unknown = await sotto(['models', 'show', 'gpt-4o-mimi']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/Unknown model: "gpt-4o-mimi"\.\nDid you mean gpt-4o-mini/);
    expect((await sotto(['models', 'show', 'small', '-p', 'lab', ...lab()])).stdout).toMatch(/^window +– \(not known\)$/m);
  });

  it('knows the aliases of the user', async () => {
    mkdirSync(join(home.path, 'sotto'));
    writeFileSync(join(home.path, 'sotto', 'config.json'), '{"aliases":{"fast":"openai/gpt-4o-mini"}}');
    const env = { OPENAI_API_KEY: 'sk-test-012345', OPENAI_BASE_URL: server.url };
    expect((await sotto(['models', 'show', 'fast'], env)).stdout).toMatch(/^model +openai\/gpt-4o-mini$/m);
  });
});

describe('sotto providers', () => {
  it('says who can be asked, and what is missing for the others', async () => {
    const { stdout, code } = await sotto(['providers', ...lab()], { GROQ_API_KEY: 'sk-test-0123456789' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^groq +Groq +ready +environment GROQ_API_KEY$/m);
    expect(stdout).toMatch(/^lab +lab +ready +needs no key$/m);
    expect(stdout).toMatch(/^guide .*ready/m);
    expect(stdout).toMatch(/^openai +OpenAI +– +set OPENAI_API_KEY, or run: sotto keys set openai$/m);
    expect(stdout).not.toContain('sk-test');
    const { v, providers } = JSON.parse((await sotto(['providers', '--json'])).stdout);
    expect(v).toBe(1);
    expect(providers.find((row: { name: string }) => row.name === 'anthropic')).toMatchObject({ configured: false, key: null });
  });

  it('makes no request', async () => {
    await sotto(['providers', ...lab()]);
    expect(server.asked).toHaveLength(0);
  });
});

describe('models that end', () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const list = () =>
    json({
      data: [
        { id: 'small', shutdown_date: null },
        { id: 'going', shutdown_date: day(30), replacement: 'newer' },
        { id: 'later', expiration_date: `${day(300)}T00:00:00Z` },
        { id: 'gone', shutdown_date: day(-1) },
        { id: 'never', shutdown_date: '2025-02-30' },
      ],
    });

  it('show their day in the list; those that have ended are hidden without --all', async () => {
    server.script = list();
    const { stdout, stderr } = await sotto(['models', 'list', ...lab()]);
    expect(stdout).toMatch(/^model +window +output +ends +can\n/);
    expect(stdout).toMatch(new RegExp(`^lab/going .* ${day(30)}( .*)?$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^lab/later .* ${day(300)}( .*)?$`, 'm'));
    expect(stdout).not.toContain('lab/gone');
    expect(stderr).toBe('sotto: 1 model that has ended is not shown. To see them: --all\n');
    const all = await sotto(['models', 'list', '--all', ...lab()]);
    expect(all.stdout).toMatch(new RegExp(`^lab/gone .* ended ${day(-1)}( .*)?$`, 'm'));
    expect(all.stderr).toBe('');
    const { models } = JSON.parse((await sotto(['models', 'list', '--json', ...lab()])).stdout);
    expect(models.map(({ id, retires, successor }: Record<string, string>) => [id, retires, successor])).toEqual([
      ['small', undefined, undefined],
      ['going', day(30), 'newer'],
      ['later', day(300), undefined],
      ['never', undefined, undefined],
    ]);
  });

  it('of the built-in table are hidden as well', async () => {
    const { stdout } = await sotto(['models', 'list', '--known']);
    expect(stdout).not.toMatch(/claude-3-7-sonnet|openai\/o1 |grok-3 /);
    expect((await sotto(['models', 'list', '--known', '--all'])).stdout).toMatch(/^anthropic\/claude-3-7-sonnet .* ended 2026-02-19 .*$/m);
  });

  it('show their end and their successor', async () => {
    const { stdout } = await sotto(['models', 'show', 'claude-3-7-sonnet']);
    expect(stdout).toMatch(/^ends +ended on 2026-02-19; its successor is claude-sonnet-5-5$/m);
    server.script = list();
    const live = await sotto(['models', 'show', 'going', '-p', 'lab', ...lab()]);
    expect(live.stdout).toMatch(new RegExp(`^ends +ends on ${day(30)}, in (29|30) days; its successor is newer$`, 'm'));
    expect(live.stderr).toBe('');
    expect((await sotto(['models', 'show', 'gpt-6-luna'])).stdout).toMatch(/^ends +– \(not known\)$/m);
  });

  it('are told once a day where they are a default', async () => {
    server.script = list();
    await sotto(['models', 'list', ...lab()]);
    const { chat } = await import('../support/mock-server.ts');
    server.script = chat(['yes']);
    const ask = (more: string[] = []) =>
      sotto(['ask', 'q', '-p', 'lab', '--set', `providers.lab.url=${server.url}`, '--set', 'providers.lab.model=going', ...more]);
    expect((await ask()).stderr).toMatch(/^sotto: going at lab ends on .* Its successor is newer/m);
    expect((await ask()).stderr).toBe('');
    expect((await ask(['--private'])).stderr).toMatch(/^sotto: going at lab ends on/m);
    expect((await ask(['--private', '-q'])).stderr).toBe('');
  });

  it.each([
    [
      'openai',
      { OPENAI_API_KEY: 'sk-test-012345' },
      'gpt-4',
      failureOf('The model `gpt-4` has been deprecated', 'model_not_found', 404),
      'gpt-5.6-sol',
    ],
    [
      'anthropic',
      { ANTHROPIC_API_KEY: 'sk-test-012345' },
      'claude-3-opus-20240229',
      json({ type: 'error', error: { type: 'not_found_error', message: 'model: claude-3-opus-20240229' } }, 404),
      'claude-opus-5-5',
    ],
    ['xai', { XAI_API_KEY: 'xai-test-012345' }, 'grok-3', failureOf('The model grok-3 is no longer available', 'x', 410), 'grok-4.3'],
    [
      'gemini',
      { GEMINI_API_KEY: 'g-test-012345' },
      'gemini-2.0-flash',
      failureOf('models/gemini-2.0-flash is not found', 'x', 404),
      'gemini-3.5-flash',
    ],
  ])('at %s end with 5 and name the successor', async (provider, env, model, script, successor) => {
    server.script = script;
    const address = { openai: 'OPENAI_BASE_URL', anthropic: 'ANTHROPIC_BASE_URL' }[provider];
    const place = address ? [] : ['--set', `providers.${provider}.url=${server.url}`];
    const { code, stderr } = await sotto(['ask', 'q', '-m', `${provider}/${model}`, ...place], {
      ...env,
      ...(address ? { [address]: server.url } : {}),
    });
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringContaining(`Its successor is ${successor}: -m ${provider}/${successor}`),
    });
  });

  it('and whose maker has named no successor, or is not known, are told as gone', async () => {
    server.script = failureOf('The model `llama-old` has been decommissioned and is no longer supported.', 'model_decommissioned', 400);
    const { code, stderr } = await sotto(['ask', 'q', '-p', 'groq', '-m', 'llama-old', '--set', `providers.groq.url=${server.url}`], {
      GROQ_API_KEY: 'gsk-test-012345',
    });
    expect(code).toBe(5);
    expect(stderr).toContain('sotto models list -p groq');
  });
});

function failureOf(message: string, code: string, status: number): ReturnType<typeof json> {
  return json({ error: { message, type: 'invalid_request_error', code } }, status);
}
