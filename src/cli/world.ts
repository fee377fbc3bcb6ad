/** What commands that talk to providers share: the directory of providers and the cache of model lists. */
import type { Settings } from '../config/load.ts';
import { redact } from '../config/redact.ts';
import { type Directory, openDirectory } from '../engine/directory.ts';
import type { ModelListPorts } from '../engine/model-lists.ts';
import { safeLine } from '../format/safety.ts';
import type { CommandContext } from './context.ts';

export type World = {
  settings: Settings;
  directory: Directory;
  lists: ModelListPorts;
  notice: (message: string) => void;
};

export function openWorld(
  settings: Settings,
  context: CommandContext,
  notice: (message: string) => void,
  options: { isChat?: true } = {},
): World {
  const { secrets } = context;
  const directory = openDirectory({
    settings,
    env: context.env,
    keysFile: context.paths.keysFile,
    fetch: context.fetch,
    sleep: context.sleep,
    warn: notice,
    secret: (text) => secrets.push(text),
    ...options,
  });
  const lists = { folder: `${context.paths.cache}/models`, date: () => context.date(), keep: !settings.get('private') };
  return { settings, directory, lists, notice };
}

/** Says something on stderr, in one safe line without secrets. */
export function noticeWriter(context: CommandContext, { quiet = false } = {}): (message: string) => void {
  return (message) => {
    if (!quiet) context.stderr.write(redact(`sotto: ${safeLine(message)}\n`, context.secrets));
  };
}
