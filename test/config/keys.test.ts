import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { deleteKey, listKeys, readKey, setKey } from '../../src/config/key-store.ts';
import { findKey, resolveKey } from '../../src/config/keys.ts';
import { READS_TYPESCRIPT } from '../support/typescript.ts';
import { failureOf, failureOfAsync, makeHome } from './home.ts';

const never = new AbortController().signal;
const KEY = 'sk-0123456789abcdefghij';

function sourcesOf(home: ReturnType<typeof makeHome>, env: Record<string, string> = {}, sets: string[] = []) {
  return { settings: home.load({ env, sets }), env: { PATH: process.env.PATH, ...env }, keysFile: home.paths.keysFile };
}

describe('where a key comes from', () => {
  it('is --set, then the environment, then the configuration, then the key store', async () => {
    const home = makeHome({ providers: { openai: { key: 'from-file' } } });
    await setKey(home.paths.keysFile, 'openai', 'from-store');
    await setKey(home.paths.keysFile, 'groq', 'from-store');
    const env = { OPENAI_API_KEY: 'from-env' };
    const resolve = (provider: string, variables = {}, sets: string[] = []) =>
      resolveKey(provider, sourcesOf(home, variables, sets), never);
    expect(await resolve('openai', env, ['providers.openai.key=from-set'])).toEqual({ value: 'from-set', origin: 'flag' });
    expect(await resolve('openai', env)).toEqual({ value: 'from-env', origin: 'environment OPENAI_API_KEY' });
    expect(await resolve('openai')).toEqual({ value: 'from-file', origin: `file ${home.paths.configFile}` });
    expect(await resolve('groq')).toEqual({ value: 'from-store', origin: `key store ${home.paths.keysFile}` });
    expect(await resolve('mistral')).toBeUndefined();
  });

  it('can be a reference to a variable, and says so when that is not set', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that is tested
    const home = makeHome({ providers: { a: { key: '$OTHER' }, b: { key: '${OTHER}' }, c: { key: '$ab-literal' } } });
    expect(await resolveKey('a', sourcesOf(home, { OTHER: ' value\n' }), never)).toMatchObject({ value: 'value' });
    expect(await resolveKey('b', sourcesOf(home, { OTHER: 'value' }), never)).toMatchObject({ value: 'value' });
    expect(await resolveKey('c', sourcesOf(home), never)).toMatchObject({ value: '$ab-literal' });
    expect(await failureOfAsync(() => resolveKey('a', sourcesOf(home), never))).toMatchObject({
      kind: 'authentication',
      exitCode: 3,
      message: `The key of a (file ${home.paths.configFile}) is in the environment variable OTHER, which is not set.`,
    });
  });

  it('is never run as a command when it comes from the environment', async () => {
    const home = makeHome();
    expect(await resolveKey('openai', sourcesOf(home, { OPENAI_API_KEY: '!touch-nothing' }), never)).toMatchObject({
      value: '!touch-nothing',
    });
  });

  it('is refused when it cannot stand in a header, without being repeated', () => {
    for (const text of ['sk-abc\u2026def12345', 'sk-abc def12345', 'sk-abc\ndef12345']) {
      const failure = failureOf(() => findKey('openai', sourcesOf(makeHome({ providers: { openai: { key: text } } }))));
      expect(failure.kind).toBe('authentication');
      expect(failure.message + failure.hint).not.toContain('def12345');
    }
  });
});

describe.skipIf(process.platform === 'win32')('a key command', () => {
  const run = (command: string, more: { commandLimitMs?: number } = {}, signal = never) => {
    const home = makeHome({ providers: { p: { key: `!${command}` } } });
    return resolveKey('p', { ...sourcesOf(home), ...more }, signal);
  };

  it('gives the first line that it prints, trimmed', async () => {
    expect(await run(`printf '  ${KEY} \\r\\nuser: me\\n'`)).toMatchObject({ value: KEY });
  });

  it('runs only when its key is needed', async () => {
    const home = makeHome();
    const mark = join(home.folder, 'ran');
    writeFileSync(home.paths.configFile, JSON.stringify({ providers: { p: { key: `!touch ${mark}; echo key` } } }));
    const sources = sourcesOf(home);
    expect(findKey('p', sources)).toEqual({ command: `touch ${mark}; echo key`, origin: `file ${home.paths.configFile}` });
    sources.settings.all();
    expect(existsSync(mark)).toBe(false);
    await resolveKey('p', sources, never);
    expect(existsSync(mark)).toBe(true);
  });

  it('may stand in the key store too', async () => {
    const home = makeHome();
    await setKey(home.paths.keysFile, 'p', '!echo stored-command');
    expect(await resolveKey('p', sourcesOf(home), never)).toMatchObject({ value: 'stored-command' });
  });

  it('that fails is reported with its exit code and stderr, never with its stdout', async () => {
    const failure = await failureOfAsync(() => run(`echo ${KEY}; echo "gpg: no key for ${KEY}" >&2; exit 7`));
    expect(failure).toMatchObject({ kind: 'authentication', exitCode: 3 });
    expect(failure.message).toMatch(/failed with exit code 7\. It said: gpg: no key for …$/);
    expect(JSON.stringify(failure)).not.toContain(KEY);
  });

  it('that prints nothing is a failure', async () => {
    expect((await failureOfAsync(() => run('true'))).message).toMatch(/printed no key \(exit code 0\)\.$/);
    expect((await failureOfAsync(() => run('no-such-command-anywhere'))).message).toContain('failed with exit code 127');
  });

  it('that hangs is stopped with everything it started', async () => {
    const home = makeHome();
    const pidFile = join(home.folder, 'pid');
    const failure = await failureOfAsync(() => run(`sleep 60 & echo $! > ${pidFile}; wait`, { commandLimitMs: 300 }));
    expect(failure).toMatchObject({
      kind: 'authentication',
      message: expect.stringContaining('did not finish within 0.3 s and was stopped'),
    });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    while (isRunning(pid)) await delay(10);
  });

  it('whose helper keeps the pipe open does not hold up the key', async () => {
    const home = makeHome();
    const pidFile = join(home.folder, 'pid');
    expect(await run(`sleep 60 & echo $! > ${pidFile}; echo quick`)).toMatchObject({ value: 'quick' });
    const helper = Number(readFileSync(pidFile, 'utf8'));
    expect(isRunning(helper)).toBe(true);
    process.kill(helper);
  });

  it('is stopped when the user cancels', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    expect(await failureOfAsync(() => run('sleep 60', {}, controller.signal))).toMatchObject({ kind: 'cancelled' });
    expect(await failureOfAsync(() => run('echo x', {}, controller.signal))).toMatchObject({ kind: 'cancelled' });
  });
});

/** A killed orphan may stay a zombie where nobody collects it; that is not running. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

describe('the key store', () => {
  const mode = (path: string) => statSync(path).mode & 0o777;

  it('keeps keys in a file of mode 0600, in folders of mode 0700, and leaves nothing else behind', async () => {
    const file = join(makeHome().folder, 'a', 'b', 'keys.json');
    await setKey(file, 'openai', ` ${KEY}\n`);
    expect([mode(file), mode(dirname(file)), mode(dirname(dirname(file)))]).toEqual([0o600, 0o700, 0o700]);
    expect(readKey(file, 'openai')).toBe(KEY);
    expect(readdirSync(dirname(file))).toEqual(['keys.json']);
  });

  it('lists, replaces and deletes', async () => {
    const { keysFile } = makeHome().paths;
    await setKey(keysFile, 'openai', 'first');
    await setKey(keysFile, 'groq', 'other');
    await setKey(keysFile, 'openai', 'second');
    expect(listKeys(keysFile)).toEqual([
      { provider: 'groq', text: 'other' },
      { provider: 'openai', text: 'second' },
    ]);
    expect(await deleteKey(keysFile, 'groq')).toBe(true);
    expect(await deleteKey(keysFile, 'groq')).toBe(false);
    expect(readKey(keysFile, 'groq')).toBeUndefined();
    expect(readKey(keysFile, 'toString')).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('warns when others can read it, and mends that when it writes', async () => {
    const home = makeHome();
    await setKey(home.paths.keysFile, 'openai', KEY);
    chmodSync(home.paths.keysFile, 0o644);
    const found = findKey('openai', sourcesOf(home));
    expect(found?.warning).toBe(
      `Other users of this machine can read ${home.paths.keysFile}. Mend it with: chmod 600 ${home.paths.keysFile}`,
    );
    await setKey(home.paths.keysFile, 'groq', 'other');
    expect(mode(home.paths.keysFile)).toBe(0o600);
    expect(findKey('openai', sourcesOf(home))).toEqual({ value: KEY, origin: `key store ${home.paths.keysFile}` });
  });

  it.skipIf(process.platform === 'win32')('follows a symbolic link instead of replacing it', async () => {
    const home = makeHome();
    mkdirSync(join(home.folder, 'real'));
    writeFileSync(join(home.folder, 'real', 'k.json'), '{}');
    symlinkSync(join(home.folder, 'real', 'k.json'), home.paths.keysFile);
    await setKey(home.paths.keysFile, 'openai', KEY);
    expect(JSON.parse(readFileSync(join(home.folder, 'real', 'k.json'), 'utf8'))).toEqual({ openai: KEY });
  });

  it('leaves a malformed file as it is and never quotes it', async () => {
    const { keysFile } = makeHome().paths;
    const broken = `{"openai": "${KEY}",}`;
    writeFileSync(keysFile, broken);
    for (const failure of [await failureOfAsync(() => setKey(keysFile, 'groq', 'x')), failureOf(() => readKey(keysFile, 'openai'))]) {
      expect(failure).toMatchObject({
        kind: 'configuration',
        message: `${keysFile} is not valid JSON. Line 1, column ${broken.length}: there is a comma before this "}".`,
      });
    }
    expect(readFileSync(keysFile, 'utf8')).toBe(broken);
    expect(existsSync(`${keysFile}.lock`)).toBe(false);
  });

  it.each(['', '  ', 'two words', 'with\nbreak', '!two\nlines', 'ünicode'])('refuses the key %j and stores nothing', async (text) => {
    const { keysFile } = makeHome().paths;
    expect(await failureOfAsync(() => setKey(keysFile, 'openai', text))).toMatchObject({ kind: 'usage', exitCode: 2 });
    expect(existsSync(keysFile)).toBe(false);
  });

  it('refuses names that no provider can have', async () => {
    for (const name of ['__proto__', '', '../x', 'a b', '-x'])
      expect((await failureOfAsync(() => setKey(makeHome().paths.keysFile, name, 'k'))).kind).toBe('usage');
  });

  it('loses no key when many set one at the same time', async () => {
    const { keysFile } = makeHome().paths;
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => setKey(keysFile, name, `key-of-${name}`)));
    expect(listKeys(keysFile)).toHaveLength(12);
  });

  it('loses no key when two processes set one at the same time', async () => {
    const { keysFile } = makeHome().paths;
    const module = pathToFileURL(join(import.meta.dirname, '../../src/config/key-store.ts')).href;
    const script = (prefix: string) =>
      `import { setKey } from ${JSON.stringify(module)}; for (let i = 0; i < 10; i++) await setKey(${JSON.stringify(keysFile)}, '${prefix}' + i, 'key');`;
    await Promise.all(['a', 'b'].map((prefix) => runNode(script(prefix))));
    expect(listKeys(keysFile).map((key) => key.provider)).toHaveLength(20);
  });

  it('takes over the lock of a process that was killed', async () => {
    const { keysFile } = makeHome().paths;
    writeFileSync(`${keysFile}.lock`, '');
    utimesSync(`${keysFile}.lock`, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    await setKey(keysFile, 'openai', KEY);
    expect(readKey(keysFile, 'openai')).toBe(KEY);
  });
});

function runNode(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...READS_TYPESCRIPT, '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(stderr))));
  });
}
