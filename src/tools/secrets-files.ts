/** Which files hold secrets and are not read, and which are not written, wherever they are: one row for each kind. */
import { originalPaths } from './copied-names.ts';

type Row = { what: string; matches: RegExp };

/** What kind of secret a path is, or undefined: also as a copy (`.env~`, `keys copy.txt`). `path` is absolute; either kind of slash. */
export function secretKind(path: string): string | undefined {
  const candidates = originalPaths(normalized(path));
  return SECRETS.find(({ matches }) => candidates.some((candidate) => matches.test(candidate)))?.what;
}

/** Why a path is never written, besides being a secret: what is in there is run or trusted later on. */
export function protectedKind(path: string): string | undefined {
  const normal = normalized(path);
  return PROTECTED.find((row) => row.matches.test(normal))?.what;
}

/**
 * Windows drops dots and spaces at the end of a name, macOS and Windows the difference of case, also of letters that are the same
 * in capitals only, and macOS what takes no room: to it `.g\u200cit` is `.git`.
 */
function normalized(path: string): string {
  const plain = /^[\x20-\x7e]*$/.test(path)
    ? path
    : path
        .normalize('NFKC')
        .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
        .toUpperCase();
  return plain
    .replaceAll('\\', '/')
    .toLowerCase()
    .replace(/[. ]+(?=\/|$)/g, (found, at: number) => (at === 0 ? found : ''));
}

/** Files that hold data, in which a telling name means a secret; `credentials.ts` and `credentials.md` are about them. */
const DATA = String.raw`\.(json[5c]?|ya?ml|toml|ini|txt|cfg|conf|properties|xml|csv|plist|env)`;

function named(...names: readonly string[]): RegExp {
  return new RegExp(`/(${names.join('|')})$`);
}

const SECRETS: readonly Row[] = [
  {
    what: "one of sotto's own files",
    matches: named(
      String.raw`sotto([-_.][^/]*)?\.(db|sqlite3?)(-wal|-shm|-journal)?|sotto/(config/|data/)?(config|keys|tool-rules|mcp-logins)\.json`,
    ),
  },
  {
    what: 'a file of environment variables',
    matches: named(
      String.raw`\.env(?!\.(example|sample|template|tmpl|dist|defaults?|d\.ts)$)(\.[^/]*|rc|[_-][^/]*)?`,
      String.raw`(?!(example|sample|template)\.)[^/]+\.env`,
      String.raw`[^/]+\.env\.(local|prod|production|dev|development|staging|test|secrets?)`,
      String.raw`\.(dev\.vars(\.(?!example$)[^/]*)?|flaskenv)`,
    ),
  },
  {
    what: 'a private key',
    matches: named(
      String.raw`[^/]*\.(pem|key|p12|pfx|p8|pkcs8|pkcs12|jks|jceks|bcfks|keystore|ppk|pvk|snk|kdbx?|psafe3|keytab|agekey|keychain|keychain-db|ovpn|publishsettings|jwk)`,
      String.raw`id_((rsa|dsa|ecdsa|ed25519|xmss)[^/]*(?<!\.pub)|[^/.]+)`,
      String.raw`ssh_host_[^/]*_key|secring\.gpg|krb5cc_[^/]*|cwallet\.sso|wallet\.dat|utc--[^/]*|solana/id\.json`,
      // Of age, of Google's service accounts, and what a person calls a list of keys.
      String.raw`([^/]*[-_.])?key\.(txt|json)|keys\.(txt|json)|([^/]*[-_.])?(api|access|secret|private|service|master|age|ssh|gcp|aws|openai|anthropic)[-_.]?keys?\.(txt|json|ya?ml)`,
      String.raw`\.?([^/]*[-_.])?(api|access|secret|private|master)[-_]?keys?|[^/]*(private|secret)[^/]*\.(asc|gpg|pgp)`,
      `([^/]*[-_.])?(firebase[-_]adminsdk|service[-_.]?account)[^/]*${DATA}`,
      // WireGuard.
      String.raw`wg\d+\.conf|wireguard/[^/]*\.conf`,
    ),
  },
  {
    what: 'a folder of keys',
    matches:
      /\/(\.ssh|\.gnupg|\.password-store|library\/keychains|\.aws|\.azure|(\.config|roaming)\/gcloud|\.oci|\.1password|\.local\/share\/keyrings|\.huggingface|\.cloudflared|\.config\/(op|rclone|hub|doctl|sops|configstore|scw|hcloud|glab-cli|stripe|bitwarden[^/]*|wireguard)|(\.hg|\.subversion|\.svn)\/auth|\.auth)\/|^\/(var\/)?run\/secrets\//,
  },
  {
    what: 'a file of passwords or tokens',
    matches: named(
      String.raw`[._]netrc|\.npmrc|\.yarnrc(\.yml)?|\.pypirc|pip\.(conf|ini)|\.condarc|\.pgpass|pgpass\.conf|\.my(login)?\.cnf|\.odbc\.ini|\.authinfo|\.smbcredentials`,
      String.raw`\.git-credentials|\.gitconfig|\.hgrc|\.curlrc|\.wgetrc|\.fetchmailrc|\.msmtprc|\.mbsyncrc|\.offlineimaprc|\.twurlrc|\.sentryclirc|\.ftpconfig|sftp(-config)?\.json`,
      String.raw`[^/]*\.(ht)?passwd|\.htdigest|\.?htpasswd|\.vault-token|\.?(ansible[-_])?vault[-_]?pass(word|wd)?(\.txt)?|\.?passwords?\.(txt|csv|json|ya?ml|ini)|passwords?`,
      String.raw`\.terraformrc|terraform\.rc|(?!(example|sample|template)s?\.)[^/]*\.tfvars(\.json)?|[^/]*\.(tfstate|tfplan)(\.\d+)?`,
      String.raw`\.s3cfg|\.boto|\.passwd-s3fs|\.dockercfg|\.databrickscfg|\.databricks/token-cache\.json|rclone\.conf|\.snowsql/config|(\.snowflake/)?connections\.toml|\.snowflake/config\.toml|\.dbt/profiles\.yml`,
      String.raw`huggingface/(token|stored_tokens)|\.?hf[-_]?token(\.txt)?|kaggle\.json|ngrok\.yml|\.circleci/cli\.yml|\.supabase/access-token|\.railway/config\.json|\.?netlify/config\.json|\.wrangler/config/default\.toml|\.fly/config\.yml`,
      String.raw`\.?token(\.(txt|json|pickle))?|[^/]*\.(token|secrets?|password)|([^/]*[-_.])?(access|refresh|auth|api|oauth|bearer|id|bot|session)[-_]?tokens?(${DATA})?`,
      String.raw`cookies?\.(txt|json)|[^/]*\.(cookiejar|cookies)|storage[-_]?state\.json`,
      String.raw`(sitemanager|recentservers)\.xml|\.purple/accounts\.xml|weechat/sec\.conf`,
    ),
  },
  {
    what: 'a file of credentials',
    matches: named(
      `([^/]*[-_.])?credentials?([-_.][^/]*)?${DATA}`,
      String.raw`[^/]*(credentials?[^/]*|secrets?)\.json|\.credentials?|([^/]*[-_.])?creds?([-_.][^/]*)?${DATA}`,
      `([^/]*[-_.])?(client[-_]?)?secrets?(?![a-z])[^/]*${DATA}`,
      String.raw`\.docker/config\.json|auth\.json|github-copilot/(hosts|apps)\.json|\.kube/(config|cache/.*)|([^/]*[-_.])?kubeconfig(\.ya?ml)?|kubernetes/[^/]*\.conf|k3s\.ya?ml|helm/registry/config\.json`,
      String.raw`gh/hosts\.yml|git/(credentials|config)|\.gem/credentials|\.cargo/credentials|\.bundle/config|\.hex/hex\.config|\.m2/settings(-security)?\.xml|\.gradle/gradle\.properties|(key|keystore|local)\.properties|nuget\.config`,
      String.raw`wp-config\.php|local_?settings\.(php|py)|sites/default/settings\.php|app/config/parameters\.yml`,
      String.raw`aichat/config\.yaml|\.aider\.conf\.yml|\.codex/config\.toml|\.continue/config\.(json|ya?ml)`,
    ),
  },
  {
    what: 'a file of MCP servers, which may hold keys',
    matches: named(
      String.raw`\.?([^/]*[-_.])?mcp([-_.]?(config|settings|servers))?\.jsonc?|claude_desktop_config\.json|\.claude\.json|\.gemini/settings\.json|\.claude/settings\.local\.json`,
    ),
  },
  // Addresses of remotes often hold a token.
  {
    what: "git's configuration, which may hold a token",
    matches: /\/(\.git\/(.*\/)?(config|config\.worktree|fetch_head)|\.hg\/hgrc|[^/]+\.git\/config)$/,
  },
  {
    what: 'the history of a shell or a program',
    matches:
      /\/(\.[a-z\d_]*[_-]history|\.history|fish_history|consolehost_history\.txt|nushell\/history\.(txt|sqlite3)|atuin\/history\.db|\.(zhistory|histfile|lesshst|viminfo)|\.zsh_sessions\/.*)$/,
  },
  {
    what: 'the passwords of this machine',
    matches:
      /^(\/private)?\/etc\/(g?shadow|master\.passwd|sudoers(\.d\/.*)?|security\/.*|ssl\/private\/.*|ppp\/.*-secrets|networkmanager\/system-connections\/.*)-?$/,
  },
  {
    what: 'the memory or environment of a process',
    matches: /^\/proc\/[^/]+\/(task\/[^/]+\/)?(environ|mem|maps|auxv|fd\/.*|root\/.*|cwd\/.*|stack)$|^\/proc\/kcore$|^\/dev\/(mem|kmem)$/,
  },
  {
    what: "a browser's store of passwords",
    matches:
      /\/((default|network|(guest )?profile[^/]*|opera[^/]*)\/(cookies|web data)|login data( for account)?|extension cookies|cookies\.(sqlite|binarycookies)|key[34]\.db|logins(-backup)?\.json|signons\.sqlite)(-wal|-shm|-journal)?$/,
  },
];

const PROTECTED: readonly Row[] = [
  { what: "git's own folder", matches: /\/\.git(\/|$)/ },
  { what: "sotto's own folder in a project", matches: /\/\.sotto(\/|$)/ },
];
