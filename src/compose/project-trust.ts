/** Whether what the working folder brings may run now, and the words for it when it may not. */
import type { McpServer } from '../config/mcp/server.ts';
import { readTrust, type TrustNow } from '../config/trusted-folders.ts';
import type { Loadable, Problem } from '../tools/own-definition.ts';
import type { CommandContext } from './context.ts';

type TrustContext = Pick<CommandContext, 'env' | 'folder' | 'paths'>;

/** Reads what there is anew each time. */
export function trustNow({ env, folder, paths }: TrustContext): TrustNow {
  return readTrust(paths.data, folder(), env);
}

/** "… is not used: REASON". */
export function whyNotTrusted(trust: Exclude<TrustNow, { state: 'trusted' }>): string {
  if (trust.state === 'unknown') return 'this folder is not trusted';
  const { changes } = trust;
  const more = changes.length > SHOWN_CHANGES ? ` and ${changes.length - SHOWN_CHANGES} more` : '';
  return `what this folder brings has changed since you trusted it (${changes.slice(0, SHOWN_CHANGES).join(', ')}${more})`;
}

const SHOWN_CHANGES = 3;

/** For the start of a tool of the folder: what it may load, or why nothing of the folder starts any more. */
export function loadableNow(context: TrustContext): Loadable | Problem {
  const trust = trustNow(context);
  return trust.state === 'trusted' ? trust.brought : { problem: stopped(trust) };
}

/** For the start of a server of the folder: undefined where it is the very one that was trusted. */
export function whyNotStarted(server: McpServer, context: TrustContext): string | undefined {
  const trust = trustNow(context);
  if (trust.state !== 'trusted') return stopped(trust);
  const isSame = trust.brought.servers.some((one) => JSON.stringify(one) === JSON.stringify(server));
  return isSame ? undefined : 'its description in this folder has changed since it was read';
}

function stopped(trust: Exclude<TrustNow, { state: 'trusted' }>): string {
  return `${whyNotTrusted(trust)}. Look at it, then: sotto tools trust`;
}
