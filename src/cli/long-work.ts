/** Long work on the database for a command: done in a process of its own, shown on the terminal, ended at once by Ctrl+C. */

import type { CommandContext } from '../compose/context.ts';
import { openProgress } from '../compose/progress.ts';
import type { WorkInput, WorkName, WorkResult } from '../store/work.ts';

/** `words` say what is done, as in "checking the database". Nothing in this process may hold the database open meanwhile. */
export async function runWork<Name extends WorkName>(
  name: Name,
  input: WorkInput<Name>,
  words: string,
  context: CommandContext,
): Promise<WorkResult<Name>> {
  const progress = openProgress(words, context);
  try {
    const onStep = (step: { words?: string; done?: number; total?: number }) => {
      if (step.words !== undefined) progress.begin(step.words);
      if (step.done !== undefined) progress.count(step.done, step.total);
    };
    return await context.startWork(name, input, { onStep }, context.interrupted);
  } finally {
    progress.end();
  }
}
