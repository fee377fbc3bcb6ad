/** Every text that is a key or a password in this run: also those of providers that nobody asks in it. */
import { listKeys } from '../config/key-store.ts';
import { loginSecrets } from '../config/mcp/login-secrets.ts';
import type { CommandContext } from './context.ts';

export function knownSecrets({ secrets, paths }: Pick<CommandContext, 'secrets' | 'paths'>): string[] {
  return [...secrets, ...storedKeys(paths.keysFile), ...storedLogins(paths.data)];
}

function storedLogins(dataFolder: string): string[] {
  try {
    return loginSecrets(dataFolder);
  } catch {
    return [];
  }
}

function storedKeys(file: string): string[] {
  try {
    return listKeys(file).flatMap(({ text }) => (/^[!$]/.test(text) ? [] : [text]));
  } catch {
    // A store that cannot be read is told by whoever needs a key of it.
    return [];
  }
}
