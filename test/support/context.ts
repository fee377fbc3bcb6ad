/** A command's world made of values: no streams, no network, an empty home. */
import { PassThrough } from 'node:stream';
import type { CommandContext } from '../../src/compose/context.ts';
import { loadSettings } from '../../src/config/load.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { keyVariables, PROVIDERS } from '../../src/providers/list.ts';

export function fakeContext(changes: Partial<CommandContext> = {}): CommandContext {
  const paths = resolvePaths({ env: { SOTTO_HOME: '/nonexistent/sotto' }, platform: 'linux', home: '/nonexistent' });
  return {
    version: '0.0.0',
    env: {},
    platform: 'linux',
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    flushStdout: async () => undefined,
    secrets: [],
    stdinKind: () => 'data',
    isTerminal: { stdin: false, stdout: false, stderr: false },
    paths,
    loadSettings: (flags = {}) => loadSettings({ env: {}, paths, keyVariables: keyVariables(), ...flags }),
    knownProviders: PROVIDERS.map((entry) => entry.name),
    spawnEditor: async () => 0,
    runProgram: async () => ({ output: '', code: 0 }),
    openKeyboard: () => undefined,
    lookAtSize: () => {},
    stopProcess: async () => {},
    aroundStop: () => () => {},
    beforeExit: () => () => {},
    home: '/nonexistent',
    timeZone: () => 'UTC',
    lookup: async () => [],
    startWorker: () => {
      throw new Error('no threads in this world');
    },
    node: { version: 'v24.0.0', readsTypeScript: true },
    spawn: () => {
      throw new Error('no processes in this world');
    },
    kill: () => {},
    startAlone: () => {},
    startWork: () => Promise.reject(new Error('no processes in this world')),
    warmFetch: () => {},
    favourMemory: () => {},
    fetch: () => Promise.reject(new Error('no network in this world')),
    now: () => 0,
    date: () => 0,
    sleep: async () => {},
    random: () => 0.5,
    folder: () => '/nonexistent',
    pid: 1,
    isRunning: () => false,
    wakeAfter: () => () => {},
    interrupted: new AbortController().signal,
    interruptedCode: () => undefined,
    ...changes,
  };
}
