/** `sotto providers`: who can be asked, with which key from where, and what is missing to ask the others. */

import { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { openWorld } from '../../compose/world.ts';
import { hideAddress } from '../../config/address-parts.ts';
import { redact } from '../../config/redact.ts';
import { formatTable } from '../../format/table.ts';
import { jsonText } from '../../output/json-text.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { stdoutTheme } from '../screen.ts';

export function providersCommand(context: CommandContext): Command {
  const command = new Command('providers')
    .description('who can be asked, and what is missing to ask the others')
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      "\nExamples:\n  sotto providers\n  sotto providers --json | jq -r '.providers[] | select(.configured) | .name'\n",
    );
  addSettingOptions(command, ['profile', 'color']);
  return command.action(async (options: { json?: true }) => {
    const settings = settingsOf(command, context);
    const known = openWorld(settings, context, () => {}).directory.all();
    if (options.json) {
      const providers = known.map(({ name, entry, configured, keyOrigin, missing }) => ({
        name,
        title: entry.title,
        kind: entry.kind,
        url: shownUrl(settings.provider(name).url ?? entry.url),
        configured,
        key: keyOrigin ?? null,
        missing: missing ?? null,
      }));
      context.stdout.write(`${redact(jsonText({ v: 1, providers }, 2), context.secrets)}\n`);
      return;
    }
    const rows = known
      .sort((one, other) => Number(other.configured) - Number(one.configured))
      .map(({ name, entry, configured, keyOrigin, missing }) => [
        name,
        entry.title,
        configured ? 'ready' : '–',
        keyOrigin ?? missing ?? (entry.kind === 'guide' ? 'built in' : 'needs no key'),
      ]);
    const columns = context.isTerminal.stdout ? context.stdout.columns : undefined;
    context.stdout.write(
      formatTable({
        head: ['provider', 'name', 'state', 'key'],
        rows,
        theme: await stdoutTheme(settings, context),
        ...(columns ? { columns } : {}),
      }),
    );
  });
}

function shownUrl(url: string | undefined): string | null {
  return url === undefined ? null : hideAddress(url);
}
