import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needsMore } from '../support/installed.ts';
import { SERVER } from '../support/mcp.ts';
import { run, start, temporaryFolder } from '../support/program.ts';
import { HOP, HOPPER, letAllOut, pidsIn, processesWith } from '../tools/escapes.ts';
import { isAlive, until } from '../tools/support.ts';

/** A home, and in it a project that the program is started in. */
function place(files: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const project = join(folder.path, 'project');
  mkdirSync(project);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (content.startsWith('#!')) chmodSync(file, 0o755);
  }
  const options = { home: folder.path, cwd: project };
  return {
    project,
    home: folder.path,
    tools: (...args: string[]) => run(['tools', ...args], options),
    piped: (send: string, ...args: string[]) => run(['tools', ...args], { ...options, stdin: { send } }),
    withEnv: (env: Record<string, string>, ...args: string[]) => run(['tools', ...args], { ...options, env }),
    begin: (...args: string[]) => start(['tools', ...args], options),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const WEATHER = `export default { name: 'weather', description: 'Weather of a city. Made up.', access: 'none',
  parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 9 } }, required: ['city'] },
  run: ({ city, days = 1 }) => 'sunny in ' + city + ' for ' + days };`;
const SHOUT = `#!/bin/sh
if [ "$1" = --describe ]; then echo '{"name": "shout", "description": "Shouts."}'; exit; fi
tr a-z A-Z
`;

describe('sotto tools list', () => {
  it('names every tool, where it is from and whether it asks', async () => {
    using at = place({ 'sotto/tools/weather.mjs': WEATHER, 'sotto/tools/shout': SHOUT });
    const { code, stdout, stderr } = await at.tools();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^tool +access +asks +from +what it does\n/);
    expect(stdout).toMatch(/^read_file +read +no +built-in +Read a text file\.$/m);
    expect(stdout).toMatch(/^run_command +execute +yes +built-in +Run a shell command/m);
    expect(stdout).toMatch(/^weather +none +no +own +Weather of a city\.$/m);
    expect(stdout).toMatch(/^shout +execute +yes +own +Shouts\.$/m);
  });

  it('is one JSON object for scripts, with what is wrong beside it', async () => {
    using at = place({
      'sotto/tools/weather.mjs': WEATHER,
      'sotto/tools/broken.mjs': 'export default 5',
      'sotto/tools/all.mjs': WEATHER.replace('weather', 'all'),
    });
    const { stdout, stderr } = await at.tools('list', '--json');
    const { v, tools, problems } = JSON.parse(stdout);
    expect(v).toBe(1);
    expect(tools.find((tool: { name: string }) => tool.name === 'weather')).toEqual({
      name: 'weather',
      description: 'Weather of a city. Made up.',
      access: 'none',
      asks: false,
      asksBecause: null,
      source: 'own',
      unavailable: null,
      file: join(at.home, 'sotto/tools/weather.mjs'),
      tokens: expect.any(Number),
    });
    expect(problems).toEqual([
      `${join(at.home, 'sotto/tools/all.mjs')}: sotto itself uses the name all. Give the tool another one.`,
      `${join(at.home, 'sotto/tools/broken.mjs')}: its default export is no object.`,
    ]);
    expect(stderr).toContain('sotto: not a tool: ');
  });
});

describe('sotto tools show', () => {
  it('tells what it takes, what it may reach and what it costs', async () => {
    using at = place({ 'sotto/tools/weather.mjs': WEATHER });
    const { stdout } = await at.tools('show', 'weather');
    expect(stdout).toMatch(/^access +none: it only computes, and runs unasked$/m);
    expect(stdout).toMatch(/^tokens +about \d+ in every request that has it$/m);
    expect(stdout).toMatch(/^ {2}city {2}string; needed$/m);
    expect(stdout).toMatch(/^ {2}days {2}integer from 1 to 9$/m);
    expect(stdout).toContain('Try it: sotto tools run weather --city …');
    expect(JSON.parse((await at.tools('show', 'run_command', '--json')).stdout)).toMatchObject({
      v: 1,
      name: 'run_command',
      access: 'execute',
      asks: true,
      parameters: { type: 'object' },
    });
  });

  it('says which tool was meant', async () => {
    using at = place();
    const { code, stderr } = await at.tools('show', 'read_fil');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('There is no tool "read_fil".') });
    expect(stderr).toContain('Did you mean read_file?');
  });
});

describe('sotto tools run', () => {
  it('takes words, flags, JSON, and JSON from stdin', async () => {
    using at = place({ 'project/a.ts': 'one\ntwo // TODO\nthree\n', 'sotto/tools/weather.mjs': WEATHER });
    expect(await at.tools('run', 'calculate', '2^64 - 1')).toMatchObject({ code: 0, stdout: '18446744073709551615\n', stderr: '' });
    expect((await at.tools('run', 'read_file', 'a.ts', '--start-line', '2', '--end-line=2', '--line-numbers')).stdout).toContain(
      '2\ttwo // TODO\n',
    );
    expect((await at.tools('run', 'search_files', '--pattern', 'TODO', '--glob', '*.ts', '--no-literal')).stdout).toBe(
      'a.ts:2: two // TODO\n',
    );
    expect((await at.tools('run', 'weather', '{"city": "Paris", "days": 3}')).stdout).toBe('sunny in Paris for 3\n');
    expect((await at.piped('{"city": "Rome"}', 'run', 'weather', '-')).stdout).toBe('sunny in Rome for 1\n');
    expect(JSON.parse((await at.tools('run', 'weather', '--json', '--city', 'Oslo')).stdout)).toEqual({
      v: 1,
      tool: 'weather',
      arguments: { city: 'Oslo' },
      output: 'sunny in Oslo for 1',
      failed: false,
    });
  });

  it.each([
    [['weather'], /weather: the value must have required property 'city'/],
    [['weather', '--city'], /--city needs a value/],
    [['weather', '--town', 'x'], /weather has no argument town/],
    [['weather', '--cty', 'x'], /Did you mean --city\?/],
    [['weather', 'Paris', 'Rome'], /weather has no place for "Rome"/],
    [['weather', 'Paris', '--days', 'many'], /--days takes integer, and "many" is none/],
    [['weather', 'Paris', '--days', '20'], /\/days must be <= 9/],
    [['weather', '{"city": '], /not a JSON object/],
    [['nothing'], /There is no tool "nothing"/],
  ])('refuses %j in words', async (words, message) => {
    using at = place({ 'sotto/tools/weather.mjs': WEATHER });
    const { code, stdout, stderr } = await at.tools('run', ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('tells a failure on stderr, with an exit code of its own', async () => {
    using at = place();
    expect(await at.tools('run', 'calculate', '1/0')).toMatchObject({ code: 5, stdout: '', stderr: 'sotto: Division by zero.\n' });
    expect(await at.tools('run', 'read_file', '.env')).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringContaining('a file of environment variables'),
    });
    expect(await at.tools('run', 'run_command', 'echo partly; exit 3')).toMatchObject({
      code: 5,
      stderr: 'sotto: partly\n[exit code 3]\n',
    });
  });

  it('writes when it is told to, and with --dry-run only says what it would do', async () => {
    using at = place({ 'project/a.txt': 'one\n' });
    const args = ['write_file', '--path', 'a.txt', '--content', 'two\n'];
    const { stdout } = await at.tools('run', '--dry-run', ...args);
    expect(stdout).toBe(
      `write a.txt (1 line, +1 -1)\n@@ -1,1 +1,1 @@\n-one\n+two\na model's call of this asks first; "always" would allow write_file(${at.project}/*)\n`,
    );
    expect(readFileSync(join(at.project, 'a.txt'), 'utf8')).toBe('one\n');
    expect(JSON.parse((await at.tools('run', '--dry-run', '--json', 'run_command', 'git log')).stdout)).toMatchObject({
      access: 'execute',
      asks: true,
      rule: `run_command(= in ${at.project}: git log)`,
      refusal: null,
    });
    expect((await at.tools('run', '--dry-run', 'read_file', 'a.txt')).stdout).toBe('read a.txt\nit runs unasked\n');
    await at.tools('run', ...args);
    expect(readFileSync(join(at.project, 'a.txt'), 'utf8')).toBe('two\n');
  });

  it('gives commands none of the keys, not even those of presets and of the configuration', async () => {
    using at = place({
      'sotto/config.json': JSON.stringify({
        providers: { lab: { kind: 'openai-compatible', url: 'http://lab/v1', key: '$LAB_SECRET_NAME' } },
      }),
      'sotto/keys.json': JSON.stringify({ mistral: 'a-stored-key-of-another', groq: '!pass show groq' }),
    });
    const keys = {
      OPENAI_API_KEY: 'sk-0123456789abcdefwxyz',
      GROQ_API_KEY: 'gsk_x',
      LAB_SECRET_NAME: 'odd',
      MY_COPY: 'sk-0123456789abcdefwxyz',
      HARMLESS: 'Bearer a-stored-key-of-another',
      FINE: 'kept',
    };
    const { stdout } = await at.withEnv(keys, 'run', 'run_command', 'env');
    expect(stdout).toContain('FINE=kept');
    expect(stdout).not.toMatch(/OPENAI|GROQ|LAB_SECRET|MY_COPY|HARMLESS/);
  });

  it("reads none of sotto's own files, though its home lies in the working folder", async () => {
    using at = place({ 'sotto/keys.json': '{}' });
    const { code, stderr } = await run(['tools', 'run', 'read_file', 'sotto/keys.json'], { home: at.home, cwd: at.home });
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining("one of sotto's own files") });
  });

  it('fetches a page of this machine only where that is allowed', async () => {
    using at = place();
    const server = createServer((request, response) => response.end(`agent ${request.headers['user-agent']}`)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
    expect(await at.tools('run', 'fetch_page', url)).toMatchObject({ code: 5, stderr: expect.stringContaining('leads to this machine') });
    expect((await at.withEnv({ SOTTO_ALLOW_PRIVATE_ADDRESSES: 'true' }, 'run', 'fetch_page', url)).stdout).toMatch(/agent sotto\/\d/);
    server.close();
  });

  it('ends what it runs on Ctrl+C, and when it takes too long', async () => {
    using at = place();
    const running = at.begin('run', 'run_command', 'echo $$ > pid; sleep 1000');
    while (!existsSync(join(at.project, 'pid'))) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    using slow = place({
      'sotto/tools/slow.mjs':
        "export default { name: 'slow', description: 'x', timeoutSeconds: 0.2, run: () => new Promise(() => setInterval(() => {}, 1000)) }",
    });
    expect(await slow.tools('run', 'slow')).toMatchObject({ code: 4, stderr: expect.stringMatching(/slow was not done after 0\.2 s\.\n/) });
  });
});

describe('what a tool has started', () => {
  it.for([
    ['in its group', 'sleep 1000 & echo $! > pid; wait'],
    ['outside of its group', "setsid sh -c 'echo $$ > pid; exec sleep 1000'"],
  ] as const)('ends when sotto itself is killed: %s', async ([, command], { skip }) => {
    skip(...needsMore(command));
    using at = place();
    const file = join(at.project, 'pid');
    const running = at.begin('run', 'run_command', command);
    await until(() => existsSync(file) && readFileSync(file, 'utf8').trim() !== '');
    const pid = Number(readFileSync(file, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    running.child.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });

  it.runIf(process.platform === 'linux').each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'and got away, however, ends when sotto ends by %s',
    async (signal) => {
      using at = place({ 'project/hop.sh': HOPPER['hop.sh'] });
      const running = at.begin(
        'run',
        'run_command',
        `trap '' TERM INT HUP\n${HOP}\n${letAllOut(at.project)}\ntouch out; while :; do sleep 0.1; done`,
      );
      await until(() => existsSync(join(at.project, 'out')));
      const pids = pidsIn(at.project);
      expect(pids.filter(isAlive)).toEqual(pids);
      running.child.kill(signal);
      await running.ended;
      await until(() => !pids.some(isAlive) && processesWith(at.project).length === 0);
    },
  );
});

describe('sotto tools rules and forget', () => {
  const rules = {
    v: 1,
    rules: [
      { tool: 'run_command', pattern: '= in /work: git log', addedMs: Date.UTC(2026, 10, 24, 12) },
      { tool: 'fetch_page', pattern: 'example.com', addedMs: 0 },
    ],
  };

  it('show what may run unasked and since when, and take it back', async () => {
    using at = place({ 'sotto/tool-rules.json': JSON.stringify(rules) });
    const { stdout } = await at.withEnv({ SOTTO_ALLOW: 'write_file(src/*)' }, 'rules');
    expect(stdout).toMatch(/^write_file\(src\/\*\) +set allow \(environment SOTTO_ALLOW\)$/m);
    expect(stdout).toMatch(/^run_command\(= in \/work: git log\) +answered "always" on 2026-11-24$/m);
    expect((await at.tools('forget', 'run_command(= in /work: git log)')).stderr).toContain('Forgot run_command(= in /work: git log)');
    const left = { rule: 'fetch_page(example.com)', origin: 'answer', addedMs: 0, asksAgain: null };
    expect(JSON.parse((await at.tools('rules', '--json')).stdout).rules).toEqual([left]);
    expect(await at.tools('forget', 'fetch_page')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean 'fetch_page(example.com)'?"),
    });
    expect((await at.tools('forget', '--all')).code).toBe(0);
    expect(await at.tools('rules')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('there is no rule') });
    expect((await at.tools('forget')).code).toBe(2);
  });

  it('mark what was allowed before and allows nothing any more', async () => {
    const before = ['git *', 'in /work: python3.11 *', '= git log', '= in /work: rm \\x2a', undefined].map((pattern) => ({
      tool: 'run_command',
      pattern,
    }));
    const others = [{ tool: 'fetch_page' }, { tool: 'files__read' }, { tool: 'mine', pattern: 'in /work' }];
    const kept = [
      { tool: 'run_command', pattern: 'in /work: cat *' },
      { tool: 'files__read', identity: 'a' },
    ];
    using at = place({ 'sotto/tool-rules.json': JSON.stringify({ v: 1, rules: [...before, ...others, ...kept] }) });
    const rows: { rule: string; asksAgain: string | null }[] = JSON.parse((await at.tools('rules', '--json')).stdout).rules;
    const why = [
      ...before.map(({ pattern }) => (pattern === undefined ? 'it does not say what it was for' : 'it allowed more than can be checked')),
      'it does not say what it was for',
      'it does not say which tool it was for',
      'it does not say which tool it was for',
      null,
      null,
    ];
    expect(rows.map(({ asksAgain }) => asksAgain)).toEqual(why);
    expect((await at.tools('rules')).stdout).toMatch(
      /^run_command\(git \*\) +asks again: it allowed more than can be checked \(answered "always" on /m,
    );
  });
});

describe('sotto tools trust', () => {
  it('lets the tools of a folder be used, and nobody runs them before', async () => {
    using at = place({
      'project/.sotto/tools/mine.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync('ran', 'x'); export default { name: 'mine', description: 'Mine.', access: 'none', run: () => 'ok' }`,
    });
    const before = await at.tools('list');
    expect(before.stdout).not.toContain('mine');
    expect(before.stderr).toContain('has tools that are not used, because this folder is not trusted');
    expect(before.stderr).toContain('sotto tools trust');
    expect(existsSync(join(at.project, 'ran'))).toBe(false);
    const trusted = await at.tools('trust');
    expect(trusted.stderr).toContain('.sotto/tools/mine.mjs');
    expect(existsSync(join(at.project, 'ran'))).toBe(false);
    expect((await at.tools('list')).stdout).toMatch(/^mine +execute +yes: it comes from this folder +own +Mine\.$/m);
    expect((await at.tools('show', 'mine')).stdout).toMatch(/^asks +it comes from this folder$/m);
    expect((await at.tools('run', 'mine')).stdout).toBe('ok\n');
    writeFileSync(join(at.project, '.sotto/tools/more.mjs'), 'throw new Error("never run")');
    const changed = await at.tools('list');
    expect(changed.stdout).not.toContain('mine');
    expect(changed.stderr).toContain('what this folder brings has changed since you trusted it');
    await at.tools('trust');
    expect((await at.tools('list')).stderr).toContain('never run');
    await at.tools('untrust');
    expect((await at.tools('run', 'mine')).code).toBe(2);
    expect(await at.tools('trust', 'nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no folder') });
  });
});

describe('the tools of MCP servers', () => {
  it('are listed, shown and run as others are', async () => {
    using at = place({ 'sotto/mcp.json': JSON.stringify({ mcpServers: { own: { command: process.execPath, args: [SERVER] } } }) });
    const { stdout } = await at.tools('list');
    const name = /^(own__\w*echo\w*) +mcp +yes +mcp:own /m.exec(stdout)?.[1] ?? '';
    expect(name).toBe('own__echo');
    expect((await at.tools('show', name)).stdout).toMatch(/^access +mcp: it calls a server, and asks first$/m);
    expect((await at.tools('run', name, '--message', 'hello')).stdout).toContain('hello');
  });
});

describe('the tools of a question', () => {
  it('are a warning where they take much of what the model can read', async () => {
    const large = `export default { name: 'large', description: ${JSON.stringify('long words of a description. '.repeat(300))}, run: () => 'x' };`;
    using at = place({ 'sotto/tools/large.mjs': large });
    const ask = (model: string) =>
      run(['-m', model, '-p', 'openai', '--tools', 'own', '--dry-run', 'hello'], {
        home: at.home,
        cwd: at.project,
        env: { OPENAI_API_KEY: 'sk-x' },
      });
    expect((await ask('gpt-4')).stderr).toMatch(/the tools take about \d+ tokens, 2\d % of what the model can read/);
    expect((await ask('gpt-4o')).stderr).not.toContain('the tools take');
  });

  it('are named by the setting, and a wrong name is said before anything is sent', async () => {
    using at = place();
    const { code, stderr } = await run(['-p', 'guide', '--tools', 'read_fil', 'hello'], { home: at.home, cwd: at.project });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('There is no tool "read_fil".') });
  });
});
