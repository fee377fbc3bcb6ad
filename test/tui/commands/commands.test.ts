/** What each command does, on a chat made of values. */
import { describe, expect, it } from 'vitest';
import type { MediaPart } from '../../../src/core/messages.ts';
import type { Chat } from '../../../src/engine/chat.ts';
import { findCommand } from '../../../src/tui/commands/find.ts';
import { openServers } from '../../../src/tui/servers.ts';
import { fakePort } from '../fake-servers.ts';
import { type Fake, type FakeOptions, fakeActions, stored, talk } from './fake-actions.ts';

/** Runs what was typed and gives what came of it. */
async function run(text: string, options: FakeOptions = {}): Promise<Fake> {
  const fake = fakeActions(options);
  const found = findCommand(text);
  if (!found || !('command' in found)) throw new Error(`${text} is no command`);
  await found.command.run(found.argument, fake.actions);
  return fake;
}

async function failure(text: string, options: FakeOptions = {}): Promise<string> {
  return run(text, options).then(
    () => 'it went well',
    (thrown: Error) => thrown.message,
  );
}

const PICTURE: MediaPart = { type: 'media', mediaType: 'image/png', data: 'aGk=', name: 'cat.png' };
const CODE = 'Use this:\n\n```sh\ngit rebase -i HEAD~3\n```\n\nor\n\n```js\nlet x;\n```\n';

describe('going back', () => {
  it('/retry asks again, where there is something to ask', async () => {
    const again = await run('/retry', { path: talk('hi', 'hello') });
    expect(again).toMatchObject({ done: [['retry']], seen: ['Behind now: the answer "hello". To return: /branches'] });
    expect((await run('/retry', { path: talk('hi') })).seen).toEqual([]);
    expect(await run('/retry')).toMatchObject({ done: [], seen: ['There is no prompt yet that could be answered again.'] });
  });

  it('/retry asks about what is too large for the model, without the answer that is left behind, and leaves nothing behind after a no', async () => {
    const asked: unknown[] = [];
    const fitsWindow = async (until?: number) => {
      asked.push(until);
      return false;
    };
    const path = talk('hi', 'hello');
    expect(await run('/retry', { path, actions: { fitsWindow } })).toMatchObject({ done: [], seen: [] });
    expect(asked).toEqual([path[1]?.id]);
  });

  it('/retry MODEL asks another model', async () => {
    const asked: unknown[] = [];
    const setModel: Chat['setModel'] = async (choice) => {
      asked.push(choice);
      return { provider: 'anthropic', model: 'claude-haiku-5-5' };
    };
    const again = await run('/retry haiku', { path: talk('hi', 'hello'), chat: { setModel } });
    expect([asked, again.done]).toEqual([[{ model: 'haiku' }], [['retry']]]);
    expect(again.seen[0]).toMatch(/^anthropic\/claude-haiku-5-5 answers from here on/);
    const refused: Chat['setModel'] = async () => {
      throw new Error('There is no key for it.');
    };
    expect(await failure('/retry haiku', { path: talk('hi', 'hello'), chat: { setModel: refused } })).toBe('There is no key for it.');
  });

  it('/edit brings a prompt back with what came with it, to be sent as a branch', async () => {
    const path = [...talk('first', 'a', 'second', 'b')];
    path[0] = stored({ role: 'user', parts: [{ type: 'text', text: 'first\nline' }, PICTURE] }, 1);
    const chosen = await run('/edit', { path, answers: ['1  first'] });
    expect(chosen.done).toEqual([['compose', 'first\nline', { replaces: 1, attachments: [PICTURE] }]]);
    expect(chosen.picked[0]?.items.map(({ label }) => label)).toEqual(['2  second', '1  first']);
    expect((await run('/edit 2', { path })).done).toEqual([['compose', 'second', { replaces: 3, attachments: [] }]]);
    expect((await run('/edit', { path })).done).toEqual([]);
    expect(await failure('/edit 3', { path })).toBe('/edit takes the number of a prompt from 1 to 2.');
    expect((await run('/edit')).seen).toEqual(['There is no earlier prompt yet.']);
  });

  it('/undo puts the last prompt back into the input line', async () => {
    const undone = await run('/undo', { chat: { undo: async () => ({ text: 'hi', attachments: [PICTURE] }) } });
    expect(undone.done).toEqual([['compose', 'hi', { attachments: [PICTURE] }]]);
    expect((await run('/undo')).seen).toEqual(['There is nothing to take off.']);
    const path = [...talk('first', 'a', 'second', 'b', 'third', 'c')];
    const undo: Chat['undo'] = async () => {
      path.splice(2);
      return { text: 'second' };
    };
    const seen = (await run('/undo', { path, chat: { undo } })).seen;
    expect(seen).toEqual(['Behind now: "second" and 3 more messages. To return: /branches']);
  });

  it('/fork copies all of it, or up to the answer to a prompt', async () => {
    const path = talk('first', 'a', 'second', 'b', 'third', 'c');
    expect((await run('/fork', { path })).done).toEqual([['fork', undefined]]);
    expect((await run('/fork 2', { path })).done).toEqual([['fork', 4], ['showConversation']]);
    expect((await run('/fork 3', { path })).done).toEqual([['fork', undefined]]);
    expect(await failure('/fork 4', { path })).toBe('/fork takes the number of a prompt, and there are 3.');
    expect((await run('/fork')).seen).toEqual(['There is nothing to copy yet.']);
  });

  it('/branches walks the tree', async () => {
    const branches = ['left', 'right'].map((prompt, index) => ({
      leaf: index + 1,
      isActive: index === 0,
      prompt,
      reply: index === 0 ? `Answer to ${prompt}` : '',
      createdMs: 0,
      messageCount: 2,
    }));
    const walked = await run('/branches', { chat: { branches: () => branches }, answers: ['right'] });
    expect(walked.done).toEqual([['activate', 2], ['showConversation']]);
    expect(walked.picked[0]?.items.map(({ label, current }) => [label, current])).toEqual([
      ['left', true],
      ['right', false],
    ]);
    const [picker] = walked.picked;
    expect([1, 2].map((leaf) => picker?.preview?.(leaf))).toEqual([
      ['> left', '', 'Answer to left'],
      ['> right', '', '(no answer)'],
    ]);
    expect((await run('/branches')).seen[0]).toContain('one branch only');
    expect((await run('/branches', { chat: { branches: () => branches.slice(0, 1) } })).seen[0]).toContain('one branch only');
    // After an undo.
    const back = await run('/branches', { chat: { branches: () => branches.slice(1) }, answers: ['right'] });
    expect(back.done[0]).toEqual(['activate', 2]);
  });

  it('/more prints what was before', async () => {
    expect((await run('/more')).done).toEqual([['showEarlier']]);
  });
});

describe('text out of the chat', () => {
  const path = talk('how?', CODE);

  it('/copy takes the source of the reply, of a code block, or of all of it', async () => {
    expect((await run('/copy', { path })).done).toEqual([['copy', CODE]]);
    const block = await run('/copy 2', { path });
    expect(block).toMatchObject({ done: [['copy', 'let x;\n']], seen: ['Copied code block 2 (pbcopy).'] });
    expect((await run('/copy all', { path })).done).toEqual([['copy', '# all of it\n']]);
  });

  it('/copy counts the blocks of the whole turn, as their numbers do', async () => {
    const [prompt, first] = talk('hi', '```\none\n```');
    const turn = [...talk('older', '```\nolder\n```'), ...[prompt, first, first].flatMap((message) => message ?? [])];
    expect((await run('/copy 2', { path: turn })).done).toEqual([['copy', 'one\n']]);
    expect((await run('/copy 3', { path: turn })).seen[0]).toContain('has 2 code blocks');
  });

  it('/copy says what it cannot copy, and how sure it is that it did', async () => {
    expect((await run('/copy 3', { path })).seen).toEqual([
      'warning: The last reply has 2 code blocks. Besides a number, /copy takes "all".',
    ]);
    expect((await run('/copy 1', { path: talk('hi', 'hello') })).seen[0]).toContain('no code block');
    expect((await run('/copy')).seen).toEqual(['warning: There is no reply yet.']);
    expect((await run('/copy all')).seen).toEqual(['warning: The conversation has not begun yet.']);
    const sent = await run('/copy', { path, actions: { copy: async () => ({ outcome: 'sent', how: 'OSC 52' }) } });
    expect(sent.seen).toEqual(['Asked the terminal to copy the reply (OSC 52); it does not tell whether it did.']);
    const failed = await run('/copy', { path, actions: { copy: async () => ({ outcome: 'failed', how: 'no way.' }) } });
    expect(failed.seen).toEqual(['warning: Not copied: no way.']);
  });

  it('/copy takes the last reply with words, not the call of a tool after it', async () => {
    const call = stored({ role: 'assistant', parts: [{ type: 'tool_call', id: '1', name: 'read_file', arguments: '{}' }] }, 3);
    expect((await run('/copy', { path: [...talk('hi', 'hello'), call] })).done).toEqual([['copy', 'hello']]);
  });

  it('/pipe shows what the program said, safely and folded, and its exit code', async () => {
    const output = `\x1b[2Jred\n${'line\n'.repeat(40)}`;
    const piped = await run('/pipe wc -l', {
      path,
      actions: { pipe: async (command, input) => ({ output: `${command} ${input.length}\n${output}`, code: 3 }) },
    });
    expect(piped.seen[0]).toBe(`  wc -l ${CODE.length}`);
    expect(piped.seen.join('')).not.toContain('\x1b');
    expect(piped.seen.slice(-2)).toEqual(['  (+23 lines)', 'warning: wc -l ended with exit code 3.']);
    expect((await run('/pipe cat > x', { path })).seen).toEqual(['cat > x ended with exit code 0, and said nothing.']);
    expect((await run('/pipe wc')).seen).toEqual(['warning: There is no reply yet.']);
  });

  it('/export writes a file and says which', async () => {
    expect((await run('/export notes.md', { path })).seen).toEqual(['Written: notes.md']);
    expect((await run('/export')).seen).toEqual(['There is nothing to write yet.']);
    expect(await failure('/export talk.html', { path })).toBe('Here the conversation is written as Markdown, not as html.');
  });
});

describe('what the model is told', () => {
  it('/system shows, sets, edits and clears', async () => {
    expect((await run('/system')).seen[0]).toContain('There is no system prompt');
    expect((await run('/system', { state: { system: 'Be brief.\x1b[2J' } })).seen).toEqual(['Be brief.␛[2J', '']);
    expect((await run('/system You are a poet.')).done).toEqual([['setSystem', 'You are a poet.']]);
    expect((await run('/system edit', { answers: ['Be kind.\n'] })).done).toEqual([['setSystem', 'Be kind.']]);
    expect((await run('/system edit', { state: { system: 'Be brief.' } })).done).toEqual([]);
    expect((await run('/system clear', { state: { system: 'Be brief.' } })).done).toEqual([['setSystem', undefined]]);
  });

  it('/context counts what is sent, and does not know more than is known', async () => {
    const seen = (await run('/context', { path: talk('hi', 'hello', 'and?', 'well'), state: { system: 'Be brief.' } })).seen.join('\n');
    expect(seen).toMatch(/Window +~\d+ used; how much fits is not known/);
    expect(seen).toMatch(/Messages +~\d+ tokens: 2 of yours, 2 of the model/);
    const known = await run('/context', { state: { contextTokens: 3100, facts: { id: 'x', contextWindow: 128_000 } } });
    expect(known.seen.join('\n')).toMatch(/Window +3.1k of 128k used \(2 %\)/);
  });

  it('/effort offers what the model takes', async () => {
    const state = { facts: { id: 'x', parameters: { effort: ['low', 'high'] as const } }, effort: 'low' } as const;
    const chosen = await run('/effort', { state, answers: ['high'] });
    expect(chosen.done).toEqual([['setEffort', 'high']]);
    expect(chosen.picked[0]?.items.map(({ label, current }) => [label, current])).toEqual([
      ['default', false],
      ['low', true],
      ['high', false],
    ]);
    expect((await run('/effort default')).done).toEqual([['setEffort', undefined]]);
    expect(await failure('/effort much')).toBe('There is no effort "much".');
    const none = await run('/effort', { state: { facts: { id: 'x', parameters: { effort: false } } } });
    expect(none.seen).toEqual(['gpt-4o-mini takes no effort.']);
  });

  it('/attach takes a path as it is typed, quoted or with its @', async () => {
    for (const written of ['my notes.md', '"my notes.md"', '@"my notes.md"', '@my notes.md']) {
      expect((await run(`/attach ${written}`)).done).toEqual([['attach', 'my notes.md']]);
    }
    expect((await run('/attach', { answers: [undefined] })).done).toEqual([]);
  });

  it('/attach lets choose from what a server offers', async () => {
    const servers = openServers(fakePort(), new AbortController().signal);
    expect((await run('/attach own:', { actions: { servers }, answers: ['note://2 b'] })).done).toEqual([['attach', 'own:note://2 b']]);
    expect((await run('/attach own:', { actions: { servers }, answers: [undefined] })).done).toEqual([]);
    expect((await run('/attach C:', { actions: { servers } })).done).toEqual([['attach', 'C:']]);
  });
});

describe('/tools', () => {
  function tools(on: string[]) {
    const names = ['read_file', 'run_command'];
    let isOn = new Set(on);
    const all = () =>
      names.map((name) => ({
        ...{ name, description: `About ${name}.`, parameters: {}, source: 'built-in', access: 'read' as const },
        isOn: isOn.has(name),
      }));
    return {
      on: async () => all().filter((row) => row.isOn),
      all: async () => all(),
      cancel: () => false,
      use: (chosen: readonly string[]) => {
        isOn = new Set(chosen);
      },
    };
  }

  it('switches one after the other in a list until the user is done', async () => {
    const fake = await run('/tools', { actions: { tools: tools(['read_file']) }, answers: ['run_command', 'read_file', undefined] });
    expect(fake.picked[1]?.items.map(({ label, cells }) => [label, ...(cells ?? [])])).toEqual([
      ['read_file', 'on', 'read'],
      ['run_command', 'on', 'read'],
    ]);
    expect(fake.seen).toEqual(['The model may call: run_command.']);
  });

  it('switches by name', async () => {
    expect((await run('/tools on read_file, run_command', { actions: { tools: tools([]) } })).seen).toEqual([
      'The model may call: read_file, run_command.',
    ]);
    expect((await run('/tools off', { actions: { tools: tools(['read_file']) } })).seen).toEqual(['The model may call no tool.']);
    expect(await failure('/tools on fly', { actions: { tools: tools([]) } })).toBe('There is no tool "fly".');
    expect(await failure('/tools fly', { actions: { tools: tools([]) } })).toBe('/tools takes on or off, and "fly" is neither.');
  });

  it('says which servers cannot be called now', async () => {
    const servers = openServers(fakePort(), new AbortController().signal);
    const fake = await run('/tools', { actions: { tools: tools(['read_file']), servers }, answers: [undefined] });
    expect(fake.seen).toEqual([
      'The MCP server dead has ended. It can be tried again in 3 s.',
      'The MCP server my files is starting; its tools come when it is ready.',
      'The model may call: read_file.',
    ]);
  });

  it('says where there are none', async () => {
    expect((await run('/tools')).seen).toEqual(['There are no tools here.']);
  });

  it('completes the names that are not switched yet', async () => {
    const found = findCommand('/tools');
    if (!found || !('command' in found)) throw new Error('no command');
    const { actions } = fakeActions({ actions: { tools: tools(['read_file']) } });
    expect(await found.command.complete?.('', actions)).toEqual(['on', 'off']);
    expect(await found.command.complete?.('on ', actions)).toEqual(['on run_command', 'on all']);
    expect(await found.command.complete?.('off read_file r', actions)).toEqual(['off read_file read_file', 'off read_file all']);
  });
});

describe('the rest', () => {
  it('/cost tells unknown prices from none', async () => {
    expect((await run('/cost')).seen).toEqual(['This session  nothing yet', '']);
    const usage = { input: 1200, output: 300, cacheRead: 1000 };
    const unknown = await run('/cost', { state: { totals: { usage, cost: undefined, unknownCosts: 2, turns: 2 } } });
    expect(unknown.seen).toEqual([
      'This session  cost unknown',
      '              2 answers: 1.2k tokens in (1k from the cache), 300 out',
      '',
    ]);
    const cost = { usd: 0.0021, estimated: false, source: 'provider' } as const;
    const uncounted = await run('/cost', { state: { totals: { usage: {}, cost: undefined, unknownCosts: 1, turns: 1 } } });
    expect(uncounted.seen[1]).toBe('              1 answer: tokens unknown');
    const partly = await run('/cost', { state: { totals: { usage, cost, unknownCosts: 1, turns: 2 } } });
    expect(partly.seen[0]).toBe('This session  ≥ $0.0021: the full price of 1 answer is not known');
  });

  it('/private turns round, or does what is said', async () => {
    expect((await run('/private')).done).toEqual([['setPrivate', true]]);
    expect((await run('/private', { state: { isPrivate: true } })).done).toEqual([['setPrivate', false]]);
    expect((await run('/private on', { state: { isPrivate: true } })).done).toEqual([['setPrivate', true]]);
    expect(await failure('/private maybe')).toContain('maybe');
  });

  it('/btw asks on the side, and asks what where nothing is said', async () => {
    expect((await run('/btw what is a monad?')).done).toEqual([['aside', 'what is a monad?']]);
    expect((await run('/btw', { answers: [' why? '] })).done).toEqual([['aside', 'why?']]);
    expect((await run('/btw')).done).toEqual([]);
  });

  it('/reasoning ends at what was wanted', async () => {
    expect((await run('/reasoning')).seen).toEqual(['Thoughts are shown in full.']);
    expect((await run('/reasoning off')).seen).toEqual(['Thoughts are folded.']);
  });

  it('/theme and /keys take their names, and no others', async () => {
    expect((await run('/theme light')).done).toEqual([['setTheme', 'light']]);
    expect((await run('/theme', { answers: ['none'] })).done).toEqual([['setTheme', 'none']]);
    expect(await failure('/theme pink')).toBe('There is no theme "pink".');
    expect((await run('/keys vi')).done).toEqual([['setKeys', 'vi']]);
    expect(await failure('/keys nano')).toBe('There are no keys "nano".');
    const keys = (await run('/keys')).seen.join('\n');
    expect(keys).toMatch(/Enter +send/);
    expect(keys).toContain('Ctrl+X Ctrl+E');
    const fewKeys = (await run('/keys', { actions: { isLinear: true } })).seen.join('\n');
    expect(fewKeys).toContain('Enter sends.');
    expect(fewKeys).not.toContain('Ctrl+X');
  });

  it('/new begins, /rename names, /quit leaves', async () => {
    expect((await run('/new')).done).toEqual([['startNew']]);
    expect((await run('/rename My soup', { path: talk('hi', 'hello') })).done).toEqual([['rename', 'My soup']]);
    expect((await run('/rename', { path: talk('hi', 'hello'), answers: ['Soup'] })).done).toEqual([['rename', 'Soup']]);
    expect((await run('/rename x')).done).toEqual([]);
    expect((await run('/q')).done).toEqual([['leave']]);
  });
});
