/** Where tools of the user lie: in the configuration folder, and in a project once its folder is trusted. */
import { isTrustedFolder, trustOf } from '../../config/trusted-folders.ts';
import type { ToolsFolder } from '../../tools/own-tools.ts';
import type { CommandContext } from '../context.ts';

export function userToolsFolder({ paths }: Pick<CommandContext, 'paths'>): string {
  return process.getBuiltinModule('node:path').join(paths.config, 'tools');
}

export function projectToolsFolder(folder: string): string {
  return process.getBuiltinModule('node:path').join(folder, '.sotto', 'tools');
}

/** The folders whose files may be run. */
export function toolsFolders(context: CommandContext): ToolsFolder[] {
  const folder = context.folder();
  const isTrusted = isTrustedFolder(context.paths.data, folder);
  return [
    { path: userToolsFolder(context), origin: 'user' },
    ...(isTrusted ? [{ path: projectToolsFolder(folder), origin: 'project' } as const] : []),
  ];
}

/** A sentence where the working folder has tools that are not used because nobody has said that they may be. */
export async function untrustedNotice(context: CommandContext): Promise<string | undefined> {
  const folder = context.folder();
  const trust = trustOf(context.paths.data, folder);
  if (trust === 'trusted') return undefined;
  const { toolFileNames } = await import('../../tools/own-tools.ts');
  if (toolFileNames(projectToolsFolder(folder), context.platform).length === 0) return undefined;
  const why =
    trust === 'changed' ? 'because what this folder brings has changed since you trusted it' : 'because this folder is not trusted';
  return `${projectToolsFolder(folder)} has tools that are not used, ${why}. Look at them, then: sotto tools trust`;
}
