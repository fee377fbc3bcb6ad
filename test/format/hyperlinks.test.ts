import { describe, expect, it } from 'vitest';
import { knowsHyperlinks } from '../../src/format/hyperlinks.ts';

const XTERM = { TERM: 'xterm-256color' };
const IN_TMUX = { TERM: 'tmux-256color', TMUX: '/tmp/tmux-0/default,1,0', TERM_PROGRAM: 'tmux' };

describe('links are known to be made by', () => {
  it.each<[string, Record<string, string>]>([
    ['iTerm2', { ...XTERM, TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5.10' }],
    ['iTerm2 over ssh', { ...XTERM, LC_TERMINAL: 'iTerm2', LC_TERMINAL_VERSION: '3.5.0' }],
    ['WezTerm', { ...XTERM, TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20240203-110809-5046fc22' }],
    ['VS Code', { ...XTERM, TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.104.0' }],
    ['Ghostty', { TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty', TERM_PROGRAM_VERSION: '1.2.0' }],
    ['Ghostty over ssh', { TERM: 'xterm-ghostty' }],
    ['kitty', { TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1' }],
    ['foot', { TERM: 'foot' }],
    ['Alacritty', { TERM: 'alacritty', ALACRITTY_WINDOW_ID: '94' }],
    ['Alacritty under another name', { ...XTERM, ALACRITTY_WINDOW_ID: '94' }],
    ['GNOME Terminal', { ...XTERM, VTE_VERSION: '7600' }],
    ['Windows Terminal', { WT_SESSION: 'guid' }],
    ['tmux 3.4', { ...IN_TMUX, TERM_PROGRAM_VERSION: '3.4' }],
    ['tmux 3.5a', { ...IN_TMUX, TERM: 'screen-256color', TERM_PROGRAM_VERSION: '3.5a' }],
  ])('%s', (_name, env) => expect(knowsHyperlinks(env)).toBe(true));
});

describe('links are not known to be made by', () => {
  it.each<[string, Record<string, string>]>([
    ['a terminal that says nothing', XTERM],
    ['nothing at all', {}],
    ['a dumb terminal', { TERM: 'dumb', VTE_VERSION: '7600' }],
    ['the console of Linux', { TERM: 'linux', KITTY_WINDOW_ID: '1' }],
    ['xterm, also started from kitty', { ...XTERM, XTERM_VERSION: 'XTerm(390)', KITTY_WINDOW_ID: '1' }],
    ['Terminal of macOS', { ...XTERM, TERM_PROGRAM: 'Apple_Terminal', TERM_PROGRAM_VERSION: '455' }],
    ['a program nobody has tried, also started from GNOME Terminal', { ...XTERM, TERM_PROGRAM: 'Hyper', VTE_VERSION: '7600' }],
    ['an old VS Code', { ...XTERM, TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.71.2' }],
    ['an old iTerm2', { ...XTERM, TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.0.15' }],
    ['an old VTE', { ...XTERM, VTE_VERSION: '5000' }],
    ['VTE 0.50.0', { ...XTERM, VTE_VERSION: '0.50.0' }],
    ['Konsole, where links are off until they are asked for', { ...XTERM, KONSOLE_VERSION: '230800' }],
    ['tmux 3.3a', { ...IN_TMUX, TERM_PROGRAM_VERSION: '3.3a', KITTY_WINDOW_ID: '1' }],
    ['a tmux that does not name itself', { TERM: 'screen-256color', TMUX: '/tmp/x,1,0', VTE_VERSION: '7600' }],
    ['tmux at the other end of ssh', { TERM: 'tmux-256color', LC_TERMINAL: 'iTerm2', LC_TERMINAL_VERSION: '3.5.0' }],
    ['screen', { TERM: 'screen', STY: '1.pts', VTE_VERSION: '7600' }],
    ['screen in tmux', { ...IN_TMUX, TERM: 'screen', STY: '1.pts', TERM_PROGRAM_VERSION: '3.5' }],
    ['zellij', { ...XTERM, ZELLIJ: '0', TERM_PROGRAM: 'ghostty' }],
  ])('%s', (_name, env) => expect(knowsHyperlinks(env)).toBe(false));
});
