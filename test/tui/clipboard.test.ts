/** Text to the clipboard: which way is taken where, and what is said of it. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { copyText } from '../../src/tui/clipboard.ts';
import { passThrough } from '../../src/tui/pass-through.ts';
import type { ProgramRun } from '../../src/tui/world.ts';

type Env = Readonly<Record<string, string>>;

/** `has`: the programs that work. */
async function copy(text: string, { env = {}, platform = 'linux', has = [] }: { env?: Env; platform?: string; has?: readonly string[] }) {
  const started: string[] = [];
  let written = '';
  const outcome = await copyText(text, {
    env,
    platform,
    writeTerminal: (sequence) => {
      written += sequence;
    },
    run: async ({ command, args, input }) => {
      const name = command === '/bin/sh' ? (args[2] ?? '') : command;
      started.push(name);
      if (!has.includes(name)) throw new Error('not found');
      return { output: '', code: input === text ? 0 : 1 };
    },
  });
  return { ...outcome, started, written };
}

const OSC_HI = '\x1b]52;c;aGk=\x07';

describe('the way', () => {
  it.each<[string, Parameters<typeof copy>[1], string]>([
    ['macOS', { platform: 'darwin', has: ['pbcopy'] }, 'verified pbcopy'],
    ['Wayland', { env: { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' }, has: ['wl-copy', 'xclip'] }, 'verified wl-copy'],
    ['X', { env: { DISPLAY: ':0' }, has: ['xclip', 'xsel'] }, 'verified xclip'],
    ['X without xclip', { env: { DISPLAY: ':0' }, has: ['xsel'] }, 'verified xsel'],
    ['Windows', { platform: 'win32', has: ['clip.exe', 'powershell.exe'] }, 'verified clip.exe'],
    ['Linux on Windows', { env: { WSL_DISTRO_NAME: 'Debian' }, has: ['clip.exe'] }, 'verified clip.exe'],
    ['a phone', { env: { TERMUX_VERSION: '0.1' }, has: ['termux-clipboard-set'] }, 'verified termux-clipboard-set'],
    ['no program at all', { env: { TERM: 'xterm-256color', DISPLAY: ':0' } }, 'sent OSC 52'],
    ['tmux without a program', { env: { TERM: 'tmux-256color', TMUX: '/tmp/t,1,0' }, has: ['tmux'] }, 'sent through tmux'],
    [
      'ssh, where xclip would fill the other machine’s',
      { env: { TERM: 'xterm', DISPLAY: ':0', SSH_TTY: '/dev/pts/1' }, has: ['xclip'] },
      'sent OSC 52',
    ],
    ['ssh from a console', { env: { TERM: 'linux', DISPLAY: ':0', SSH_TTY: '/dev/pts/1' }, has: ['xclip'] }, 'verified xclip'],
  ])('on %s', async (_, world, expected) => {
    const { outcome, how } = await copy('hi', world);
    expect(`${outcome} ${how}`).toBe(expected);
  });

  it('does not try programs that cannot be there', async () => {
    expect((await copy('hi', { env: { TERM: 'xterm' } })).started).toEqual([]);
  });

  it('gives letters beyond ASCII on Windows to the program that takes them', async () => {
    expect((await copy('grün', { platform: 'win32', has: ['clip.exe', 'powershell.exe'] })).how).toBe('PowerShell');
  });

  it('says why not, and what to do instead', async () => {
    const nothing = await copy('hi', { env: { TERM: 'dumb' } });
    expect(nothing).toMatchObject({ outcome: 'failed', written: '' });
    expect(nothing.how).toContain('wl-copy, xclip nor xsel');
    const long = await copy('x'.repeat(100_000), { env: { TERM: 'xterm' } });
    expect(long).toMatchObject({ outcome: 'failed', written: '' });
    expect(long.how).toContain('/export');
    expect((await copy('', { env: { TERM: 'xterm' } })).outcome).toBe('failed');
  });
});

describe('the sequence', () => {
  it('holds the text as UTF-8, whatever is in it', async () => {
    const { written } = await copy('\x1b[2J grün 日本', { env: { TERM: 'xterm' } });
    const [, encoded = ''] = /^\x1b\]52;c;([A-Za-z0-9+/=]*)\x07$/.exec(written) ?? [];
    expect(Buffer.from(encoded, 'base64').toString()).toBe('\x1b[2J grün 日本');
  });

  it('is handed on by tmux and screen', async () => {
    expect((await copy('hi', { env: { TERM: 'tmux', TMUX: 'x' } })).written).toBe('\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\');
    expect((await copy('hi', { env: { TERM: 'screen', STY: '1.pts' } })).written).toBe(`\x1bP${OSC_HI}\x1b\\`);
    const pieces = passThrough(`\x1b]52;c;${'A'.repeat(2000)}\x07`, { STY: '1.pts' }).split('\x1b\\');
    expect(pieces.every((piece) => piece.length <= 768)).toBe(true);
    expect(pieces.map((piece) => piece.replace('\x1bP', '')).join('')).toBe(`\x1b]52;c;${'A'.repeat(2000)}\x07`);
  });
});

describe('a program that stays alive behind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-clipboard-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('does not keep the chat waiting, as xclip and wl-copy would', async () => {
    const file = join(folder, 'copied');
    writeFileSync(join(folder, 'xclip'), `#!/bin/sh\ncat > "${file}"\nsleep 20 &\necho $! > "${file}.pid"\n`);
    chmodSync(join(folder, 'xclip'), 0o755);
    const env = { ...process.env, DISPLAY: ':0', PATH: `${folder}${delimiter}${process.env.PATH}` };
    const run = ({ command, args, input }: ProgramRun) =>
      new Promise<{ output: string; code: number | null }>((resolve, reject) => {
        const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
        child.on('error', reject);
        // As whoever reads all of the output does: only when every holder of the pipe has closed it.
        child.on('close', (code) => resolve({ output: '', code }));
        child.stdout.resume();
        child.stderr.resume();
        child.stdin.end(input);
      });
    const outcome = await copyText('some text', { env: { DISPLAY: ':0' }, platform: 'linux', writeTerminal: () => {}, run });
    process.kill(Number(readFileSync(`${file}.pid`, 'utf8')));
    expect([outcome, readFileSync(file, 'utf8')]).toEqual([{ outcome: 'verified', how: 'xclip' }, 'some text']);
  });
});
