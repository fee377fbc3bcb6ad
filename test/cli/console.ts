/** Runs a command with streams and files of its own and collects what it prints. */
import { PassThrough, Writable } from 'node:stream';
import type { Command } from 'commander';
import type { ConfigContext } from '../../src/cli/commands/config-edit.ts';
import type { KeysContext } from '../../src/cli/commands/keys.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Home } from '../config/home.ts';

export type Run = { stdout: string; stderr: string; kind: string | undefined; message: string; hint: string };

export type RunOptions = {
  env?: Record<string, string>;
  sets?: string[];
  /** What comes through stdin; typed keys when `terminal`. */
  input?: string;
  terminal?: boolean;
  interrupted?: AbortSignal;
  /** Edits the file as the user would; gives the exit code of the editor. */
  editor?: (file: string) => number;
};

export async function run(
  build: (context: ConfigContext & KeysContext) => Command,
  home: Home,
  args: string[],
  options: RunOptions = {},
): Promise<Run & { all: string; rawModes: boolean[] }> {
  const { env = {}, sets = [], input = '', terminal = false, editor = () => 0 } = options;
  let stdout = '';
  let stderr = '';
  const rawModes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => rawModes.push(raw) });
  if (terminal) stdin.write(input);
  else stdin.end(input);
  const context: ConfigContext & KeysContext = {
    env,
    platform: 'linux',
    stdin,
    stdout: collector((text) => {
      stdout += text;
    }),
    stderr: collector((text) => {
      stderr += text;
    }),
    interrupted: options.interrupted ?? new AbortController().signal,
    isTerminal: { stdin: terminal, stdout: terminal, stderr: terminal },
    paths: home.paths,
    loadSettings: () => loadSettings({ env, paths: home.paths, sets }),
    knownProviders: ['openai', 'azure', 'anthropic', 'ollama', 'groq'],
    spawnEditor: async (_, file) => editor(file),
  };
  const command = build(context).exitOverride();
  const output = { writeOut: (text: string) => (stdout += text), writeErr: (text: string) => (stderr += text) };
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput(output);
  let thrown: { kind?: string; message?: string; hint?: string } = {};
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    thrown = error as typeof thrown;
  }
  const [kind, message, hint] = [thrown.kind, thrown.message ?? '', thrown.hint ?? ''];
  return { stdout, stderr, kind, message, hint, rawModes, all: [stdout, stderr, message, hint].join('\n') };
}

function collector(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk, _, done) {
      take(String(chunk));
      done();
    },
  });
}
