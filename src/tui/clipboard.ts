/** Text to the clipboard: by a program of the system where there is one, else through the terminal; says which, and how sure it is. */
import type { CopyOutcome } from './actions.ts';
import { passThrough } from './pass-through.ts';
import type { ProgramRun } from './world.ts';

type ClipboardPorts = {
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  /** A sequence that the terminal acts on without showing anything. */
  writeTerminal(sequence: string): void;
  /** Rejects where the program cannot be started. */
  run(program: ProgramRun): Promise<{ output: string; code: number | null }>;
};

export async function copyText(text: string, ports: ClipboardPorts): Promise<CopyOutcome> {
  if (text === '') return { outcome: 'failed', how: 'there is nothing to copy.' };
  // Over ssh a program would fill the clipboard of the other machine; the terminal is at the user's.
  const ways = isRemote(ports) ? [byTmux, byTerminal, byPrograms] : [byPrograms, byTmux, byTerminal];
  let reason: string | undefined;
  for (const way of ways) {
    const outcome = await way(text, ports);
    if (outcome?.outcome !== 'failed' && outcome) return outcome;
    reason ??= outcome?.how;
  }
  return { outcome: 'failed', how: reason ?? lackOf(ports) };
}

/** Undefined: this way is not there. */
type Way = (text: string, ports: ClipboardPorts) => Promise<CopyOutcome | undefined>;

const byPrograms: Way = async (text, ports) => {
  for (const { name, command, args } of programsFor(text, ports)) {
    if (await succeeds({ command, args, input: text }, ports)) return { outcome: 'verified', how: name };
  }
  return undefined;
};

/** tmux tells the terminal in its own way, which needs none of the settings that passing a sequence through does. */
const byTmux: Way = async (text, ports) => {
  if (!ports.env.TMUX) return undefined;
  const isTaken = await succeeds({ command: 'tmux', args: ['load-buffer', '-w', '-'], input: text }, ports);
  return isTaken ? { outcome: 'sent', how: 'through tmux' } : undefined;
};

/** Terminals cut off or ignore what is longer. */
const LONGEST_SEQUENCE = 100_000;

const byTerminal: Way = async (text, { env, writeTerminal }) => {
  if (SILENT_TERMINALS.has(env.TERM ?? '')) return undefined;
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  if (encoded.length > LONGEST_SEQUENCE) {
    return { outcome: 'failed', how: 'it is too long for the terminal to take. /export writes it to a file, /pipe hands it to a program.' };
  }
  writeTerminal(passThrough(`\x1b]52;c;${encoded}\x07`, env));
  return { outcome: 'sent', how: 'OSC 52' };
};

/** The console of Linux and terminals that are none. */
const SILENT_TERMINALS: ReadonlySet<string> = new Set(['', 'dumb', 'linux']);

type Program = { name: string; command: string; args: readonly string[] };

function programsFor(text: string, { env, platform }: ClipboardPorts): Program[] {
  if (platform === 'darwin') return [{ name: 'pbcopy', command: 'pbcopy', args: [] }];
  if (platform === 'win32' || isWsl(env)) return windowsPrograms(text);
  return [
    ...(env.TERMUX_VERSION ? [quietly('termux-clipboard-set')] : []),
    ...(env.WAYLAND_DISPLAY ? [quietly('wl-copy')] : []),
    ...(env.DISPLAY ? [quietly('xclip', '-selection', 'clipboard'), quietly('xsel', '--clipboard', '--input')] : []),
  ];
}

/** clip.exe is quick, but takes anything beyond ASCII for another alphabet. */
function windowsPrograms(text: string): Program[] {
  const script = '[Console]::InputEncoding = [Text.Encoding]::UTF8; Set-Clipboard -Value ([Console]::In.ReadToEnd())';
  const powershell = { name: 'PowerShell', command: 'powershell.exe', args: ['-NoProfile', '-NonInteractive', '-Command', script] };
  const clip = { name: 'clip.exe', command: 'clip.exe', args: [] };
  return /^[\x00-\x7f]*$/.test(text) ? [clip, powershell] : [powershell];
}

/** These stay alive behind to serve the clipboard: with our pipe as their output they would keep whoever reads it waiting. */
function quietly(name: string, ...args: string[]): Program {
  return { name, command: '/bin/sh', args: ['-c', `exec "$0" "$@" >/dev/null 2>&1`, name, ...args] };
}

async function succeeds(program: ProgramRun, { run }: ClipboardPorts): Promise<boolean> {
  try {
    return (await run(program)).code === 0;
  } catch {
    return false;
  }
}

function isRemote({ env }: ClipboardPorts): boolean {
  return Boolean(env.SSH_CONNECTION || env.SSH_TTY);
}

function isWsl(env: ClipboardPorts['env']): boolean {
  return Boolean(env.WSL_DISTRO_NAME || env.WSL_INTEROP);
}

function lackOf({ env, platform }: ClipboardPorts): string {
  const more = 'Or /export writes it to a file.';
  if (platform === 'linux' && !isWsl(env))
    return `this terminal takes no clipboard text, and neither wl-copy, xclip nor xsel does. ${more}`;
  return `this terminal takes no clipboard text. ${more}`;
}
