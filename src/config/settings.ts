/** The one table of settings: for each its type, default, environment variables, flag and meaning. */
import type { JsonObject } from '../core/json.ts';
import { EFFORTS, VERBOSITIES } from '../core/model.ts';

type Common = {
  /** One sentence for people. */
  doc: string;
  /** Environment variables that set it, the first that is set wins. */
  env?: readonly string[];
  /** As commander spells it; absent where only `--set` reaches it. */
  flag?: string;
  /** Never shown. */
  secret?: true;
};

export type Spec = Common &
  (
    | { type: 'string'; default?: string; format?: 'url' }
    | { type: 'number' | 'integer'; default?: number; min?: number; max?: number }
    | { type: 'boolean'; default?: boolean }
    | { type: 'one-of'; values: readonly string[]; default?: string }
    | { type: 'list'; default?: readonly string[] }
    /** Names to texts, or names to partial settings. */
    | { type: 'record'; entries: 'text' | 'settings'; default?: Readonly<Record<string, never>> }
  );

const DAY_SECONDS = 86_400;

export const SETTINGS = {
  model: { type: 'string', env: ['SOTTO_MODEL'], flag: '-m, --model <name>', doc: 'Model to ask: a name, provider/name, or an alias.' },
  provider: { type: 'string', env: ['SOTTO_PROVIDER'], flag: '-p, --provider <name>', doc: 'Provider to ask.' },
  system: { type: 'string', env: ['SOTTO_SYSTEM'], flag: '-s, --system <text>', doc: 'System prompt.' },
  temperature: {
    type: 'number',
    min: 0,
    max: 2,
    env: ['SOTTO_TEMPERATURE'],
    flag: '--temperature <number>',
    doc: 'Sampling temperature, where the model takes one.',
  },
  topP: {
    type: 'number',
    min: 0,
    max: 1,
    env: ['SOTTO_TOP_P'],
    flag: '--top-p <number>',
    doc: 'Nucleus sampling: share of probability to choose from.',
  },
  maxTokens: { type: 'integer', min: 1, env: ['SOTTO_MAX_TOKENS'], flag: '--max-tokens <count>', doc: 'Most tokens of one answer.' },
  seed: { type: 'integer', env: ['SOTTO_SEED'], flag: '--seed <number>', doc: 'Seed for repeatable sampling, where the model takes one.' },
  effort: {
    type: 'one-of',
    values: EFFORTS,
    env: ['SOTTO_EFFORT'],
    flag: '--effort <level>',
    doc: 'How much the model thinks before it answers.',
  },
  verbosity: {
    type: 'one-of',
    values: VERBOSITIES,
    env: ['SOTTO_VERBOSITY'],
    flag: '--verbosity <level>',
    doc: 'How long the answer should be, where the model takes it.',
  },
  output: {
    type: 'one-of',
    values: ['text', 'markdown', 'json', 'ndjson'],
    env: ['SOTTO_OUTPUT'],
    flag: '--output <format>',
    doc: 'Form of the answer; when not set, rendered markdown on a terminal and text in a pipe.',
  },
  stream: { type: 'boolean', default: true, env: ['SOTTO_STREAM'], flag: '--no-stream', doc: 'Print the answer while it is written.' },
  retries: {
    type: 'integer',
    min: 0,
    max: 100,
    default: 2,
    env: ['SOTTO_RETRIES'],
    flag: '--retries <count>',
    doc: 'How often a failed request is sent again.',
  },
  timeout: {
    type: 'number',
    min: 0.1,
    max: DAY_SECONDS,
    default: 300,
    env: ['SOTTO_TIMEOUT'],
    flag: '--timeout <seconds>',
    doc: 'Seconds of silence from the provider before giving up.',
  },
  stdinTimeout: {
    type: 'number',
    min: 0.1,
    max: DAY_SECONDS,
    default: 60,
    env: ['SOTTO_STDIN_TIMEOUT'],
    flag: '--stdin-timeout <seconds>',
    doc: 'Seconds to wait for a pipe that stays silent.',
  },
  color: {
    type: 'one-of',
    values: ['auto', 'always', 'never'],
    default: 'auto',
    env: ['SOTTO_COLOR', 'NO_COLOR', 'FORCE_COLOR', 'CLICOLOR_FORCE', 'CLICOLOR'],
    flag: '--color <when>',
    doc: 'When to use colors.',
  },
  theme: {
    type: 'one-of',
    values: ['auto', 'dark', 'light', 'none'],
    default: 'auto',
    env: ['SOTTO_THEME'],
    doc: 'Colors for the background of the terminal; auto asks it, and leaves text as it is where nobody knows.',
  },
  glyphs: {
    type: 'one-of',
    values: ['auto', 'unicode', 'ascii'],
    default: 'auto',
    env: ['SOTTO_GLYPHS'],
    doc: 'Lines and edges as │ ─ … or as | - ...; auto is Unicode in UTF-8 locales that are not Chinese, Japanese or Korean.',
  },
  hyperlinks: {
    type: 'one-of',
    values: ['auto', 'always', 'never'],
    default: 'auto',
    env: ['SOTTO_HYPERLINKS', 'FORCE_HYPERLINK'],
    doc: 'Links that can be clicked, with their addresses hidden; auto: where the terminal is known to make them.',
  },
  keyBindings: { type: 'one-of', values: ['emacs', 'vi'], default: 'emacs', env: ['SOTTO_KEY_BINDINGS'], doc: 'How the chat edits text.' },
  statusLine: {
    type: 'list',
    default: [],
    env: ['SOTTO_STATUS_LINE'],
    doc: 'What the status line of the chat shows, in this order: model, effort, context, tokens, cost, speed, firstToken; nothing named: all of it.',
  },
  notify: {
    type: 'one-of',
    values: ['auto', 'bell', 'off'],
    default: 'auto',
    env: ['SOTTO_NOTIFY'],
    doc: 'How the chat tells that a long answer has ended while its window is not looked at.',
  },
  screenReader: {
    type: 'boolean',
    env: ['SOTTO_SCREEN_READER'],
    flag: '--screen-reader',
    doc: 'Chat in plain lines that are printed once: no redrawing, no boxes, no motion.',
  },
  showReasoning: { type: 'boolean', default: false, env: ['SOTTO_SHOW_REASONING'], doc: 'Show in the chat what the model thinks.' },
  tools: {
    type: 'list',
    default: [],
    env: ['SOTTO_TOOLS'],
    flag: '--tools <list>',
    doc: 'Tools that the model may call: names, "all", "read" (those that only read), "own", "mcp"; see sotto tools list.',
  },
  hosted: {
    type: 'list',
    default: [],
    env: ['SOTTO_HOSTED'],
    flag: '--hosted <list>',
    doc: 'Tools that run on the provider\'s side, where its API has them: web_search, "file_search(vs_1)", "mcp(docs=https://…)".',
  },
  allow: {
    type: 'list',
    default: [],
    env: ['SOTTO_ALLOW'],
    flag: '--allow <list>',
    doc: 'Tools that may run without being asked about: names, or name(pattern) such as "run_command(npm test)".',
  },
  maxSteps: {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 20,
    env: ['SOTTO_MAX_STEPS'],
    flag: '--max-steps <count>',
    doc: 'Most requests of one turn in which tools are called.',
  },
  toolTimeout: {
    type: 'number',
    min: 0.1,
    max: DAY_SECONDS,
    default: 30,
    env: ['SOTTO_TOOL_TIMEOUT'],
    doc: 'Seconds that one call of a tool may take.',
  },
  toolFolders: {
    type: 'list',
    default: [],
    env: ['SOTTO_TOOL_FOLDERS'],
    doc: 'Folders besides the current one that tools may read and write.',
  },
  allowPrivateAddresses: {
    type: 'boolean',
    default: false,
    env: ['SOTTO_ALLOW_PRIVATE_ADDRESSES'],
    doc: 'Let tools fetch from this machine and from private networks.',
  },
  titleModel: {
    type: 'string',
    env: ['SOTTO_TITLE_MODEL'],
    doc: 'Model that names new conversations, in one more request after the first answer: a name, or provider/name; when not set, the question is the title.',
  },
  save: { type: 'boolean', default: true, env: ['SOTTO_SAVE'], doc: 'Keep conversations on this machine.' },
  backups: {
    type: 'boolean',
    default: true,
    env: ['SOTTO_BACKUPS'],
    doc: 'Back up the database by itself, about once a day and seldomer for a large one; three backups are kept.',
  },
  private: { type: 'boolean', default: false, env: ['SOTTO_PRIVATE'], flag: '--private', doc: 'Write nothing to disk.' },
  quiet: { type: 'boolean', default: false, env: ['SOTTO_QUIET'], flag: '-q, --quiet', doc: 'No notices, errors only.' },
  verbose: {
    type: 'boolean',
    default: false,
    env: ['SOTTO_VERBOSE'],
    flag: '-v, --verbose',
    doc: 'Show requests, attempts and timing on stderr.',
  },
  aliases: { type: 'record', entries: 'text', default: {}, doc: 'Own names for models: aliases.<name> = model.' },
  profiles: { type: 'record', entries: 'settings', default: {}, doc: 'Named sets of settings: profiles.<name>.<setting> = value.' },
  profile: { type: 'string', env: ['SOTTO_PROFILE'], flag: '--profile <name>', doc: 'Profile to use.' },
  caFile: { type: 'string', env: ['SOTTO_CA_FILE'], doc: 'PEM file of certificate authorities to trust besides the usual ones.' },
  proxy: {
    type: 'string',
    env: ['SOTTO_PROXY', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'],
    format: 'url',
    doc: 'Proxy for requests.',
  },
  // http_proxy comes first and HTTP_PROXY last by the habit of curl: CGI servers set the upper-case one from a request header.
  httpProxy: {
    type: 'string',
    format: 'url',
    env: ['http_proxy', 'HTTP_PROXY'],
    doc: 'Proxy for http:// addresses, where it is another one.',
  },
  noProxy: { type: 'list', default: [], env: ['SOTTO_NO_PROXY', 'no_proxy', 'NO_PROXY'], doc: 'Hosts that are reached without the proxy.' },
} as const satisfies Record<string, Spec>;

const PROVIDER_KINDS = ['openai', 'azure', 'anthropic', 'ollama', 'openai-compatible', 'guide'] as const;

/** Settings of one provider: `providers.<name>.<field>`. */
export const PROVIDER_FIELDS = {
  kind: { type: 'one-of', values: PROVIDER_KINDS, doc: 'Which adapter speaks to it.' },
  url: { type: 'string', format: 'url', doc: 'Base address.' },
  api: { type: 'one-of', values: ['chat', 'responses'], doc: 'Which of the OpenAI APIs it is asked with.' },
  key: {
    type: 'string',
    secret: true,
    doc: 'Key: "!command" whose output is the key, "$NAME" of an environment variable, or the key itself.',
  },
  headers: {
    type: 'record',
    entries: 'text',
    secret: true,
    doc: 'Headers sent with each request: providers.<name>.headers.<header> = value.',
  },
  organization: { type: 'string', doc: 'Organization id (openai).' },
  project: { type: 'string', doc: 'Project id (openai).' },
  apiVersion: { type: 'string', doc: 'API version (azure).' },
  model: { type: 'string', doc: 'Model that is asked when none is named.' },
  models: { type: 'list', doc: 'Ids of the models it has.' },
  contextWindow: { type: 'integer', min: 1, doc: 'Tokens of input and output together that its models take.' },
  nativeSchema: {
    type: 'boolean',
    doc: 'Whether it takes a schema (--schema) in the request. False: it is told in words alone.',
  },
  keepAlive: { type: 'string', doc: 'How long a model stays loaded, such as 5m (ollama).' },
  enabled: { type: 'boolean', doc: 'False keeps it out of every choice.' },
} as const satisfies Record<string, Spec>;

/** The vendors' own variables. Every provider also has `<NAME>_API_KEY`, and presets bring theirs as data. */
export const PROVIDER_ENVIRONMENT: Readonly<Record<string, Partial<Record<ProviderField, readonly string[]>>>> = {
  openai: { key: ['OPENAI_API_KEY'], url: ['OPENAI_BASE_URL'], organization: ['OPENAI_ORG_ID'], project: ['OPENAI_PROJECT_ID'] },
  azure: { key: ['AZURE_OPENAI_API_KEY'], url: ['AZURE_OPENAI_ENDPOINT'], apiVersion: ['OPENAI_API_VERSION'] },
  anthropic: { key: ['ANTHROPIC_API_KEY'], url: ['ANTHROPIC_BASE_URL'] },
  ollama: { key: ['OLLAMA_API_KEY'], url: ['OLLAMA_HOST'] },
};

export type SettingKey = keyof typeof SETTINGS;
export type ProviderField = keyof typeof PROVIDER_FIELDS;

type Raw<S> = S extends { type: 'string' }
  ? string
  : S extends { type: 'number' | 'integer' }
    ? number
    : S extends { type: 'boolean' }
      ? boolean
      : S extends { type: 'one-of'; values: readonly (infer V)[] }
        ? V
        : S extends { type: 'list' }
          ? readonly string[]
          : S extends { type: 'record'; entries: 'text' }
            ? Readonly<Record<string, string>>
            : Readonly<Record<string, JsonObject>>;

/** What `settings.get` gives: never undefined where the table has a default. */
export type SettingValue<K extends SettingKey> =
  | Raw<(typeof SETTINGS)[K]>
  | ((typeof SETTINGS)[K] extends { default: unknown } ? never : undefined);
export type ProviderValue<F extends ProviderField> = Raw<(typeof PROVIDER_FIELDS)[F]>;

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];
export const PROVIDER_FIELD_NAMES = Object.keys(PROVIDER_FIELDS) as ProviderField[];

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

export function isProviderField(field: string): field is ProviderField {
  return Object.hasOwn(PROVIDER_FIELDS, field);
}
