/** What "always" may cover of a command: the program and its subcommand, and only where nothing else can hide in the command. */
import { isSimpleCommand } from '../core/tool-rules.ts';
import { secretKind } from './secrets-files.ts';

/** "git status *", "ls *"; undefined where each command has to be looked at. */
export function commandPattern(command: string): string | undefined {
  const text = command.trim();
  // Chains, pipes, substitutions, variables, redirections and comments: one word in front says nothing about the rest.
  if (!isSimpleCommand(text) || text.includes('$')) return undefined;
  const words = text.split(/\s+/);
  const program = words[0] ?? '';
  // Quotes and assignments in front: the first word is not the program; a path may be any file.
  if (!/^[\w.+-]+$/.test(program) || RUNS_ANYTHING.has(program)) return undefined;
  if (words.some((word) => RUNS_BY_OPTION.test(word) || leadsOutside(word.replace(/['"]/g, '')))) return undefined;
  // It reads every file below, those of secrets as well.
  if (/^[efz]?grep$/.test(program) && words.some((word) => READS_ALL.test(word))) return undefined;
  if (!HAS_SUBCOMMANDS.has(program)) return `${program} *`;
  const subcommand = words[1] ?? '';
  if (!/^[a-z][a-z\d:_-]*$/i.test(subcommand) || RUNS_BY_SUBCOMMAND.test(`${program} ${subcommand}`)) return undefined;
  return `${program} ${subcommand} *`;
}

const READS_ALL = /^-[A-Za-z]*[rRd]|^--(dereference-recursive|recursive|directories)\b/;

/** A yes to `cat README.md` is none to the keys of the user, nor to what lies outside of the folder. */
function leadsOutside(word: string): boolean {
  const isElsewhere = /^~|(^|[=:,@])[~/]|^-\w\/|(^|[/=:])\.\.(\/|$)|^[a-z]:/i.test(word);
  // A pattern for hidden files finds those that hold secrets as well.
  const mayBeHidden = /(^|[/=])\.[^/]*[*?[]/.test(word);
  const path = word.replace(/^-+[\w-]*=?/, '');
  return isElsewhere || mayBeHidden || secretKind(`/${path}`) !== undefined || secretKind(`/${path}/x`) !== undefined;
}

/** A yes for one of these would be a yes for everything. */
const RUNS_ANYTHING = new Set(
  (
    'sh bash zsh fish dash ksh csh tcsh ash busybox pwsh powershell cmd sudo su doas pkexec env xargs nohup setsid nice ionice timeout time watch exec eval command builtin source . ' +
    'ssh scp sftp rsync nc ncat socat telnet curl wget python python2 python3 node nodejs deno bun ruby perl php lua tclsh osascript awk gawk mawk sed ed vi vim nvim emacs find fd make cmake ninja just ' +
    'parallel entr script strace ltrace gdb lldb chroot unshare nsenter flock stdbuf start-stop-daemon systemd-run at batch crontab tar zip man less more dd rm mv cp ln chmod chown install tee sotto ' +
    'npx pnpx bunx uvx pipx tsx ts-node corepack mise asdf direnv fzf expect open xdg-open printenv export set declare trap alias hash type cd pushd'
  ).split(' '),
);

/** The first word says little, the second what is done. */
const HAS_SUBCOMMANDS = new Set(
  'git npm pnpm yarn cargo go docker podman kubectl helm terraform gh glab apt apt-get brew dnf pip pip3 uv poetry gem bundle composer dotnet gradle mvn systemctl launchctl aws gcloud az rustup nix conda'.split(
    ' ',
  ),
);

/** These run what is named behind them, change what runs later, or bring in code of strangers. */
const RUNS_BY_SUBCOMMAND =
  /^(npm|pnpm|yarn) (exec|x|dlx|run|run-script|explore|create|init|install|i|add|link|update|up|upgrade|config|set|pkg)$|^(docker|podman) (run|exec|compose|create|build|buildx|load|import|plugin)$|^kubectl (exec|run|debug|cp|apply)$|^(go|uv|cargo|poetry|bundle|nix|conda|dotnet) (run|exec|shell|develop|generate|tool|install|get|add|sync|env)$|^(pip3?|gem|brew|composer|apt|apt-get|dnf|helm|uv) (install|pip|exec|require|update|upgrade|plugin|reinstall)$|^git (config|filter-branch|submodule|bisect|rebase|difftool|mergetool|send-email|daemon|credential.*|alias|clone|bundle|archive|am|apply|hook|maintenance|remote|instaweb|p4|svn)$|^gh (alias|extension|api|codespace|auth|secret|config)$|^aws (ssm|lambda|configure)$|^(gcloud|az) (ssh|compute|vm|auth|account)$/;

/** Options that name a program, or a file to write. */
const RUNS_BY_OPTION =
  /^--?(exec|execute|eval|command|pre|to-command|use-compress-program|compress-program|checkpoint-action|config|config-env|rcfile|init-file|open-files-in-pager|upload-pack|receive-pack|ext-diff|textconv|output|output-file|hostname-bin|post-renderer|require|import|loader|preload|plugin|script-shell|node-options|git-dir|work-tree|exec-path|manifest-path|prefix)\b|^-[A-Za-z]*[oO]/;
