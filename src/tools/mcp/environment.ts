/** The environment of an MCP server: what every program needs and what its configuration names, never the user's keys. */

type Environment = Readonly<Record<string, string | undefined>>;

export function serverEnvironment(env: Environment, configured: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !SAFE.test(name)) continue;
    // A proxy with a password in its address, and a function that a shell has exported.
    if (/\/\/[^/\s]*@/.test(value) || value.startsWith('()')) continue;
    kept[name] = value;
  }
  return { ...kept, ...configured };
}

const SAFE =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TERM|TZ|TMPDIR|XDG_(CONFIG|DATA|CACHE|STATE)_HOME|XDG_RUNTIME_DIR|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|https?_proxy|all_proxy|no_proxy|HTTPS?_PROXY|ALL_PROXY|NO_PROXY|Path|PATHEXT|APPDATA|LOCALAPPDATA|COMSPEC|ComSpec|HOMEDRIVE|HOMEPATH|PROCESSOR_ARCHITECTURE|ProgramData|PROGRAMDATA|ProgramFiles(\(x86\))?|PROGRAMFILES(\(X86\))?|SYSTEMDRIVE|SystemDrive|SYSTEMROOT|SystemRoot|TEMP|TMP|USERNAME|USERPROFILE|WINDIR|windir)$/;
