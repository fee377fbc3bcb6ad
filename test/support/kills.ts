/** Kills the real program at random moments, in everything that writes, and looks at what is left. The same seed kills at the same moments. */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { textOf } from '../../src/core/messages.ts';
import { checkFile } from '../../src/store/check.ts';
import { openStore } from '../../src/store/open.ts';
import type { ConversationRecord, Store, StoredMessage } from '../../src/store/store.ts';
import { realWorld } from '../store/children/world.ts';
import { asks, calls, chat, type MockServer, messagesOf, startMockServer } from './mock-server.ts';
import { ownTimeOf } from './own-time.ts';
import { ROOT, start } from './program.ts';
import { openTerminal } from './terminal.ts';

export type KillsOptions = {
  runs: number;
  seed: number;
  /** Processes at once. */
  atOnce?: number;
  /** Only these; all unless told. */
  only?: readonly string[];
  onRun?: (done: number) => void;
};

/** For each kind of work how often it was killed, how often it ended before, and what was wrong afterwards. */
export type Kills = Record<string, { killed: number; ended: number; wrong: string[] }>;

export async function runKills({ runs, seed, atOnce = 2, only = Object.keys(WORK), onRun }: KillsOptions): Promise<Kills> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-kills-'));
  const server = await startMockServer();
  server.script = answers(server);
  const random = randomBy(seed);
  const seeds = await makeSeeds(join(folder, 'seeds'));
  const kills: Kills = Object.fromEntries(only.map((name) => [name, { killed: 0, ended: 0, wrong: [] }]));
  const lastsMs = new Map<string, number>();
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < runs) {
      const run = begun++;
      const name = only[run % only.length] ?? '';
      const work = WORK[name];
      const tally = kills[name];
      if (!work || !tally) throw new Error(`There is no work "${name}": ${Object.keys(WORK).join(', ')}`);
      const share = random();
      const home = join(folder, String(run));
      const scene: Scene = { home, file: join(home, 'sotto', 'sotto.db'), run, seeds, server };
      mkdirSync(join(home, 'sotto'), { recursive: true });
      work.prepare(scene);
      // Runs that came to their end say how long the whole takes; its beginning only loads the program.
      const killAfterMs = lastsMs.has(name) ? (0.25 + share * 0.75) * (lastsMs.get(name) ?? 0) : 60_000;
      const startedMs = performance.now();
      const outcome = await work.run(scene, killAfterMs);
      if (!outcome.killed) lastsMs.set(name, Math.min(lastsMs.get(name) ?? 60_000, performance.now() - startedMs));
      tally[outcome.killed ? 'killed' : 'ended']++;
      try {
        const wrong = await work.wrongAfter(scene, outcome);
        tally.wrong.push(...wrong.map((what) => `run ${run} (seed ${seed}, after ${Math.round(killAfterMs)} ms): ${what}`));
      } catch (thrown) {
        tally.wrong.push(`run ${run}: ${thrown instanceof Error ? thrown.stack : thrown}`);
      }
      // A child of a killed process needs some milliseconds to notice it.
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      onRun?.(run + 1);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return kills;
}

type Scene = { home: string; file: string; run: number; seeds: Seeds; server: MockServer };
type Outcome = {
  killed: boolean;
  code: number | null;
  /** What had come on stdout, and when, in the run's own time. */
  shown: { atMs: number; text: string }[];
  endedMs: number;
};
type Work = {
  prepare(scene: Scene): void;
  run(scene: Scene, killAfterMs: number): Promise<Outcome>;
  wrongAfter(scene: Scene, outcome: Outcome): Promise<string[]> | string[];
};

async function runCommand({ home }: Scene, args: readonly string[], killAfterMs: number): Promise<Outcome> {
  const running = start(args, { home, cwd: home });
  const own = ownTimeOf(running.child);
  const shown: Outcome['shown'] = [];
  running.child.stdout?.on('data', (chunk) => shown.push({ atMs: own.ms(), text: String(chunk) }));
  const timer = setTimeout(() => running.child.kill('SIGKILL'), killAfterMs);
  const { code, signal } = await running.ended;
  clearTimeout(timer);
  return { killed: signal === 'SIGKILL', code, shown, endedMs: own.ms() };
}

const command = (args: (scene: Scene) => string[]) => (scene: Scene, killAfterMs: number) => runCommand(scene, args(scene), killAfterMs);
const withSeed = (scene: Scene): void => cpSync(scene.seeds.folder, join(scene.home, 'sotto'), { recursive: true });

const WORK: Record<string, Work> = {
  ask: {
    prepare: withSeed,
    run: command(({ run, server }) => ['ask', `prompt ${run}`, ...asks(server)]),
    wrongAfter: (scene, outcome) => sound(scene, (store) => wrongTurn(scene, store, outcome)),
  },
  chat: {
    prepare: withSeed,
    run: chatWithTools,
    wrongAfter: (scene, outcome) => sound(scene, (store) => wrongTurn(scene, store, outcome)),
  },
  import: {
    prepare: () => {},
    run: command(({ seeds }) => ['import', seeds.exported]),
    async wrongAfter(scene) {
      const wrong = sound(scene, (store) =>
        store.list().flatMap(({ title }) => (scene.seeds.titles.has(title) ? [] : [`${title} is unknown`])),
      );
      const { code } = await runCommand(scene, ['import', scene.seeds.exported], 60_000);
      return [
        ...wrong,
        ...(code === 0 ? [] : [`importing again ended with ${code}`]),
        ...sound(scene, (store) => differences(store, scene.seeds)),
      ];
    },
  },
  delete: {
    prepare: withSeed,
    run: command(({ seeds }) => ['delete', ...seeds.ids.slice(0, 5), '--yes']),
    wrongAfter: (scene) =>
      sound(scene, (store) => {
        const left = new Set(store.list().map(({ id }) => id));
        return scene.seeds.ids.slice(5).flatMap((id) => (left.has(id) ? [] : [`${id} is gone, which was not to be deleted`]));
      }),
  },
  backup: {
    prepare: withSeed,
    run: command(() => ['db', 'backup', 'copy.db']),
    wrongAfter: (scene) => [...sound(scene, (store) => differences(store, scene.seeds)), ...wholeOrAbsent(scene, 'copy.db')],
  },
  export: {
    prepare(scene) {
      withSeed(scene);
      writeFileSync(join(scene.home, 'all.jsonl'), 'old');
    },
    run: command(() => ['export', '--all', '-o', 'all.jsonl', '--force']),
    wrongAfter(scene) {
      const text = readFileSync(join(scene.home, 'all.jsonl'), 'utf8');
      const isWhole = text === 'old' || text.trimEnd().split('\n').length === scene.seeds.ids.length;
      return [...sound(scene, () => []), ...(isWhole ? [] : [`the export is a part: ${text.length} characters`])];
    },
  },
  restore: {
    prepare(scene) {
      withSeed(scene);
      copyFileSync(scene.seeds.backup, join(scene.home, 'backup.db'));
      const store = openStore(realWorld(scene.file));
      store.remove(scene.seeds.ids.slice(0, 3));
      store.close();
    },
    run: command(() => ['db', 'restore', 'backup.db', '--yes']),
    wrongAfter: (scene) =>
      sound(scene, (store) => {
        const count = store.list().length;
        return count === scene.seeds.ids.length || count === scene.seeds.ids.length - 3 ? [] : [`${count} conversations are left`];
      }),
  },
  vacuum: {
    prepare: withSeed,
    run: command(() => ['db', 'vacuum']),
    wrongAfter: (scene) => sound(scene, (store) => differences(store, scene.seeds)),
  },
  migration: {
    prepare(scene) {
      const database = new Database(scene.file);
      database.pragma('journal_mode = WAL');
      // A dump holds the tables behind the search index.
      database.unsafeMode(true);
      database.exec(readFileSync(join(ROOT, 'fixtures/store/v1.sql'), 'utf8'));
      database.close();
    },
    run: command(() => ['list']),
    async wrongAfter(scene) {
      const { code } = await runCommand(scene, ['list'], 60_000);
      return [
        ...backupsThatAreNone(scene),
        ...(code === 0 ? [] : [`the next start ended with ${code}`]),
        ...sound(scene, (store) => (store.list().length > 0 ? [] : ['nothing is left'])),
      ];
    },
  },
  repair: {
    prepare(scene) {
      copyFileSync(scene.seeds.damaged, scene.file);
    },
    run: command(() => ['db', 'repair']),
    async wrongAfter(scene) {
      const { code } = await runCommand(scene, ['db', 'repair'], 60_000);
      const wrong = code === 0 || code === 7 ? [] : [`repairing again ended with ${code}`];
      return [
        ...wrong,
        ...sound(scene, (store) => (store.list().length > scene.seeds.ids.length / 2 ? [] : [`${store.list().length} are left`])),
      ];
    },
  },
};

/** What the check says, what is left of drafts under a final name, and what else is to be looked at. */
function sound(scene: Scene, look: (store: Store) => string[]): string[] {
  if (!existsSync(scene.file)) return [];
  const store = openStore(realWorld(scene.file));
  try {
    const { problems } = checkFile(scene.file);
    return [...problems.map((problem) => `check: ${problem}`), ...look(store)];
  } finally {
    store.close();
  }
}

/** Backups of an older schema that are not whole: what has a final name is complete. */
function backupsThatAreNone({ home }: Scene): string[] {
  const folder = join(home, 'sotto');
  const names = readdirSync(folder).filter((name) => name.endsWith('.bak'));
  return names.flatMap((name) => {
    const backup = new Database(join(folder, name), { readonly: true });
    try {
      const isSound = backup.pragma('integrity_check', { simple: true }) === 'ok';
      const count = Number(backup.prepare('SELECT count(*) FROM messages').pluck().get());
      return isSound && count > 0 ? [] : [`${name} holds ${count} messages`];
    } finally {
      backup.close();
    }
  });
}

function wholeOrAbsent({ home }: Scene, name: string): string[] {
  const path = join(home, name);
  if (!existsSync(path)) return [];
  return checkFile(path).problems.map((problem) => `${name}: ${problem}`);
}

function differences(store: Store, seeds: Seeds): string[] {
  const found = store.list();
  const wrong = found
    .filter(({ title, messageCount }) => seeds.titles.get(title) !== messageCount)
    .map(({ title }) => `${title} is another`);
  return found.length === seeds.ids.length ? wrong : [...wrong, `${found.length} conversations instead of ${seeds.ids.length}`];
}

/** What came this long before the end is on disk: 250 ms are promised, the rest is for a pipe. */
const PROMISED_MS = 400;

function wrongTurn({ run, server }: Scene, store: Store, { shown, endedMs, killed }: Outcome): string[] {
  const prompt = `prompt ${run}`;
  const path = store
    .list()
    .map(({ id }) => store.path(id))
    .find((messages) => textOfAny(messages[0]) === prompt);
  const wasAsked = server.asked.some((asked) => messagesOf(asked).some(({ content }) => content === prompt));
  if (!path) return wasAsked || !killed ? ['the prompt was sent, and is not kept'] : [];
  const replies = path.filter(({ message }) => message.role === 'assistant');
  const kept = replies.map(({ message }) => textOf(message)).join('');
  const printed = shown
    .filter(({ atMs }) => atMs < endedMs - PROMISED_MS)
    .map(({ text }) => text)
    .join('');
  const said = PIECES.join('');
  return [
    ...(said.startsWith(kept) ? [] : [`what is kept was never said: ${kept.slice(0, 80)}`]),
    ...(kept.length >= printed.trimEnd().length ? [] : [`${printed.length} characters were shown, ${kept.length} are kept`]),
    ...(replies.some(({ status }) => status === 'streaming') ? ['a reply seems to be open'] : []),
    ...(killed || kept === said ? [] : ['the reply is not whole']),
  ];
}

function textOfAny(stored: StoredMessage | undefined): string {
  return stored ? textOf(stored.message) : '';
}

const PIECES = Array.from({ length: 40 }, (_, index) => `word${index} and more of it, `);

/** Calls a tool first where the prompt comes with one, then answers slowly. */
function answers(server: MockServer): MockServer['script'] {
  const answer = chat(PIECES, { delayMs: 10 });
  const call = calls({ name: 'calculate', args: { expression: '6*7' } });
  void server;
  return (asked, response) => {
    const hasResult = messagesOf(asked).some(({ role }) => role === 'tool');
    return asked.json.tools && !hasResult ? call(asked, response) : answer(asked, response);
  };
}

/** The chat in a real terminal: a prompt, a call of a tool, its answer; then it is left. */
async function chatWithTools({ home, run, server }: Scene, killAfterMs: number): Promise<Outcome> {
  const terminal = openTerminal(['chat', ...asks(server), '--tools', 'calculate'], { home });
  let killed = false;
  const timer = setTimeout(() => {
    killed = true;
    terminal.pty.kill('SIGKILL');
  }, killAfterMs);
  const drive = async (): Promise<void> => {
    await terminal.until((rows) => rows.some((row) => row.trimEnd() === '>'));
    terminal.pty.write(`prompt ${run}\r`);
    await terminal.until((rows) => rows.some((row) => row.includes('word39 and more')));
    await terminal.until((rows) => rows.some((row) => row.trimEnd() === '>'));
    terminal.pty.write('\x04');
  };
  // It may end in the middle of it: that is what this is for.
  await Promise.race([drive().catch(() => undefined), terminal.ended]);
  const { code } = await terminal.ended;
  clearTimeout(timer);
  return { killed, code, shown: [], endedMs: 0 };
}

type Seeds = {
  /** A data folder with a database. */
  folder: string;
  ids: string[];
  /** How many messages each has. */
  titles: Map<string, number>;
  /** All of it as JSON Lines. */
  exported: string;
  backup: string;
  damaged: string;
};

const CONVERSATIONS = 60;

async function makeSeeds(base: string): Promise<Seeds> {
  const folder = join(base, 'sotto');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'sotto.db');
  const store = openStore(realWorld(file));
  const ids = Array.from({ length: CONVERSATIONS }, (_, index) => store.importConversation(recordOf(index)).id);
  const exported = join(base, 'all.jsonl');
  const titles = new Map(store.list().map(({ title, messageCount }) => [title, messageCount]));
  store.close();
  await start(['export', '--all', '-o', exported], { home: base }).ended;
  const single = new Database(file);
  single.pragma('journal_mode = DELETE');
  single.close();
  for (const name of readdirSync(folder)) if (name !== 'sotto.db') rmSync(join(folder, name));
  const [backup, damaged] = [join(base, 'backup.db'), join(base, 'damaged.db')];
  copyFileSync(file, backup);
  const bytes = readFileSync(file);
  for (let at = Math.floor(bytes.length / 8192) * 4096; at < bytes.length / 2 + 8192; at++) bytes[at] = 0xa5;
  writeFileSync(damaged, bytes);
  return { folder, ids, titles, exported, backup, damaged };
}

function recordOf(index: number): ConversationRecord {
  const messages = Array.from({ length: 10 }, (_, at) => ({
    id: at + 1,
    parent: at === 0 ? null : at,
    createdMs: 1_790_000_000_000 + index * 1000 + at,
    message: {
      role: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
      parts: [{ type: 'text' as const, text: `message ${at} of ${index}: ${`word${(index * 37 + at * 11) % 101} `.repeat(120)}` }],
    },
  }));
  return { v: 1, title: `Conversation ${index}`, createdMs: 1_790_000_000_000 + index * 1000, messages } as ConversationRecord;
}

/** 0 ≤ x < 1, the same row of numbers for the same seed (mulberry32). */
function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
