/** A file as it goes along with a prompt of the chat: a text under its name, or a picture. */

import type { CommandContext } from '../compose/context.ts';
import type { MediaPart, TextPart } from '../core/messages.ts';
import type { Reading } from './files.ts';

/** Throws a usage error that says what is wrong with it. */
export async function readAttachment(
  path: string,
  { env, ...reading }: Pick<CommandContext, 'env'> & Reading,
  signal: AbortSignal,
): Promise<TextPart | MediaPart> {
  const { readFilePart } = await import('./files.ts');
  const part = await readFilePart(expandHome(path, env), signal, reading);
  return part.type === 'text' ? { type: 'text', text: `${path}:\n\n${part.text.trimEnd() || '(empty file)'}` } : part;
}

/** What a shell does with `~/`; in the chat there is none. */
export function expandHome(path: string, { HOME }: CommandContext['env']): string {
  return path.startsWith('~/') && HOME ? `${HOME}${path.slice(1)}` : path;
}
