import { describe, expect, it } from 'vitest';
import { readKey } from '../../src/config/key-path.ts';
import { readAssignment } from '../../src/config/layers.ts';
import { PROVIDER_FIELD_NAMES, SETTING_KEYS, SETTINGS, type Spec } from '../../src/config/settings.ts';
import { ERROR_POLICY } from '../../src/core/errors.ts';
import { builtInAlias } from '../../src/models/aliases.ts';
import { SECTIONS } from '../../src/providers/guide-manual.ts';
import { PROVIDERS } from '../../src/providers/list.ts';

const COMMANDS = ['ask', 'models', 'providers', 'keys', 'config', 'help'];
const SUBCOMMANDS: Record<string, string[]> = {
  models: ['list', 'show'],
  keys: ['set', 'list', 'delete'],
  config: ['list', 'get', 'set', 'unset', 'edit', 'path'],
};
const OTHER_FLAGS = ['-f', '--file', '--schema', '--set', '--dry-run', '--no-stdin', '--json', '--yes', '--version', '--help'];
const FLAGS = new Set([...OTHER_FLAGS, ...SETTING_KEYS.flatMap((key) => flagsOf(SETTINGS[key]))]);

type Call = { section: string; line: string; words: string[] };

const CALLS = SECTIONS.flatMap(({ id, body }) =>
  codeIn(body).flatMap((line) => callsIn(line).map((words): Call => ({ section: id, line, words }))),
);

describe('the manual of the guide', () => {
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
    expect(COMMANDS).toContain(first);
    const known = SUBCOMMANDS[first];
    if (known && second !== '' && !second.startsWith('-')) expect(known).toContain(second);
  });

  it.each(CALLS)('uses only flags that exist ($section): $line', ({ words }) => {
    for (const word of words.slice(1)) if (/^--?[a-z]/.test(word)) expect(FLAGS).toContain(word.replace(/=.*/, ''));
  });

  it('names only flags that exist, also outside of commands', () => {
    for (const { id, body } of SECTIONS) for (const [, flag = ''] of body.matchAll(/`(--[a-z-]+)/g)) expect(FLAGS, id).toContain(flag);
  });

  it.each(CALLS.filter(({ words }) => words[1] === 'config' && words.length > 3))(
    'sets settings that exist to values that fit ($section): $line',
    ({ words: [, , action, key = '', value = ''] }) => {
      expect(readKey(key).ok).toBe(true);
      if (action === 'set' && !/^[A-Z]+$/.test(value)) expect(() => readAssignment(unquoted(key), unquoted(value))).not.toThrow();
    },
  );

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

function flagsOf(spec: Spec): string[] {
  return (spec.flag ?? '').split(/[ ,]+/).filter((word) => word.startsWith('-'));
}

/** Lines of shell blocks, and inline code that is a command. */
function codeIn(body: string): string[] {
  const blocks = [...body.matchAll(/```sh\n([\s\S]*?)\n```/g)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...body.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].filter((line) => /\bsotto\b/.test(line));
}

/** The words of each call of sotto in a line of shell; what is quoted is one word. */
function callsIn(line: string): string[][] {
  const tokens = line.match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [];
  const calls: string[][] = [];
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
