/** What a call of a tool of the user would do, as far as anybody can tell: its arguments. */
import type { JsonObject } from '../core/json.ts';
import type { ToolPlan } from '../core/tool.ts';
import { withinFolder } from './file-access.ts';
import type { Origin } from './own-definition.ts';

const LONGEST = 100;

export function planOf(name: string, args: JsonObject, { origin, folder }: { origin: Origin; folder: string }): ToolPlan {
  const short = Object.entries(args)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
    .replace(/\s+/g, ' ');
  const shown = short.length > LONGEST ? `${short.slice(0, LONGEST - 3)}...` : short;
  return {
    summary: shown === '' ? name : `${name} (${shown})`,
    details: JSON.stringify(args, undefined, 2),
    // Another project may have another tool of the same name.
    ...(origin === 'project' ? { pattern: withinFolder(folder) } : {}),
  };
}
