import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS, type CommandName, LATER } from '../../src/cli/commands.ts';
import { readKey } from '../../src/config/key-path.ts';
import { readAssignment } from '../../src/config/layers.ts';
import { PROVIDER_FIELD_NAMES, SETTING_KEYS, SETTINGS, type Spec } from '../../src/config/settings.ts';
import { ERROR_POLICY } from '../../src/core/errors.ts';
import { displayWidth } from '../../src/format/width.ts';
import { builtInAlias } from '../../src/models/aliases.ts';
import { SECTIONS } from '../../src/providers/guide-manual.ts';
import { ANTHROPIC_HOSTED, OPENROUTER_HOSTED, RESPONSES_HOSTED } from '../../src/providers/hosted-tools.ts';
import { PROVIDERS } from '../../src/providers/list.ts';
import { builtInTools } from '../../src/tools/built-in.ts';
import { COMMANDS as SLASH_COMMANDS } from '../../src/tui/commands/list.ts';
import { STATUS_FIELDS } from '../../src/tui/status-line.ts';
import { fakeContext } from '../support/context.ts';
import { makePorts } from '../tools/support.ts';

/** Every command of the program with its options and subcommands, as commander knows them; what is hidden does not count. */
const commands = new Map<string, Command>(
  await Promise.all(
    (Object.keys(COMMANDS) as CommandName[]).map(
      async (name) => [name, await COMMANDS[name].load(fakeContext(), () => {})] satisfies [string, Command],
    ),
  ),
);
const FLAGS: ReadonlySet<string> = new Set([
  '--version',
  ...[...commands.values()].flatMap((command) => [command, ...command.commands]).flatMap(flagsOfCommand),
]);

type Call = { section: string; line: string; words: string[] };

const CALLS = SECTIONS.flatMap(({ id, body }) =>
  codeIn(body).flatMap((line) => callsIn(line).map((words): Call => ({ section: id, line, words }))),
);

describe('the manual of the guide', () => {
  it('has no code that a window of 80 columns would break, behind the edge it stands in', () => {
    const long = SECTIONS.flatMap(({ id, body }) =>
      [...body.matchAll(/```\w*\n([\s\S]*?)\n```/g)].flatMap(([, block = '']) =>
        block.split('\n').flatMap((line) => (displayWidth(line) > 74 ? [`${id}: ${line}`] : [])),
      ),
    );
    expect(long).toEqual([]);
  });

  it('has sections with unique ids and titles, and nothing empty', () => {
    for (const pick of ['id', 'title'] as const) expect(new Set(SECTIONS.map((section) => section[pick])).size).toBe(SECTIONS.length);
    for (const { id, title, keywords, body } of SECTIONS) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title.trim()).not.toBe('');
      expect(body.trim().length, id).toBeGreaterThan(100);
      expect(keywords.length, id).toBeGreaterThanOrEqual(5);
      expect(new Set(keywords).size, `${id}: a keyword twice`).toBe(keywords.length);
    }
  });

  it('closes every code block and every inline code', () => {
    for (const { id, body } of SECTIONS) {
      expect((body.match(/^```/gm) ?? []).length % 2, id).toBe(0);
      expect((body.replace(/^```.*$/gm, '').match(/`/g) ?? []).length % 2, id).toBe(0);
    }
  });

  it('holds enough commands to be checked', () => {
    expect(CALLS.length).toBeGreaterThan(120);
  });

  it.each(CALLS)('uses only commands that exist ($section): $line', ({ words: [, first = '', second = ''] }) => {
    // A question, a flag, or nothing at all: the question comes through a pipe.
    if (/^(["'-]|$)/.test(first)) return;
    expect([...commands.keys(), 'help']).toContain(first);
    const known = commands.get(first)?.commands.map((command) => command.name()) ?? [];
    if (known.length > 0 && second !== '' && !second.startsWith('-')) expect(known).toContain(second);
  });

  it.each(CALLS)('uses only flags that this command has ($section): $line', ({ words }) => {
    const known = flagsOfCommand(calledBy(words));
    // What is behind -- belongs to another program.
    const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
    for (const word of own.slice(1)) {
      if (/^--?[a-z]/.test(word) && word !== '--version') expect(known).toContain(word.replace(/=.*/, ''));
    }
  });

  it.each(CALLS.filter(({ words }) => words.slice(1).some((word) => !word.startsWith('-'))))(
    'gives each command arguments that it takes ($section): $line',
    ({ words }) => {
      const command = calledBy(words);
      const { operands } = command.parseOptions(words.slice(1).map(unquoted));
      const given = operands.slice(command.parent ? 2 : commands.has(words[1] ?? '') ? 1 : 0);
      const takes = command.registeredArguments;
      // The bare name of a command in a sentence is no call.
      if (given.length > 0) expect(given.length).toBeGreaterThanOrEqual(takes.filter((argument) => argument.required).length);
      if (!takes.some((argument) => argument.variadic)) expect(given.length).toBeLessThanOrEqual(takes.length);
    },
  );

  it('names only flags that exist, also outside of commands', () => {
    for (const { id, body } of SECTIONS)
      for (const [, flag = ''] of body.matchAll(/`(--?[a-z][a-z-]*)/g)) expect(FLAGS, id).toContain(flag);
  });

  it('names every command in the section about help, and none that is still to come', () => {
    for (const name of commands.keys()) expect(bodyOf('help')).toContain(`\`sotto ${name}\``);
    const later = new Set(LATER);
    for (const { section, words } of CALLS) expect(later.has(words[1] ?? ''), `${section}: ${words.join(' ')}`).toBe(false);
  });

  it('names every form of export and every source of imports', () => {
    const choicesOf = (name: string) => commands.get(name)?.options.find(({ long }) => long === '--format')?.argChoices ?? [];
    expect(choicesOf('export').length).toBeGreaterThan(3);
    for (const format of choicesOf('export')) expect(bodyOf('export')).toContain(`\`${format}\``);
    expect(choicesOf('import').length).toBeGreaterThan(4);
    for (const format of choicesOf('import')) if (format !== 'auto') expect(bodyOf('import')).toContain(`\`${format}\``);
  });

  it('names every option of the commands about conversations', () => {
    const told: Record<string, string[]> = {
      list: ['list-conversations'],
      search: ['search'],
      show: ['show'],
      last: ['last'],
      export: ['export'],
    };
    for (const [name, sections] of Object.entries(told)) {
      const body = sections.map(bodyOf).join('\n');
      for (const { long, short } of commands.get(name)?.options ?? []) {
        if (/^--(color|profile|set)$/.test(long ?? '')) continue;
        expect(
          [long, short].some((flag) => flag && body.includes(flag)),
          `${name} ${long}`,
        ).toBe(true);
      }
    }
  });

  it.each(CALLS.filter(({ words }) => words[1] === 'config' && words.length > 3))(
    'sets settings that exist to values that fit ($section): $line',
    ({ words: [, , action, key = '', value = ''] }) => {
      expect(readKey(key).ok).toBe(true);
      if (action === 'set' && !/^[A-Z]+$/.test(value)) expect(() => readAssignment(unquoted(key), unquoted(value))).not.toThrow();
    },
  );

  it('names every command of the chat, and no other', () => {
    const body = bodyOf('slash-commands');
    for (const { name } of SLASH_COMMANDS) expect(body).toContain(`\`/${name}\``);
    const names = new Set(SLASH_COMMANDS.map(({ name }) => `/${name}`));
    for (const { id, body } of SECTIONS)
      for (const [, command = ''] of body.matchAll(/`(\/[a-z]+)(?= |`)/g)) if (command !== '/command') expect(names, id).toContain(command);
  });

  it('names every part of the status line, and every hosted tool with who has it', () => {
    for (const field of STATUS_FIELDS) expect(bodyOf('status-line')).toContain(`\`${field}\``);
    const rows = bodyOf('hosted-tools').split('\n');
    const tables = { openai: RESPONSES_HOSTED, anthropic: ANTHROPIC_HOSTED, openrouter: OPENROUTER_HOSTED };
    for (const [provider, table] of Object.entries(tables))
      for (const name of Object.keys(table)) expect(rows.find((row) => row.startsWith(`| \`${provider}\``))).toContain(`\`${name}\``);
  });

  it('says of every built-in tool whether it asks', () => {
    const rows = bodyOf('tools').split('\n');
    for (const { name, access } of builtInTools(makePorts()))
      expect(rows.find((row) => row.includes(`\`${name}\``))).toMatch(access === 'none' || access === 'read' ? /no \|$/ : /yes \|$/);
  });

  it('names every provider with its variables', () => {
    const body = bodyOf('providers');
    for (const { name, keyVariables } of PROVIDERS) for (const word of [name, ...keyVariables]) expect(body).toContain(`\`${word}\``);
    const hosted = PROVIDERS.filter((entry) => entry.kind === 'openai-compatible' && entry.keyVariables.length > 0);
    for (const { name } of hosted) expect(bodyOf('hosted')).toContain(`\`${name}\``);
    for (const name of ['llamacpp', 'vllm', 'lmstudio'])
      expect(bodyOf('local-servers')).toContain(PROVIDERS.find((entry) => entry.name === name)?.url);
  });

  it('names every setting with its flag and variable', () => {
    const body = bodyOf('settings');
    for (const key of SETTING_KEYS) {
      const spec: Spec = SETTINGS[key];
      expect(body).toMatch(new RegExp(`\`${key}[\`.]`));
      const [flag] = flagsOf(spec);
      if (flag) expect(body).toContain(`\`${flag}\``);
      for (const variable of (spec.env ?? []).filter((name) => name.startsWith('SOTTO_'))) expect(body).toContain(`\`${variable}\``);
    }
    for (const field of PROVIDER_FIELD_NAMES) expect(body).toContain(`\`${field}\``);
  });

  it('names only variables of ours that exist', () => {
    const known = new Set(['SOTTO_HOME', ...SETTING_KEYS.flatMap((key) => (SETTINGS[key] as Spec).env ?? [])]);
    for (const { id, body } of SECTIONS) for (const [variable] of body.matchAll(/\bSOTTO_[A-Z_]+/g)) expect(known, id).toContain(variable);
  });

  it('explains every kind of error with its exit code', () => {
    const rows = bodyOf('errors').split('\n');
    for (const [kind, { exitCode }] of Object.entries(ERROR_POLICY)) {
      // Budgets are not in this version.
      if (kind === 'budget') continue;
      expect(rows.find((row) => row.includes(`\`${kind}\``)) ?? kind).toMatch(new RegExp(`\\| ${exitCode} \\|$`));
    }
  });

  it('tells the defaults as they are', () => {
    expect(SETTINGS.retries.default).toBe(2);
    expect(bodyOf('retries')).toContain('twice at most');
    expect(bodyOf('retries')).toContain(`${SETTINGS.timeout.default} by default`);
    expect(bodyOf('stdin')).toContain(`After ${SETTINGS.stdinTimeout.default} seconds`);
    expect(SETTINGS.save.default).toBe(true);
    expect(commands.get('list')?.options.find(({ long }) => long === '--limit')?.description).toContain('[20]');
    expect(bodyOf('list-conversations')).toContain('the last twenty');
  });

  it('names only built-in aliases that exist', () => {
    const [, named = ''] = /built in, such as (.*?)\./.exec(bodyOf('aliases')) ?? [];
    const names = [...named.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(builtInAlias(name), name).toBeDefined();
  });

  it('lists every other section in the contents', () => {
    for (const { id, title } of SECTIONS) if (id !== 'contents') expect(bodyOf('contents')).toContain(`- ${title}`);
  });

  it('shows JSON that is JSON', () => {
    const [, block = ''] = /```json\n([\s\S]*?)\n```/.exec(bodyOf('json')) ?? [];
    expect(Object.keys(JSON.parse(block))).toEqual([
      'v',
      'conversation',
      'provider',
      'model',
      'text',
      'reasoning',
      'toolCalls',
      'finishReason',
      'usage',
      'cost',
      'timing',
      'attempts',
      'error',
    ]);
  });
});

function bodyOf(id: string): string {
  return SECTIONS.find((section) => section.id === id)?.body ?? '';
}

/** The command that a call reaches, and of a group the one below it; what is no command is a question. */
function calledBy([, first = '', second = '']: readonly string[]): Command {
  const command = commands.get(first);
  if (command === undefined) return commands.get('ask') as Command; // it is always there: the test above would fail
  return command.commands.find((sub) => sub.name() === second) ?? command;
}

function flagsOfCommand({ options }: Command): string[] {
  const shown = options.filter((option) => !option.hidden).flatMap(({ long, short }) => [long, short]);
  return ['--help', '-h', ...shown].filter((flag) => flag !== undefined && flag !== null);
}

function flagsOf(spec: Spec): string[] {
  return (spec.flag ?? '').split(/[ ,]+/).filter((word) => word.startsWith('-'));
}

/** Lines of shell blocks, and inline code that is a command. */
function codeIn(body: string): string[] {
  const blocks = [...body.matchAll(/```sh\n([\s\S]*?)\n```/g)].flatMap(([, block = '']) => commandsIn(block));
  const inline = [...body.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].filter((line) => /\bsotto\b/.test(line));
}

/** A command may go on in the next line, behind a backslash or within quotes. */
function commandsIn(block: string): string[] {
  const commands: string[] = [];
  for (const line of block.split('\n')) {
    const last = commands.at(-1);
    const goesOn = last !== undefined && (last.endsWith('\\') || last.split("'").length % 2 === 0);
    if (goesOn) commands[commands.length - 1] = `${last.replace(/\\$/, '')} ${line.trim()}`;
    else commands.push(line);
  }
  return commands;
}

/** The words of each call of sotto in a line of shell; what is quoted is one word. */
function callsIn(line: string): string[][] {
  const tokens = line.match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [];
  const calls = tokens.flatMap((token) => /^"\$\((sotto .*)\)"$/.exec(token)?.slice(1) ?? []).flatMap(callsIn);
  let call: string[] | undefined;
  for (const token of tokens) {
    if (/^(npm|ls|cd)$/.test(token)) return [];
    if (/^(\||\|\||&&|>|<|;)$/.test(token)) call = undefined;
    else if (/^(\$\(|[a-z]+=\$\()?sotto$/.test(token)) {
      call = ['sotto'];
      calls.push(call);
    } else if (token.startsWith('#')) call = undefined;
    else call?.push(token.replace(/[;)]$/, ''));
  }
  return calls;
}

function unquoted(word: string): string {
  return word.replace(/^(['"])(.*)\1$/, '$2');
}
