/** The terminal that the process was started from: its keyboard, Ctrl+Z, and giving it back when the process ends. */
import type { Readable } from 'node:stream';

type Keyboard = Readable & { setRawMode?(raw: boolean): unknown; ref?(): unknown; unref?(): unknown };

/** Also where something is piped in; undefined where there is no terminal at all. */
export function openKeyboard(host: NodeJS.Process): Keyboard | undefined {
  const { isatty, ReadStream } = process.getBuiltinModule('node:tty');
  if (isatty(0)) return host.stdin;
  try {
    return new ReadStream(process.getBuiltinModule('node:fs').openSync(host.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}

/**
 * The signal of a new size waits for its turn, and what is drawn before it is drawn for the old one. Node's own look at the size has
 * no public name; where it is gone, the signal is all there is.
 */
export function lookAtSize({ stdout }: NodeJS.Process): void {
  if ('_refreshSize' in stdout && typeof stdout._refreshSize === 'function') stdout._refreshSize();
}

/** A process without a shell that could call it back is not stopped by its system: then this is over at once. */
const NOT_STOPPED_MS = 200;

/** Stops the whole job, as the terminal itself does at Ctrl+Z, or one process of it; resolves when it is called back. */
export function stopProcess(host: NodeJS.Process, pid = 0): Promise<void> {
  if (host.platform === 'win32') return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, NOT_STOPPED_MS);
    host.once('SIGCONT', () => {
      clearTimeout(timer);
      resolve();
    });
    host.kill(pid, 'SIGTSTP');
  });
}

/** Does something before Ctrl+Z stops the process, and something when it is called back; returns how to call that off. */
export function aroundStop(host: NodeJS.Process, stop: () => void, back: () => void): () => void {
  if (host.platform === 'win32') return () => {};
  let isOver = false;
  const onStop = async () => {
    stop();
    // The system's own way of stopping: only that one knows whether somebody is there to call the process back.
    host.off('SIGTSTP', onStop);
    await stopProcess(host, host.pid);
    if (isOver) return;
    host.on('SIGTSTP', onStop);
    back();
  };
  host.on('SIGTSTP', onStop);
  return () => {
    isOver = true;
    host.off('SIGTSTP', onStop);
  };
}

/** Runs what is to be done before the process ends by itself, also by a bug, before anything is said about it. */
export function createEndings(host: NodeJS.Process): (action: () => void) => () => void {
  const actions = new Set<() => void>();
  let isWatched = false;
  const run = () => {
    for (const action of actions) action();
    actions.clear();
  };
  return (action) => {
    if (!isWatched) {
      host.on('exit', run);
      host.on('uncaughtExceptionMonitor', run);
    }
    isWatched = true;
    actions.add(action);
    return () => void actions.delete(action);
  };
}
