import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/cli/text-bytes.ts';

const refusal = (bytes: Buffer): string => {
  try {
    return `read: ${decodeText(bytes, 'x').text.slice(0, 40)}`;
  } catch (thrown) {
    return (thrown as Error).message;
  }
};
const log = (lines: number) => Buffer.from('2026-11-30 12:00:01 GET /zürich?q=né 200 "Mozilla/5.0"\n'.repeat(lines));

describe('a text that is cut anywhere', () => {
  it('is read but for the character that was cut', () => {
    const whole = Buffer.from('añ漢😀'.repeat(30));
    for (let from = 0; from < 12; from++) {
      for (let to = whole.length - 12; to < whole.length; to++) {
        const { text, replacedBytes } = decodeText(whole.subarray(from, to), 'x');
        const kept = Buffer.byteLength(text.replaceAll('\ufffd', ''));
        expect(kept + replacedBytes, `${from} to ${to}`).toBe(to - from);
        expect(replacedBytes).toBeLessThanOrEqual(6);
      }
    }
  });

  it('keeps every other byte wherever one is odd', () => {
    for (const odd of [0x80, 0xc3, 0xe2, 0xf0, 0xff, 0x00]) {
      for (let at = 0; at < 120; at += 7) {
        const bytes = Buffer.concat([log(1).subarray(0, at), Buffer.from([odd]), Buffer.from('\n'), log(2)]);
        expect(decodeText(bytes, 'x').text.endsWith(log(2).toString())).toBe(true);
      }
    }
  });
});

describe('a text in another Unicode encoding', () => {
  const text = 'añ 漢 😀, one line\nand another\n';
  const wide = (order: 'LE' | 'BE', mark: string) => {
    const codes = [...(mark + text)].map((character) => character.codePointAt(0) ?? 0);
    const bytes = Buffer.alloc(codes.length * 4);
    for (const [index, code] of codes.entries()) bytes[`writeUInt32${order}`](code, index * 4);
    return bytes;
  };
  const utf16 = (mark: string) => Buffer.from(mark + text, 'utf16le');

  it.each([
    ['UTF-32', wide('LE', '\ufeff')],
    ['UTF-32 the other way round', wide('BE', '\ufeff')],
    ['UTF-32 without a mark', wide('LE', '')],
    ['UTF-32 without a mark, the other way round', wide('BE', '')],
    ['UTF-16', utf16('\ufeff')],
    ['UTF-16 without a mark', utf16('')],
    ['UTF-16 without a mark, the other way round', utf16('').swap16()],
    ['CESU-8', Buffer.from(text.replace('😀', '\0')).toString('latin1').replace('\0', '\xed\xa0\xbd\xed\xb8\x80')],
  ])('is read: %s', (_, bytes) => {
    const given = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    expect(decodeText(given, 'x')).toEqual({ text, replacedBytes: 0 });
  });

  it('loses only what is no character of it', () => {
    const odd = wide('LE', '\ufeff');
    odd.writeUInt32LE(0xd800, 8);
    expect(decodeText(odd.subarray(0, -2), 'x')).toEqual({ text: `a\ufffd${text.slice(2, -1)}\ufffd`, replacedBytes: 8 });
    expect(decodeText(Buffer.from('one \xed\xa0\xbd two', 'latin1'), 'x').replacedBytes).toBe(3);
  });
});

it('reads a list whose entries end in zeros', () => {
  const names = Array.from({ length: 30 }, (_, index) => `./src/file-${index}.ts`);
  expect(decodeText(Buffer.from(names.map((name) => `${name}\0`).join('')), 'x')).toEqual({
    text: names.map((name) => `${name}\ufffd`).join(''),
    replacedBytes: 30,
  });
});

describe('what is mostly no text', () => {
  it.each([
    ['nothing but noise', deflateRawSync(log(400).toString() + Math.PI), /neither text nor a picture|most of it would be lost/],
    ['a program', readFileSync(process.execPath).subarray(0, 5000), /a program/],
    ['numbers', Buffer.from(Float64Array.from({ length: 200 }, (_, index) => Math.sqrt(index)).buffer), /neither text nor a picture/],
    [
      'texts among numbers',
      Buffer.concat(
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((n) => [Buffer.from([n, 0xde, 0x12, n, 0, 0]), Buffer.from(`translated message ${n}\0`)]),
      ),
      /neither text nor a picture/,
    ],
    ['Japanese of another encoding', Buffer.from('93fa967b8cea82cc8376838c815b8393836583'.repeat(9), 'hex'), /most of it would be lost/],
  ])('is refused: %s', (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
  });

  it.runIf(process.platform === 'linux')('is refused by its name where it has one', () => {
    const archive = execFileSync('tar', ['-cz', '-C', '/', 'etc/hostname'], { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(refusal(archive)).toBe('x is a gzip archive, which sotto cannot read.');
  });
});
