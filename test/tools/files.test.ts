import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeBench, makeFolder } from './support.ts';

describe('read_file', () => {
  it('gives the text, or some lines of it, and says where to go on', async () => {
    const bench = makeBench(
      makeFolder({ 'a.txt': 'one\ntwo\nthree\n', 'long.txt': Array.from({ length: 5000 }, (_, line) => `line ${line + 1}\n`).join('') }),
    );
    expect(await bench.run('read_file', { path: 'a.txt' })).toEqual({ output: 'one\ntwo\nthree' });
    expect(await bench.run('read_file', { path: 'a.txt', start_line: 2, end_line: 2, line_numbers: true })).toEqual({
      output: '2\ttwo\n[a.txt: lines 2-2 of 3; go on with start_line 3]',
    });
    const { output } = await bench.run('read_file', { path: 'long.txt' });
    expect(output).toContain('line 2000\n[long.txt: lines 1-2000 of 5000; go on with start_line 2001]');
    expect(await bench.run('read_file', { path: 'a.txt', start_line: 9 })).toEqual({ output: 'a.txt has only 3 lines.', failed: true });
  });

  it('reads every kind of text', async () => {
    const bench = makeBench(
      makeFolder({
        'utf16.txt': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße\n', 'utf16le')]),
        'windows.txt': Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]),
        'cut.txt': Buffer.from('añ, ü, é\n').subarray(0, -2),
        'crlf.txt': 'a\r\nb\r\n',
        'empty.txt': '',
        'one-line.txt': 'x'.repeat(100_000),
      }),
    );
    expect((await bench.run('read_file', { path: 'utf16.txt' })).output).toBe('Grüße');
    expect((await bench.run('read_file', { path: 'windows.txt' })).output).toBe('Grüße\n[windows.txt: not UTF-8: read as Windows-1252]');
    expect((await bench.run('read_file', { path: 'cut.txt' })).output).toBe('añ, ü, \ufffd');
    expect((await bench.run('read_file', { path: 'crlf.txt' })).output).toBe('a\nb');
    expect((await bench.run('read_file', { path: 'empty.txt' })).output).toBe('[empty.txt is empty]');
    expect((await bench.run('read_file', { path: 'one-line.txt' })).output).toMatch(
      /^x{4000}\[\.\.\. 96000 more characters in this line\]$/,
    );
  });

  it('says what is not text, is no file, or is not there', async () => {
    const bench = makeBench(
      makeFolder({
        'a.png': Buffer.from('89504e470d0a1a0a0000000d49484452000000400000002008060000', 'hex'),
        'a.zip': 'PK\u0003\u0004xx',
        'dir/a': '',
      }),
    );
    expect((await bench.run('read_file', { path: 'a.png' })).output).toMatch(/a PNG picture of 64 x 32 pixels/);
    expect((await bench.run('read_file', { path: 'a.zip' })).output).toMatch(/ZIP archive/);
    expect((await bench.run('read_file', { path: 'dir' })).output).toBe('dir cannot be read: it is a folder. Use list_files.');
    expect((await bench.run('read_file', { path: 'nowhere' })).output).toMatch(/no such file or folder\. Look for it with list_files/);
    expect((await bench.run('read_file', { path: '/dev/zero' })).failed).toBe(true);
  });

  it('gives the beginning of a file that is too large to be read', async () => {
    const folder = makeFolder({ 'log.txt': 'a line of text\n'.repeat(10_000) });
    truncateSync(join(folder, 'log.txt'), 1_000_000_000);
    expect((await makeBench(folder).run('read_file', { path: 'log.txt', end_line: 3 })).output).toMatch(
      /^(a line of text\n){3}\[log\.txt: lines 1-3 of more than \d+; go on with start_line 4\]$/,
    );
  });

  it('does not wait for a pipe that nobody writes to', async () => {
    const folder = makeFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await makeBench(folder).run('read_file', { path: 'pipe' })).toEqual({
      output: 'pipe cannot be read: it is not a regular file.',
      failed: true,
    });
  });

  it('asks before it reads outside, and does not read outside of what was asked', async () => {
    const folder = makeFolder({ 'in/a': 'inside', 'out/b': 'outside', 'out/c': 'other' });
    const bench = makeBench(join(folder, 'in'));
    expect(await bench.plan('read_file', { path: 'a' })).toEqual({ summary: 'read a' });
    expect(await bench.plan('read_file', { path: '../out/b' })).toEqual({
      summary: `read ${join(folder, 'out/b')} (outside of the working folder)`,
      pattern: join(folder, 'out', '*'),
      subject: join(folder, 'out/b'),
      asks: true,
    });
    expect(await bench.run('read_file', { path: '../out/b' })).toEqual({ output: 'outside' });
  });

  it('covers by a yes for longer the folder of a file, but neither the home folder nor what is beside the project', async () => {
    const folder = makeFolder({ 'home/notes.txt': '', 'home/docs/a': '', 'home/dev/project/a': '', 'home/dev/b': '' });
    const bench = makeBench(join(folder, 'home/dev/project'), { home: join(folder, 'home') });
    for (const [path, pattern] of [
      ['docs/a', 'docs/*'],
      ['notes.txt', 'notes.txt'],
      ['dev/b', 'dev/b'],
    ] as const)
      expect(await bench.plan('read_file', { path: join(folder, 'home', path) })).toMatchObject({ pattern: join(folder, 'home', pattern) });
  });

  it('reads outside only what this very call was asked about, not what another one was', async () => {
    const folder = makeFolder({ 'in/a': 'inside', 'out/b': 'outside' });
    const link = join(folder, 'in/link');
    symlinkSync('a', link);
    const bench = makeBench(join(folder, 'in'));
    // The user may have said no to this one.
    await bench.plan('read_file', { path: '../out/b' });
    for (const [tool, args] of [
      ['read_file', {}],
      ['search_files', { pattern: 'outside' }],
    ] as const) {
      const run = await bench.begin(tool, { path: 'link', ...args });
      unlinkSync(link);
      symlinkSync('../out/b', link);
      expect(await run(), tool).toEqual({ output: expect.stringMatching(/was not asked/), failed: true });
      unlinkSync(link);
      symlinkSync('a', link);
    }
  });

  it('does not run a read that nobody was asked about', async () => {
    const folder = makeFolder({ 'in/a': '', 'out/c': 'other' });
    const { createFileAccess } = await import('../../src/tools/file-access.ts');
    const { createReadFile } = await import('../../src/tools/read-file.ts');
    const tool = createReadFile(createFileAccess({ home: '/nonexistent', platform: 'linux', roots: () => [], privatePaths: [] }));
    expect(await tool.run({ path: '../out/c' }, makeBench(join(folder, 'in')).context)).toEqual({
      output: expect.stringMatching(/was not asked/),
      failed: true,
    });
  });
});

describe('list_files', () => {
  it('can be stopped, however many rules a folder has for what is ignored', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => [`abcabc${index}`, ''] as const);
    const rules = Array.from({ length: 2000 }, (_, index) => `*a*b*c*d${index}*e\n`).join('');
    const bench = makeBench(makeFolder({ '.git/x': '', '.gitignore': rules, ...Object.fromEntries(names) }));
    expect(await bench.run('list_files', {}, AbortSignal.timeout(50))).toEqual({ output: '', failed: true });
  });

  it('shows what git does not ignore, folders before what is in them', async () => {
    const folder = makeFolder({
      'b.ts': '',
      'a/c.ts': '',
      'a/deep/d.ts': '',
      'node_modules/x/i.js': '',
      'dist/o.js': '',
      '.gitignore': 'dist/\n*.log\n!keep.log\n{x,y}\n',
      'a.log': '',
      'keep.log': '',
      x: '',
      '.git/HEAD': '',
    });
    symlinkSync('b.ts', join(folder, 'link'));
    const bench = makeBench(folder);
    expect((await bench.run('list_files')).output.split('\n')).toEqual([
      '.gitignore',
      'a/',
      'a/c.ts',
      'a/deep/',
      'b.ts',
      'keep.log',
      'link@',
      'x',
    ]);
    expect((await bench.run('list_files', { pattern: '*.ts' })).output.split('\n')).toEqual(['a/c.ts', 'a/deep/d.ts', 'b.ts']);
    expect((await bench.run('list_files', { path: 'a', depth: 1 })).output.split('\n')).toEqual(['c.ts', 'deep/']);
    expect((await bench.run('list_files', { all: true, depth: 1 })).output).toContain('node_modules/');
    expect((await bench.run('list_files', { pattern: '*.rs' })).output).toBe('[nothing in . matches *.rs]');
    expect((await bench.run('list_files', { path: 'b.ts' })).output).toMatch(/is a file, not a folder/);
  });

  it('cuts a long list and says so', async () => {
    const bench = makeBench(makeFolder(Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`f${index}`, '']))));
    expect((await bench.run('list_files')).output).toMatch(/\n\[500 of 600 shown; narrow it with path, pattern or depth\]$/);
  });
});

describe('search_files', () => {
  const files = {
    'a.ts': 'const one = 1;\nconst two = 2;\n',
    'b/c.ts': 'ONE\n',
    '.env': 'const secret = 1;\n',
    bin: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]),
  };

  it('finds lines with their place, not in secrets and not in programs', async () => {
    const bench = makeBench(makeFolder(files));
    expect((await bench.run('search_files', { pattern: 'const \\w+' })).output.split('\n')).toEqual([
      'a.ts:1: const one = 1;',
      'a.ts:2: const two = 2;',
    ]);
    expect((await bench.run('search_files', { pattern: 'one', ignore_case: true, glob: 'b/**' })).output).toBe('b/c.ts:1: ONE');
    expect((await bench.run('search_files', { pattern: '= 2;', literal: true, context: 1 })).output.split('\n')).toEqual([
      'a.ts-1- const one = 1;',
      'a.ts:2: const two = 2;',
      'a.ts-3- ',
    ]);
    expect((await bench.run('search_files', { pattern: 'nothing' })).output).toBe('[no match in 2 files of .]');
    expect((await bench.run('search_files', { pattern: '(' })).output).toMatch(/not a regular expression/);
    expect((await bench.run('search_files', { pattern: 'x', path: '.env' })).failed).toBe(true);
  });

  it('gives up an expression that would take for ever', async () => {
    const bench = makeBench(makeFolder({ 'a.txt': `${'a'.repeat(40)}!\n` }));
    expect(await bench.run('search_files', { pattern: '^(a+)+$' })).toEqual({
      output: expect.stringMatching(/takes too long on a\.txt/),
      failed: true,
    });
  });

  it('does not follow a link out of the folder', async () => {
    const folder = makeFolder({ 'in/a': 'x', 'out/b': 'needle\n' });
    symlinkSync('../out', join(folder, 'in/link'));
    symlinkSync('../out/b', join(folder, 'in/file'));
    expect((await makeBench(join(folder, 'in')).run('search_files', { pattern: 'needle' })).output).toMatch(/no match/);
  });
});

describe('write_file', () => {
  it('shows the difference first, then writes it whole, with the mode that the file had', async () => {
    const bench = makeBench(makeFolder({ 'run.sh': 'echo one\n' }));
    chmodSync(join(bench.folder, 'run.sh'), 0o755);
    const args = { path: 'run.sh', content: 'echo two\n' };
    expect(await bench.plan('write_file', args)).toEqual({
      summary: 'write run.sh (1 line, +1 -1)',
      details: '@@ -1,1 +1,1 @@\n-echo one\n+echo two',
      pattern: join(bench.folder, '*'),
      subject: 'run.sh',
    });
    expect(await bench.run('write_file', args)).toEqual({ output: 'Replaced run.sh (1 line).' });
    expect(readFileSync(join(bench.folder, 'run.sh'), 'utf8')).toBe('echo two\n');
    expect(statSync(join(bench.folder, 'run.sh')).mode & 0o777).toBe(0o755);
  });

  it('makes the folders of a new file', async () => {
    const bench = makeBench();
    expect(await bench.run('write_file', { path: 'a/b/c.txt', content: 'x' })).toEqual({ output: 'Created a/b/c.txt (1 line).' });
    expect(readFileSync(join(bench.folder, 'a/b/c.txt'), 'utf8')).toBe('x');
  });

  it('does not write over what somebody else has changed since, or has made meanwhile', async () => {
    const bench = makeBench(makeFolder({ 'a.txt': 'one\n' }));
    await bench.run('read_file', { path: 'a.txt' });
    writeFileSync(join(bench.folder, 'a.txt'), 'of the user\n');
    expect(await bench.run('write_file', { path: 'a.txt', content: 'mine\n' })).toEqual({
      output: expect.stringMatching(/changed by somebody else/),
      failed: true,
    });
    await bench.run('read_file', { path: 'a.txt' });
    expect((await bench.run('write_file', { path: 'a.txt', content: 'mine\n' })).failed).toBeUndefined();
    await bench.plan('write_file', { path: 'new.txt', content: 'mine\n' });
    writeFileSync(join(bench.folder, 'new.txt'), 'of the user\n');
    expect(await bench.run('write_file', { path: 'new.txt', content: 'mine\n' })).toMatchObject({ failed: true });
    expect(readFileSync(join(bench.folder, 'new.txt'), 'utf8')).toBe('of the user\n');
  });

  it('writes only where the user was shown that it would, wherever a link leads by then', async () => {
    const folder = makeFolder({ 'notes/a.txt': 'one\n', 'src/a.txt': 'one\n' });
    symlinkSync('notes', join(folder, 'link'));
    const bench = makeBench(folder);
    const write = await bench.begin('write_file', { path: 'link/a.txt', content: 'two\n' });
    const edit = await bench.begin('edit_file', { path: 'link/a.txt', old_text: 'one', new_text: 'two' });
    rmSync(join(folder, 'link'));
    symlinkSync('src', join(folder, 'link'));
    expect(await write()).toEqual({ output: expect.stringContaining('now leads to src/a.txt'), failed: true });
    expect(await edit()).toEqual({ output: expect.stringContaining('has become another one'), failed: true });
    expect(readFileSync(join(folder, 'src/a.txt'), 'utf8') + readFileSync(join(folder, 'notes/a.txt'), 'utf8')).toBe('one\none\n');
  });

  it('changes only what the user was shown', async () => {
    const folder = makeFolder({ 'a.txt': 'run(one)\n' });
    const edit = await makeBench(folder).begin('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two', all: true });
    writeFileSync(join(folder, 'a.txt'), 'run(one)\nremove(one)\n');
    expect(await edit()).toMatchObject({ failed: true });
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('run(one)\nremove(one)\n');
  });

  it('writes again what was deleted meanwhile', async () => {
    const bench = makeBench(makeFolder({ 'a.txt': 'one\n' }));
    await bench.run('read_file', { path: 'a.txt' });
    rmSync(join(bench.folder, 'a.txt'));
    expect(await bench.run('write_file', { path: 'a.txt', content: 'two\n' })).toEqual({ output: 'Created a.txt (1 line).' });
  });

  it('refuses outside, secrets and the folders of git and sotto', async () => {
    const folder = makeFolder({ 'in/a': '', 'out/b': 'before' });
    const bench = makeBench(join(folder, 'in'));
    symlinkSync('../out/b', join(folder, 'in/link'));
    for (const path of ['../out/b', 'link', join(folder, 'out/new'), '.env', '.git/hooks/pre-commit', '.sotto/tools/x.ts', '~/x']) {
      expect(await bench.run('write_file', { path, content: 'x' }), path).toMatchObject({ failed: true });
    }
    expect(readFileSync(join(folder, 'out/b'), 'utf8')).toBe('before');
    expect(existsSync(join(folder, 'out/new'))).toBe(false);
  });

  it('keeps the encoding and the line ends', async () => {
    const bench = makeBench(makeFolder({ 'a.txt': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a\r\nb\r\n', 'utf16le')]) }));
    await bench.run('write_file', { path: 'a.txt', content: 'ä\nb\n' });
    expect(readFileSync(join(bench.folder, 'a.txt'))).toEqual(
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('ä\r\nb\r\n', 'utf16le')]),
    );
  });

  it('leaves no temporary file where it cannot write', async () => {
    const bench = makeBench(makeFolder({ 'dir/a': '' }));
    expect(await bench.run('write_file', { path: 'dir', content: 'x' })).toMatchObject({ failed: true });
    expect((await bench.run('list_files', { all: true })).output).toBe('dir/\ndir/a');
    expect(tmpdir()).not.toBe(bench.folder);
  });
});

describe('edit_file', () => {
  it('shows and makes the one change', async () => {
    const bench = makeBench(makeFolder({ 'a.ts': 'one\ntwo\nthree\n' }));
    const args = { path: 'a.ts', old_text: 'two', new_text: 'TWO' };
    expect(await bench.plan('edit_file', args)).toMatchObject({
      summary: 'edit a.ts (+1 -1)',
      details: expect.stringContaining('-two\n+TWO'),
    });
    expect(await bench.run('edit_file', args)).toEqual({ output: 'Changed a.ts (+1 -1 lines).' });
    expect(readFileSync(join(bench.folder, 'a.ts'), 'utf8')).toBe('one\nTWO\nthree\n');
  });

  it('refuses before it asks where the text is not there, and what it would damage', async () => {
    const bench = makeBench(makeFolder({ 'a.ts': 'one\none\n', 'w.txt': Buffer.from([0x47, 0xfc, 0x0a]), bin: Buffer.from([0, 1, 2, 3]) }));
    mkdirSync(join(bench.folder, 'dir'));
    expect(await bench.plan('edit_file', { path: 'a.ts', old_text: 'two', new_text: 'x' })).toHaveProperty(
      'refusal',
      expect.stringMatching(/not found/),
    );
    expect(await bench.plan('edit_file', { path: 'a.ts', old_text: 'one', new_text: 'x' })).toHaveProperty(
      'refusal',
      expect.stringMatching(/occurs 2 times/),
    );
    expect(await bench.plan('edit_file', { path: 'w.txt', old_text: 'G', new_text: 'x' })).toHaveProperty(
      'refusal',
      expect.stringMatching(/damage/),
    );
    expect(await bench.plan('edit_file', { path: 'bin', old_text: 'G', new_text: 'x' })).toHaveProperty(
      'refusal',
      expect.stringMatching(/not text/),
    );
    expect(await bench.plan('edit_file', { path: 'dir', old_text: 'G', new_text: 'x' })).toHaveProperty(
      'refusal',
      expect.stringMatching(/folder/),
    );
    expect(await bench.plan('edit_file', { path: 'none', old_text: 'G', new_text: 'x' })).toHaveProperty(
      'refusal',
      expect.stringMatching(/no such file/),
    );
  });
});

describe('current_time', () => {
  it('tells the time here and elsewhere', async () => {
    const bench = makeBench();
    expect(await bench.run('current_time')).toEqual({ output: '2026-11-24T18:12:04+01:00, Tuesday, Europe/Berlin' });
    expect(await bench.run('current_time', { time_zone: 'UTC' })).toEqual({ output: '2026-11-24T17:12:04Z, Tuesday, UTC' });
    expect(await bench.run('current_time', { time_zone: 'Mars/Base' })).toMatchObject({ failed: true });
  });
});
