/** Keypresses of Ink become keys of the chat: read from real bytes, through Ink's own parser. */
import { PassThrough } from 'node:stream';
import { render, Text, useInput } from 'ink';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import { type Typed, typedKeys } from '../../src/tui/ink-keys.ts';
import { chordOf } from '../../src/tui/keys.ts';

/** What the bytes are, each read by itself. */
async function typed(...reads: string[]): Promise<string[]> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {}, ref: () => {}, unref: () => {} });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  stdout.resume();
  const found: Typed[] = [];
  function Reader() {
    useInput((input, key) => void found.push(...typedKeys(input, key)));
    return createElement(Text, null, 'x');
  }
  const app = render(createElement(Reader), {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  await app.waitUntilRenderFlush();
  for (const read of reads) {
    stdin.write(read);
    // A lone Escape is one only when nothing follows it for 20 ms.
    await new Promise((resolve) => setTimeout(resolve, read.endsWith('\x1b') ? 60 : 5));
  }
  app.unmount();
  return found.map((one) => (one.type === 'paste' ? `paste ${JSON.stringify(one.text)}` : one.key.text || chordOf(one.key)));
}

describe('keys', () => {
  it('are named as key maps write them', async () => {
    const bytes = [
      '\x1b[A',
      '\x1b[1;5C',
      '\x1b[1;3D',
      '\x01',
      '\x7f',
      '\x08',
      '\x1b\x7f',
      '\x1bb',
      '\x1b<',
      '\x1f',
      '\t',
      '\x1b[Z',
      '\x1b[3~',
    ];
    expect(await typed(...bytes)).toEqual([
      ...['up', 'ctrl+right', 'alt+left', 'ctrl+a', 'backspace', 'backspace', 'alt+backspace', 'alt+b', 'alt+<', 'ctrl+_'],
      ...['tab', 'shift+tab', 'delete'],
    ]);
  });

  it('tell every way of ending a line apart', async () => {
    expect(await typed('\r', '\n', '\x1b\r', '\x1b[13;2u', '\x1b[13;5u')).toEqual([
      'enter',
      'newline',
      'alt+enter',
      'shift+enter',
      'ctrl+enter',
    ]);
  });

  it('are Escape once and twice', async () => {
    expect(await typed('\x1b')).toEqual(['escape']);
    expect(await typed('\x1b\x1b')).toEqual(['escape', 'escape']);
  });

  it('are text and Enter where both come in one read', async () => {
    expect(await typed('hi\r')).toEqual(['hi', 'enter']);
    expect(await typed('漢字😀')).toEqual(['漢字😀']);
    expect(await typed('a\x03')).toEqual(['a', 'ctrl+c']);
  });

  it('are a paste where lines come in one read without being marked as one', async () => {
    expect(await typed('one\rtwo\r')).toEqual(['paste "one\\rtwo\\r"']);
  });
});
