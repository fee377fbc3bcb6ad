/** How far a yes for longer to a file or a page reaches: never to what others are told to run by, never to a weaker way to a host. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEditFile } from '../../src/tools/edit-file.ts';
import { createFetchPage } from '../../src/tools/fetch-page.ts';
import { createFileAccess } from '../../src/tools/file-access.ts';
import { createReadFile } from '../../src/tools/read-file.ts';
import { protectedKind, secretKind } from '../../src/tools/secrets-files.ts';
import { createWriteFile } from '../../src/tools/write-file.ts';
import { makeFolder, makePorts } from '../tools/support.ts';
import { openUser } from './user.ts';

const ANSWERS = ['always', 'conversation'] as const;

/** A home with a project in it. */
function openHome(files: Readonly<Record<string, string>> = {}) {
  const home = makeFolder({ 'project/src/a.txt': 'one', 'other/a.txt': 'a', 'other/.hidden': 'b', 'other/.deep/c': 'c', ...files });
  const access = createFileAccess(makePorts({ home }));
  const user = openUser(join(home, 'rules.json'));
  const write = createWriteFile(access);
  return {
    home,
    user,
    edit: createEditFile(access),
    read: createReadFile(access),
    allow: (path: string, folder: string, answer: (typeof ANSWERS)[number]) =>
      user.decide(write, { path, content: 'x' }, { folder, answer }),
    async isAsked(path: string, folder: string) {
      const before = user.requests.length;
      const { decision } = await user.decide(write, { path, content: 'y' }, { folder, answer: 'no' });
      return decision === 'denied' && user.requests.length > before;
    },
  };
}

/** What an editor, a shell, a service or a hook runs or believes without anybody looking. */
const HIDDEN = [
  '.vscode/tasks.json',
  '.github/workflows/a.yml',
  '.husky/pre-commit',
  '.githooks/post-checkout',
  '.devcontainer/devcontainer.json',
  '.pre-commit-config.yaml',
  '.bashrc',
  '.profile',
  '.config/autostart/a.desktop',
  '.local/bin/ls',
  '.idea/workspace.xml',
  '.claude/settings.json',
  'src/.editorconfig',
  'src/deep/.cache/a.js',
];

describe('a yes for longer to a file of a folder', () => {
  it.each(ANSWERS)('covers what lies there and below, and nothing that is hidden there: %s', async (answer) => {
    const { home, allow, isAsked } = openHome();
    const folder = join(home, 'project');
    await allow('notes.txt', folder, answer);
    for (const path of ['notes.txt', 'other.txt', 'src/b.txt', 'src/deep/c.txt']) expect(await isAsked(path, folder), path).toBe(false);
    for (const path of HIDDEN) expect(await isAsked(path, folder), path).toBe(true);
  });

  it.each(ANSWERS)('to a hidden one covers that one: %s', async (answer) => {
    const { home, allow, isAsked } = openHome();
    const folder = join(home, 'project');
    await allow('.editorconfig', folder, answer);
    await allow('.github/workflows/a.yml', folder, answer);
    for (const path of ['.editorconfig', '.github/workflows/b.yml']) expect(await isAsked(path, folder), path).toBe(false);
    for (const path of ['.bashrc', 'a.txt', '.github/a.yml', '.github/workflows/.hidden/a.yml', '.editorconfig/a'])
      expect(await isAsked(path, folder), path).toBe(true);
  });

  it.each(ANSWERS)('that is in the home folder itself covers that file: %s', async (answer) => {
    const { home, user, edit, allow, isAsked } = openHome();
    await allow('notes.txt', home, answer);
    expect(await isAsked('notes.txt', home)).toBe(false);
    for (const path of ['other.txt', '.bashrc', 'bin/ls', 'Library/LaunchAgents/a.plist', 'project/src/a.txt'])
      expect(await isAsked(path, home), path).toBe(true);
    const args = { path: 'project/src/a.txt', old_text: 'one', new_text: 'two' };
    expect(await user.decide(edit, args, { folder: home, answer: 'no' })).toMatchObject({ decision: 'denied' });
  });

  it('is never one for the folders of git and of sotto, however they are written', async () => {
    const { home, user, allow, isAsked } = openHome({ 'project/.git/config': '', 'project/.sotto/tools/a.mjs': '' });
    const folder = join(home, 'project');
    await allow('notes.txt', folder, 'always');
    const before = user.requests.length;
    for (const path of ['.git/hooks/pre-commit', 'src/../.git/x', './/.git//x', '.GIT/x', '.git./x', '.sotto/tools/b.mjs', '.mcp.json']) {
      expect(await isAsked(path, folder), path).toBe(false);
      const verdict = await user.decide(
        createWriteFile(createFileAccess(makePorts({ home }))),
        { path, content: '' },
        { folder, answer: 'once' },
      );
      expect(verdict.decision, path).toBe('denied');
    }
    expect(user.requests).toHaveLength(before);
  });
});

describe('a yes for longer to reading outside', () => {
  it('covers nothing that is hidden there', async () => {
    const { home, user, read } = openHome();
    const at = { folder: join(home, 'project'), answer: 'always' } as const;
    await user.decide(read, { path: join(home, 'other/a.txt') }, at);
    for (const [path, decision] of [
      ['other/a.txt', 'allowed'],
      ['other/b/c.txt', 'allowed'],
      ['other/.hidden', 'denied'],
      ['other/.deep/c', 'denied'],
    ] as const)
      expect(await user.decide(read, { path: join(home, path) }, { ...at, answer: 'no' }), path).toMatchObject({ decision });
  });
});

describe('a yes for longer to a page', () => {
  it.each(ANSWERS)('covers its host, its port and its way of getting there: %s', async (answer) => {
    const user = openUser(join(makeFolder(), 'rules.json'));
    const tool = createFetchPage(makePorts());
    const decide = (url: string, given: 'always' | 'conversation' | 'no') => user.decide(tool, { url }, { folder: '/', answer: given });
    await decide('https://example.com/a', answer);
    for (const url of ['https://example.com/b?c', 'https://EXAMPLE.com:443/', 'example.com/a', 'https://ex\u200bample.com'])
      expect(await decide(url, 'no'), url).toMatchObject({ decision: 'allowed' });
    for (const url of [
      'http://example.com/a',
      'http://example.com:443/a',
      'https://example.com:8443/',
      'https://example.com./',
      'https://www.example.com/',
      'https://example.com.evil.org/',
      'https://evil.org/example.com',
      'https://evil.org\\@example.com/',
      'https://example.com@evil.org/',
      'https://evil.org#@example.com/',
      'https://ex\u0430mple.com/',
      'https://example\u3002com.evil.org/',
    ])
      expect(await decide(url, 'no'), url).toMatchObject({ decision: 'denied' });
    await decide('http://example.com/a', answer);
    expect(await decide('http://example.com/b', 'no')).toMatchObject({ decision: 'allowed' });
    expect(await decide('http://example.com:8080/', 'no')).toMatchObject({ decision: 'denied' });
  });
});

describe('a name that only some systems take for another', () => {
  it.each(['/p/.g\u200cit/hooks/x', '/p/.\uff27IT/x', '/p/.g\u0131t\u2060/x', '/p/.\u017fotto/tools/a.mjs', '/p/.git\ufeff/x'])(
    'is judged as that one: %j',
    (path) => {
      // A dotless i is an i in capitals only.
      expect(protectedKind(path)).toBeDefined();
    },
  );

  it('is a secret where that one is', () => {
    for (const path of ['/p/.\u017fsh/x', '/p/.e\u200bnv', '/p/id_r\u017fa', '/p/credential\u017f.json'])
      expect(secretKind(path), path).toBeDefined();
    expect(secretKind('/p/stra\u00dfe.txt')).toBeUndefined();
  });
});
