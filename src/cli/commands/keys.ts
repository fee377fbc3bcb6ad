/** `sotto keys`: store, list and delete the keys of providers. A key itself is never printed. */
import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { say, writeRows } from '../../compose/say.ts';
import { nearest, suggestion } from '../../config/key-path.ts';
import { deleteKey, exposureOf, listKeys, setKey } from '../../config/key-store.ts';
import type { Settings } from '../../config/load.ts';
import { maskSecret } from '../../config/mask.ts';
import { usageError } from '../../core/errors.ts';
import { safeLine } from '../../format/safety.ts';
import { jsonText } from '../../output/json-text.ts';
import { askSecret, confirm, readPipe } from '../prompt.ts';

/** What these commands need of the context. */
export type KeysContext = Pick<
  CommandContext,
  'stdin' | 'stdout' | 'stderr' | 'isTerminal' | 'paths' | 'loadSettings' | 'knownProviders' | 'interrupted'
>;

export function keysCommand(context: KeysContext): Command {
  const command = new Command('keys').description('store, list and delete the keys of providers').addHelpText('after', EXAMPLES);
  command
    .command('set')
    .description('store the key of a provider: typed unseen, or through a pipe')
    .usage('<provider>')
    .argument('<provider>', 'such as openai, anthropic, groq')
    .addHelpText('after', SET_EXAMPLES)
    .allowExcessArguments()
    .action((provider: string, _, { args }: Command) => set(context, provider, args.slice(1)));
  command
    .command('list')
    .description('which keys there are, where each comes from and which one is used')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  sotto keys list\n  sotto keys list --json\n')
    .action((options: { json?: true }) => list(context, options));
  command
    .command('delete')
    .description('delete the stored key of a provider')
    .argument('<provider>', 'such as openai, anthropic, groq')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExamples:\n  sotto keys delete groq\n  sotto keys delete groq --yes\n')
    .action((provider: string, options: { yes?: true }) => remove(context, provider, options));
  return command;
}

const EXAMPLES = `
A key in the environment (OPENAI_API_KEY, …) wins over a stored one.

Examples:
  sotto keys set openai
  pass show openai | sotto keys set openai
  sotto keys list
  sotto keys delete openai
`;

const SET_EXAMPLES = `
The key is never taken as an argument: it would land in the history of your shell.
Instead of a key, a command may be stored that prints it: it runs whenever the key is needed.

Examples:
  sotto keys set openai
  pass show openai | sotto keys set openai
  echo '!pass show openai' | sotto keys set openai
`;

const MOST_KEY_BYTES = 65_536;

async function set(context: KeysContext, provider: string, extra: readonly string[]): Promise<void> {
  const { paths, isTerminal } = context;
  if (extra.length > 0) {
    throw usageError(
      'A key given as an argument lands in the history of your shell; nothing was stored.',
      `Run: sotto keys set ${provider}    and type it there, or pipe it in. If that was a real key, delete it from the history or replace it.`,
    );
  }
  const text = isTerminal.stdin
    ? await askSecret(`Key of ${provider} (not shown): `, context)
    : await readPipe(context, { limitBytes: MOST_KEY_BYTES, waitMs: context.loadSettings().get('stdinTimeout') * 1000 });
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0)
    throw usageError(
      'No key came in; nothing was stored.',
      `Type it at: sotto keys set ${provider}    or pipe it in: pass show ${provider} | sotto keys set ${provider}`,
    );
  if (lines.length > 1) throw usageError('More than one line came in; nothing was stored.', 'A key is one line.');
  await setKey(paths.keysFile, provider, lines[0] ?? '', context.interrupted);
  const masked = maskSecret((lines[0] ?? '').trim());
  // What is no part of the key, such as "(command)", brings its own brackets.
  say(`Stored the key of ${provider} ${masked.startsWith('(') ? masked : `(${masked})`} in ${paths.keysFile}`, context);
  const settings = context.loadSettings();
  const configured = settings.keyOf(provider);
  if (configured) say(`Note: the key from ${configured.origin} still wins over the stored one.`, context);
  if (![...context.knownProviders, ...settings.providerNames()].includes(provider)) {
    const hint =
      suggestion(nearest(provider, context.knownProviders)) ?? `Describe it with: sotto config set providers.${provider}.url URL`;
    say(`Note: sotto knows no provider ${provider} yet. ${hint}`, context);
  }
}

type Row = { provider: string; key: string; origin: string; used: boolean };

function list(context: KeysContext, { json }: { json?: true }): void {
  const { paths } = context;
  const rows = rowsOf(context.loadSettings(), paths.keysFile);
  const exposure = exposureOf(paths.keysFile);
  if (exposure) say(`Warning: ${exposure}`, context);
  if (json) {
    context.stdout.write(`${jsonText({ v: 1, keys: rows })}\n`);
    return;
  }
  if (rows.length === 0) say('There is no key yet. Store one with: sotto keys set openai', context);
  const cells = rows.map(({ provider, key, origin, used }) => ({ provider: safeLine(provider), key: safeLine(key), origin, used }));
  const width = (field: 'provider' | 'key') => Math.max(0, ...cells.map((row) => row[field].length));
  const [providerWidth, keyWidth] = [width('provider'), width('key')];
  writeRows(
    cells.map((row) => `${row.provider.padEnd(providerWidth)}  ${row.key.padEnd(keyWidth)}  ${row.origin}${row.used ? '' : ' (not used)'}`),
    context,
  );
}

function rowsOf(settings: Settings, keysFile: string): Row[] {
  const configured = settings.providerNames().flatMap((provider) => {
    const key = settings.keyOf(provider);
    // What stands in the environment is the key itself, even where it looks like a command.
    const literal = key?.origin.startsWith('environment ') === true && /^[!$]/.test(key.text);
    return key ? [{ provider, key: literal ? '(set)' : maskSecret(key.text), origin: key.origin, used: true }] : [];
  });
  const stored = listKeys(keysFile).map(({ provider, text }) => ({
    provider,
    key: maskSecret(text),
    origin: `key store ${keysFile}`,
    used: settings.keyOf(provider) === undefined,
  }));
  return [...configured, ...stored].sort((a, b) => a.provider.localeCompare(b.provider, 'en') || Number(b.used) - Number(a.used));
}

async function remove(context: KeysContext, provider: string, { yes }: { yes?: true }): Promise<void> {
  const { paths, isTerminal } = context;
  const stored = listKeys(paths.keysFile).map((key) => key.provider);
  if (!stored.includes(provider)) {
    throw usageError(
      `No key of ${provider} is stored in ${paths.keysFile}.`,
      stored.length === 0 ? 'Nothing is stored at all.' : `Stored are: ${stored.join(', ')}`,
    );
  }
  if (!yes) {
    if (!isTerminal.stdin) throw usageError('Nobody is there to confirm; nothing was deleted.', `Run: sotto keys delete ${provider} --yes`);
    if (!(await confirm(`Delete the stored key of ${provider}?`, context))) {
      return say('Nothing was deleted.', context);
    }
  }
  await deleteKey(paths.keysFile, provider, context.interrupted);
  say(`Deleted the stored key of ${provider}.`, context);
  const configured = context.loadSettings().keyOf(provider);
  if (configured) say(`Note: ${provider} still has a key from ${configured.origin}.`, context);
}
