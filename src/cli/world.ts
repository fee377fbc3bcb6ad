/** What commands that talk to providers share: the directory of providers and the cache of model lists. */
import type { Settings } from '../config/load.ts';
import { type Directory, openDirectory } from '../engine/directory.ts';
import type { ModelListPorts } from '../engine/model-lists.ts';
import type { CommandContext } from './context.ts';

export type World = {
  settings: Settings;
  directory: Directory;
  lists: ModelListPorts;
  notice: (message: string) => void;
  /** Everything that must never be printed: what the settings hold, and each key that is opened. */
  secrets: string[];
};

export function openWorld(
  settings: Settings,
  context: CommandContext,
  notice: (message: string) => void,
  secrets: string[] = settings.secrets(),
): World {
  const directory = openDirectory({
    settings,
    env: context.env,
    keysFile: context.paths.keysFile,
    fetch: context.fetch,
    sleep: context.sleep,
    warn: notice,
    secret: (text) => secrets.push(text),
  });
  const lists = { folder: `${context.paths.cache}/models`, date: () => context.date(), keep: !settings.get('private') };
  return { settings, directory, lists, notice, secrets };
}
