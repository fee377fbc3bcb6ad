import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProcess } from '../../src/tools/process.ts';
import { builtProgram, environment, temporaryFolder } from '../support/program.ts';
import { ESCAPES, HOP, HOPPER, pidIn, processesWith } from './escapes.ts';
import { isAlive, makeFolder, makePorts, until } from './support.ts';

const env = { PATH: process.env.PATH ?? '' };
const runIn = (folder: string, command: string, signal: AbortSignal) =>
  runProcess({ run: { command }, folder, env, timeoutMs: 60_000 }, makePorts(), signal);

describe.runIf(process.platform === 'linux')('what a command has started and', () => {
  it.each(ESCAPES)('%s ends with the command', async (_, way) => {
    const folder = makeFolder();
    await runIn(folder, `${way}\nuntil test -s pid; do sleep 0.02; done`, new AbortController().signal);
    expect(pidIn(folder)).toBeGreaterThan(0);
    await until(() => !isAlive(pidIn(folder)));
  });

  it.each(ESCAPES)('%s ends when the command is cancelled, which ignores that', async (_, way) => {
    const folder = makeFolder();
    const controller = new AbortController();
    const running = runIn(folder, `trap '' TERM\n(${way}) & while :; do sleep 0.02; done`, controller.signal);
    await until(() => pidIn(folder) > 0);
    expect(isAlive(pidIn(folder))).toBe(true);
    controller.abort();
    expect(await running).toMatchObject({ end: 'cancelled' });
    await until(() => !isAlive(pidIn(folder)));
  });

  it('is another process each time that one looks ends too', async () => {
    const folder = makeFolder(HOPPER);
    const controller = new AbortController();
    const running = runIn(folder, `${HOP}; while :; do sleep 1; done`, controller.signal);
    const hops = () => (existsSync(join(folder, 'hops')) ? readFileSync(join(folder, 'hops'), 'utf8').length : 0);
    await until(() => hops() > 100);
    controller.abort();
    await running;
    await until(() => processesWith(folder).length === 0);
    expect(existsSync(join(folder, 'hop.sh'))).toBe(true);
  });

  it('runs beside another command is left alone when that ends', async () => {
    const [one, other] = [makeFolder(), makeFolder()];
    const controller = new AbortController();
    const running = runIn(one, "setsid sh -c 'echo $$ > pid; exec sleep 1000' & wait", controller.signal);
    await until(() => pidIn(one) > 0);
    await runIn(other, 'setsid sleep 1000 & sleep 0.1', new AbortController().signal);
    expect(isAlive(pidIn(one))).toBe(true);
    controller.abort();
    await running;
    await until(() => !isAlive(pidIn(one)));
  });

  it('within a command of another sotto ends with that command, and with the inner sotto', async () => {
    for (const ending of ['outer', 'inner'] as const) {
      using home = temporaryFolder();
      const folder = makeFolder({ 'inner.sh': "setsid sh -c 'echo $$ > pid; exec sleep 1000' & sleep 1000" });
      const controller = new AbortController();
      const sotto = `'${process.execPath}' '${builtProgram()}' tools run run_command 'sh inner.sh' & echo $! > sotto; wait`;
      const running = runProcess(
        { run: { command: sotto }, folder, env: environment(home.path), timeoutMs: 60_000 },
        makePorts(),
        controller.signal,
      );
      await until(() => pidIn(folder) > 0);
      expect(isAlive(pidIn(folder))).toBe(true);
      if (ending === 'outer') controller.abort();
      else process.kill(Number(readFileSync(join(folder, 'sotto'), 'utf8')), 'SIGKILL');
      await running;
      await until(() => !isAlive(pidIn(folder)));
    }
  });
});
