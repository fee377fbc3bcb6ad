/** The options by which conversations are chosen, shared by `list` and `search`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import type { Settings } from '../../config/load.ts';
import { usageError } from '../../core/errors.ts';
import { readTime } from './times.ts';

export type FilterOptions = {
  limit?: string;
  model?: string;
  provider?: string;
  tag?: string;
  folder?: string | true;
  since?: string;
  until?: string;
};

type Filters = {
  limit?: number;
  model?: string;
  provider?: string;
  tag?: string;
  folder?: string;
  sinceMs?: number;
  untilMs?: number;
};

export function addFilterOptions(command: Command, { what, limit }: { what: string; limit: number }): Command {
  return command
    .option('-n, --limit <count>', `at most so many ${what} [${limit}]`)
    .option('-m, --model <name>', 'only with this model')
    .option('-p, --provider <name>', 'only with this provider')
    .option('--tag <tag>', 'only with this tag')
    .option('--folder [path]', 'only those begun in this folder [the current one]')
    .option('--since <time>', 'only since then: 2h, 3d, yesterday, 2026-11-01')
    .option('--until <time>', 'only until then');
}

/** What was typed, checked; what was not typed is absent. */
export function readFilters(options: FilterOptions, settings: Settings, context: CommandContext): Filters {
  const nowMs = context.date();
  return {
    ...(options.limit === undefined ? {} : { limit: readCount(options.limit, '--limit') }),
    ...readModel(options, settings, context),
    ...(options.tag === undefined ? {} : { tag: cleanTag(options.tag) }),
    ...(options.folder === undefined ? {} : { folder: readFolder(options.folder, context) }),
    ...(options.since === undefined ? {} : { sinceMs: readTime(options.since, { nowMs, option: '--since' }) }),
    ...(options.until === undefined ? {} : { untilMs: readTime(options.until, { nowMs, option: '--until', end: true }) }),
  };
}

export function readFolder(typed: string | true, context: Pick<CommandContext, 'folder'>): string {
  const here = context.folder();
  return typed === true ? here : process.getBuiltinModule('node:path').resolve(here, typed);
}

export function readCount(typed: string, option: string): number {
  const count = Number(typed);
  if (Number.isSafeInteger(count) && count > 0 && typed.trim() !== '') return count;
  throw usageError(`${option} takes a whole number from 1 on, and "${typed}" is none.`);
}

/** A tag as it is stored: one line, without the mark that lists put before it. */
export function cleanTag(typed: string): string {
  const tag = typed.trim().replace(/^#/, '').replace(/\s+/g, ' ').trim();
  if (tag === '') throw usageError(`"${typed}" is no tag.`, 'A tag is a word, such as: work');
  return tag;
}

/** `-m openai/gpt-6-luna` and `-m fast` mean here what they mean for a question. */
function readModel(
  { model, provider }: FilterOptions,
  settings: Settings,
  { knownProviders }: CommandContext,
): Pick<Filters, 'model' | 'provider'> {
  const named = provider === undefined ? {} : { provider };
  if (model === undefined) return named;
  const name = settings.get('aliases')[model] ?? model;
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  const isProvider = knownProviders.includes(first) || settings.providerNames().includes(first);
  return isProvider ? { provider: first, ...named, model: name.slice(slash + 1) } : { ...named, model: name };
}
