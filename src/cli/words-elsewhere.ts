/** Words that are commands of other programs of this kind (llm, ollama, claude, codex, gemini, opencode, goose, gh, npm, …), and what does that here. */

/** `sotto …` is what to type instead; anything else is a sentence, empty where nothing here is like it. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  ...same('sotto --version', ['version', 'ver', 'about']),
  ...same('sotto help', ['man', 'manual', 'docs', 'commands', 'tutorial']),
  ...same('To update, install sotto again the way you did the first time.', [
    ...['update', 'upgrade', 'self-update', 'autoupdate', 'install', 'outdated'],
  ]),
  ...same('To uninstall, use the program that installed sotto, for example: npm uninstall -g sotto.', ['uninstall']),
  ...same('sotto keys set PROVIDER', [
    ...['login', 'signin', 'sign-in', 'signup', 'auth', 'authenticate', 'key', 'apikey', 'api-key', 'credentials', 'account'],
    ...['setup', 'setup-token', 'init', 'onboard', 'onboarding', 'connect', 'register'],
  ]),
  ...same('sotto keys delete PROVIDER', ['logout', 'signout', 'sign-out']),
  ...same('sotto keys list', ['whoami', 'accounts']),
  ...same('sotto list', ['logs', 'log', 'history', 'session', 'sessions', 'conversation', 'conversations', 'chats', 'threads', 'ls']),
  ...same('sotto tag', ['tags', 'collections', 'projects', 'project']),
  ...same('sotto search', ['find', 'grep']),
  ...same('sotto show', ['view', 'get', 'open']),
  ...same('sotto delete', ['rm', 'remove', 'clear', 'reset', 'prune', 'purge', 'clean']),
  ...same('sotto rename', ['mv']),
  ...same('sotto fork', ['cp', 'branches']),
  ...same('sotto resume', ['continue', 'attach', 'restore']),
  ...same('sotto export', ['share', 'save', 'download', 'dump', 'backup']),
  ...same('sotto import', ['load', 'upload']),
  ...same('sotto', ['new', 'start', 'repl', 'interactive', 'tui', 'console']),
  ...same('sotto models', ['model', 'catalog', 'alias', 'aliases', 'ps', 'pull', 'push', 'stop']),
  ...same('sotto providers', ['provider', 'info', 'status', 'doctor', 'check', 'diagnose', 'diagnostics']),
  ...same('sotto config list', ['settings', 'setting', 'preferences', 'prefs', 'env', 'profile', 'profiles', 'dirs']),
  ...same('sotto config set KEY VALUE', ['configure', 'set', 'use', 'switch', 'default', 'defaults']),
  ...same('sotto config path', ['path', 'paths']),
  ...same('sotto tools', ['tool', 'plugin', 'plugins', 'extension', 'extensions', 'skills', 'agent', 'agents', 'functions', 'permissions']),
  ...same('sotto mcp', ['servers']),
  ...same('sotto db', ['database', 'migrate']),
  ...same('sotto ask "QUESTION"', ['run', 'exec', 'generate', 'complete', 'completions', 'create', 'prompts']),
  ...same('What each conversation cost is shown by sotto list.', [
    'cost',
    'costs',
    'usage',
    'stats',
    'statistics',
    'billing',
    'credits',
    'quota',
  ]),
  ...same('', [
    ...['similar', 'schemas', 'schema', 'fragments', 'templates', 'template', 'embeddings', 'web', 'gui', 'acp', 'sandbox', 'hooks'],
    ...['changelog', 'feedback', 'telemetry', 'roles', 'macros', 'apply', 'review', 'debug', 'github'],
  ]),
  ...same('Nothing is open: sotto alone opens the chat.', ['quit', 'exit', 'bye', 'close']),
};

/**
 * Those that also say what to do with a text: `git diff | sotto review` is a question. A name such as "version" or "login" says
 * nothing about a text.
 */
export const INSTRUCTIONS: ReadonlySet<string> = new Set([
  ...['apply', 'check', 'clean', 'complete', 'continue', 'create', 'debug', 'diagnose', 'find', 'generate', 'repair', 'review', 'run'],
  ...['exec', 'migrate', 'restore', 'tags', 'view'],
]);

/** Behind one of the words above they make a command, not a question: `auth login`, `logs list`. */
export const VERBS: ReadonlySet<string> = new Set([
  ...['list', 'ls', 'show', 'get', 'set', 'add', 'new', 'create', 'remove', 'rm', 'delete', 'edit', 'path', 'status', 'login', 'logout'],
  ...['refresh', 'update', 'default', 'use', 'on', 'off', 'enable', 'disable', 'start', 'stop', 'help', 'export', 'clear', 'reset'],
]);

function same(instead: string, words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, instead]));
}
