/** Real files in a temporary folder, real processes, and the built-in tools on them. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { Tool, ToolContext, ToolOutcome, ToolPlan } from '../../src/core/tool.ts';
import { builtInTools } from '../../src/tools/built-in.ts';
import type { BuiltInPorts } from '../../src/tools/built-in-ports.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, without links in its path, filled with these files. */
export function makeFolder(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sotto-tools-')));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export function makePorts(changes: Partial<BuiltInPorts> = {}): BuiltInPorts {
  return {
    now: () => performance.now(),
    date: () => Date.UTC(2026, 10, 24, 17, 12, 4),
    timeZone: () => 'Europe/Berlin',
    env: { PATH: process.env.PATH },
    platform: process.platform,
    home: '/nonexistent/home',
    roots: () => [],
    privatePaths: [],
    keyVariables: [],
    secrets: () => [],
    spawn: (command, args, options) => spawn(command, [...args], options),
    kill: (pid, signal) => process.kill(pid, signal),
    timeoutMs: 20_000,
    lookup: async () => [],
    request: () => Promise.reject(new Error('no network in this world')),
    allowPrivateAddresses: () => false,
    ...changes,
  };
}

export type Bench = {
  folder: string;
  context: ToolContext;
  progress: string[];
  plan(name: string, args?: JsonObject): Promise<ToolPlan>;
  /** Plans, and runs when it is told to: between both anything may happen. */
  begin(name: string, args?: JsonObject): Promise<() => Promise<ToolOutcome>>;
  /** Plans and runs, as the toolbox does after a yes. */
  run(name: string, args?: JsonObject, signal?: AbortSignal): Promise<ToolOutcome>;
};

/** The built-in tools with a working folder. */
export function makeBench(folder = makeFolder(), changes: Partial<BuiltInPorts> = {}): Bench {
  const tools = new Map(builtInTools(makePorts(changes)).map((tool) => [tool.name, tool]));
  const progress: string[] = [];
  const context = contextOf(folder, { progress });
  const find = (name: string): Tool => {
    const tool = tools.get(name);
    if (!tool) throw new Error(`no tool ${name}`);
    return tool;
  };
  return {
    folder,
    context,
    progress,
    plan: async (name, args = {}) => (await find(name).plan?.(args, context)) ?? { summary: name },
    async begin(name, args = {}) {
      await find(name).plan?.(args, context);
      return () => find(name).run(args, context);
    },
    async run(name, args = {}, signal = context.signal) {
      const plan = await find(name).plan?.(args, context);
      if (plan?.refusal !== undefined) return { output: `refused: ${plan.refusal}`, failed: true };
      return find(name).run(args, { ...context, signal });
    },
  };
}

export function contextOf(folder: string, { progress = [] as string[], signal = new AbortController().signal } = {}): ToolContext {
  return { folder, signal, progress: (message) => void progress.push(message) };
}

/** Resolves when the condition holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** Ended, but in a container nobody may ask for its exit code. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
