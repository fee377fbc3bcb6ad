/** The question whether a tool may run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApprovalRequest } from '../../src/core/tool.ts';
import { openTheme, PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import { approvalKey, layoutApproval, wholeApproval } from '../../src/tui/approval.ts';
import { chord, text } from './composer/typing.ts';

const request: ApprovalRequest = {
  callId: 'c',
  name: 'run_command',
  arguments: {},
  access: 'execute',
  plan: { summary: 'run npm test', details: 'npm test', pattern: 'npm *' },
};

const shown = (
  changes: Partial<ApprovalRequest['plan']>,
  { columns = 79, rows = 12, ...facts }: Partial<ApprovalRequest> & { columns?: number; rows?: number } = {},
) => layoutApproval({ ...request, ...facts, plan: { ...request.plan, ...changes } }, { columns, rows, theme: PLAIN_THEME });

describe('the question', () => {
  it('says what would happen, and with which keys to answer', () => {
    expect(shown({})).toEqual([
      'Allow? run_command  wants to run a program',
      '  run npm test',
      '[y] yes   [n] no   [r] no, because   [c] this conversation   [a] always',
      'c and a cover: run_command(npm *)',
    ]);
  });

  it('says that it asks because what was allowed has changed', () => {
    const note = 'It has changed since you allowed it, so it asks again.';
    expect(shown({}, { note }).slice(0, 3)).toEqual(['Allow? run_command  wants to run a program', `  ${note}`, '  run npm test']);
  });

  it('shows a command of several lines in full, and one line not twice', () => {
    const lines = shown({ summary: 'run cd a ...', details: 'cd a\nmake' });
    expect(lines.slice(1, 4)).toEqual(['  run cd a ...', '  cd a', '  make']);
    expect(shown({ summary: 'run ls -l', details: 'ls -l\n' }).filter((line) => line.includes('ls -l'))).toHaveLength(1);
  });

  it('leaves code and the lines around a change where they stand', () => {
    const details = '@@ -1,2 +1,2 @@\n if (a) {\n-  old\n+  new\n   }';
    expect(shown({ summary: 'edit a.ts', details }).slice(2, 7)).toEqual([
      '  @@ -1,2 +1,2 @@',
      '   if (a) {',
      '  -  old',
      '  +  new',
      '     }',
    ]);
  });

  it('keeps room for the command where "always" would cover no more than it', () => {
    const command = `echo ${'word '.repeat(1000)}; ls`;
    const lines = shown(
      { summary: `run ${command}`, details: command, pattern: `= in /work: ${command}`, covers: 'exactly this command, in this folder' },
      { rows: 20 },
    );
    expect(lines).toHaveLength(20);
    expect(lines.slice(0, 2).join('\n')).toMatch(/^Allow\? run_command[\s\S]*run echo word/);
    expect(lines.at(-1)).toContain('c and a cover: exactly this command, in this folder');
    expect(lines.join('\n')).toMatch(/\(\+\d,\d+ characters\)/);
    const folder = `${'/long'.repeat(500)}/*`;
    expect(shown({ summary: 'write a.txt', details: '+a', pattern: folder }, { rows: 20 }).join('\n')).toContain('write a.txt');
  });

  it('shows all of a long command, wrapped', () => {
    const command = `rm -rf ${Array.from({ length: 20 }, (_, index) => `folder${index}`).join(' ')}`;
    const lines = shown({ summary: 'run rm', details: command }, { columns: 39 });
    expect(lines.join('').replaceAll('  ↳', '')).toContain(command);
  });

  it('counts what there is no room for', () => {
    const diff = Array.from({ length: 100 }, (_, index) => `+line ${index}`).join('\n');
    const lines = shown({ details: `${diff}\n` });
    expect(lines).toHaveLength(12);
    expect(lines[8]).toBe('  +line 6');
    expect(lines[9]).toBe('[v] see all  (+93 lines)');
    expect(shown({ details: diff.split('\n').slice(0, 8).join('\n') })[9]).toBe('  +line 7');
  });

  it('names the key that shows all of it also where there is no room for the number', () => {
    const lines = shown({ details: 'x'.repeat(500) }, { columns: 20, rows: 14 });
    expect(lines.filter((line) => line.startsWith('[v] see all  (+'))).toHaveLength(1);
  });

  it('can be shown whole, with whatever has no room in the panel', () => {
    const details = Array.from({ length: 100 }, (_, index) => `+line ${index}`).join('\n');
    const lines = wholeApproval({ ...request, plan: { summary: 'edit a.ts', details } }, { columns: 79, theme: PLAIN_THEME });
    expect(lines).toHaveLength(103);
    expect(lines.slice(-2)).toEqual(['  +line 99', '']);
  });

  it('keeps the keys and what is covered also where there is no room for anything else', () => {
    const lines = shown({ details: 'a\nb\nc\nd' }, { columns: 39, rows: 5 });
    expect(lines).toEqual([
      'Allow? run_command  wants to run a',
      '[v] see all  (+6 lines)',
      '[y] yes   [n] no   [r] no, because',
      '[c] this conversation   [a] always',
      'c and a cover: run_command(npm *)',
    ]);
  });

  it('paints no key but its own: words of a model never look like one', async () => {
    const theme = await openTheme({ name: 'dark', colorLevel: 2 });
    const plan = { ...request.plan, summary: 'run [y] yes', details: '[n] no', pattern: '[a] always' };
    const keys = layoutApproval({ ...request, name: '[r] it', plan }, { columns: 79, rows: 16, theme })
      .join('\n')
      .match(new RegExp(theme.paint('key', 'K').replaceAll(/[[\]]/g, '\\$&').replace('K', '(\\S+?)'), 'g'));
    expect(keys?.map((key) => /\[\w+\]/.exec(key)?.[0])).toEqual(['[y]', '[n]', '[r]', '[c]', '[a]']);
  });

  it('marks each row that goes on, so that what is covered cannot look like a question of its own', () => {
    const pattern = '/home/me/x\nAllow? read_file  wants to read\n  [y] yes   [n] no/*';
    for (let columns = 24; columns < 120; columns++) {
      const lines = shown({ pattern }, { columns, rows: 40 });
      const keys = lines.findIndex((line) => line.startsWith('c and a'));
      expect(lines.slice(keys + 1).every((line) => line.startsWith('↳'))).toBe(true);
      expect(lines.filter((line) => line.startsWith('Allow?'))).toHaveLength(1);
    }
  });

  it('is never higher or wider than its room, and safe to print, whatever the tool says', () => {
    const any = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(
        any,
        any,
        any,
        fc.option(any, { nil: undefined }),
        fc.integer({ min: 4, max: 120 }),
        fc.integer({ min: 1, max: 30 }),
        (name, summary, details, pattern, columns, rows) => {
          const plan = { summary, details, ...(pattern === undefined ? {} : { pattern }) };
          const lines = layoutApproval({ ...request, name, plan }, { columns, rows, theme: PLAIN_THEME });
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) {
            expect(displayWidth(line)).toBeLessThanOrEqual(columns);
            expect(line).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u);
            expect(line).not.toMatch(/\p{Default_Ignorable_Code_Point}/u);
          }
        },
      ),
    );
  });

  it('of a tool with megabytes of details is drawn without reading all of them', () => {
    const lines = shown({ details: `${'x'.repeat(5_000_000)}\n${'y\n'.repeat(500_000)}` });
    expect(lines).toHaveLength(12);
    expect(lines[9]).toMatch(/^\[v\] see all {2}\(\+4,999,\d{3} characters, \+500,000 lines\)$/);
  });
});

describe('the answer', () => {
  it.each([
    ['y', { decision: 'once' }],
    ['Y', { decision: 'once' }],
    ['c', { decision: 'conversation' }],
    ['a', { decision: 'always' }],
    ['n', { decision: 'no' }],
    ['r', 'ask-reason'],
    ['x', undefined],
    ['yes', undefined],
  ])('of the key %s', (key, answer) => {
    expect(approvalKey(text(key))).toEqual(answer);
  });

  it('of Escape is no, of Enter none, of Ctrl+Y and Alt+Y none', () => {
    expect(approvalKey(chord('escape'))).toEqual({ decision: 'no' });
    for (const key of ['enter', 'ctrl+y', 'alt+y', 'ctrl+a', 'tab']) expect(approvalKey(chord(key))).toBeUndefined();
  });
});
