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

  it('judges a link by its own name and by the file that it leads to', async () => {
    const folder = makeFolder({ '.git/hooks/pre-commit': '', 'plain.txt': '' });
    symlinkSync('.git/hooks/pre-commit', join(folder, 'hook'));
    symlinkSync('../../plain.txt', join(folder, '.git/hooks/post-commit'));
    symlinkSync('plain.txt', join(folder, '.env'));
    for (const path of ['hook', '.git/hooks/post-commit'])
      expect(await resolveInside(path, borders(folder), WRITE), path).toEqual({ refusal: expect.stringMatching(/is in git's own folder/) });
    expect(await resolveInside('.env', borders(folder), READ)).toEqual({
      refusal: expect.stringMatching(/a file of environment variables/),
    });
    expect(await resolveInside('hook', borders(folder), READ)).toMatchObject({ isInside: true });
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
    '/p/docker.env.local',
    '/p/.dev.vars',
    '/p/.dev.vars.production',
    '/p/server.key',
    '/p/cert.pem',
    '/p/client.p12',
    '/p/client.pfx',
    '/p/android/app/release.jks',
    '/p/release.keystore',
    '/h/passwords.kdbx',
    '/h/office.ovpn',
    '/etc/wireguard/wg0.conf',
    '/h/.ssh/config',
    '/h/.ssh/id_ed25519',
    '/h/keys/id_rsa_work',
    '/h/keys/id_github',
    '/h/.config/sops/age/keys.txt',
    '/h/keys.txt',
    '/p/gcp-key.json',
    '/p/api_keys.json',
    '/p/openai-api-key.txt',
    '/p/my-app-firebase-adminsdk-ab12c-0123456789.json',
    '/p/service-account-prod.json',
    '/p/prod.service_account.json',
    '/h/.aws/credentials',
    '/h/.huggingface/token',
    '/h/.cache/huggingface/token',
    '/h/.cache/huggingface/stored_tokens',
    '/h/.kaggle/kaggle.json',
    '/h/.databrickscfg',
    '/h/.npmrc',
    '/p/.yarnrc.yml',
    '/h/.netrc',
    '/h/_netrc',
    '/h/.pgpass',
    '/h/.my.cnf',
    '/h/.pypirc',
    '/h/.config/pip/pip.conf',
    '/h/.s3cfg',
    '/h/.boto',
    '/h/.vault-token',
    '/p/.vault_pass',
    '/p/.htpasswd',
    '/h/.git-credentials',
    '/p/terraform.tfvars',
    '/p/prod.auto.tfvars',
    '/p/prod.auto.tfvars.json',
    '/p/terraform.tfstate',
    '/p/terraform.tfstate.backup',
    '/p/errored.tfstate',
    '/h/.config/composer/auth.json',
    '/p/auth.json',
    '/h/.docker/config.json',
    '/h/.kube/config',
    '/p/kubeconfig.yaml',
    '/h/.config/gh/hosts.yml',
    '/h/.config/rclone/rclone.conf',
    '/p/rclone.conf',
    '/h/.cargo/credentials.toml',
    '/h/.gem/credentials',
    '/p/credentials.json',
    '/p/aws-credentials.yaml',
    '/p/awsCredentials.json',
    '/p/client_secret_123.json',
    '/p/secrets.yaml',
    '/p/config/secrets.yml',
    '/p/app-secrets.json',
    '/p/db.secret',
    '/p/token.json',
    '/p/access_token.txt',
    '/p/wp-config.php',
    '/p/.mcp.json',
    '/p/.cursor/mcp.json',
    '/h/Library/Application Support/Claude/claude_desktop_config.json',
    '/h/.claude.json',
    '/p/.git/config',
    '/p/.git/modules/lib/config',
    '/h/.gitconfig',
    '/h/.bash_history',
    '/h/.zsh_history',
    '/h/.node_repl_history',
    '/h/.local/share/fish/fish_history',
    '/h/.lesshst',
    '/h/old/sotto/keys.json',
    '/h/backup/sotto.db',
    '/etc/shadow',
    '/etc/NetworkManager/system-connections/home',
    '/proc/self/environ',
    '/proc/1/task/1/environ',
    '/run/secrets/token',
    '/h/.config/google-chrome/Default/Login Data',
    '/h/.config/google-chrome/Default/Cookies-journal',
    '/h/.mozilla/firefox/x.default/cookies.sqlite-wal',
    '/p/cookies.txt',
    'C:\\Users\\me\\.ssh\\id_rsa',
    'C:\\p\\.env.',
  ])('%s', (path) => {
    expect(secretKind(path)).toEqual(expect.any(String));
  });

  it.each([
    '.env~',
    '.env.bak',
    '.env.old',
    '.env.orig',
    '.env.save',
    '.env.swp',
    '.env.1',
    '.env copy',
    '.env.bak~',
    '#.env#',
    'production.env.bak',
    'keys.txt~',
    '.keys.txt.swp',
    'keys copy.txt',
    'keys (1).txt',
    'Copy of keys.txt',
    'keys.txt.20260131',
    'keys.txt.2026-01-31T10',
    'keys.txt.rpmsave',
    'keys.txt.~1~',
    'credentials.old.json',
    'credentials - copy (2).json',
    'credentials_backup.json',
    'gcp-key.json.bak',
    'id_rsa.bak',
    'id_ed25519_old',
    'server.key.orig',
    '.netrc.save',
    '.npmrc.1',
    '.pgpass-old',
    '.bash_history.bak',
    'terraform.tfstate.1700000000.backup',
    'terraform.tfvars.bak',
    '.mcp.json.bak',
    'wp-config.php.save',
    '.htpasswd.old',
    'secrets.yml.dpkg-old',
    '.ssh.bak/config',
    '.aws-old/credentials',
    '.kube copy/config',
    '.git.bak/config',
    'sotto/keys.json.bak',
    'sotto.db.2026-01-31',
    'cookies.sqlite.bak',
  ])('is one as a copy too: %s', (name) => {
    expect(secretKind(`/p/${name}`)).toEqual(expect.any(String));
  });

  it.each([
    '/p/.env.example',
    '/p/.env.example.bak',
    '/p/sample.env',
    '/p/environment.ts',
    '/p/src/env.ts',
    '/p/src/vite-env.d.ts',
    '/p/src/key.ts',
    '/p/src/keys.ts',
    '/p/keyboard.txt',
    '/p/hotkeys.json',
    '/p/i18n-keys.json',
    '/p/monkey',
    '/p/monkey.txt',
    '/h/id_rsa.pub',
    '/h/id_rsa.pub~',
    '/p/src/id_generator.py',
    '/p/src/tokens.ts',
    '/p/src/token.ts',
    '/p/src/tokenizer.json',
    '/p/design/tokens.json',
    '/p/tokenizer_config.json',
    '/p/src/cookies',
    '/p/src/cookies.ts',
    '/p/src/secrets-files.ts',
    '/p/test/secrets.test.ts',
    '/p/test/credentials.test.ts',
    '/p/src/credentials.ts',
    '/p/src/auth.ts',
    '/p/src/authors.json',
    '/p/src/password-field.tsx',
    '/p/.secretlintrc.json',
    '/p/gcloud/main.tf',
    '/p/main.tf',
    '/p/variables.tf',
    '/p/terraform.tfvars.example',
    '/p/example.tfvars',
    '/p/.gitignore',
    '/p/.gitattributes',
    '/p/.git/HEAD',
    '/p/package.json',
    '/p/package-lock.json',
    '/p/tsconfig.json',
    '/p/composer.json',
    '/p/src/mcp.ts',
    '/p/src/config.json',
    '/p/config.json.bak',
    '/p/settings.gradle',
    '/p/docs/credentials.md',
    '/p/docs/secrets.md',
    '/p/history.ts',
    '/p/CHANGELOG.md',
    '/p/backup/notes.txt',
    '/p/src/copy.ts',
    '/p/src/old.ts',
    '/p/report (1).txt',
    '/p/v1.2.3.txt',
  ])('%s is none', (path) => {
    expect(secretKind(path)).toBeUndefined();
  });

  it('is not the only thing that is not written', () => {
    expect(protectedKind('/p/.git')).toBeDefined();
    expect(protectedKind('/p/.sotto/tools/a.ts')).toBeDefined();
    expect(protectedKind('/p/.github/a.yml')).toBeUndefined();
  });
});
