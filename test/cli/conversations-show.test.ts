import { describe, expect, it } from 'vitest';
import type { ErrorReport } from '../../src/core/errors.ts';
import { addTurn, conversationsHome, type Home, jsonOf, onTerminal, uncoloured } from './conversations-home.ts';

const FAILURE: ErrorReport = {
  ...{ kind: 'overloaded', message: 'OpenAI is overloaded.', hint: null, status: 503 },
  ...{ provider: 'openai', retryAfterMs: null, requestId: null },
};

/** Two turns, a retried one, tools and reasoning. */
function branchedHome() {
  const home = conversationsHome();
  const ids = home.fill((store) => {
    const first = addTurn(store, { prompt: 'How do I squash?', reply: 'Use **rebase**:\n\n```sh\ngit rebase -i\n```', usd: 0.0021 });
    const { conversation } = first;
    const second = addTurn(store, {
      conversation,
      prompt: 'What is the log?',
      reply: [
        { type: 'reasoning', text: 'I look it up.\nThen I say.' },
        { type: 'text', text: 'I look:' },
        { type: 'tool_call', id: 'c1', name: 'run_command', arguments: '{"command": "git log"}' },
      ],
      finishReason: 'tool_calls',
    });
    store.addMessage({
      conversation,
      parent: second.reply,
      message: { role: 'tool', parts: [{ type: 'tool_result', callId: 'c1', name: 'run_command', output: 'one\ntwo\nthree' }] },
    });
    const third = addTurn(store, {
      conversation,
      parent: first.reply,
      prompt: 'In Emacs?',
      reply: 'With magit',
      status: 'cancelled',
      finishReason: 'cancelled',
    });
    return { conversation, first, second, third };
  });
  return { home, ids, [Symbol.dispose]: () => home[Symbol.dispose]() };
}

const withoutTimes = (text: string) => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME');

describe('sotto show', () => {
  it('prints the active path of the last conversation as markdown in a pipe', async () => {
    using branched = branchedHome();
    const { ids } = branched;
    const { code, stdout, stderr } = await branched.home.sotto(['show']);
    expect([code, stderr]).toEqual([0, '']);
    expect(withoutTimes(stdout)).toBe(
      [
        ...['# How do I squash?', '', `${ids.conversation} · openai/gpt-4o-mini · TIME · 7 messages · ≥ $0.0021`, ''],
        ...['## You', '', `TIME · message ${ids.first.prompt}`, '', 'How do I squash?', ''],
        ...['## openai/gpt-4o-mini', '', `TIME · 1.4 s · message ${ids.first.reply}`, ''],
        ...['Use **rebase**:', '', '```sh', 'git rebase -i', '```', ''],
        ...['## You', '', `TIME · message ${ids.third.prompt}`, '', 'In Emacs?', ''],
        ...['## openai/gpt-4o-mini', '', `TIME · 1.4 s · message ${ids.third.reply}`, '', 'With magit', '', '*[cancelled]*', ''],
      ].join('\n'),
    );
  });

  it('shows another branch, with reasoning folded and tools short', async () => {
    using branched = branchedHome();
    const { home, ids } = branched;
    const { stdout } = await home.sotto(['show', ids.conversation.slice(0, 11), '--branch', String(ids.second.reply + 1)]);
    expect(stdout).toContain('*[thought: 25 characters; show with --reasoning]*\n\nI look:\n\n- `run_command {"command":"git log"}`\n');
    expect(stdout).toContain('- `run_command → one (+2 lines)`\n');
    expect(stdout).not.toContain('magit');
  });

  it('unfolds reasoning and tool output when asked', async () => {
    using branched = branchedHome();
    const { home, ids } = branched;
    const { stdout } = await home.sotto(['show', '--branch', String(ids.second.reply + 1), '--reasoning', '--tool-output']);
    expect(stdout).toContain('> I look it up.\n> Then I say.\n');
    expect(stdout).toContain('- `run_command`:\n\n```\none\ntwo\nthree\n```\n');
  });

  it('draws all branches as a tree and marks the active one, in a pipe with ASCII', async () => {
    using branched = branchedHome();
    const { stdout } = await branched.home.sotto(['show', '--tree']);
    expect(stdout).toBe(
      [
        '* 1  you: How do I squash?',
        '* 2  openai/gpt-4o-mini: Use **rebase**: ```sh git rebase -i ```',
        '|-  3  you: What is the log?',
        '|   4  openai/gpt-4o-mini: I look:',
        '|   5  tools: run_command → one (+2 lines)',
        '`-* 6  you: In Emacs?',
        '  * 7  openai/gpt-4o-mini: [cancelled] With magit',
        '',
      ].join('\n'),
    );
    const page = uncoloured((await onTerminal(branched.home, ['show'], { columns: 40 })).text).split('\n');
    expect(Math.max(...page.map((line) => line.trimEnd().length))).toBeLessThan(40);
    const narrow = uncoloured((await onTerminal(branched.home, ['show', '--tree'], { columns: 40 })).text).split('\n');
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(40);
    const drawn = narrow.map((line) => line.trimEnd()).filter((line) => /^[├│└]/.test(line));
    expect(drawn).toEqual([
      '├─  3  you: What is the log?',
      '│   4  openai/gpt-4o-mini: I look:',
      '│   5  tools: run_command → one (+2 lin…',
      '└─* 6  you: In Emacs?',
    ]);
  });

  it('draws the edited first turn as a branch of its own', async () => {
    using home = conversationsHome();
    home.fill((store) => {
      const { conversation } = addTurn(store, { prompt: 'Frist', reply: 'What?' });
      addTurn(store, { conversation, parent: null, prompt: 'First', reply: 'Yes.' });
    });
    expect((await home.sotto(['show', '--tree'])).stdout.split('\n')).toEqual([
      '|-  1  you: Frist',
      '|   2  openai/gpt-4o-mini: What?',
      '`-* 3  you: First',
      '  * 4  openai/gpt-4o-mini: Yes.',
      '',
    ]);
  });

  it('prints one message, or the last ones', async () => {
    using branched = branchedHome();
    const { home, ids } = branched;
    expect(withoutTimes((await home.sotto(['show', '--message', String(ids.second.prompt)])).stdout)).toBe(
      `## You\n\nTIME · message ${ids.second.prompt}\n\nWhat is the log?\n`,
    );
    const { stdout } = await home.sotto(['show', '-n', '1']);
    expect(stdout).toContain('With magit');
    expect(stdout).not.toContain('Emacs');
  });

  it('gives the path as JSON, and all messages with --tree', async () => {
    using branched = branchedHome();
    const { home, ids } = branched;
    const path = jsonOf(await home.sotto(['show', '--json']));
    expect(path).toMatchObject({ v: 1, conversation: { id: ids.conversation, activeMessage: ids.third.reply, system: null } });
    expect(path.messages.map(({ id, text }: { id: number; text: string }) => [id, text])).toEqual([
      [ids.first.prompt, 'How do I squash?'],
      [ids.first.reply, 'Use **rebase**:\n\n```sh\ngit rebase -i\n```'],
      [ids.third.prompt, 'In Emacs?'],
      [ids.third.reply, 'With magit'],
    ]);
    const tree = jsonOf(await home.sotto(['show', '--tree', '--json'])).messages;
    expect(tree).toHaveLength(7);
    expect(tree[3]).toMatchObject({ role: 'assistant', reasoning: 'I look it up.\nThen I say.', finishReason: 'tool_calls' });
  });

  it('names attachments and leaves their bytes out', async () => {
    using home = conversationsHome();
    home.fill((store) => {
      const parts = [
        { type: 'text' as const, text: 'What is it?' },
        { type: 'media' as const, mediaType: 'image/png', data: 'AAECAw==', name: 'cat.png' },
      ];
      store.beginTurn({ message: { role: 'user', parts }, provider: 'openai', model: 'gpt-4o' });
    });
    expect((await home.sotto(['show'])).stdout).toContain('What is it?\n\n*[attached: cat.png (image/png)]*\n');
    const json = await home.sotto(['show', '--json']);
    expect(jsonOf(json).messages[0].parts[1]).toEqual({ type: 'media', mediaType: 'image/png', name: 'cat.png' });
  });

  it('says what became of a reply that did not end well', async () => {
    using home = conversationsHome();
    home.fill((store) => {
      const { conversation } = addTurn(store, { prompt: 'one', reply: 'half', status: 'failed', finishReason: 'error', error: FAILURE });
      addTurn(store, { conversation, prompt: 'two', reply: 'cut', finishReason: 'length' });
      addTurn(store, { conversation, prompt: 'three', reply: 'bad', finishReason: 'content_filter' });
    });
    const { stdout } = await home.sotto(['show']);
    expect(stdout).toContain('half\n\n*[failed: OpenAI is overloaded.]*\n');
    expect(stdout).toContain('cut\n\n*[cut at the token limit]*\n');
    expect(stdout).toContain('bad\n\n*[withheld by a content filter, at least in part]*\n');
  });

  it('calls a reply interrupted whose process is gone, and shows what had arrived', async () => {
    using home = conversationsHome();
    home.fill(
      (store) => {
        // A process that cannot exist any more: the store of this test claims to be it.
        const { reply } = store.beginTurn({
          message: { role: 'user', parts: [{ type: 'text', text: 'Go on' }] },
          provider: 'openai',
          model: 'gpt-4o',
        });
        reply.take({ type: 'request.start', provider: 'openai', model: 'gpt-4o' });
        reply.take({ type: 'part.start', id: '0', kind: 'text' });
        reply.take({ type: 'part.delta', id: '0', text: 'It began' });
        reply.flush();
      },
      undefined,
      GONE,
    );
    expect((await home.sotto(['show'])).stdout).toContain('It began\n\n*[interrupted: sotto ended before the reply did]*\n');
  });

  it('renders markdown on a terminal under the name of who speaks', async () => {
    using branched = branchedHome();
    const { code, text } = await onTerminal(branched.home, ['show', '-n', '4']);
    expect(code).toBe(0);
    expect(text).toContain('\x1b[1mrebase\x1b[22m');
    const plain = withoutTimes(uncoloured(text));
    expect(plain).toMatch(/^How do I squash\?\n/);
    expect(plain).toContain(`you  TIME · message ${branched.ids.third.prompt}\n  In Emacs?\n\n`);
    expect(plain).toMatch(/ {2}With magit\n {2}\[cancelled\]\n$/);
    expect(plain).not.toContain('**');
  });

  it('never lets what a model or a tool wrote reach the terminal raw, and leaves it intact in a pipe', async () => {
    using home = conversationsHome();
    const evil = 'a\x1b]52;c;ZXZpbA==\x07b\u202ec\x9b31m';
    home.fill((store) => {
      const { conversation, reply } = addTurn(store, {
        prompt: `prompt ${evil}`,
        reply: [
          { type: 'reasoning', text: `thought ${evil}` },
          { type: 'text', text: `reply ${evil}` },
          { type: 'tool_call', id: 'c1', name: `tool${evil}`, arguments: evil },
        ],
        model: `model${evil}`,
      });
      store.addMessage({
        conversation,
        parent: reply,
        message: { role: 'tool', parts: [{ type: 'tool_result', callId: 'c1', name: 'x', output: evil }] },
      });
    });
    for (const args of [
      ['show', '--reasoning', '--tool-output'],
      ['show'],
      ['show', '--tree'],
      ['show', '--json'],
      ['last'],
      ['list'],
      ['search', 'reply'],
    ]) {
      const { text } = await onTerminal(home, args, { env: { NO_COLOR: '1' } });
      expect(text.length, args.join(' ')).toBeGreaterThan(20);
      expect(text, args.join(' ')).not.toMatch(/\x1b|\x07|\u202e|\x9b/);
    }
    expect((await home.sotto(['show'])).stdout).toContain(`reply ${evil}`);
  });

  it('says which conversations fit where several do', async () => {
    using home = conversationsHome();
    const ids = home.fill((store) => ['Squash commits', 'Squash bugs'].map((prompt) => addTurn(store, { prompt }).conversation));
    const { code, stdout, stderr } = await home.sotto(['show', 'squash']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('More than one conversation fits "squash".\nName one of them by its id:\n');
    expect(stderr).toContain(`  ${ids[0]}  Squash commits\n`);
    expect(stderr).toContain(`  ${ids[1]}  Squash bugs\n`);
    expect(stderr).not.toContain(' more');
  });

  it('counts the conversations that fit and are not named, by id, by title and by a part of it', async () => {
    using home = conversationsHome();
    const ids = home.fill((store) => {
      addTurn(store, { prompt: 'Something else' });
      for (let count = 1; count <= 12; count++) addTurn(store, { prompt: count === 1 ? 'Squash commits' : 'Squash' });
      return store.list().map(({ id }) => id);
    });
    const more = async (reference: string) => /^ {2}and (\d+) more$/m.exec((await home.sotto(['show', reference])).stderr)?.[1];
    expect([await more('squash'), await more('squas'), await more(ids[0]?.slice(0, 3) ?? '')]).toEqual(['1', '2', '3']);
  });

  it.each([
    [['zzz'], 'There is no conversation "zzz".'],
    [['Squosh commits'], /There is no conversation "Squosh commits"\.\nDid you mean "Squash commits" \(\w{12}\)\?/],
    [['--message', '99'], /The conversation \w{12} has no message 99\.\nSee: sotto show \w{12} --tree/],
    [['--branch', '99'], /has no message 99/],
    [['--message', 'one'], '--message takes a whole number from 1 on, and "one" is none.'],
    [[''], 'There is no conversation "".'],
  ])('refuses %j', async (args, message) => {
    using home: Home = conversationsHome();
    home.fill((store) => addTurn(store, { prompt: 'Squash commits' }));
    const { code, stdout, stderr } = await home.sotto(['show', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('says how to begin where nothing is', async () => {
    using home = conversationsHome();
    for (const args of [
      ['show'],
      ['show', 'x'],
      ['last'],
      ['rename', 'x', 'y'],
      ['delete', 'x', '--yes'],
      ['fork', 'x'],
      ['tag', 'x', 'y'],
      ['pin', 'x'],
    ])
      expect(await home.sotto(args), args.join(' ')).toMatchObject({
        code: 2,
        stdout: '',
        stderr: 'sotto: There is no conversation yet.\nBegin one: sotto "why is the sky blue?"\n',
      });
  });

  it('ends quietly when its reader leaves', async () => {
    using home = conversationsHome();
    home.fill((store) => {
      const { conversation } = addTurn(store, { prompt: 'start' });
      for (let turn = 0; turn < 40; turn++) addTurn(store, { conversation, prompt: 'more', reply: 'word '.repeat(2000) });
    });
    const ended = await home.sotto([], { shell: '($SOTTO show; echo "ended with $?" >&2) | head -1' });
    expect(ended).toMatchObject({ code: 0, stdout: '# start\n', stderr: 'ended with 0\n' });
  });
});

/** An id above the largest that Linux gives out. */
const GONE = 2 ** 30;
