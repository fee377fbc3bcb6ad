/** Arguments of a call in one line. */
import { describe, expect, it } from 'vitest';
import { describeArguments } from '../../src/format/call-words.ts';

describe('the words of a call', () => {
  it('are its only argument, or the summary of several, or all of them', () => {
    expect(describeArguments({ command: 'git log' }, 'run git log')).toBe('git log');
    expect(describeArguments({ path: 'a', line: 3 }, 'read a')).toBe('read a');
    expect(describeArguments({ path: 'a', line: 3 })).toBe('path: a  line: 3');
  });

  it('are none where there are no arguments', () => {
    expect(describeArguments({}, 'current_time {}')).toBe('');
  });
});
