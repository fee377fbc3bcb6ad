/** `sotto config`: list, get, set, unset and edit settings. */
import { Command } from 'commander';
import { say, writeRows, writeValue } from '../../compose/say.ts';
import { readBaseUrl, readOllamaHost } from '../../config/address.ts';
import { readJsonFile } from '../../config/json-file.ts';
import { readKey } from '../../config/key-path.ts';
import { readAssignment, unknownKeyError, valueAt } from '../../config/layers.ts';
import { type Listing, shownValue } from '../../config/listing.ts';
import { isLiteralKey } from '../../config/mask.ts';
import { SETTINGS, type Spec } from '../../config/settings.ts';
import { usageError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { isObject } from '../../core/json.ts';
import { safeLine } from '../../format/safety.ts';
import { jsonText } from '../../output/json-text.ts';
import type { ConfigContext } from './config-edit.ts';

export function configCommand(context: ConfigContext): Command {
  const command = new Command('config').description('show and change settings').addHelpText('after', EXAMPLES);
  command
    .command('list')
    .description('every setting, its value and where it comes from')
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  sotto config list\n  sotto config list --json | jq -r \'.settings[] | select(.origin != "default") | .key\'\n',
    )
    .action((options: { json?: true }) => list(context, options));
  command
    .command('get')
    .description('the value of one setting, alone on stdout')
    .argument('<key>', 'such as model, aliases.fast, providers.openai.url')
    .addHelpText('after', '\nExamples:\n  sotto config get model\n  sotto config get providers.openai\n')
    .action((key: string) => get(context, key));
  command
    .command('set')
    .description('write a setting to the configuration file')
    .argument('<key>', 'such as model, aliases.fast, providers.openai.url')
    .argument('<value>', 'text, or JSON where the setting is not text')
    .addHelpText('after', SET_EXAMPLES)
    .action((key: string, value: string) => set(context, key, value));
  command
    .command('unset')
    .description('take a setting out of the configuration file')
    .argument('<key>', 'such as model, aliases.fast, providers.groq')
    .addHelpText('after', '\nExamples:\n  sotto config unset temperature\n  sotto config unset providers.groq\n')
    .action((key: string) => unset(context, key));
  command
    .command('edit')
    .description('open the configuration file in $VISUAL or $EDITOR')
    .addHelpText('after', '\nExamples:\n  sotto config edit\n  EDITOR="code --wait" sotto config edit\n')
    .action(async () => (await import('./config-edit.ts')).editConfig(context));
  command
    .command('path')
    .description('where the configuration file is')
    .addHelpText('after', '\nExample:\n  less "$(sotto config path)"\n')
    .action(() => writeValue(context.paths.configFile, context));
  return command;
}

const EXAMPLES = `
A flag wins over the environment, the environment over the profile, the profile over the file.

Examples:
  sotto config set model gpt-6-luna
  sotto config set aliases.fast groq/llama-3.3-70b-versatile
  sotto config set profiles.work.provider azure     (then: sotto --profile work "…")
  sotto config get model
  sotto config list
`;

const SET_EXAMPLES = `
Examples:
  sotto config set model claude-sonnet-5-5
  sotto config set temperature 0.2
  sotto config set providers.lab.kind openai-compatible
  sotto config set providers.lab.url http://lab:8080/v1
  sotto config set providers.openai.key '!pass show openai'
  sotto config set -- seed -1
`;

function list(context: ConfigContext, { json }: { json?: true }): void {
  const settings = context.loadSettings().all();
  if (json) {
    const rows = settings.map(({ key, value, origin }) => ({ key, value: value ?? null, origin }));
    context.stdout.write(`${jsonText({ v: 1, settings: rows })}\n`);
    return;
  }
  const rows = settings.map((setting) => ({
    key: safeLine(setting.key),
    value: safeLine(cell(setting)),
    origin: setting.value === undefined ? '' : safeLine(setting.origin),
  }));
  const keyWidth = widest(rows.map((row) => row.key));
  const valueWidth = Math.min(48, widest(rows.map((row) => row.value)));
  writeRows(
    rows.map(({ key, value, origin }) => `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${origin}`.trimEnd()),
    context,
  );
}

function get(context: ConfigContext, key: string): void {
  const reading = readKey(key);
  if (!reading.ok) throw unknownKeyError(key, reading.near);
  const settings = context.loadSettings();
  const name = reading.path.join('.');
  const found = settings.all().filter((row) => row.value !== undefined && (row.key === name || row.key.startsWith(`${name}.`)));
  const exact = found.find((row) => row.key === name);
  if (found.length === 0) say(`${name} is not set.`, context);
  else if (reading.secret && reading.spec && exact) say(`${name} is set (${exact.origin}). sotto never prints keys.`, context);
  else if (exact) writeValue(textOf(exact.value ?? null), context);
  else context.stdout.write(`${jsonText(grouped(found, name), 2)}\n`);
}

async function set(context: ConfigContext, key: string, text: string): Promise<void> {
  const { path, value, secret } = readAssignment(key, text);
  const name = path.join('.');
  refuseLiteralKeys(path, value);
  checkAddress(path, value, context);
  const { setInFile } = await import('../../config/write.ts');
  await setInFile(context.paths.configFile, path, value, context.interrupted);
  const shown = secret ? '' : ` = ${inOneLine(shownValue(name, value))}`;
  say(`Set ${name}${shown} in ${context.paths.configFile}`, context);
  warnWhenHidden(context, name);
}

async function unset(context: ConfigContext, key: string): Promise<void> {
  const { configFile } = context.paths;
  const reading = readKey(key);
  // An unknown key may stand in the file: it is taken out as it is written.
  const path = reading.ok ? reading.path : [key];
  const { unsetInFile } = await import('../../config/write.ts');
  if (await unsetInFile(configFile, path, context.interrupted)) say(`Removed ${path.join('.')} from ${configFile}`, context);
  else if (reading.ok) say(`${path.join('.')} is not set in ${configFile}; nothing to do.`, context);
  else throw unknownKeyError(key, reading.near);
}

/** A key on the command line lands in the shell's history and in the list of processes. */
function refuseLiteralKeys(path: readonly string[], value: Json): void {
  if (!holdsLiteralKey(path, value)) return;
  const name = path[path.lastIndexOf('providers') + 1] ?? 'PROVIDER';
  throw usageError(
    'A key given as an argument lands in the history of your shell; nothing was written.',
    `Store it with: sotto keys set ${name}    or name a command: sotto config set providers.${name}.key '!pass show ${name}'`,
  );
}

function holdsLiteralKey(path: readonly string[], value: Json): boolean {
  if (isObject(value)) return Object.entries(value).some(([name, item]) => holdsLiteralKey([...path, name], item ?? null));
  return typeof value === 'string' && path.at(-1) === 'key' && path.at(-3) === 'providers' && isLiteralKey(value);
}

function checkAddress(path: readonly string[], value: Json, { paths }: ConfigContext): void {
  const [field, name = ''] = [path.at(-1), path.at(-2)];
  if (path.at(-3) !== 'providers' || field !== 'url' || typeof value !== 'string') return;
  const kind = valueAt(readJsonFile(paths.configFile) ?? {}, ['providers', name, 'kind']) ?? name;
  const read = kind === 'ollama' ? readOllamaHost : readBaseUrl;
  read(value, path.join('.'));
}

function warnWhenHidden(context: ConfigContext, name: string): void {
  let origin: string;
  try {
    origin = context.loadSettings().origin(name);
  } catch {
    // Another setting is wrong; that is told when settings are used.
    return;
  }
  if (origin.startsWith('environment ')) say(`Note: ${origin.slice(12)} in the environment still wins over the file.`, context);
  else if (origin.startsWith('profile ')) say(`Note: the ${origin} still wins over the file.`, context);
}

/** Rows below a key as one object again. */
function grouped(rows: readonly Listing[], prefix: string): JsonObject {
  const object: JsonObject = {};
  for (const { key, value } of rows) object[key.slice(prefix.length + 1)] = value ?? null;
  return object;
}

function cell({ key, value }: Listing): string {
  if (value === undefined) return '–';
  const spec: Spec | undefined = Object.hasOwn(SETTINGS, key) ? SETTINGS[key as keyof typeof SETTINGS] : undefined;
  if (Array.isArray(value)) return spec && value.length === 0 ? '(none)' : value.join(',');
  return inOneLine(value);
}

/** The same among other words: line ends and what a terminal obeys as in JSON. */
function inOneLine(value: Json): string {
  return typeof value === 'string' && /[\x00-\x1f\x7f-\x9f]/.test(value) ? jsonText(value) : textOf(value);
}

/** Text as it is; anything else as JSON, which programs and people can both read. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
