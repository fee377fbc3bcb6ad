/** Where tools of the user lie: in the configuration folder, and in a project once its folder is trusted. */
import type { ToolsFolder } from '../tools/own-tools.ts';
import type { CommandContext } from './context.ts';
import { trustNow, whyNotTrusted } from './project-trust.ts';

function userToolsFolder({ paths }: Pick<CommandContext, 'paths'>): string {
  return process.getBuiltinModule('node:path').join(paths.config, 'tools');
}

export function projectToolsFolder(folder: string): string {
  return process.getBuiltinModule('node:path').join(folder, '.sotto', 'tools');
}

/** The folders whose files may be run. */
export function toolsFolders(context: CommandContext): ToolsFolder[] {
  const folder = context.folder();
  const isTrusted = trustNow(context).state === 'trusted';
  return [
    { path: userToolsFolder(context), origin: 'user' },
    ...(isTrusted ? [{ path: projectToolsFolder(folder), origin: 'project' } as const] : []),
  ];
}

/** A sentence where the working folder brings what is not used because nobody has said that it may be, or not as it is now. */
export async function untrustedNotice(context: CommandContext): Promise<string | undefined> {
  const trust = trustNow(context);
  if (trust.state === 'trusted') return undefined;
  const folder = projectToolsFolder(context.folder());
  const end = `not used, because ${whyNotTrusted(trust)}. Look at them, then: sotto tools trust`;
  if (trust.state === 'changed') return `the tools and MCP servers of this folder are ${end}`;
  const { toolFileNames } = await import('../tools/own-tools.ts');
  return toolFileNames(folder, context.platform).length === 0 ? undefined : `${folder} has tools that are ${end}`;
}
