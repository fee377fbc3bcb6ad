/** A real temporary folder as sotto's home, and settings loaded from it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Settings, SettingsRequest } from '../../src/config/load.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Paths } from '../../src/config/paths.ts';
import { resolvePaths } from '../../src/config/paths.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export type Home = {
  folder: string;
  paths: Paths;
  load(request?: Omit<SettingsRequest, 'env' | 'paths'> & { env?: Record<string, string> }): Settings;
};

/** `config` is written as it is when it is text, as JSON otherwise. */
export function makeHome(config?: unknown): Home {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-config-'));
  folders.push(folder);
  const paths = resolvePaths({ env: { SOTTO_HOME: folder }, platform: process.platform, home: folder });
  if (config !== undefined) writeFileSync(paths.configFile, typeof config === 'string' ? config : JSON.stringify(config));
  return { folder, paths, load: ({ env = {}, ...request } = {}) => loadSettings({ env, paths, ...request }) };
}

/** The error that an action throws, as plain facts. */
export function failureOf(action: () => unknown): { kind: string; message: string; hint: string; exitCode: number } {
  try {
    action();
  } catch (thrown) {
    return factsOf(thrown);
  }
  throw new Error('nothing was thrown');
}

export async function failureOfAsync(action: () => Promise<unknown>): Promise<ReturnType<typeof failureOf>> {
  try {
    await action();
  } catch (thrown) {
    return factsOf(thrown);
  }
  throw new Error('nothing was thrown');
}

function factsOf(thrown: unknown) {
  const error = thrown as { kind?: string; message: string; hint?: string; exitCode?: number };
  return { kind: error.kind ?? 'none', message: error.message, hint: error.hint ?? '', exitCode: error.exitCode ?? -1 };
}
