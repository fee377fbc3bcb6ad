/** A sequence for the terminal outside, wrapped so that tmux and screen hand it on. */

export function passThrough(sequence: string, env: Readonly<Record<string, string | undefined>>): string {
  if (env.TMUX) return `\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`;
  if (env.STY) return inScreen(sequence);
  return sequence;
}

/** GNU screen takes strings of 768 bytes at most. */
const LONGEST_STRING = 700;

function inScreen(sequence: string): string {
  let wrapped = '';
  for (let at = 0; at < sequence.length; at += LONGEST_STRING) wrapped += `\x1bP${sequence.slice(at, at + LONGEST_STRING)}\x1b\\`;
  return wrapped;
}
