/** Who has locked a database: where the system tells it (Linux), in words for the user. */
import { statIfThere } from '../config/stat.ts';

/** `python3 (process 4711)`; undefined where nobody has, or where it cannot be known. */
export function lockHolder(file: string): string | undefined {
  try {
    const pid = holdersOf(file)[0];
    return pid === undefined ? undefined : `${nameOf(pid)} (process ${pid})`;
  } catch {
    return undefined;
  }
}

/** SQLite's one byte for whoever writes into the log, in the file beside it. */
const WRITER_BYTE = 120;

function holdersOf(file: string): number[] {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const inodeOf = (path: string) => statIfThere(path)?.ino;
  const [database, log] = [inodeOf(file), inodeOf(`${file}-shm`)];
  // `1: POSIX  ADVISORY  WRITE 4711 fd:01:131 120 120`
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, pid, inode, first, last] = /WRITE (\d+) \w+:\w+:(\d+) (\d+) (\w+)/.exec(line) ?? [];
      const covers = Number(first) <= WRITER_BYTE && (last === 'EOF' || Number(last) >= WRITER_BYTE);
      const isIt = Number(inode) === database || (Number(inode) === log && covers);
      return isIt && Number(pid) !== process.pid ? [Number(pid)] : [];
    });
}

function nameOf(pid: number): string {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const names = words.map((word) => word.slice(word.lastIndexOf('/') + 1));
  if (names.slice(0, 3).some((name) => /^sotto(\.js)?$/.test(name))) return 'another sotto';
  // A program may name itself as it likes.
  return names[0]?.replace(/[^\w.+-]/g, '').slice(0, 40) || 'another program';
}
