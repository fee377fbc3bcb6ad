/** Where outputs of tools lie that are too long for a model: files of this run, which it can read in parts. */
import { ensureFolder } from '../config/paths.ts';
import type { CommandContext } from './context.ts';

export type ToolOutputs = {
  /** Absolute path; it is there once something has been kept. Tools may read in it. */
  folder: string;
  keep(callId: string, text: string): Promise<string>;
  /** Takes the files away. */
  close(): Promise<void>;
};

type World = Pick<CommandContext, 'paths' | 'pid' | 'isRunning'>;

/** Known before it is made, so that it can be granted to tools. */
export function toolOutputFolder({ paths, pid }: Pick<World, 'paths' | 'pid'>): string {
  return process.getBuiltinModule('node:path').join(paths.cache, 'tool-output', String(pid));
}

export function openToolOutputs(context: World): ToolOutputs {
  const folder = toolOutputFolder(context);
  let count = 0;
  return {
    folder,
    async keep(callId, text) {
      const [{ writeFile }, { join }] = await Promise.all([import('node:fs/promises'), import('node:path')]);
      if (count === 0) await removeLeft(context);
      ensureFolder(folder);
      // Ids come from a model and are no file names.
      const name = `${++count}-${callId.replace(/[^\w-]/g, '').slice(0, 40)}.txt`;
      const file = join(folder, name);
      await writeFile(file, text, { mode: 0o600, flag: 'wx' });
      return file;
    },
    async close() {
      if (count === 0) return;
      const { rm } = await import('node:fs/promises');
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

/** What runs have left behind that were killed. */
async function removeLeft({ paths, pid, isRunning }: World): Promise<void> {
  const [{ readdir, rm }, { join }] = await Promise.all([import('node:fs/promises'), import('node:path')]);
  const parent = join(paths.cache, 'tool-output');
  const names = await readdir(parent).catch(() => []);
  const left = names.filter((name) => /^\d+$/.test(name) && (Number(name) === pid || !isRunning(Number(name))));
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)));
}
