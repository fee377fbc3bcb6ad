/** Texts that deceive × every question that there is: nothing of them is hidden, and nothing stands on a row without its sign. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBack } from '../format/exact-arbitraries.ts';
import { asks, calls, chat, inTurn, type MockServer, startMockServer } from '../support/mock-server.ts';
import { run, temporaryFolder } from '../support/program.ts';
import { openTerminal, type TerminalRun } from '../support/terminal.ts';

/** What stands between what the user would read and what would run: in a file, and in a command. */
const BETWEEN: Readonly<Record<string, string>> = {
  'a carriage return': '\r',
  'carriage return and line end': '\r\n',
  'a vertical tab': '\v',
  'a form feed': '\f',
  'a next line (C1)': '\u0085',
  'a line separator': '\u2028',
  'a paragraph separator': '\u2029',
  'a file separator': '\u001c',
  'a group separator': '\u001d',
  'a record separator': '\u001e',
  'a reverse index (C1)': '\u008d',
  'an index (ESC D)': '\u001bD',
  'a cursor that goes up': '\u001b[1A',
  'a row that is erased': '\u001b[2K\r',
  'a screen that is erased': '\u001b[2J\u001b[H',
  'hidden letters (SGR 8)': '\u001b[8m',
  'a C1 sequence': '\u009b8m',
  'a title (OSC)': '\u001b]0;x\u0007',
  'a link (OSC 8)': '\u001b]8;;http://x\u001b\\',
  backspaces: '\b\b\b\b\b',
  'a delete': '\u007f',
  'a bell': '\u0007',
  'right-to-left override': '\u202e',
  'left-to-right override': '\u202d',
  'right-to-left isolate': '\u2067',
  'the end of an isolate': '\u2069',
  'right-to-left mark': '\u200f',
  'Arabic letter mark': '\u061c',
  'a zero width space': '\u200b',
  'a zero width joiner': '\u200d',
  'a word joiner': '\u2060',
  'an invisible times': '\u2062',
  'a byte order mark': '\ufeff',
  'a soft hyphen': '\u00ad',
  'a grapheme joiner': '\u034f',
  'a Hangul filler': '\u3164',
  'a Hangul choseong filler': '\u115f',
  'a Mongolian vowel separator': '\u180e',
  'tag letters': '\u{e0072}\u{e006d}',
  'a variation selector': '\ufe0f',
  'another variation selector': '\u{e0101}',
  'a no-break space': '\u00a0',
  'an ideographic space': '\u3000',
  'a blank of Braille': '\u2800',
  'half of a pair': '\ud83d',
  'a private letter': '\ue000',
  'an unassigned letter': '\u0378',
  'a strike over the letter before': '\u0338',
  'a mark of another script, which is drawn as nothing': '\u17d2',
  'a pile of marks': '\u0301'.repeat(90),
  'an annotation': '\ufff9',
  'a mark of another kind that looks like ;': '\u037e',
  'a Cyrillic letter in a Latin word': 'p\u0430ypal',
  'conjoining letters': '\u1112\u1161\u11ab',
  'many spaces': ' '.repeat(300),
  'many tabs': '\t'.repeat(60),
  'many wide letters': '中'.repeat(120),
  'a very long word': 'x'.repeat(400),
  'a row like one of a difference': '\n+fine\n-bad\n@@ -1,1 +1,1 @@\n\\ No newline at end of file\n unmarked\n',
  'signs that stand for others': '␍ ⟨U+2028⟩ ↳',
  'a family in one letter': '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
};

const NAMES = Object.keys(BETWEEN);
const textOf = (name: string) => `b = 3${BETWEEN[name]}evil(1)`;

type Wanted = { name: 'write_file' | 'run_command'; args: Record<string, string>; sign: string };

/** By its sign a question is known on the screen. */
const FILES = NAMES.map((name, index): Wanted => {
  const path = `case-${String(index).padStart(2, '0')}.txt`;
  return { name: 'write_file', args: { path, content: `${textOf(name)}\n` }, sign: `create ${path} ` };
});
const COMMANDS = NAMES.filter((name) => !BETWEEN[name]?.includes('\n')).map((name, index): Wanted => {
  return { name: 'run_command', args: { command: `echo ${index}; # ${textOf(name)}` }, sign: `run echo ${index};` };
});
const KINDS = [
  { kind: 'changes of files', wanted: FILES },
  { kind: 'commands', wanted: COMMANDS },
];

function answered(wanted: readonly Wanted[]): void {
  server.asked.length = 0;
  server.script = inTurn(calls(...wanted.map(({ name, args }, index) => ({ name, args, id: `call${index}` }))), chat(['Done.']));
}

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
afterAll(() => server.close());

type Asked = { call: Wanted; rows: string[] };
type Look = { head: RegExp; keys: RegExp; prompt?: RegExp; no: string };

/** Every question, in the order of the screen: the rows between the one that names the tool and the one with the keys. */
async function questions(terminal: TerminalRun, wanted: readonly Wanted[], look: Look): Promise<Asked[]> {
  const asked: Asked[] = [];
  const left = new Set(wanted);
  while (left.size > 0) {
    let found: Asked | undefined;
    await terminal.until(() => {
      const rows = lastQuestion(terminal, look);
      const call = [...left].find(({ sign }) => rows.some((row) => row.includes(sign)));
      if (call) found = { call, rows };
      return call !== undefined;
    });
    if (!found) break;
    asked.push(found);
    left.delete(found.call);
    terminal.pty.write(look.no);
  }
  return asked;
}

/** Rows that are looked at, from the last one on. */
const MOST_ROWS = 150;

/** A row that the terminal broke is marked as such. */
function lastQuestion({ screen }: TerminalRun, { head, keys, prompt }: Look): string[] {
  const { active } = screen.buffer;
  const first = Math.max(0, active.length - MOST_ROWS);
  const rows = Array.from({ length: active.length - first }, (_, row) => {
    const line = active.getLine(first + row);
    return `${line?.isWrapped ? 'BROKEN BY THE TERMINAL: ' : ''}${line?.translateToString(true) ?? ''}`;
  });
  const from = rows.findLastIndex((row) => head.test(row));
  const length = from < 0 ? -1 : rows.slice(from).findIndex((row) => keys.test(row));
  const isOpen = prompt === undefined || rows.slice(from).some((row) => prompt.test(row));
  return length < 0 || !isOpen ? [] : rows.slice(from, from + length);
}

/** Nothing that a terminal obeys or hides. */
const SEEN = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

/** Lines put together again from their rows. Spaces are not counted: a terminal does not keep those at the end of a row. */
function linesOf(rows: readonly string[], start: number): string[] {
  const lines: string[] = [];
  for (const row of rows) {
    if (row[start] === '↳' && lines.length > 0) lines[lines.length - 1] += row.slice(start + 1);
    else lines.push(row.slice(0, start) + row.slice(start));
  }
  return lines.map((line) => line.slice(0, start) + readBack(line.slice(start).replaceAll(' ', '')).replaceAll(' ', ''));
}

function holds({ call, rows }: Asked): void {
  for (const row of rows) {
    expect(row).toMatch(SEEN);
    expect(row).not.toMatch(/\p{Default_Ignorable_Code_Point}|BROKEN/u);
  }
  const where = JSON.stringify(call.args);
  if (call.name === 'write_file') {
    const from = rows.findIndex((row) => row.startsWith('  @@ '));
    expect(from, where).toBeGreaterThan(0);
    const block = rows.slice(from + 1);
    for (const row of block) expect(row, where).toMatch(/^ {2}\+/);
    const wanted = `${call.args.content}`.toWellFormed().replace(/\n$/, '').split('\n');
    const lines = linesOf(block, 3).map((line) => line.slice(3));
    expect(lines, where).toEqual(wanted.map((line) => line.replaceAll(' ', '')));
  } else {
    const told = linesOf(rows.slice(rows[0]?.startsWith('Allow?') ? 1 : 0), rows[0]?.startsWith('Allow?') ? 2 : 0);
    // Half of a pair does not reach the shell as such.
    expect(told.join('\n'), where).toContain(String(call.args.command).toWellFormed().replaceAll(' ', ''));
  }
}

/** Every call was denied, and nothing has happened. */
function nothingRan(folder: string): void {
  expect(readdirSync(folder).filter((name) => name.startsWith('case-'))).toEqual([]);
  expect(server.turns()).toHaveLength(2);
}

/** Sixty questions, one after the other. */
const LONG_MS = 60_000;
const SIZE = { columns: 100, rows: 45 };
const env = { NO_COLOR: '1' };

describe.skipIf(process.platform === 'win32').each(KINDS)(`${NAMES.length} texts that deceive, in $kind`, ({ wanted }) => {
  const inChat = async (more: Record<string, string>, look: Look): Promise<{ lines: string[]; stored: string }> => {
    using home = temporaryFolder();
    answered(wanted);
    const terminal = openTerminal(['chat', ...asks(server), '--tools', 'all'], { home: home.path, env: { ...env, ...more }, ...SIZE });
    await terminal.shows(more.TERM === 'dumb' ? 'You:' : '>');
    terminal.pty.write('go\r');
    const asked = await questions(terminal, wanted, look);
    await terminal.shows('Done.');
    for (const one of asked) holds(one);
    nothingRan(home.path);
    terminal.pty.write('\u0004');
    await terminal.ended;
    const { stdout } = await run(['show', '--tool-output'], { home: home.path });
    return { lines: await terminal.lines(), stored: stdout };
  };

  it('are shown as they are by the chat, and by what is kept of it', { timeout: LONG_MS }, async () => {
    const { lines, stored } = await inChat({}, { head: /^Allow\? /, keys: /^\[y\] yes/, no: 'n' });
    for (const line of lines) expect(line).toMatch(SEEN);
    const told = stored.split('\n').filter((line) => /^- `+ ?(write_file|run_command) \{/.test(line));
    expect(told).toHaveLength(wanted.length);
    for (const line of told) expect(line).toMatch(SEEN);
  });

  it('are shown as they are by the chat in plain lines', { timeout: LONG_MS }, async () => {
    await inChat({ TERM: 'dumb' }, { head: /^Tool \w+ wants to /, keys: /^y yes/, prompt: /^Allow\?/, no: 'n\r' });
  });

  it('are shown as they are by ask', { timeout: LONG_MS }, async () => {
    using home = temporaryFolder();
    answered(wanted);
    const terminal = openTerminal(['ask', 'go', ...asks(server), '--tools', 'all'], { home: home.path, env, ...SIZE });
    const asked = await questions(terminal, wanted, { head: /^sotto: the model wants to use /, keys: /^Allow it\?/, no: 'n\r' });
    await terminal.ended;
    for (const one of asked) holds(one);
    nothingRan(home.path);
  });
});

describe.skipIf(process.platform === 'win32')('a yes', () => {
  it('to a change of 125,000 lines can be given after all of it was shown, and writes what was shown', async () => {
    using home = temporaryFolder();
    const before = Array.from({ length: 62_500 }, (_, line) => `old ${line}\n`).join('');
    const content = Array.from({ length: 62_500 }, (_, line) => `new ${line}\n`).join('');
    writeFileSync(join(home.path, 'long.txt'), before);
    server.asked.length = 0;
    server.script = inTurn(calls({ name: 'write_file', args: { path: 'long.txt', content } }), chat(['Done.']));
    const terminal = openTerminal(['chat', ...asks(server), '--tools', 'all'], { home: home.path, env, ...SIZE, scrollback: 130_000 });
    await terminal.shows('>');
    terminal.pty.write('go\r');
    await terminal.until((rows) => rows.some((row) => row.includes('(+124,')) && rows.some((row) => row.startsWith('[y] yes')));
    terminal.pty.write('v');
    await terminal.until((rows) => rows.some((row) => row === '  +new 62499'));
    const shown = await terminal.lines();
    expect(shown.filter((row) => row.startsWith('  +new ')).length).toBeGreaterThanOrEqual(62_500);
    expect(shown.filter((row) => row.startsWith('  -old ')).length).toBeGreaterThanOrEqual(62_500);
    terminal.pty.write('y');
    await terminal.shows('Done.');
    expect(readFileSync(join(home.path, 'long.txt'), 'utf8')).toBe(content);
    terminal.pty.write('\u0004');
    await terminal.ended;
  });

  it('is given to what stands behind the cut only after the question has said that there is more', async () => {
    using home = temporaryFolder();
    server.asked.length = 0;
    const content = `${'# fine\n'.repeat(60)}evil()\n`;
    server.script = inTurn(calls({ name: 'write_file', args: { path: 'long.txt', content } }), chat(['Done.']));
    const terminal = openTerminal(['ask', 'go', ...asks(server), '--tools', 'all'], { home: home.path, env, ...SIZE });
    await terminal.shows('Allow it?');
    expect((await terminal.lines()).join('\n')).toContain('(+22 lines)\nAllow it?');
    terminal.pty.write('v\r');
    await terminal.shows('  +evil()');
    terminal.pty.write('n\r');
    await terminal.ended;
    expect(existsSync(join(home.path, 'long.txt'))).toBe(false);
  });
});
