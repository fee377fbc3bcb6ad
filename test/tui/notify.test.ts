/** A word to whoever looks elsewhere. */
import { describe, expect, it } from 'vitest';
import { chatPreferences } from '../../src/cli/chat-world.ts';
import { loadSettings } from '../../src/config/load.ts';
import { notifyEnd } from '../../src/tui/notify.ts';

function notified(env: Readonly<Record<string, string>>, { title, notify = 'auto' }: { title?: string; notify?: string } = {}): string {
  const settings = loadSettings({ env: { SOTTO_NOTIFY: notify }, paths: { configFile: '/nonexistent' } });
  let written = '';
  notifyEnd({ world: { env, preferences: chatPreferences(settings) }, title, write: (sequence) => (written += sequence) });
  return written;
}

describe('a notification', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['iTerm', { TERM_PROGRAM: 'iTerm.app' }, '\x1b]9;sotto: Answered: Soup\x07'],
    ['Ghostty', { TERM_PROGRAM: 'ghostty' }, '\x1b]9;sotto: Answered: Soup\x07'],
    ['kitty', { TERM: 'xterm-kitty' }, '\x1b]99;i=sotto:d=0;sotto\x1b\\\x1b]99;i=sotto:d=1:p=body;Answered: Soup\x1b\\'],
    ['foot', { TERM: 'foot-extra' }, '\x1b]777;notify;sotto;Answered: Soup\x07'],
    ['iTerm behind tmux', { TERM_PROGRAM: 'iTerm.app', TMUX: 'x' }, '\x1bPtmux;\x1b\x1b]9;sotto: Answered: Soup\x07\x1b\\'],
    ['any other terminal', { TERM: 'xterm-256color' }, '\x07'],
  ])('in %s', (_, env, expected) => {
    expect(notified(env, { title: 'Soup' })).toBe(expected);
  });

  it('cannot be used by a title for anything else', () => {
    const written = notified({ TERM: 'foot' }, { title: '\x1b]52;c;aGk=\x07;a\nb' });
    expect(written.slice(2, -1)).not.toMatch(/[\x00-\x1f]/);
    expect(written.split(';')).toHaveLength(4);
  });

  it('is the bell or nothing for those who want that', () => {
    expect(notified({ TERM_PROGRAM: 'iTerm.app' }, { notify: 'bell' })).toBe('\x07');
    expect(notified({ TERM_PROGRAM: 'iTerm.app' }, { notify: 'off' })).toBe('');
    expect(notified({ TERM_PROGRAM: 'WezTerm' })).toBe('\x1b]9;sotto: The answer is there.\x07');
  });
});
