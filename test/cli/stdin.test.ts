import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, type MockServer, startMockServer } from '../support/mock-server.ts';
import { lives } from '../support/own-time.ts';
import { type RunOptions, run, start } from '../support/program.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server.close());

const ask = (words: string[], stdin: RunOptions['stdin'] = 'none') => run([...words, ...asks(server)], { stdin });
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** What the server was asked: the content of the only message. */
async function sent(words: string[], stdin: RunOptions['stdin']): Promise<unknown> {
  server.asked.length = 0;
  const { code, stderr } = await ask(words, stdin);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(server.turns()).toHaveLength(1);
  return server.turns()[0]?.json.messages?.[0]?.content;
}

describe('the question', () => {
  it('is what is typed, then what is piped in', async () => {
    expect(await sent(['one', 'two'], { send: 'three\nfour\n' })).toBe('one two\n\nthree\nfour');
  });

  it.each([
    ['no argument', []],
    ['a dash', ['-']],
    ['ask and a dash', ['ask', '-']],
    ['a file that is a dash', ['-f', '-']],
  ])('is the pipe alone with %s', async (_, words) => {
    expect(await sent(words, { send: '  indented\n' })).toBe('  indented');
  });

  it('has the pipe behind the words wherever the dash stands', async () => {
    expect(await sent(['-', 'why?'], { send: 'log' })).toBe('why?\n\nlog');
  });

  it('is just what is typed with /dev/null', async () => {
    expect(await sent(['hi'], 'none')).toBe('hi');
  });

  it.each([
    ['an empty pipe', '$SOTTO hi ASKS', {}],
    ['a pipe of blank lines', '$SOTTO hi ASKS', { send: '\n \n' }],
    ['an empty file', ': > empty; $SOTTO hi ASKS < empty', 'none'],
    ['the end of a file that another program reads', 'echo one > lines; while read line; do $SOTTO hi ASKS; done < lines', 'none'],
  ] as const)('is just what is typed with %s, which is said', async (_, shell, stdin) => {
    const { code, stderr } = await run([], { shell: shell.replace('ASKS', asks(server).join(' ')), stdin });
    expect(server.turns().map(({ json }) => json.messages?.[0]?.content)).toEqual(['hi']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'sotto: Standard input is empty; asking without it. Where nothing is piped in, add --no-stdin.\n',
    });
  });

  it('is just what is typed where stdin is closed', async () => {
    const { code, stdout } = await run([], { shell: `$SOTTO hi ${asks(server).join(' ')} <&-` });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello world\n' });
    expect(server.turns()[0]?.json.messages?.[0]?.content).toBe('hi');
  });

  it('may begin with a dash behind --', async () => {
    await run([...asks(server), '--', '-5 + 3?']);
    expect(server.turns()[0]?.json.messages?.[0]?.content).toBe('-5 + 3?');
  });
});

describe('piped text', () => {
  it.each([
    ['with its line ends', 'a\r\nb\rc', 'a\r\nb\rc'],
    ['without a byte order mark', '\ufeffé', 'é'],
    ['of UTF-16', Buffer.from('\ufeffhé漢', 'utf16le'), 'hé漢'],
    ['of UTF-16 the other way round', Buffer.from('\ufeffhé漢', 'utf16le').swap16(), 'hé漢'],
    ['with control characters', 'a\u001b[0m\u0007b', 'a\u001b[0m\u0007b'],
  ])('arrives %s', async (_, send, expected) => {
    expect(await sent([], { send })).toBe(expected);
  });

  it('arrives whole when it is long, and split in the middle of characters', async () => {
    const text = '漢字👩‍👩‍👧é'.repeat(120_000);
    expect(await sent([], { send: text })).toBe(text);
  });

  it.each([
    [
      'a character that was cut in two',
      Buffer.concat([Buffer.from('log: Zürich').subarray(0, 7), Buffer.from('\nok\n')]),
      'log: Z\ufffd\nok',
      1,
    ],
    ['a byte of another encoding', Buffer.from('GET /caf\xe9 200', 'latin1'), 'GET /caf\ufffd 200', 1],
    ['three bytes of a character of four', Buffer.from('end: 😀').subarray(0, 8), 'end: \ufffd', 3],
    [
      'a hole of zeros',
      Buffer.concat([Buffer.from('before the crash, '), Buffer.alloc(512), Buffer.from('after it')]),
      'before the crash, \ufffdafter it',
      512,
    ],
    ['UTF-16 that was cut', Buffer.from('\ufeffhé漢', 'utf16le').subarray(0, 7), 'hé\ufffd', 1],
    ['a replacement from before', Buffer.concat([Buffer.from('a\ufffdb'), Buffer.from([0xc3])]), 'a\ufffdb\ufffd', 1],
  ])('goes out with U+FFFD for what is none, and says how much: %s', async (_, send, expected, bytes) => {
    server.asked.length = 0;
    const { code, stderr } = await ask(['why?'], { send });
    expect(server.turns()[0]?.json.messages?.[0]?.content).toBe(`why?\n\n${expected}`);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `sotto: Standard input: ${bytes} ${bytes === 1 ? 'byte is not text and was' : 'bytes are not text and were'} sent as \ufffd.\n`,
    });
  });

  it('is a picture when it looks like one', async () => {
    const content = (await sent(['what is this?'], { send: PNG })) as { type: string; image_url?: { url: string } }[];
    expect(content[0]).toEqual({ type: 'text', text: 'what is this?' });
    expect(content[1]?.image_url?.url).toBe(`data:image/png;base64,${PNG.toString('base64')}`);
  });
});

describe('a run that sends nothing', () => {
  const refuses = async (words: string[], stdin: RunOptions['stdin'], message: RegExp) => {
    server.asked.length = 0;
    const { code, stdout, stderr } = await ask(words, stdin);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect({ code, stdout, asked: server.asked.length }).toEqual({ code: 2, stdout: '', asked: 0 });
  };

  it.each([
    ['nothing at all', [], 'none'],
    ['an empty pipe', [], {}],
    ['an empty pipe and a dash', ['-'], {}],
    ['an empty question', [''], {}],
    ['a blank question', [' \t'], { send: '\n' }],
  ] as const)('has %s for a question', async (_, words, stdin) => {
    await refuses([...words], stdin, /^sotto: There is no question, and nothing came through standard input\.\n/);
  });

  it.each([
    ['an empty pipe', {}],
    ['/dev/null', 'none'],
  ] as const)('asks for a text that %s does not bring', async (_, stdin) => {
    for (const words of [
      ['-', 'why?'],
      ['-f', '-', 'why?'],
    ])
      await refuses(words, stdin, /^sotto: "-" asks for standard input, and nothing came through it\./);
  });

  it('gets binary data', async () => {
    await refuses(['why?'], { send: Buffer.from([0, 1, 2, 255]) }, /neither text nor a picture/);
    await refuses(['why?'], { send: Buffer.from('%PDF-1.7\n\0') }, /PDF[\s\S]*pdftotext/);
    await refuses(['why?'], { send: '\n%PDF-1.4\nonly letters' }, /PDF[\s\S]*pdftotext/);
    await refuses(['why?'], { send: gzipSync('x'.repeat(999)) }, /is a gzip archive, which sotto cannot read/);
  });

  it('gets text of which hardly anything could be read, and the encoding is not guessed', async () => {
    const russian = Buffer.from([...'\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0!\n'.repeat(20)].map((letter) => letter.charCodeAt(0)));
    await refuses(
      ['why?'],
      { send: russian },
      /^sotto: Standard input is not UTF-8 text, and most of it would be lost\.\n.*iconv -f ENCODING/,
    );
  });

  it('gets a folder', async () => {
    const { code, stderr, stdout } = await run([], { shell: `$SOTTO 'why?' ${asks(server).join(' ')} < .` });
    expect({ code, stdout, asked: server.asked.length }).toEqual({ code: 2, stdout: '', asked: 0 });
    expect(stderr).toMatch(/^sotto: Standard input is a folder\.\nName the files in it: -f one -f two/);
  });

  it('says the same of two mistakes however fast each of them is found', async () => {
    for (const [words, stdin, code] of [
      [[], 'none', 2],
      [[], { send: '\n' }, 2],
      [['-f', 'missing'], 'none', 2],
      [['why?'], 'none', 3],
      [[], { send: 'q' }, 3],
      [['why?'], { send: Buffer.from([0, 1, 2]) }, 3],
    ] as const) {
      const runs = await Promise.all([1, 2, 3].map(() => run([...words], { stdin })));
      expect(
        runs.map((ended) => ended.code),
        JSON.stringify([words, stdin]),
      ).toEqual([code, code, code]);
    }
  });

  it('gets more than a model could ever take', async () => {
    await refuses(['why?'], { send: Buffer.alloc(21 * 1024 * 1024, 'x') }, /too large: over 20 MB/);
    await refuses(['why?'], { send: Buffer.alloc(17 * 1024 * 1024, 'x') }, /too large: 17 MB/);
  });

  it('is told to read stdin and not to', async () => {
    await refuses(['-', '--no-stdin'], { send: 'x' }, /"-" asks for standard input and --no-stdin forbids it/);
  });
});

describe('a silent pipe', () => {
  it('is waited for with a notice after 2 s, and given up with exit code 2', async () => {
    const startedMs = performance.now();
    const running = start(['why?', '--stdin-timeout', '2.6', ...asks(server)], { stdin: { hold: true } });
    await running.shows('Waiting for text on standard input', 'stderr');
    const noticedMs = performance.now() - startedMs;
    const { code, stdout, stderr, endedMs } = await running.ended;
    expect(noticedMs).toBeGreaterThan(1900);
    expect(endedMs - startedMs).toBeGreaterThan(2500);
    expect({ code, stdout, asked: server.asked.length }).toEqual({ code: 2, stdout: '', asked: 0 });
    expect(stderr).toContain('stayed silent for 2.6 s and did not end; nothing was sent.');
    expect(stderr).toContain('--stdin-timeout');
  });

  it('that said something and then stays silent is given up as well', async () => {
    const { code, stderr } = await ask(['why?', '--stdin-timeout', '0.4'], { send: 'half', hold: true });
    expect(code).toBe(2);
    expect(stderr).toContain('stayed silent after 4 bytes for 0.4 s');
    expect(server.asked).toHaveLength(0);
  });

  it('that goes on talking is never given up', async () => {
    const running = start(['why?', '--stdin-timeout', '0.5', ...asks(server)], { stdin: { hold: true } });
    for (let i = 0; i < 5; i++) {
      running.child.stdin?.write(`${i} `);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    running.child.stdin?.end();
    expect((await running.ended).code).toBe(0);
    expect(server.turns()[0]?.json.messages?.[0]?.content).toBe('why?\n\n0 1 2 3 4');
  });

  it('is read to its end without a limit where it is the question', async () => {
    const running = start(['-', '--stdin-timeout', '0.2', ...asks(server)], { stdin: { hold: true } });
    await lives(700, running.child);
    running.child.stdin?.end('late');
    expect((await running.ended).code).toBe(0);
    expect(server.turns()[0]?.json.messages?.[0]?.content).toBe('late');
  });

  it('is not looked at with --no-stdin', async () => {
    expect(await sent(['why?', '--no-stdin'], { hold: true })).toBe('why?');
  });

  it('does not hold back an error that is certain', async () => {
    const { code, stderr } = await run(['why?', '-m', 'no-such-model', '-p', 'nobody'], { stdin: { hold: true } });
    expect(code).toBe(2);
    expect(stderr).toContain('There is no provider "nobody"');
  });
});
