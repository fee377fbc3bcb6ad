/** `/reasoning`, `/theme`, `/keys`, `/quit`: how the chat looks and is typed into, and the way out. */
import { usageError } from '../../core/errors.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';
import { keyHelp, NORMAL_MODE_HELP } from '../composer/keymap.ts';
import { labelled, onOrOff, roomOf } from './facts.ts';
import { LINEAR_KEYS } from './linear-keys.ts';

export const reasoningCommand: SlashCommand = {
  name: 'reasoning',
  aliases: ['thinking'],
  summary: 'show or fold thoughts',
  details: ['What the model thinks is shown in full, or as one line. Also: Ctrl+T', 'For ever: sotto config set showReasoning true'],
  group: 'Model',
  whileWorking: true,
  run(argument, actions) {
    let isShown = actions.toggleReasoning();
    const wanted = onOrOff(argument);
    if (wanted !== undefined && wanted !== isShown) isShown = actions.toggleReasoning();
    actions.say(isShown ? 'Thoughts are shown in full.' : 'Thoughts are folded.');
  },
};

const THEMES = ['auto', 'dark', 'light', 'none'] as const;

export const themeCommand: SlashCommand = {
  name: 'theme',
  argument: '[name]',
  summary: 'colors',
  details: [
    'auto (as the terminal), dark, light, none. Finished lines keep the colors that they have.',
    'For ever: sotto config set theme light',
  ],
  group: 'sotto',
  whileWorking: true,
  complete: async () => THEMES,
  async run(argument, actions) {
    const named = THEMES.find((theme) => theme === argument.toLowerCase());
    if (argument !== '' && !named) throw usageError(`There is no theme "${argument}".`, `Themes: ${THEMES.join(', ')}.`);
    const items = THEMES.map((value) => ({ value, label: value }));
    const theme = named ?? (await actions.pick({ title: 'Colors', empty: 'There is no such theme.', items }));
    if (theme === undefined) return;
    await actions.setTheme(theme);
    actions.say(`Theme ${theme}.`);
  },
};

export const keysCommand: SlashCommand = {
  name: 'keys',
  argument: '[vi|emacs]',
  summary: 'keys, or vi keys',
  details: ['/keys     every key', '/keys vi  edit as in vi; Esc leaves insert mode', 'For ever: sotto config set keyBindings vi'],
  group: 'sotto',
  whileWorking: true,
  complete: async () => ['vi', 'emacs'],
  run(argument, actions) {
    switch (argument.toLowerCase()) {
      case '':
        return actions.isLinear ? actions.print([...LINEAR_KEYS, '']) : showKeys(actions);
      case 'vi':
      case 'vim':
        actions.setKeys('vi');
        actions.print(labelled(NORMAL_MODE_HELP, roomOf(actions)));
        return actions.say('Keys of vi. Esc leaves insert mode, i comes back; /keys emacs ends it.');
      case 'emacs':
        actions.setKeys('emacs');
        return actions.say('The usual keys.');
      default:
        throw usageError(`There are no keys "${argument}".`, 'Take vi or emacs.');
    }
  },
};

function showKeys(actions: ChatActions): void {
  const rows = keyHelp('emacs').map(({ chords, description }) => [chords.slice(0, 3).map(chordText).join(', '), description] as const);
  actions.print(labelled(rows, roomOf(actions)));
}

/** `ctrl+x ctrl+e` as people write it. */
function chordText(chord: string): string {
  return chord
    .split(' ')
    .map((one) =>
      one
        .split(/\+(?=.)/)
        .map((part) => (part.length === 1 && one === part ? part : part.charAt(0).toUpperCase() + part.slice(1)))
        .join('+'),
    )
    .join(' ');
}

export const quitCommand: SlashCommand = {
  name: 'quit',
  aliases: ['exit', 'q', 'bye'],
  summary: 'leave',
  details: ['The conversation is kept: sotto resume goes on with it. Also: Ctrl+D, or Ctrl+C twice.'],
  group: 'sotto',
  whileWorking: true,
  run: (_, actions) => actions.leave(),
};
