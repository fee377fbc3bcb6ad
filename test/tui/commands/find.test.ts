/** What is a command, and what only begins like one. */
import { describe, expect, it } from 'vitest';
import { findCommand } from '../../../src/tui/commands/find.ts';
import { COMMANDS } from '../../../src/tui/commands/list.ts';

function found(text: string): string | undefined {
  const one = findCommand(text);
  return one && 'command' in one ? `${one.command.name}|${one.argument}` : one?.message;
}

describe('a command', () => {
  it('is its name or another name, with what follows', () => {
    expect(found('/model')).toBe('model|');
    expect(found('/model  gpt-4o-mini ')).toBe('model|gpt-4o-mini');
    expect(found('/EXIT')).toBe('quit|');
    expect(found('/?')).toBe('help|');
    expect(found('/btw what\nis this?\n')).toBe('btw|what\nis this?');
  });

  it('is none where something else begins with a slash', () => {
    for (const text of ['/etc/hosts is broken', '// a comment', '/', '/ model', '/usr.txt', ' /model', 'say /model', '/*', '']) {
      expect(findCommand(text), text).toBeUndefined();
    }
  });

  it('says what it could have been', () => {
    expect(found('/modle')).toBe('There is no command /modle. Did you mean /model? With a space before it, it is sent as text.');
    expect(found('/zzzzz')).toBe('There is no command /zzzzz. See /help. With a space before it, it is sent as text.');
    expect(found('/re')).toContain('/retry or /resume or /rename');
  });
});

describe('the list', () => {
  it('has every name once', () => {
    const names = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('says each in at most 22 characters, and more on request', () => {
    for (const { name, summary, details } of COMMANDS) {
      expect(summary.length, name).toBeLessThanOrEqual(22);
      expect(details?.length ?? 0, name).toBeGreaterThan(0);
    }
  });

  it('keeps the commands of a group together', () => {
    const groups = COMMANDS.map(({ group }) => group).filter((group, index, all) => group !== all[index - 1]);
    expect(new Set(groups).size).toBe(groups.length);
  });
});
