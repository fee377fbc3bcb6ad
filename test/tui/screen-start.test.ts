/** With what the chat opens. */
import { describe, expect, it } from 'vitest';
import { usageError } from '../../src/core/errors.ts';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import { firstRunLines } from '../../src/tui/first-run-panel.ts';
import { showStart } from '../../src/tui/screen-start.ts';
import type { ChatStart, ChatWorld } from '../../src/tui/world.ts';
import { temporaryStore, turn } from '../store/support.ts';
import { type Fake, type FakeOptions, fakeActions, talk } from './commands/fake-actions.ts';

async function open(start: ChatStart, options: FakeOptions = {}): Promise<Fake> {
  const fake = fakeActions(options);
  const { chat, settings, directory } = fake.actions;
  const world = { chat, settings, directory, version: '1.2.3', interrupted: new AbortController().signal, start };
  await showStart({ world: world as ChatWorld }, fake.actions); // only these parts of the world are looked at
  return fake;
}

const QUIET = 'sotto 1.2.3. /help shows what there is, Ctrl+C twice leaves.';
const PICTURE = { type: 'media', mediaType: 'image/png', data: 'aGk=' } as const;

describe('the start', () => {
  it('is one quiet line where there is a model', async () => {
    expect(await open({})).toMatchObject({ seen: [QUIET], done: [] });
  });

  it('sends what was given with the command, and keeps files for the first prompt', async () => {
    expect((await open({ prompt: 'hi', attachments: [PICTURE] })).done).toEqual([['send', { text: 'hi', attachments: [PICTURE] }]]);
    expect((await open({ attachments: [PICTURE] })).done).toEqual([['compose', '', { attachments: [PICTURE] }]]);
  });

  it('goes on with a conversation, shown before anything is sent', async () => {
    const { seen, done } = await open({ resume: { id: 'abc' }, prompt: 'and?' }, { path: talk('hi', 'hello') });
    expect([seen, done]).toEqual([[], [['resume', 'abc'], ['showConversation'], ['send', { text: 'and?', attachments: [] }]]]);
  });

  it('lets the user choose a conversation', async () => {
    const store = temporaryStore();
    const { conversation } = turn(store, 'onion soup', 'a');
    const kept = { actions: { store: async () => store } };
    const chosen = await open({ resume: 'pick' }, { ...kept, answers: ['onion'], path: talk('onion soup', 'a') });
    expect([chosen.done, chosen.seen]).toEqual([[['resume', conversation], ['showConversation']], []]);
    expect(await open({ resume: 'pick' }, kept)).toMatchObject({ done: [], seen: [QUIET] });
  });

  it('says what went wrong, and the chat is there', async () => {
    const choose = () => Promise.reject(usageError('There is no provider "x".', 'See: sotto providers'));
    expect((await open({ prompt: 'hi' }, { chat: { choose } })).seen).toEqual([
      QUIET,
      'error: There is no provider "x".',
      'See: sotto providers',
    ]);
  });

  it('says on a bare machine who answers, what was found, and the three ways to a model', async () => {
    const bare = { state: { provider: undefined, model: undefined } };
    const words = (await open({}, bare)).seen.join(' ');
    expect(words).toContain('It is not a language model');
    expect(words).toContain('OPENAI_API_KEY');
    expect(words).toContain('not running on this machine');
    expect(words).toContain('/connect');
    expect((await open({}, { ...bare, env: { SOTTO_PROVIDER: 'guide' } })).seen).toEqual([QUIET]);
  });
});

describe('the first-run panel', () => {
  it('names the models that run here already', () => {
    const words = firstRunLines({ keyed: [], ollama: ['llama3.2', 'qwen3'] }, { columns: 79, theme: PLAIN_THEME }).join('\n');
    expect(words).toContain('running, with llama3.2, qwen3');
    expect(words).toContain('/model ollama/llama3.2');
  });

  it('fits 80 by 24 and 40 columns', () => {
    const { keyed } = {
      keyed: fakeActions()
        .actions.directory.all()
        .filter(({ entry }) => entry.keyVariables.length > 0),
    };
    expect(firstRunLines({ keyed, ollama: undefined }, { columns: 79, theme: PLAIN_THEME }).length).toBeLessThanOrEqual(18);
    for (const line of firstRunLines({ keyed, ollama: undefined }, { columns: 39, theme: PLAIN_THEME }))
      expect(displayWidth(line)).toBeLessThanOrEqual(39);
  });
});
