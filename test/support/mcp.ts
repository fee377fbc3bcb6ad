/** MCP servers for tests: our own real one as a child process or behind HTTP, and a hub of them in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpServer, McpServer, StdioServer } from '../../src/config/mcp/server.ts';
import type { Tool, ToolOutcome } from '../../src/core/tool.ts';
import { type McpHub, type McpOptions, openMcp } from '../../src/tools/mcp/hub.ts';
import type { McpPorts } from '../../src/tools/mcp/ports.ts';

export const SERVER = join(import.meta.dirname, 'mcp-server.js');

export function stdioServer(flags: string[] = [], changes: Partial<StdioServer> = {}): StdioServer {
  return { name: 'own', file: 'mcp.json', transport: 'stdio', command: process.execPath, args: [SERVER, ...flags], env: {}, ...changes };
}

export type RunningServer = { server: HttpServer; child: ChildProcess; [Symbol.asyncDispose](): Promise<void> };

export async function httpServer(flags: string[] = [], headers: Record<string, string> = {}): Promise<RunningServer> {
  const child = spawn(process.execPath, [SERVER, '--http', ...flags], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise<string>((resolve) => child.stdout.once('data', (bytes) => resolve(String(bytes).trim())));
  return {
    server: { name: 'own', file: 'mcp.json', transport: 'http', url, headers },
    child,
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await gone;
    },
  };
}

export type World = {
  hub: McpHub;
  notices: string[];
  secrets: string[];
  progress: [string, number | undefined][];
  /** How often the tools became others. */
  changes(): number;
  tool(name: string): Tool;
  /** Runs one by its own name, without the server's. */
  call(name: string, args?: object, signal?: AbortSignal): Promise<ToolOutcome>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type WorldOptions = Partial<Omit<McpOptions, 'ports'>> & { ports?: Partial<McpPorts>; cacheFolder?: string };

export function openWorld(servers: readonly McpServer[], { ports, cacheFolder, ...options }: WorldOptions = {}): World {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-mcp-'));
  const notices: string[] = [];
  const secrets: string[] = [];
  const progress: World['progress'] = [];
  let changes = 0;
  const hub = openMcp({
    servers,
    ports: { ...realPorts(folder), cacheFolder: cacheFolder ?? join(folder, 'cache'), ...ports },
    start: 'now',
    notice: (message) => notices.push(message),
    secret: (text) => secrets.push(text),
    changed: () => {
      changes += 1;
    },
    ...options,
  });
  const tool = (name: string) => {
    const found = hub.tools().find((one) => one.name === name || one.name.endsWith(`__${name}`));
    if (!found) throw new Error(`There is no tool ${name}`);
    return found;
  };
  const never = new AbortController().signal;
  return {
    hub,
    notices,
    secrets,
    progress,
    changes: () => changes,
    tool,
    call: (name, args = {}, signal = never) =>
      tool(name).run({ ...args }, { folder, signal, progress: (message, fraction) => progress.push([message, fraction]) }),
    async [Symbol.asyncDispose]() {
      await hub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function realPorts(folder: string): McpPorts {
  return {
    spawn: (command, args, options) => spawn(command, args, options),
    kill: (pid, signal) => void process.kill(pid, signal),
    platform: process.platform,
    env: process.env,
    now: () => performance.now(),
    folder,
    home: folder,
    fetch: (input, init) => fetch(input, init),
    later(milliseconds, action) {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
    version: '0.0.0',
  };
}

/** Waits until something is so. */
export async function until(what: () => boolean, limitMs = 60_000): Promise<void> {
  for (let waited = 0; !what(); waited += 20) {
    if (waited > limitMs) throw new Error(`It did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
