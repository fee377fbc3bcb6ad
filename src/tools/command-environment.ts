/** The environment of a command: the user's, without anything that looks like a key, and set up for a program that nobody watches. */
import type { BuiltInPorts } from './built-in-ports.ts';

export type EnvironmentPorts = Pick<BuiltInPorts, 'env' | 'keyVariables' | 'secrets'>;

export function commandEnvironment({ env, keyVariables, secrets }: EnvironmentPorts): Record<string, string> {
  const keys = new Set(keyVariables.map((name) => name.toUpperCase()));
  // A short text is part of many harmless values.
  const known = secrets().filter((text) => text.length >= 6);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || keys.has(name.toUpperCase()) || SECRET_NAME.test(name) || SECRET_VALUE.test(value)) continue;
    if (known.some((text) => value.includes(text))) continue;
    kept[name] = value;
  }
  return { ...kept, ...UNWATCHED };
}

/** Adds variables that a tool of the user names itself, although they look like keys. */
export function withVariables(
  environment: Readonly<Record<string, string>>,
  names: readonly string[],
  { env }: Pick<EnvironmentPorts, 'env'>,
): Record<string, string> {
  const wanted = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { ...environment, ...Object.fromEntries(wanted) };
}

const SECRET_NAME =
  /(^|_)(API_?KEYS?|KEY|KEYS|ACCESS_KEY_ID|TOKENS?|SECRETS?|PASS|PASSWORDS?|PASSWD|PASSPHRASE|PWD_FILE|MYSQL_PWD|CREDENTIALS?|CREDS|PRIVATE_KEY|AUTH|AUTHORIZATION|COOKIE|DSN|PAT|SAS|CONNECTION_STRING|WEBHOOK(_URL)?)(_(FILE|B64|BASE64|JSON|ID|V\d))?$|(API_?KEY|ACCESS_?TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|_TOKEN_|TOKEN$|APIKEY|CREDENTIAL)|^(ANTHROPIC_CUSTOM_HEADERS|NPM_CONFIG_.*AUTH.*|PGPASSFILE|KUBECONFIG_DATA|GIT_ASKPASS|SSH_ASKPASS|BASH_FUNC_.*|BASH_ENV|ENV)$/i;
/** A password in an address, the beginnings of well-known keys, a private key. */
const SECRET_VALUE =
  /:\/\/[^/\s:@]*:[^/\s@]+@|\b(sk-[\w-]{16,}|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z\d]{16}|AIza[\w-]{30,}|hf_\w{20,}|gsk_\w{20,}|(xai|pplx|nvapi|tvly|csk)-[\w-]{30,}|r8_\w{30,}|(sk|rk)_(live|test)_\w{10,}|ASIA[A-Z\d]{16}|npm_\w{30,}|dop_v1_\w{30,}|SG\.[\w-]{16,}\.|AGE-SECRET-KEY-1\w{20,})|-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./;

const UNWATCHED = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  MANPAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
};
