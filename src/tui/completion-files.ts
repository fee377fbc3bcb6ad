/** Files for the completion of a path: one folder at a time. */
import { safeLine } from '../format/safety.ts';
import type { CompletionItem } from './composer/completion.ts';
import { pathWord } from './composer/composer.ts';
import type { ChatWorld } from './world.ts';

/** Up to the last slash, with the `@` and the quote before it: `@src/tui/up` gives `@src/tui/`. */
export function folderOf(word: string): string {
  const [lead = ''] = /^@?"?/.exec(word) ?? [];
  return word.slice(0, Math.max(lead.length, word.lastIndexOf('/') + 1));
}

/** Folders first. Hidden files only for those who type the dot. */
export async function fileItems(
  word: string,
  base: string,
  { listFolder, env }: Pick<ChatWorld, 'listFolder' | 'env'>,
): Promise<CompletionItem[]> {
  const isReference = word.startsWith('@');
  const folder = base.replace(/^@?"?/, '');
  const entries = await listFolder(folder === '' ? '.' : atHome(folder, env)).catch(() => []);
  const showsHidden = word.slice(base.length).startsWith('.');
  return (
    entries
      // A name that moves the cursor is never typed for anybody.
      .filter(({ name }) => (showsHidden || !name.startsWith('.')) && !/[\x00-\x1f\x7f-\x9f]/.test(name))
      .sort((one, other) => Number(other.isFolder) - Number(one.isFolder) || (one.name < other.name ? -1 : 1))
      .map(({ name, isFolder }) => itemOf({ name, isFolder, folder, isReference }))
  );
}

type Entry = { name: string; isFolder: boolean; folder: string; isReference: boolean };

function itemOf({ name, isFolder, folder, isReference }: Entry): CompletionItem {
  const path = `${folder}${name}${isFolder ? '/' : ''}`;
  const label = safeLine(`${name}${isFolder ? '/' : ''}`);
  if (!isReference) return { label, insert: path, ...(isFolder ? { opens: true } : { sends: true }) };
  // A bare word behind an @ may be somebody's name; a path has a dot or a slash.
  const word = pathWord(/[./~\\]/.test(path) ? path : `./${path}`, { isOpen: isFolder });
  return isFolder ? { label, insert: word, opens: true } : { label, insert: `${word} ` };
}

/** `~/notes` is in the user's folder. */
function atHome(path: string, env: ChatWorld['env']): string {
  const home = env.HOME ?? env.USERPROFILE;
  return path.startsWith('~/') && home !== undefined ? home + path.slice(1) : path;
}
