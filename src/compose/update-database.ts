/** Brings the database of an older sotto to the schema of this one: said where it takes long, and ended at once by a signal. */

import type { CommandContext } from './context.ts';
import { openProgress } from './progress.ts';
import { say as sayLine } from './say.ts';

export type UpdateContext = Parameters<typeof openProgress>[1] & Pick<CommandContext, 'startWork' | 'interrupted'>;

type Update = {
  file: string;
  /** For a chat, which draws the terminal itself. */
  notice?: ((message: string) => void) | undefined;
  signal?: AbortSignal | undefined;
};

const SILENT_MS = 2000;

/** All or nothing: who ends it has the database as it was, and the next start begins anew. */
export async function updateDatabase({ file, notice, signal }: Update, context: UpdateContext): Promise<void> {
  const redraws = notice === undefined && context.isTerminal.stderr;
  const say = notice ?? ((message: string) => tell(message, context));
  const end = redraws ? openProgress(ONCE, context).end : context.wakeAfter(SILENT_MS, () => say(`${ONCE}.`));
  const { backup } = await context.startWork('migrate', { file }, { onStep: () => {} }, signal ?? context.interrupted).finally(end);
  if (backup !== null && (redraws || notice))
    say(`updated the database for this version of sotto. As it was before, it is kept: ${backup}`);
}

const ONCE = 'updating the database for this version of sotto, which happens once';

function tell(message: string, context: UpdateContext): void {
  if (!context.loadSettings().get('quiet')) sayLine(`sotto: ${message}`, context);
}
