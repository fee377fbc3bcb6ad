/** A real llama-server with a tiny model that answers predictably, where SOTTO_LLAMA_SERVER names its binary. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const binary = process.env.SOTTO_LLAMA_SERVER;

/** False: its tests are left out. */
export const hasLlamaServer = binary !== undefined && binary !== '';

/** What the tests are called, so that nobody takes those that were left out for passed. */
export const LLAMA_TITLE = hasLlamaServer ? 'llama-server' : 'llama-server: LEFT OUT, SOTTO_LLAMA_SERVER names no binary';

export type LlamaServer = { origin: string; close(): void };

export async function startLlamaServer(): Promise<LlamaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-llama-'));
  const model = join(folder, 'tiny.gguf');
  const maker = new URL('../../../shared/tools/make-tiny-gguf.mjs', import.meta.url);
  execFileSync(process.execPath, [maker.pathname, '--out', model], { stdio: 'ignore' });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = spawn(binary ?? '', ['-m', model, '--port', String(port), '--jinja', '-c', '8192', '-t', '1', '--slots'], {
    stdio: 'ignore',
  });
  const close = () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 100; tries++) {
    const ready = await fetch(`${origin}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return { origin, close };
    await wait(200);
  }
  close();
  throw new Error('llama-server did not come up');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => probe.once('listening', ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}
