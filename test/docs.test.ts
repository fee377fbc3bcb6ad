/** Holds README against the program: the reference is generated, the samples use commands and options that exist. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { prepare } from '../src/cli/commander.ts';
import { COMMANDS, type CommandName } from '../src/cli/commands.ts';
import { overview } from '../src/cli/help.ts';
import { PROVIDER_FIELDS, SETTINGS, type Spec } from '../src/config/settings.ts';
import { PROVIDERS } from '../src/providers/list.ts';
import { fakeContext } from './support/context.ts';

const FILE = join(import.meta.dirname, '../README.md');
const BLOCK = /(<!-- generated: reference -->\n)[\s\S]*?(<!-- \/generated -->)/;

describe('README', () => {
  it('has a fresh reference (npm run fix renews it)', async () => {
    const readme = readFileSync(FILE, 'utf8');
    const renewed = readme.replace(BLOCK, `$1${(await reference()).replaceAll('$', '$$$$')}$2`);
    if (process.env.SOTTO_WRITE_DOCS) writeFileSync(FILE, renewed);
    else expect(readme).toBe(renewed);
  });

  it('shows only commands and options that exist', async () => {
    const readme = readFileSync(FILE, 'utf8').replace(BLOCK, '');
    const options = new Set([
      '--help',
      '--version',
      ...(await allCommands()).flatMap((command) => command.options.flatMap((option) => [option.long, option.short])),
    ]);
    const lines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((block) => block[1]!.split('\n'));
    const calls = lines.flatMap((line) =>
      [...line.replace(/\s#.*$/, '').matchAll(/(?:^|[|&(]\s*)sotto ([^|&<>]*)/g)].map((match) => match[1]!),
    );
    expect(calls.length).toBeGreaterThan(10);
    for (const call of calls) {
      const bare = call.replace(/"[^"]*"|'[^']*'/g, '');
      for (const option of bare.match(/(?<=^|\s)--?[a-z][a-z-]*/g) ?? []) expect(options, `${option} in: sotto ${call}`).toContain(option);
    }
  });

  it('names files that exist in its index', () => {
    const readme = readFileSync(FILE, 'utf8');
    const index = readme.slice(readme.indexOf('### Which file'), readme.indexOf('### The floors'));
    for (const [, path] of index.matchAll(/`(src\/[\w./-]+\.ts)`/g))
      expect(() => readFileSync(join(FILE, '..', path!)), path).not.toThrow();
  });
});

async function allCommands(): Promise<Command[]> {
  const context = fakeContext();
  const commands = await Promise.all(Object.keys(COMMANDS).map((name) => COMMANDS[name as CommandName].load(context, () => {})));
  return commands.flatMap((command) => {
    const prepared = prepare(command, context);
    return [prepared, ...prepared.commands];
  });
}

async function reference(): Promise<string> {
  const helps = (await allCommands()).map((command) => {
    let text = '';
    command.configureOutput({ writeOut: (piece) => (text += piece), getOutHelpWidth: () => 100 });
    command.outputHelp();
    const name = command.parent ? `sotto ${command.parent.name().replace(/^sotto /, '')} ${command.name()}` : command.name();
    return `### \`${name}\`\n\n${fence(text)}`;
  });
  return ['', fence(overview()), ...helps, settingsTable(), providerFieldsTable(), providersTable(), ''].join('\n');
}

function fence(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\`\n`;
}

function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([key, row]) => {
    const spec: Spec = row;
    const usual = spec.default === undefined || typeof spec.default === 'object' ? '–' : `\`${spec.default}\``;
    return `| \`${key}\` | ${typeOf(spec)} | ${usual} | ${(spec.env ?? []).map((name) => `\`${name}\``).join(' ') || '–'} | ${spec.doc} |`;
  });
  return `### Settings\n\nPrecedence: flag, environment, profile, file, default. \`sotto config list\` shows where each value is from.\n\n| key | type | default | environment | meaning |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function providerFieldsTable(): string {
  const rows = Object.entries(PROVIDER_FIELDS).map(([field, row]) => `| \`${field}\` | ${typeOf(row)} | ${row.doc} |`);
  return `### Settings of a provider (\`providers.<name>.<field>\`)\n\n| field | type | meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function providersTable(): string {
  const rows = PROVIDERS.map(
    (entry) =>
      `| \`${entry.name}\` | ${entry.title} | ${entry.keyVariables.map((name) => `\`${name}\``).join(' or ') || '–'} | ${entry.url ? `\`${entry.url}\`` : 'yours'} |`,
  );
  return `### Providers\n\n| name | what | key | address |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function typeOf(spec: Spec): string {
  return spec.type === 'one-of' ? spec.values.map((value) => `\`${value}\``).join(' ') : spec.type;
}
