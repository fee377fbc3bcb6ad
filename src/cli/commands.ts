/** The list of commands: one row each, loaded only when called. */
import type { Command } from 'commander';
import type { CommandContext } from '../compose/context.ts';

type CommandRow = {
  group: string;
  summary: string;
  /** `finish` takes the exit code where it is not 0. */
  load: (context: CommandContext, finish: (exitCode: number) => void) => Promise<Command>;
};

export const COMMANDS = {
  chat: {
    group: 'Talk',
    summary: 'talk with a model in this terminal',
    load: async (context, finish) => (await import('./commands/chat.ts')).chatCommand(context, finish),
  },
  ask: {
    group: 'Talk',
    summary: 'ask a question and print the answer',
    load: async (context, finish) => (await import('./commands/ask.ts')).askCommand(context, finish),
  },
  list: {
    group: 'Conversations',
    summary: 'the saved conversations, newest first',
    load: async (context, finish) => (await import('./commands/list.ts')).listCommand(context, finish),
  },
  show: {
    group: 'Conversations',
    summary: 'read a conversation, or the tree of its branches',
    load: async (context, finish) => (await import('./commands/show.ts')).showCommand(context, finish),
  },
  search: {
    group: 'Conversations',
    summary: 'find words in what was asked, answered, thought and done',
    load: async (context, finish) => (await import('./commands/search.ts')).searchCommand(context, finish),
  },
  last: {
    group: 'Conversations',
    summary: 'the last reply again, or the code in it (-x)',
    load: async (context, finish) => (await import('./commands/last.ts')).lastCommand(context, finish),
  },
  resume: {
    group: 'Conversations',
    summary: 'go on with a conversation in the chat',
    load: async (context, finish) => (await import('./commands/chat.ts')).resumeCommand(context, finish),
  },
  rename: {
    group: 'Conversations',
    summary: 'give a conversation another title',
    load: async (context) => (await import('./commands/rename.ts')).renameCommand(context),
  },
  tag: {
    group: 'Conversations',
    summary: 'put tags on a conversation, take them off, or list them',
    load: async (context) => (await import('./commands/tag.ts')).tagCommand(context),
  },
  pin: {
    group: 'Conversations',
    summary: 'mark conversations that are wanted again and again',
    load: async (context) => (await import('./commands/pin.ts')).pinCommand(context),
  },
  archive: {
    group: 'Conversations',
    summary: 'put conversations away: kept, but not listed',
    load: async (context) => (await import('./commands/pin.ts')).archiveCommand(context),
  },
  fork: {
    group: 'Conversations',
    summary: 'copy a conversation, whole or up to a message',
    load: async (context) => (await import('./commands/fork.ts')).forkCommand(context),
  },
  export: {
    group: 'Conversations',
    summary: 'write conversations as Markdown, HTML, JSON or training examples',
    load: async (context, finish) => (await import('./commands/export.ts')).exportCommand(context, finish),
  },
  import: {
    group: 'Conversations',
    summary: 'bring in conversations of llm, ChatGPT, Claude, aichat or sotto',
    load: async (context, finish) => (await import('./commands/import.ts')).importCommand(context, finish),
  },
  delete: {
    group: 'Conversations',
    summary: 'delete conversations for good',
    load: async (context, finish) => (await import('./commands/delete.ts')).deleteCommand(context, finish),
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
  tools: {
    group: 'Context',
    summary: 'what models may call: list, show, run, rules, trust',
    load: async (context, finish) => (await import('./commands/tools.ts')).toolsCommand(context, finish),
  },
  mcp: {
    group: 'Context',
    summary: 'servers that bring more tools: add, list, remove, check',
    load: async (context, finish) => (await import('./commands/mcp.ts')).mcpCommand(context, finish),
  },
  config: {
    group: 'sotto itself',
    summary: 'show and change settings',
    load: async (context) => (await import('./commands/config.ts')).configCommand(context),
  },
  db: {
    group: 'sotto itself',
    summary: 'the database of conversations: check, repair, back up, restore',
    load: async (context, finish) => (await import('./commands/db.ts')).dbCommand(context, finish),
  },
} as const satisfies Record<string, CommandRow>;

/** Commands of later versions: as a single word they are no question either. */
export const LATER: readonly string[] = [
  ...['compare', 'summarize'],
  ...['status', 'doctor', 'usage', 'budget', 'metrics', 'memory', 'personas', 'index', 'map', 'batch', 'serve'],
  'completion',
];

export type CommandName = keyof typeof COMMANDS;
