import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asks, type MockServer, startMockServer } from '../support/mock-server.ts';
import { filesIn, run, temporaryFolder } from '../support/program.ts';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server.close());

describe('what a run leaves behind', () => {
  it('is nothing with --private, whatever it does', async () => {
    using home = temporaryFolder();
    const runs = [
      ['hi', ...asks(server)],
      ['hi', ...asks(server), '--output', 'json'],
      ['hi', ...asks(server), '--schema', '{"type":"string"}'],
      ['hi', '--set', `providers.lab.url=${server.url}`, '-m', 'small'],
      ['hi', '-p', 'guide'],
    ];
    for (const args of runs) await run([...args, '--private'], { home: home.path, cwd: home.path });
    expect(server.turns().length).toBeGreaterThan(3);
    expect(filesIn(home.path)).toEqual({});
  });

  it('is nothing where only something is shown', async () => {
    using home = temporaryFolder();
    for (const args of [
      ['help'],
      ['--version'],
      ['models', '--known'],
      ['models', 'show', 'gpt-4o'],
      ['providers'],
      ['config', 'list'],
      ['keys', 'list'],
    ])
      await run(args, { home: home.path, cwd: home.path });
    expect(filesIn(home.path)).toEqual({});
  });

  it('is in SOTTO_HOME and nowhere else', async () => {
    using home = temporaryFolder();
    await run(['hi', ...asks(server)], { home: home.path, cwd: home.path });
    await run(['models', 'list', ...asks(server).slice(0, 4)], { home: home.path, cwd: home.path });
    const files = Object.keys(filesIn(home.path));
    expect(files.filter((file) => !file.startsWith('sotto/'))).toEqual([]);
    expect(files.some((file) => file.startsWith('sotto/cache/models/lab-'))).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)('may be nothing: a home that cannot be written to does not stop an answer', async () => {
    using home = temporaryFolder();
    chmodSync(home.path, 0o500);
    expect((await run(['hi', ...asks(server)], { home: home.path })).stdout).toBe('Hello world\n');
    chmodSync(home.path, 0o700);
  });
});
