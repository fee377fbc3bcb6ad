/** Takes the pictures of the README: a short tour through the real program, in a real terminal, with the guide as the model. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PictureOptions, pictureOf } from './picture.ts';
import { ROOT } from './program.ts';
import { openTerminal, type TerminalRun } from './terminal.ts';

const OUT = join(ROOT, 'fixtures', 'tour');

type Scene = {
  name: string;
  title: string;
  args: readonly string[];
  columns: number;
  rows: number;
  env?: Record<string, string>;
  background?: PictureOptions['background'];
  play(terminal: TerminalRun): Promise<void>;
};

const PROJECT = { 'notes.md': '# Lima\n\nFlights on Monday, 7 people, 420 dollars each.\n', 'src/app.ts': 'export {};\n' };

const SCENES: readonly Scene[] = [
  {
    name: 'first-run',
    title: 'sotto, on a machine with nothing set up',
    args: [],
    columns: 88,
    rows: 20,
    play: (terminal) => terminal.shows('Or ask the guide'),
  },
  {
    name: 'answer',
    title: 'a question, and the next one typed while the answer streams',
    args: ['chat', '-p', 'guide'],
    columns: 88,
    rows: 28,
    async play(terminal) {
      await ready(terminal);
      await type(terminal, 'How do I use sotto in a pipe?\r');
      await terminal.shows('guide/guide');
      await type(terminal, 'and how do I get JSON');
      await terminal.shows('and how do I get JSON');
    },
  },
  {
    name: 'tools',
    title: 'a tool asks before it runs',
    args: ['chat', '-p', 'guide', '--tools', 'all'],
    columns: 88,
    rows: 22,
    async play(terminal) {
      await ready(terminal);
      await type(terminal, 'What is 7 * 420?\r');
      await terminal.shows('2940');
      await idle(terminal);
      await type(terminal, 'run ls -l src\r');
      await terminal.shows('[y] yes');
    },
  },
  {
    name: 'commands',
    title: '/help fits one screen',
    args: ['chat', '-p', 'guide'],
    columns: 88,
    rows: 26,
    async play(terminal) {
      await ready(terminal);
      await type(terminal, '/help');
      await terminal.shows('commands and keys');
      await type(terminal, '\r');
      await terminal.shows('tell more');
    },
  },
  {
    name: 'resume',
    title: 'sotto resume',
    args: ['resume'],
    columns: 110,
    rows: 18,
    background: 'light',
    env: { SOTTO_THEME: 'light' },
    play: (terminal) => terminal.until((rows) => rows.some((row) => row.startsWith('> '))),
  },
];

/** What is kept already when the tour begins. */
const EARLIER = ['How are conversations kept?', 'What do the exit codes mean?', 'How do I add an MCP server?', 'How do I use a proxy?'];

const home = mkdtempSync(join(tmpdir(), 'sotto-tour-'));
try {
  mkdirSync(OUT, { recursive: true });
  mkdirSync(join(home, 'src'));
  for (const [name, text] of Object.entries(PROJECT)) writeFileSync(join(home, name), text);
  for (const question of EARLIER) await openTerminal(['ask', '-p', 'guide', question], { home }).ended;
  const wanted = process.argv.slice(2);
  for (const scene of SCENES) if (wanted.length === 0 || wanted.includes(scene.name)) await film(scene);
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function film({ name, title, args, columns, rows, env = {}, background, play }: Scene): Promise<void> {
  const terminal = openTerminal(args, { home, columns, rows, env });
  await play(terminal);
  await pause(150);
  await terminal.lines();
  writeFileSync(
    join(OUT, `${name}.svg`),
    pictureOf(terminal.screen, { title, ...(background ? { background } : {}) }).replaceAll(home, '/home/ada/trip'),
  );
  terminal.pty.kill('SIGTERM');
  await terminal.ended;
}

/** As a person types: one key after the other. */
async function type(terminal: TerminalRun, text: string): Promise<void> {
  for (const character of text) {
    terminal.pty.write(character);
    await pause(15);
  }
}

async function ready(terminal: TerminalRun): Promise<void> {
  await terminal.until((rows) => rows.some((row) => row.startsWith('guide/guide')));
}

/** Nothing streams: the hint of the status line is back. */
async function idle(terminal: TerminalRun): Promise<void> {
  await terminal.until((rows) => rows.some((row) => row.startsWith('guide/guide') && row.trimEnd().endsWith('/help')));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
