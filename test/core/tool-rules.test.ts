/** Rules that let tools run unasked: how they are read, and what they cover. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSimpleCommand,
  matchesPattern,
  parseToolRule,
  ruleAllows,
  ruleCovers,
  ruleOfAnswer,
  toolRuleText,
} from '../../src/core/tool-rules.ts';

const command = (text: string, pattern?: string) => ({
  name: 'run_command',
  plan: { ...(isSimpleCommand(text) ? { subject: text } : {}), ...(pattern === undefined ? {} : { pattern }) },
});

describe('a rule', () => {
  it.each([
    ['read_file', { tool: 'read_file' }],
    [' run_command(git *) ', { tool: 'run_command', pattern: 'git *' }],
    ['files__*', { tool: 'files__*' }],
    ['files__read(a(b))', { tool: 'files__read', pattern: 'a(b)' }],
  ])('is read from %s', (text, rule) => expect(parseToolRule(text)).toEqual(rule));

  it.each(['', '*', 'read*', 'run_command()', 'run_command(git', '(git *)', 'a b'])('is not read from "%s"', (text) =>
    expect(parseToolRule(text)).toBeUndefined(),
  );

  it('is written as it is read', () => expect(toolRuleText({ tool: 'run_command', pattern: 'git *' })).toBe('run_command(git *)'));
});

describe('a rule of the user', () => {
  const git = { tool: 'run_command', pattern: 'git *' };
  it('covers what its pattern says', () => {
    expect(ruleAllows(git, command('git log --oneline'))).toBe(true);
    expect(ruleAllows(git, command('gitk'))).toBe(false);
    expect(ruleAllows(git, { name: 'other', plan: { subject: 'git log' } })).toBe(false);
  });

  it.each([
    'git log; rm -rf .',
    'git log && rm -rf .',
    'git log | sh',
    'git log `rm x`',
    'git log $(rm x)',
    'git log\nrm x',
    'git log > x',
    'git log < x',
    'git log & rm x',
  ])('never covers a command with more in it: %s', (text) => expect(ruleAllows(git, command(text))).toBe(false));

  it('with stars alone reaches into no command with more in it', () => {
    const any = { tool: 'run_command', pattern: '*' };
    expect(ruleAllows(any, command('git log', 'git log *'))).toBe(true);
    expect(ruleAllows(any, command('git log; rm x', '= git log; rm x'))).toBe(false);
    expect(ruleAllows({ tool: 'run_command', pattern: '= git log; rm x' }, command('git log; rm x', '= git log; rm x'))).toBe(true);
  });

  it('covers every tool of a server, and no other', () => {
    const server = { tool: 'files__*' };
    expect(ruleAllows(server, { name: 'files__read', plan: {} })).toBe(true);
    expect(ruleAllows(server, { name: 'files', plan: {} })).toBe(false);
    expect(ruleAllows(server, { name: 'files_read', plan: {} })).toBe(false);
  });

  it('without a pattern covers the whole tool', () => expect(ruleAllows({ tool: 'run_command' }, command('a; b'))).toBe(true));
});

describe('a rule that came of an answer', () => {
  it('covers only what the tool itself offers, word for word', () => {
    const rule = { tool: 'run_command', pattern: 'rg *' };
    expect(ruleCovers(rule, command('rg word', 'rg *'))).toBe('yes');
    expect(ruleCovers(rule, command('rg --pre ./evil word'))).toBe('no');
    expect(ruleCovers(rule, command('rg x', 'rg x'))).toBe('no');
    for (const pattern of ['*', '= *', undefined])
      expect(ruleCovers({ tool: 'run_command', ...(pattern === undefined ? {} : { pattern }) }, command('rm x', '= rm x'))).toBe('no');
  });

  it('for a folder covers the folders in it', () => {
    const rule = { tool: 'write_file', pattern: '/proj/src/*' };
    expect(ruleCovers(rule, { name: 'write_file', plan: { pattern: '/proj/src/deep/*' } })).toBe('yes');
    expect(ruleCovers(rule, { name: 'write_file', plan: { pattern: '/proj/*' } })).toBe('no');
    expect(ruleCovers(rule, { name: 'write_file', plan: { pattern: '/proj/src2/*' } })).toBe('no');
    const onWindows = { tool: 'write_file', pattern: 'C:\\proj\\*' };
    expect(ruleCovers(onWindows, { name: 'write_file', plan: { pattern: 'C:\\proj\\src\\*' } })).toBe('yes');
  });

  it('holds only while the tool is what it was', () => {
    const call = (identity?: string) => ({ name: 'files__read', plan: identity === undefined ? {} : { identity } });
    const rule = ruleOfAnswer(call('a'));
    expect(rule).toEqual({ tool: 'files__read', identity: 'a' });
    expect(ruleCovers(rule, call('a'))).toBe('yes');
    expect(ruleCovers(rule, call('b'))).toBe('changed');
    expect(ruleCovers(rule, call())).toBe('changed');
    expect(ruleCovers({ tool: 'files__read' }, call('a'))).toBe('changed');
    expect(ruleCovers(rule, { ...call('a'), name: 'files__reаd' })).toBe('no');
  });
});

describe('a pattern', () => {
  it('matches like the regular expression it stands for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const expression = new RegExp(
          `^${pattern
            .split('*')
            .map((piece) => piece.replaceAll('.', '\\.'))
            .join('[^]*')}$`,
        );
        expect(matchesPattern(pattern, text)).toBe(expression.test(text));
      }),
    );
  });
});
