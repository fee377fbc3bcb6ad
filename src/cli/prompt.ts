/** Asks the person at the terminal: a yes or no, or a secret that is not shown. Questions go to stderr. */

import type { CommandContext } from '../compose/context.ts';
import { cancelledError, usageError } from '../core/errors.ts';
import { safeLines } from '../format/safety.ts';

type Terminal = Pick<CommandContext, 'stdin' | 'stderr' | 'interrupted'>;

/** Enter alone means no, unless `preferYes`. */
export async function confirm(question: string, terminal: Terminal, { preferYes = false } = {}): Promise<boolean> {
  const answer = (await readTypedLine(`${question} ${preferYes ? '[Y/n]' : '[y/N]'} `, terminal, { echo: true })).trim().toLowerCase();
  return answer === '' ? preferYes : answer === 'y' || answer === 'yes';
}

export async function askSecret(question: string, terminal: Terminal): Promise<string> {
  return readTypedLine(question, terminal, { echo: false });
}

/** All of a pipe, up to a limit that no key reaches. */
export async function readPipe(
  { stdin, interrupted }: Terminal,
  { limitBytes, waitMs }: { limitBytes: number; waitMs: number },
): Promise<string> {
  const silence = setTimeout(() => stdin.destroy(usageError(`Nothing came through stdin for ${waitMs / 1000} s.`)), waitMs);
  const cancel = () => stdin.destroy(cancelledError());
  interrupted.addEventListener('abort', cancel, { once: true });
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stdin) {
      silence.refresh();
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > limitBytes) throw usageError(`stdin holds more than ${limitBytes} bytes.`);
      chunks.push(bytes);
    }
  } finally {
    clearTimeout(silence);
    interrupted.removeEventListener('abort', cancel);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A line typed in raw mode, so that the terminal itself echoes nothing. Ctrl+C cancels; so does the end of input on an empty line. */
function readTypedLine(question: string, { stdin, stderr, interrupted }: Terminal, { echo }: { echo: boolean }): Promise<string> {
  return new Promise((resolve, reject) => {
    let line: string[] = [];
    const close = () => {
      stdin.off('data', take).off('end', leave).pause();
      interrupted.removeEventListener('abort', leave);
      stdin.setRawMode?.(false);
      stderr.write('\n');
    };
    const leave = () => {
      close();
      reject(cancelledError());
    };
    const take = (chunk: Buffer | string) => {
      // A terminal may wrap what is pasted in markers.
      for (const character of String(chunk).replace(/\x1b\[20[01]~/g, '')) {
        if (character === '\x03' || (character === '\x04' && line.length === 0)) return leave();
        if (character === '\r' || character === '\n' || character === '\x04') {
          close();
          return resolve(line.join(''));
        }
        if (character === '\x7f' || character === '\b') {
          if (line.pop() !== undefined && echo) stderr.write('\b \b');
        } else if (character === '\x15') line = [];
        else if (character >= ' ') {
          line.push(character);
          if (echo) stderr.write(character);
        }
      }
    };
    // Raw mode first: what is typed the moment the question appears would be echoed otherwise.
    stdin.setRawMode?.(true);
    stderr.write(safeLines(question));
    interrupted.addEventListener('abort', leave, { once: true });
    stdin.on('data', take).on('end', leave).resume();
    if (interrupted.aborted) leave();
  });
}
