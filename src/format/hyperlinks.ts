/** Does this terminal make OSC 8 a link? Most that do not simply drop the address, so it is only sent where it is known to work. */

type Environment = Readonly<Record<string, string | undefined>>;

/** By what the terminal says of itself; what stands between it and us decides first. */
export function knowsHyperlinks(env: Environment): boolean {
  const { TERM = '' } = env;
  if (TERM === 'dumb' || TERM === 'linux' || env.STY || env.ZELLIJ || env.INSIDE_EMACS || env.XTERM_VERSION) return false;
  // tmux keeps the variables of the terminal that it was first started in.
  if (env.TMUX || env.TERM_PROGRAM === 'tmux') return env.TERM_PROGRAM === 'tmux' && isAtLeast(env.TERM_PROGRAM_VERSION, TMUX);
  if (/^(?:tmux|screen)/.test(TERM)) return false;
  const program = env.TERM_PROGRAM ?? '';
  if (Object.hasOwn(PROGRAMS, program)) return isAtLeast(env.TERM_PROGRAM_VERSION, PROGRAMS[program]);
  // The one that others were started from, or that has no links.
  if (program !== '' && program !== 'alacritty') return false;
  return TERMS.test(TERM) || VARIABLES.some((name) => env[name]) || isLinkingVte(env.VTE_VERSION) || isLinkingIterm(env);
}

const TMUX = [3, 4];

/** The first version of each that makes links; undefined: every one that names itself does. */
const PROGRAMS: Readonly<Record<string, readonly number[] | undefined>> = {
  'iTerm.app': [3, 1],
  WezTerm: [20200620],
  vscode: [1, 72],
  mintty: [3, 1],
  ghostty: undefined,
  kitty: undefined,
  zed: undefined,
  Apple_Terminal: [Number.POSITIVE_INFINITY],
};

// A name of terminfo reaches a machine at the other end of ssh too.
const TERMS = /^(?:xterm-kitty|xterm-ghostty|wezterm|foot|foot-.+|alacritty|alacritty-direct|contour|contour-.+)$/;
const VARIABLES = ['KITTY_WINDOW_ID', 'GHOSTTY_RESOURCES_DIR', 'WEZTERM_PANE', 'WT_SESSION', 'ALACRITTY_WINDOW_ID', 'DOMTERM'];

/** GNOME Terminal and its relatives: 0.50.0 crashed on links. Written as 5001, or with points. */
function isLinkingVte(version: string | undefined): boolean {
  if (version === undefined) return false;
  if (version.includes('.')) return isAtLeast(version, [0, 50, 1]);
  return Number.parseInt(version, 10) >= 5001;
}

/** iTerm2 over ssh. */
function isLinkingIterm({ LC_TERMINAL, LC_TERMINAL_VERSION }: Environment): boolean {
  return LC_TERMINAL === 'iTerm2' && isAtLeast(LC_TERMINAL_VERSION, PROGRAMS['iTerm.app']);
}

/** "3.4a" is 3.4, "next-3.5" 3.5; a version that cannot be read is not known to be new enough. */
function isAtLeast(version: string | undefined, least: readonly number[] | undefined): boolean {
  if (least === undefined) return true;
  const numbers = (/\d+(?:\.\d+)*/.exec(version ?? '')?.[0] ?? '').split('.').map(Number);
  for (const [index, wanted] of least.entries()) {
    const found = numbers[index] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}
