import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isBelow, resolveInside } from '../../src/tools/paths.ts';
import { protectedKind, secretKind } from '../../src/tools/secrets-files.ts';
import { makeFolder } from './support.ts';

const borders = (folder: string, more: { roots?: string[]; privatePaths?: string[]; platform?: string; home?: string } = {}) => ({
  folder,
  roots: [],
  home: '/nonexistent/home',
  platform: 'linux',
  privatePaths: [],
  ...more,
});
const READ = { write: false };
const WRITE = { write: true };

describe('where a path leads', () => {
  it('stays inside for what is inside, however it is written', async () => {
    const folder = makeFolder({ 'src/a.ts': '' });
    for (const path of ['src/a.ts', './src/a.ts', 'src/../src/a.ts', join(folder, 'src/a.ts')]) {
      expect(await resolveInside(path, borders(folder), WRITE)).toEqual({
        path: join(folder, 'src/a.ts'),
        shown: 'src/a.ts',
        isInside: true,
        exists: true,
      });
    }
  });

  it('is outside for ..', async () => {
    const folder = makeFolder({ 'in/a': '', 'beside/b': '' });
    const inner = borders(join(folder, 'in'));
    expect(await resolveInside('../beside/b', inner, READ)).toMatchObject({ isInside: false, path: join(folder, 'beside/b') });
    expect(await resolveInside('../beside/b', inner, WRITE)).toEqual({ refusal: expect.stringMatching(/outside of the working folder/) });
    expect(await resolveInside('../in-other/c', inner, WRITE)).toEqual({ refusal: expect.stringMatching(/outside/) });
  });

  it('follows links before it judges, also those that lead to what does not exist yet', async () => {
    const folder = makeFolder({ 'in/a': '', 'beside/b': '' });
    const inner = join(folder, 'in');
    symlinkSync('../beside', join(inner, 'link'));
    symlinkSync('../beside/not-yet', join(inner, 'dangling'));
    symlinkSync('loop', join(inner, 'loop'));
    expect(await resolveInside('link/b', borders(inner), READ)).toMatchObject({ isInside: false, path: join(folder, 'beside/b') });
    expect(await resolveInside('link/b', borders(inner), WRITE)).toHaveProperty('refusal');
    expect(await resolveInside('link/new/file', borders(inner), WRITE)).toHaveProperty('refusal');
    expect(await resolveInside('dangling', borders(inner), WRITE)).toHaveProperty('refusal');
    expect(await resolveInside('loop', borders(inner), READ)).toEqual({ refusal: expect.stringMatching(/circle|links/) });
  });

  it('is inside of a granted folder too', async () => {
    const folder = makeFolder({ 'in/a': '', 'beside/b': '' });
    const granted = borders(join(folder, 'in'), { roots: [join(folder, 'beside')] });
    expect(await resolveInside('../beside/c', granted, WRITE)).toMatchObject({ isInside: true, exists: false });
  });

  it("never leads into sotto's own files, unless a folder in there was granted", async () => {
    const folder = makeFolder({ 'home/sotto/keys': '', 'home/sotto/cache/outputs/1': '', 'home/own/a': '' });
    const own = borders(join(folder, 'home'), { privatePaths: [join(folder, 'home/sotto')] });
    expect(await resolveInside('sotto/keys', own, READ)).toEqual({ refusal: expect.stringMatching(/one of sotto's own files/) });
    expect(await resolveInside('work/a', own, READ)).toMatchObject({ isInside: true });
    const withCache = { ...own, roots: [join(folder, 'home/sotto/cache/outputs')] };
    expect(await resolveInside('sotto/cache/outputs/1', withCache, READ)).toMatchObject({ isInside: true });
    expect(await resolveInside('sotto/keys', withCache, READ)).toHaveProperty('refusal');
  });

  it('does not read secrets, by their name or through a link with a harmless one', async () => {
    const folder = makeFolder({ '.env': 'KEY=1', 'docs/readme': '' });
    symlinkSync('.env', join(folder, 'notes.txt'));
    mkdirSync(join(folder, '.git'));
    expect(await resolveInside('.env', borders(folder), READ)).toEqual({
      refusal: expect.stringMatching(/a file of environment variables; tools do not read it/),
    });
    expect(await resolveInside('notes.txt', borders(folder), READ)).toHaveProperty('refusal');
    expect(await resolveInside('.git/hooks/pre-commit', borders(folder), WRITE)).toEqual({
      refusal: expect.stringMatching(/git's own folder/),
    });
    expect(await resolveInside('.git/HEAD', borders(folder), READ)).toMatchObject({ isInside: true });
  });

  it('refuses what is no path', async () => {
    const folder = makeFolder();
    for (const path of ['', ' ', 'a\0b']) expect(await resolveInside(path, borders(folder), READ)).toHaveProperty('refusal');
    for (const path of ['\\\\server\\share', 'a.txt:stream', 'nul', 'con.txt', 'dir/COM1 ']) {
      expect(await resolveInside(path, borders(folder, { platform: 'win32' }), READ), path).toHaveProperty('refusal');
    }
    expect(await resolveInside('a/'.repeat(5000), borders(folder), READ)).toEqual({ refusal: expect.stringMatching(/too long/) });
  });

  it('knows what is below a folder', () => {
    expect(isBelow('/a/b', '/a')).toBe(true);
    expect(isBelow('/a', '/a')).toBe(true);
    expect(isBelow('/a/..b', '/a')).toBe(true);
    expect(isBelow('/ab', '/a')).toBe(false);
    expect(isBelow('/', '/a')).toBe(false);
  });
});

describe('a secret file', () => {
  it.each([
    '/p/.env',
    '/p/.env.local',
    '/p/.ENV',
    '/p/.envrc',
    '/p/production.env',
    '/p/server.key',
    '/p/cert.pem',
    '/h/.ssh/config',
    '/h/.ssh/id_ed25519',
    '/h/keys/id_rsa_work',
    '/h/.aws/credentials',
    '/h/.npmrc',
    '/h/.netrc',
    '/h/.docker/config.json',
    '/h/.kube/config',
    '/p/credentials.json',
    '/p/client_secret_123.json',
    '/p/secrets.yaml',
    '/p/terraform.tfstate',
    '/p/.git/config',
    '/h/.bash_history',
    '/etc/shadow',
    '/proc/self/environ',
    '/proc/1/task/1/environ',
    '/run/secrets/token',
    '/h/.config/google-chrome/Default/Login Data',
    'C:\\Users\\me\\.ssh\\id_rsa',
    'C:\\p\\.env.',
  ])('%s', (path) => {
    expect(secretKind(path)).toEqual(expect.any(String));
  });

  it.each([
    '/p/.env.example',
    '/p/environment.ts',
    '/p/src/key.ts',
    '/p/monkey',
    '/h/id_rsa.pub',
    '/p/src/cookies',
    '/p/src/secrets-files.ts',
    '/p/gcloud/main.tf',
    '/p/.gitignore',
    '/p/package.json',
    '/p/docs/credentials.md',
  ])('%s is none', (path) => {
    expect(secretKind(path)).toBeUndefined();
  });

  it('is not the only thing that is not written', () => {
    expect(protectedKind('/p/.git')).toBeDefined();
    expect(protectedKind('/p/.sotto/tools/a.ts')).toBeDefined();
    expect(protectedKind('/p/.github/a.yml')).toBeUndefined();
  });
});
