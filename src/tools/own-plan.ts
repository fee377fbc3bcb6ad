/** A tool of the user as a tool like every other: what a call would do, as far as its arguments tell, and which tool it is by now. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { openRegularFile } from '../config/regular-file.ts';
import type { JsonObject } from '../core/json.ts';
import { changedSince, type Tool, type ToolPlan } from '../core/tool.ts';
import { withinFolder } from './file-access.ts';
import { identityOf } from './identity.ts';
import type { Origin, OwnDefinition } from './own-definition.ts';

export type OwnFile = { path: string; origin: Origin };

/** `run` is called only while the tool is still what its call was allowed for. */
export function ownTool({ variables: _, ...definition }: OwnDefinition, { path, origin }: OwnFile, run: Tool['run']): Tool {
  const { name, description, parameters, access } = definition;
  const contentOf = createContentMark(path);
  const identity = async () => identityOf({ name, description, parameters, access, content: await contentOf() });
  return {
    ...definition,
    source: 'own',
    plan: async (args, { folder }) => ({
      ...shownOf(name, args),
      covers: `${name}${origin === 'project' ? ' in this folder' : ''}, while its file stays as it is`,
      // Another project may have another tool of the same name.
      ...(origin === 'project' ? { pattern: withinFolder(folder) } : {}),
      identity: await identity(),
    }),
    async run(args, context) {
      const { granted } = context;
      if (granted?.identity !== undefined && granted.identity !== (await identity())) return changedSince(`the file of ${name}`);
      return run(args, context);
    },
  };
}

const LONGEST = 100;

function shownOf(name: string, args: JsonObject): Pick<ToolPlan, 'summary' | 'details'> {
  const short = Object.entries(args)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
    .replace(/[ \n]+/g, ' ');
  const shown = short.length > LONGEST ? `${short.slice(0, LONGEST - 3)}...` : short;
  return { summary: shown === '' ? name : `${name} (${shown})`, details: JSON.stringify(args, undefined, 2) };
}

/** A large program is read only when it has changed. A file that cannot be read is like no other. */
function createContentMark(file: string): () => Promise<string> {
  let known: { state: string; content: string } | undefined;
  return async () => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
      const state = `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
      if (known?.state === state) return known.content;
      const hash = createHash('sha256');
      for await (const bytes of createReadStream('', { fd: openRegularFile(file).descriptor })) hash.update(bytes);
      known = { state, content: hash.digest('hex') };
      return known.content;
    } catch {
      return crypto.randomUUID();
    }
  };
}
