/** Which files hold secrets and are not read, and which are not written, wherever they are: one row for each kind. */

type Row = { what: string; matches: RegExp };

/** What kind of secret a path is, or undefined. `path` is absolute; either kind of slash. */
export function secretKind(path: string): string | undefined {
  const normal = normalized(path);
  return SECRETS.find((row) => row.matches.test(normal))?.what;
}

/** Why a path is never written, besides being a secret: what is in there is run or trusted later on. */
export function protectedKind(path: string): string | undefined {
  const normal = normalized(path);
  return PROTECTED.find((row) => row.matches.test(normal))?.what;
}

/** Windows drops dots and spaces at the end of a name, and macOS and Windows the difference of case. */
function normalized(path: string): string {
  return path
    .replaceAll('\\', '/')
    .toLowerCase()
    .replace(/[. ]+(?=\/|$)/g, (found, at: number) => (at === 0 ? found : ''));
}

const SECRETS: readonly Row[] = [
  {
    what: 'a file of environment variables',
    matches: /\/(\.env(?!\.(example|sample|template|dist|defaults?)$)(\.[^/]*|rc|[_-][^/]*)?|[^/]+\.env)$/,
  },
  {
    what: 'a private key',
    matches: /\.(pem|key|p12|pfx|p8|jks|keystore|ppk|kdbx?)$|\/(id_(rsa|dsa|ecdsa|ed25519)[^/]*(?<!\.pub)|ssh_host_[^/]*_key)$/,
  },
  {
    what: 'a folder of keys',
    matches:
      /\/(\.ssh|\.gnupg|\.password-store|library\/keychains|\.aws|\.azure|(\.config|roaming)\/gcloud|\.oci|\.1password|\.local\/share\/keyrings)\/|^\/(var\/)?run\/secrets\//,
  },
  {
    what: 'a file of passwords or tokens',
    matches:
      /\/(\.netrc|_netrc|\.npmrc|\.pypirc|\.pgpass|\.my\.cnf|\.git-credentials|\.htpasswd|\.vault-token|\.terraformrc|\.s3cfg|\.boto|\.dockercfg|\.authinfo(\.gpg)?|\.yarnrc)$/,
  },
  {
    what: 'a file of credentials',
    matches:
      /\/(\.docker\/config\.json|\.codex\/auth\.json|\.claude\/\.credentials\.json|\.gemini\/oauth_creds\.json|github-copilot\/(hosts|apps)\.json|io\.datasette\.llm\/keys\.json|\.kube\/config|\.kube\/cache\/.*|gh\/hosts\.yml|git\/credentials|\.gem\/credentials|\.cargo\/credentials(\.toml)?|\.m2\/settings(-security)?\.xml|\.config\/(op|rclone|hub|doctl)(\/.*)?|application_default_credentials\.json|(client_secrets?|service[-_]?account|credentials?|secrets?)[^/]*\.(json|ya?ml|toml|ini|txt)|[^/]*\.tfstate(\.backup)?|wp-config\.php)$/,
  },
  // Addresses of remotes often hold a token.
  { what: "git's configuration, which may hold a token", matches: /\/\.git\/(config|.*\/config|config\.worktree)$/ },
  {
    what: 'the history of a shell or a program',
    matches: /\/(\.[a-z_]*_history|fish_history|consolehost_history\.txt|\.(zhistory|histfile|lesshst|viminfo))$/,
  },
  {
    what: 'the passwords of this machine',
    matches: /^(\/private)?\/etc\/(g?shadow|master\.passwd|sudoers|security\/.*|ssl\/private\/.*)-?$/,
  },
  {
    what: 'the memory or environment of a process',
    matches: /^\/proc\/[^/]+\/(task\/[^/]+\/)?(environ|mem|maps|auxv|fd\/.*|root\/.*|cwd\/.*|stack)$|^\/proc\/kcore$|^\/dev\/(mem|kmem)$/,
  },
  {
    what: "a browser's store of passwords",
    matches: /\/(default|network|(guest )?profile[^/]*)\/(login data|cookies|web data)$|\/(cookies\.sqlite|key[34]\.db|logins\.json)$/,
  },
];

const PROTECTED: readonly Row[] = [
  { what: "git's own folder", matches: /\/\.git(\/|$)/ },
  { what: "sotto's own folder in a project", matches: /\/\.sotto(\/|$)/ },
];
