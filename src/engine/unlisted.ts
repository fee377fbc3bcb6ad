/** What is said of a model that the user typed and sotto does not know: once, and not before it answers. */
import { ensureFolder } from '../config/paths.ts';
import { listAt } from '../core/json.ts';
import type { Choice } from './choose.ts';
import type { ModelListPorts } from './model-lists.ts';

type Saying = { lists: ModelListPorts; notice: (message: string) => void };

/** Says it where it was not said before, in this run or an earlier one. */
export async function sayUnlisted({ provider, model, isUnlisted }: Choice, { lists, notice }: Saying): Promise<void> {
  if (!isUnlisted) return;
  const name = `${provider}/${model}`;
  const told = readTold(lists);
  if (told.includes(name)) return;
  notice(`${model} is not a model of ${provider} that sotto knows: it was passed on as it is.`);
  await keepTold([...told, name].slice(-MOST_TOLD), lists);
}

const MOST_TOLD = 500;

function readTold({ folder }: ModelListPorts): readonly string[] {
  try {
    const text = process.getBuiltinModule('node:fs').readFileSync(fileIn(folder), 'utf8');
    return listAt(JSON.parse(text), 'models').filter((name) => typeof name === 'string');
  } catch {
    // None yet, or unreadable: then it is said once more.
    return [];
  }
}

async function keepTold(models: readonly string[], { folder, keep }: ModelListPorts): Promise<void> {
  if (!keep) return;
  try {
    ensureFolder(folder);
    const { writePrivateFile } = await import('../config/atomic-file.ts');
    writePrivateFile(fileIn(folder), JSON.stringify({ models }), { isDurable: false });
  } catch {
    // Said again next time.
  }
}

function fileIn(folder: string): string {
  return process.getBuiltinModule('node:path').join(folder, 'passed-on.json');
}
