/** The list of commands: one row each, loaded only when called. */
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

export type CommandRow = {
  group: string;
  summary: string;
  /** `finish` takes the exit code where it is not 0. */
  load: (context: CommandContext, finish: (exitCode: number) => void) => Promise<Command>;
};

export const COMMANDS = {
  ask: {
    group: 'Talk',
    summary: 'ask a question and print the answer',
    load: async (context, finish) => (await import('./commands/ask.ts')).askCommand(context, finish),
  },
  models: {
    group: 'Models and providers',
    summary: 'list models, and show one with its limits and price',
    load: async (context) => (await import('./commands/models.ts')).modelsCommand(context),
  },
  providers: {
    group: 'Models and providers',
    summary: 'who can be asked, and what is missing to ask the others',
    load: async (context) => (await import('./commands/providers.ts')).providersCommand(context),
  },
  keys: {
    group: 'Models and providers',
    summary: 'store, list and delete the keys of providers',
    load: async (context) => (await import('./commands/keys.ts')).keysCommand(context),
  },
  config: {
    group: 'sotto itself',
    summary: 'show and change settings',
    load: async (context) => (await import('./commands/config.ts')).configCommand(context),
  },
} as const satisfies Record<string, CommandRow>;

/** Commands of later versions: as a single word they are no question either. */
export const LATER: readonly string[] = [
  ...['chat', 'compare', 'list', 'show', 'search', 'resume', 'rename', 'delete', 'fork', 'summarize', 'export', 'import'],
  ...['status', 'doctor', 'usage', 'budget', 'metrics', 'memory', 'personas', 'tools', 'mcp', 'index', 'map', 'batch', 'serve', 'db'],
  'completion',
];

export type CommandName = keyof typeof COMMANDS;
