/** Files are written as they were shown, or not at all. */
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { diffLines } from '../../src/tools/diff.ts';
import { trickyText } from '../format/exact-arbitraries.ts';
import { makeBench, makeFolder } from './support.ts';

describe('what was approved is what is written', () => {
  const carriedOut = async (before: string | Buffer | undefined, name: string, args: JsonObject) => {
    const folder = makeFolder(before === undefined ? {} : { 'a.txt': before });
    const bench = makeBench(folder);
    const plan = await bench.plan(name, { path: 'a.txt', ...args });
    const { failed } = await bench.run(name, { path: 'a.txt', ...args });
    const bytes = existsSync(join(folder, 'a.txt')) ? readFileSync(join(folder, 'a.txt')) : undefined;
    return { plan, failed: failed === true, bytes };
  };

  it('half of a character is shown as what takes its place', async () => {
    const written = await carriedOut(undefined, 'write_file', { content: 'a\ud83db\n' });
    expect(written.plan.details).toBe('@@ -0,0 +1,1 @@\n+a\ufffdb');
    expect(written.bytes?.toString('utf8')).toBe('a\ufffdb\n');
    const edited = await carriedOut('😀\n', 'edit_file', { old_text: '\ude00', new_text: 'x' });
    expect(edited.plan.details).toBe('@@ -1,1 +1,1 @@\n-😀\n+\ufffdx');
    expect(edited.bytes?.toString('utf8')).toBe('\ufffdx\n');
  });

  it('bytes that are no characters do not seem to be kept', async () => {
    const { plan, bytes } = await carriedOut(Buffer.concat([Buffer.alloc(70_000, 'a\n'), Buffer.from([0xff, 10])]), 'write_file', {
      content: '\ufffd\n',
    });
    expect(plan).toMatchObject({
      summary: 'replace a.txt (a text with bytes that are no characters) by 1 line',
      details: '@@ -0,0 +1,1 @@\n+\ufffd',
    });
    expect(bytes?.toString('utf8')).toBe('\ufffd\n');
  });

  it('line ends, marks and encodings are those of the file, and are in what is shown', async () => {
    const windows = await carriedOut('one\r\ntwo\r\n', 'write_file', { content: 'one\n2\n' });
    expect(windows.plan.details).toBe('@@ -1,2 +1,2 @@\n one\r\n-two\r\n+2\r');
    expect(windows.bytes?.toString('utf8')).toBe('one\r\n2\r\n');
    const marked = await carriedOut(Buffer.from('\ufeffone\n', 'utf16le'), 'edit_file', { old_text: 'one', new_text: 'ön\u2028e' });
    expect(marked.plan.details).toBe('@@ -1,1 +1,1 @@\n-one\n+ön\u2028e');
    expect(marked.bytes?.toString('utf16le')).toBe('\ufeffön\u2028e\n');
  });

  it('whatever the text is, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(trickyText, trickyText, fc.constantFrom('', '\ufeff'), async (any, content, mark) => {
        // With zeros it could be taken for another encoding; a mark at the beginning is none of the text, and stays.
        const before = any
          .replaceAll('\0', '')
          .replace(/^\ufeff+/, '')
          .toWellFormed();
        const { plan, failed, bytes } = await carriedOut(`${mark}${before}`, 'write_file', { content });
        const isWindows = before.includes('\r\n') && !/(^|[^\r])\n/.test(before) && !content.includes('\r');
        const wanted = isWindows ? content.replaceAll('\n', '\r\n') : content;
        expect(failed).toBe(false);
        expect(bytes?.toString('utf8')).toBe((plan.summary.startsWith('write ') ? mark : '') + wanted.toWellFormed());
        if (!before.includes('\ufffd') && plan.summary.startsWith('write '))
          expect(plan.details).toBe(diffLines(before, wanted.toWellFormed()).text);
      }),
      { numRuns: 150 },
    );
  });

  it('a file that has become another one is left alone, also where its times and its size are the same', async () => {
    const folder = makeFolder({ 'a.txt': 'one\n' });
    const times = statSync(join(folder, 'a.txt'));
    const write = await makeBench(folder).begin('write_file', { path: 'a.txt', content: 'two\n' });
    writeFileSync(join(folder, 'a.txt'), 'ONE\n');
    utimesSync(join(folder, 'a.txt'), times.atime, times.mtime);
    expect(await write()).toEqual({ output: expect.stringContaining('changed by somebody else'), failed: true });
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('ONE\n');
  });

  it('a link that takes the place of the file is not written through', async () => {
    const folder = makeFolder({ 'a.txt': 'one\n', 'b.txt': 'one\n' });
    const bench = makeBench(folder);
    const write = await bench.begin('write_file', { path: 'a.txt', content: 'two\n' });
    rmSync(join(folder, 'a.txt'));
    symlinkSync('b.txt', join(folder, 'a.txt'));
    expect(await write()).toMatchObject({ failed: true });
    expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('one\n');
  });

  it('keeps who may read, write and run it, but not as whom it runs', async () => {
    const folder = makeFolder({ 'a.sh': 'one\n' });
    chmodSync(join(folder, 'a.sh'), 0o4751);
    await makeBench(folder).run('write_file', { path: 'a.sh', content: 'two\n' });
    expect(statSync(join(folder, 'a.sh')).mode & 0o7777).toBe(0o751);
  });
});
