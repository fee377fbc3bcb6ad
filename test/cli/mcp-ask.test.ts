import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, SERVER, until } from '../support/mcp.ts';
import { asks, chat, inTurn, type MockServer, type Script, startMockServer } from '../support/mock-server.ts';
import { run, start, temporaryFolder } from '../support/program.ts';

let model: MockServer;
beforeAll(async () => {
  model = await startMockServer();
});
beforeEach(() => {
  model.asked.length = 0;
});
afterAll(() => model.close());

/** The model calls one tool. */
function calls(name: string, args: object): Script {
  return (_, response) => {
    const call = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(args) } };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const choice of [
      { delta: { tool_calls: [call] }, finish_reason: null },
      { delta: {}, finish_reason: 'tool_calls' },
    ])
      response.write(`data: ${JSON.stringify({ id: 'c', model: 'small', choices: [{ index: 0, ...choice }] })}\n\n`);
    response.end('data: [DONE]\n\n');
  };
}

function world(servers: Record<string, object>) {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, 'sotto'));
  writeFileSync(join(folder.path, 'sotto', 'mcp.json'), JSON.stringify({ mcpServers: servers }));
  return {
    home: folder.path,
    ask: (...more: string[]) => run(['hi', ...asks(model), '--retries', '0', ...more], { home: folder.path, cwd: folder.path }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const own = { command: process.execPath, args: [SERVER] };
const toolsOf = (index: number) =>
  (model.turns()[index]?.json.tools as { function: { name: string } }[] | undefined)?.map((tool) => tool.function.name);
const lastMessage = (index: number) => model.turns()[index]?.json.messages?.at(-1);

describe('a question with MCP servers', () => {
  it('is answered with the help of their tools, the first time and every other', async () => {
    using at = world({ own });
    for (const _ of ['first', 'second']) {
      model.asked.length = 0;
      model.script = inTurn(calls('own__echo', { message: 'pears' }), chat(['It says pears']));
      const asked = await at.ask('--tools', 'mcp', '--allow', 'own__*');
      expect(asked).toMatchObject({ code: 0, stdout: 'It says pears\n' });
      expect(toolsOf(0)).toContain('own__echo');
      expect(toolsOf(1)).toEqual(toolsOf(0));
      expect(lastMessage(1)).toMatchObject({ role: 'tool', content: 'Echo: pears' });
    }
  });

  it('starts no server whose tools are known and not called, and asks before a call', async () => {
    using at = world({
      own,
      marked: { command: '/bin/sh', args: ['-c', `date >> "$HOME/started"; exec "$0" "$1"`, process.execPath, SERVER] },
    });
    const started = join(at.home, 'started');
    model.script = chat(['Hello']);
    expect(await at.ask('--tools', 'marked__echo')).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(toolsOf(0)).toEqual(['marked__echo']);
    expect(readFileSync(started, 'utf8').split('\n')).toHaveLength(2);
    model.script = inTurn(calls('marked__echo', { message: 'x' }), chat(['Then not']));
    // Nobody can be asked in a pipe.
    expect(await at.ask('--tools', 'marked__*')).toMatchObject({ code: 0, stdout: 'Then not\n' });
    expect(lastMessage(2)).toMatchObject({ role: 'tool', content: expect.not.stringContaining('Echo') });
    expect(readFileSync(started, 'utf8').split('\n')).toHaveLength(2);
  });

  it('goes on without a server that is dead, and says so in one line', async () => {
    using at = world({ dead: { command: process.execPath, args: [SERVER, '--exit'] } });
    model.script = chat(['Hello']);
    const asked = await at.ask('--tools', 'mcp');
    expect(asked).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(asked.stderr.match(/MCP server dead/g)).toHaveLength(1);
    expect(await at.ask('--tools', 'dead__echo')).toMatchObject({ code: 0, stdout: 'Hello\n' });
    expect(await at.ask('--tools', 'undead__echo')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no tool "undead__echo".'),
    });
  });

  it('leaves no process behind when it is stopped in the middle of a call', async () => {
    using at = world({
      own: { command: '/bin/sh', args: ['-c', `echo $$ > "$HOME/pid"; exec "$0" "$1" --stubborn`, process.execPath, SERVER] },
    });
    model.script = inTurn(calls('own__count', { steps: 1000, everyMs: 50 }), chat(['never']));
    const args = ['hi', ...asks(model), '--tools', 'mcp', '--allow', 'own__count'];
    const running = start([...args, '--output', 'ndjson'], { home: at.home, cwd: at.home });
    const pid = join(at.home, 'pid');
    await running.shows('"tool.progress"');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    await until(() => !isAlive(Number(readFileSync(pid, 'utf8'))));
  });
});
