/** What is offered for the word before the cursor; files from a real folder. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { completionSource } from '../../src/tui/completion-sources.ts';
import type { CompletionSource } from '../../src/tui/composer/completion.ts';
import { textOf } from '../../src/tui/composer/composer.ts';
import { openServers, type Servers } from '../../src/tui/servers.ts';
import { initialState, type ScreenState } from '../../src/tui/state.ts';
import { update } from '../../src/tui/update.ts';
import { fakeActions } from './commands/fake-actions.ts';
import { type FakePort, fakePort } from './fake-servers.ts';
import { pressed, start } from './pressing.ts';

const root = mkdtempSync(join(tmpdir(), 'sotto-completion-'));
mkdirSync(join(root, 'src', 'tui'), { recursive: true });
mkdirSync(join(root, 'my notes'));
for (const file of ['README', 'app.ts', '.env', 'src/main.ts', 'src/tui/keys.ts', 'my notes/a b.md']) writeFileSync(join(root, file), '');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const asked: string[] = [];
const world = {
  env: { HOME: root },
  async listFolder(path: string) {
    asked.push(path);
    const folder = path.startsWith('/') ? path : join(root, path);
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  },
};

function sourceFor(state: ScreenState, isAsked = false, servers?: Servers): Promise<CompletionSource | undefined> {
  const own = servers === undefined ? {} : { servers };
  return completionSource({ state: () => state, world }, fakeActions({ env: { OPENAI_API_KEY: 'sk-x' }, actions: own }).actions, isAsked);
}

/** What is in the menu after typing. */
async function offered(written: string): Promise<string[] | undefined> {
  return (await sourceFor(pressed(written).state))?.items.map(({ label }) => label);
}

/** The text after Tab has completed what was typed. */
async function completed(written: string): Promise<string> {
  const { state } = pressed(written);
  const source = await sourceFor(state, true);
  return textOf((source ? update(state, { type: 'completion', source }).state : state).composer);
}

describe('files', () => {
  it('come by folder, folders first, hidden ones only for those who type the dot', async () => {
    expect(await offered('look at @')).toEqual(['my notes/', 'src/', 'README', 'app.ts']);
    expect(await offered('@src/')).toEqual(['tui/', 'main.ts']);
    expect(await offered('@.')).toContain('.env');
    expect(await offered('@~/sr')).toEqual(['my notes/', 'src/', 'README', 'app.ts']);
  });

  it('go in as a reference that is understood: quoted where there are spaces, with a dot where it could be a name', async () => {
    expect(await completed('look at @ap')).toBe('look at @app.ts ');
    expect(await completed('@REA')).toBe('@./README ');
    expect(await completed('@src/ma')).toBe('@src/main.ts ');
    expect(await completed('@my')).toBe('@"my notes/');
    expect(await completed('@"my notes/a')).toBe('@"my notes/a b.md" ');
  });

  it('complete the argument of commands that take a path, as it is', async () => {
    expect(await completed('/attach src/ma')).toBe('/attach src/main.ts');
    expect(await completed('/attach my notes/a')).toBe('/attach my notes/a b.md');
  });

  it('are not listed again while the same folder is on the screen', async () => {
    const { state } = pressed('@s');
    const source = await sourceFor(state);
    const open = source ? update(state, { type: 'completion', source }).state : state;
    asked.length = 0;
    expect(await sourceFor(pressed('r', open).state)).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await sourceFor(pressed('rc/', open).state)).toMatchObject({ base: '@src/' });
  });

  it('are none in a folder that cannot be read, and none of it is said', async () => {
    expect(await offered('@nowhere/')).toBeUndefined();
  });
});

describe('commands', () => {
  it('are all there behind a slash, and only at the beginning', async () => {
    expect(await offered('/')).toContain('model');
    const models = await sourceFor(pressed('/mo').state);
    expect(models && update(pressed('/mo').state, { type: 'completion', source: models }).state.completion?.menu.matches[0]?.label).toBe(
      'model',
    );
    expect(await offered('and /')).toBeUndefined();
    expect(await offered('/etc/')).toBeUndefined();
  });

  it('complete their arguments', async () => {
    expect(await offered('/theme ')).toEqual(['auto', 'dark', 'light', 'none']);
    expect(await completed('/theme li')).toBe('/theme light');
    expect(await offered('/model ')).toContain('openai/gpt-4o-mini');
    expect(await offered('/provider ')).toContain('anthropic');
    expect(await offered('/new ')).toBeUndefined();
    expect(await offered('/nonsense x')).toBeUndefined();
  });
});

describe('servers', () => {
  const withServers = (port: FakePort = fakePort()) => openServers(port, new AbortController().signal);

  async function items(written: string, servers = withServers()) {
    return (await sourceFor(pressed(written).state, false, servers))?.items;
  }

  /** After the list has come, Tab on what is chosen first. */
  async function taken(written: string): Promise<string> {
    const { state } = pressed(written);
    const source = await sourceFor(state, true, withServers());
    const open = source ? update(state, { type: 'completion', source }).state : state;
    return textOf((open.completion ? pressed('<tab>', open).state : open).composer);
  }

  it('are named behind an @ after the files, and asked for nothing yet', async () => {
    const port = fakePort();
    const labels = (await items('@', withServers(port)))?.map(({ label }) => label);
    expect(labels).toEqual(['my notes/', 'src/', 'README', 'app.ts', 'dead:', 'my_files:', 'own:']);
    expect(port.asked).toEqual([]);
    expect((await items('@src/'))?.map(({ label }) => label)).toEqual(['tui/', 'main.ts']);
  });

  it('offer their resources behind their name, and the menu follows an address with slashes', async () => {
    const port = fakePort();
    const { state } = pressed('see @own:note:/');
    const source = await sourceFor(state, false, withServers(port));
    expect(source).toMatchObject({ base: '@own:', isWhole: true });
    expect(source?.items).toMatchObject([
      { label: 'note://1/a', detail: 'One: the first', also: ['One'] },
      { label: 'note://2 b', detail: '' },
    ]);
    const open = source ? update(state, { type: 'completion', source }).state : state;
    expect(pressed('/1', open).state.completion?.menu.matches.map(({ label }) => label)).toEqual(['note://1/a']);
    expect(await taken('see @own:first')).toBe('see @own:first');
    expect(await taken('see @own:One')).toBe('see @own:note://1/a ');
    expect(await taken('@own:2')).toBe('@"own:note://2 b" ');
    expect(await items('@dead:')).toBeUndefined();
    expect(await items('@my_files:')).toBeUndefined();
  });

  it('offer their prompts behind a slash: by name, and in full once they are known', async () => {
    const servers = withServers();
    const labels = async () => (await items('/', servers))?.flatMap(({ label }) => (label.includes(':') ? [label] : []));
    expect(await labels()).toEqual(['dead:', 'my_files:', 'own:']);
    await servers.prompts('own');
    expect(await labels()).toEqual(['dead:', 'my_files:', 'own:review', 'own:trip_plan', 'own:talk']);
    expect(await items('/own:')).toEqual([
      { label: 'review', detail: 'Reviews code', insert: '/own:review ', opens: true },
      { label: 'trip_plan', detail: 'to, days, by (may be left out)', insert: '/own:trip_plan ', opens: true },
      { label: 'talk', detail: 'A talk', insert: '/own:talk', sends: true },
    ]);
    expect(await taken('/own:tr')).toBe('/own:trip_plan ');
  });

  it('name the arguments of a prompt that are not there yet', async () => {
    expect((await items('/own:trip_plan '))?.map(({ label }) => label)).toEqual(['to=', 'days=', 'by=']);
    expect(await items('/own:trip_plan to=a b d')).toEqual([
      { label: 'days=', detail: '', insert: 'to=a b days=' },
      { label: 'by=', detail: '(may be left out)', insert: 'to=a b by=' },
    ]);
    expect(await taken('/own:trip_plan to=a b d')).toBe('/own:trip_plan to=a b days=');
    expect(await items('/own:nothing ')).toBeUndefined();
  });
});

describe('nothing', () => {
  it('is offered for words, nor in normal mode of vi unless asked', async () => {
    expect(await offered('hello')).toBeUndefined();
    expect(await sourceFor(start(), true)).toBeUndefined();
    const normal = pressed('/mo<escape>', initialState({ columns: 80, rows: 24 }, 'vi')).state;
    expect(await sourceFor(normal)).toBeUndefined();
  });
});
