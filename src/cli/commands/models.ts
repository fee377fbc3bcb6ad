/** `sotto models`: what the configured providers have, and one model with its limits, abilities and price. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { writeFacts, writeJson } from '../../compose/say.ts';
import { noticeWriter, openWorld, type World } from '../../compose/world.ts';
import { SottoError, usageError } from '../../core/errors.ts';
import type { ModelInfo, ModelParameters } from '../../core/model.ts';
import { abilityWords, counted, nounOf } from '../../core/words.ts';
import { chooseModel } from '../../engine/choose.ts';
import { formatTokens, formatUsd } from '../../format/numbers.ts';
import { safeLine } from '../../format/safety.ts';
import { formatTable } from '../../format/table.ts';
import { findModel, listModels } from '../../models/catalogue.ts';
import { endingWords, isRetired } from '../../models/endings.ts';
import { nearest } from '../../models/near.ts';
import { knownModels, listedModels } from '../model-rows.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { stdoutTheme } from '../screen.ts';

const LIST_TIMEOUT_MS = 10_000;

export function modelsCommand(context: CommandContext): Command {
  const command = new Command('models').description('list models, and show one with its limits and price').addHelpText('after', EXAMPLES);
  const list = command
    .command('list', { isDefault: true })
    .description('models of the configured providers, or of one (-p)')
    .argument('[filter]', 'only names that contain this')
    .option('--json', 'as one JSON object')
    .option('--all', 'with those that have ended')
    .option('--refresh', 'ask the providers again instead of using lists of the last day')
    .option('--known', 'the built-in table only, no network')
    .addHelpText('after', '\nExamples:\n  sotto models list\n  sotto models list -p ollama\n  sotto models list sonnet --json\n');
  addSettingOptions(list, ['provider', 'profile', 'timeout', 'color']);
  list.action((filter: string | undefined, options: ListOptions) => listCommand({ filter, options, command: list, context }));
  const show = command
    .command('show')
    .description('window, output cap, abilities, parameters and price of one model')
    .argument('<model>', 'such as gpt-6-luna, anthropic/claude-sonnet-5-5, an alias')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  sotto models show gpt-6-luna\n  sotto models show llama3.2 -p ollama --json\n');
  addSettingOptions(show, ['provider', 'profile', 'timeout', 'color']);
  show.action((model: string, options: { json?: true }) => showCommand({ model, options, command: show, context }));
  return command;
}

const EXAMPLES = `
Examples:
  sotto models
  sotto models list -p openrouter qwen
  sotto models show claude-sonnet-5-5
`;

type ListOptions = { json?: true; all?: true; refresh?: true; known?: true };

async function listCommand({
  filter,
  options,
  command,
  context,
}: {
  filter: string | undefined;
  options: ListOptions;
  command: Command;
  context: CommandContext;
}): Promise<void> {
  const settings = settingsOf(command, context);
  const world = openWorld(settings, context, noticeWriter(context));
  const only = settings.get('provider');
  if (only !== undefined && !world.directory.find(only)) await world.directory.open(only, context.interrupted);
  const names =
    only !== undefined
      ? [only]
      : world.directory.all().flatMap((known) => (known.configured && known.entry.kind !== 'guide' ? [known.name] : []));
  if (names.length === 0 && !options.known) {
    world.notice('no provider is set up, so these are the models of the built-in table. See: sotto providers');
    options.known = true;
  }
  const signal = AbortSignal.any([context.interrupted, AbortSignal.timeout(LIST_TIMEOUT_MS)]);
  const rows = options.known
    ? knownModels(only)
    : (
        await Promise.all(
          names.map((name) => listedModels(name, { world, refresh: options.refresh === true, strict: only !== undefined }, signal)),
        )
      ).flat();
  const found = rows.filter(({ model }) => filter === undefined || model.id.toLowerCase().includes(filter.toLowerCase()));
  const nowMs = context.date();
  const shown = options.all ? found : found.filter(({ model }) => !isRetired(model, nowMs));
  const hidden = found.length - shown.length;
  if (hidden > 0)
    world.notice(
      `${counted(hidden, 'model')} that ${nounOf(hidden, 'has', 'have')} ended ${nounOf(hidden, 'is', 'are')} not shown. To see them: --all`,
    );
  if (options.json) {
    return writeJson(context.stdout, { models: shown.map(({ provider, model }) => ({ provider, ...model })) });
  }
  const columns = context.isTerminal.stdout ? context.stdout.columns : undefined;
  const someEnd = shown.some(({ model }) => model.retires !== undefined);
  const table = shown.map(({ provider, model }) => [
    safeLine(`${provider}/${model.id}`),
    formatTokens(model.contextWindow),
    formatTokens(model.maxOutput),
    ...(someEnd ? [endingColumn(model, nowMs)] : []),
    abilityWords(model),
  ]);
  if (table.length === 0 && hidden === 0)
    world.notice(filter === undefined ? 'there are no models.' : `no model name contains "${filter}".`);
  if (table.length > 0)
    context.stdout.write(
      formatTable({
        head: ['model', 'window', 'output', ...(someEnd ? ['ends'] : []), 'can'],
        rows: table,
        align: ['left', 'right', 'right'],
        theme: await stdoutTheme(settings, context),
        ...(columns ? { columns } : {}),
      }),
    );
}

async function showCommand({
  model,
  options,
  command,
  context,
}: {
  model: string;
  options: { json?: true };
  command: Command;
  context: CommandContext;
}): Promise<void> {
  const settings = settingsOf(command, context);
  const world = openWorld(settings, context, noticeWriter(context));
  const found = await factsOf(model, world, context);
  if (!found) {
    const near = nearest(
      model,
      listModels().flatMap((facts) => (isRetired(facts, context.date()) ? [] : [facts.id])),
      3,
    );
    const hint = near.length > 0 ? `Did you mean ${near.join(', ')}? ` : '';
    throw usageError(`Unknown model: "${model}".`, `${hint}See: sotto models list, or name its provider with -p.`);
  }
  const { priceOf } = await import('../../models/prices.ts');
  const price = await priceOf({ provider: found.provider, model: found.model.id });
  if (options.json) {
    return writeJson(context.stdout, { provider: found.provider, ...found.model, price: price ?? null });
  }
  const { model: facts } = found;
  const perMillion = (usd: number | undefined) => (usd === undefined ? undefined : `${formatUsd(usd)} per million tokens`);
  const lines: [string, string | undefined][] = [
    ['model', `${found.provider}/${facts.id}`],
    ['name', facts.name],
    ['window', facts.contextWindow === undefined ? undefined : `${formatTokens(facts.contextWindow)} tokens`],
    ['output', facts.maxOutput === undefined ? undefined : `at most ${formatTokens(facts.maxOutput)} tokens`],
    ['can', abilityWords(facts)],
    ...parameterLines(facts.parameters),
    ['input price', perMillion(price?.inputPerMillion)],
    ['if cached', perMillion(price?.cacheReadPerMillion)],
    ['output price', perMillion(price?.outputPerMillion)],
    ['price of', price?.matchedId],
    ['knows until', facts.knowledge],
    ['released', facts.released],
    ['ends', endingLine(facts, context.date())],
  ];
  await writeFacts(
    lines.map(([label, value]) => [label, value === undefined || value === '' ? '– (not known)' : value]),
    context,
  );
}

/** The table's facts, completed by what the provider says where it can be asked. */
async function factsOf(name: string, world: World, context: CommandContext): Promise<{ provider: string; model: ModelInfo } | undefined> {
  const { settings } = world;
  const choice = await chooseModel({ ...world, named: name }, context.interrupted).catch((thrown: unknown) => {
    // Facts of the table need no key.
    if (settings.provider === undefined && thrown instanceof SottoError && ['configuration', 'usage'].includes(thrown.kind))
      return undefined;
    throw thrown;
  });
  if (!choice) {
    const facts = findModel({ id: name });
    return facts && { provider: facts.vendor, model: facts };
  }
  const facts = findModel({ provider: choice.provider, id: choice.model });
  const signal = AbortSignal.any([context.interrupted, AbortSignal.timeout(LIST_TIMEOUT_MS)]);
  const said = await world.directory
    .open(choice.provider, signal)
    .then((provider) => provider.describe?.(choice.model, signal))
    .catch(() => undefined);
  if (!facts && !said) return { provider: choice.provider, model: { id: choice.model } };
  return { provider: choice.provider, model: { ...facts, ...said, id: said?.id ?? choice.model } };
}

/** The day, where one is known; what has ended says so. */
function endingColumn(model: ModelInfo, nowMs: number): string {
  if (model.retires === undefined) return '';
  return isRetired(model, nowMs) ? `ended ${model.retires}` : model.retires;
}

function endingLine(model: ModelInfo, nowMs: number): string | undefined {
  const words = endingWords(model, nowMs);
  return words === undefined || model.successor === undefined ? words : `${words}; its successor is ${model.successor}`;
}

function parameterLines(parameters: ModelParameters | undefined): [string, string | undefined][] {
  const range = (value: { min: number; max: number } | false | undefined) =>
    value === undefined ? undefined : value === false ? 'not taken' : `${value.min} to ${value.max}`;
  const list = (value: readonly string[] | false | undefined) =>
    value === undefined ? undefined : value === false || value.length === 0 ? 'not taken' : value.join(', ');
  return [
    ['temperature', range(parameters?.temperature)],
    ['top-p', range(parameters?.topP)],
    ['effort', list(parameters?.effort)],
    ['verbosity', list(parameters?.verbosity)],
  ];
}
