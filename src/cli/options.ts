/** Turns rows of the settings table into command-line options, and what was typed back into settings. */
import { type Command, Option } from 'commander';
import type { CommandContext } from '../compose/context.ts';
import type { Settings } from '../config/load.ts';
import { isSettingKey, SETTINGS, type SettingKey, type Spec } from '../config/settings.ts';

/** Adds the options of these settings, in this order, and `--set`, which reaches every other. */
export function addSettingOptions(command: Command, keys: readonly SettingKey[]): Command {
  return addSetOption(addOptionsOf(command, keys));
}

/** Adds the options of these settings, in this order. */
export function addOptionsOf(command: Command, keys: readonly SettingKey[]): Command {
  for (const key of keys) {
    const spec: Spec = SETTINGS[key];
    if (spec.flag === undefined) continue;
    const option = new Option(spec.flag, describe(spec));
    command.addOption(spec.type === 'list' && option.required ? option.argParser(addToList) : option);
  }
  return command;
}

function addSetOption(command: Command): Command {
  return command.option('--set <key=value>', 'any setting, for this run; see sotto config list (repeatable)', collect);
}

/** For options that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** `--allow a --allow b` is `--allow a,b`: the first is not lost. */
function addToList(value: string, before: unknown): string {
  return typeof before === 'string' ? `${before},${value}` : value;
}

/** The settings of this run: what was typed over everything else. */
export function settingsOf(command: Command, context: CommandContext): Settings {
  const typed: Record<string, unknown> = command.opts();
  const overrides = Object.fromEntries(
    Object.entries(typed)
      .filter(([name]) => command.getOptionValueSource(name) === 'cli')
      .map(([name, value]) => [name, typedValue(name, value)]),
  );
  const sets = Array.isArray(typed.set) ? typed.set.map(String) : [];
  return context.loadSettings({ overrides, sets });
}

/** A number is handed on as one, so that a complaint about it does not call it a text. */
function typedValue(name: string, value: unknown): unknown {
  const spec: Spec | undefined = isSettingKey(name) ? SETTINGS[name] : undefined;
  // `--no-tools`: none of them.
  if (spec?.type === 'list' && value === false) return [];
  const isNumeric = spec?.type === 'number' || spec?.type === 'integer';
  return isNumeric && typeof value === 'string' && /^[-+]?[\d.]+$/.test(value) && Number.isFinite(Number(value)) ? Number(value) : value;
}

function describe(spec: Spec): string {
  const values = spec.type === 'one-of' ? `: ${spec.values.join(', ')}` : '';
  const usual =
    spec.default !== undefined && spec.type !== 'boolean' && spec.type !== 'record' && spec.type !== 'list' ? ` [${spec.default}]` : '';
  const sentence =
    spec.type === 'boolean' && spec.flag?.startsWith('--no-')
      ? 'print the answer at its end, not as it is written'
      : lowerFirst(spec.doc.replace(/\.$/, ''));
  return `${sentence}${values}${usual}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
