/** The tool that lists the files of a folder. */
import { stat } from 'node:fs/promises';
import { numberAt, textAt } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolOutcome } from '../core/tool.ts';
import { type FileAccess, failed } from './file-access.ts';
import { compileGlob } from './glob.ts';
import { fileReason, type Place } from './paths.ts';
import { walk } from './walk.ts';

const MOST_LISTED = 500;
/** From here on nobody counts. */
const MOST_COUNTED = 100_000;
const DEEPEST = 50;

export function createListFiles(access: FileAccess): Tool {
  return {
    name: 'list_files',
    description: `List files and folders, at most ${MOST_LISTED}; not what .gitignore names, nor node_modules.`,
    parameters: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'folder; default: the working folder' },
        pattern: { type: 'string', description: 'glob such as *.ts or src/**/*.{ts,tsx}' },
        depth: { type: 'integer', minimum: 1, description: 'levels; default 2, with a pattern all' },
        all: { type: 'boolean', description: 'also ignored files' },
      },
      additionalProperties: false,
    },
    access: 'read',
    source: 'built-in',
    plan: (args, context) => access.planRead(args, 'list', context),
    async run(args, context) {
      const place = await access.toRead(args, context);
      if ('refusal' in place) return failed(place.refusal);
      try {
        if (!(await stat(place.path)).isDirectory()) return failed(`${place.shown} is a file, not a folder. Use read_file.`);
      } catch (thrown) {
        return failed(`${place.shown} cannot be listed: ${fileReason(thrown)}.`);
      }
      const pattern = textAt(args, 'pattern');
      const depth = Math.min(DEEPEST, numberAt(args, 'depth') ?? (pattern === undefined ? 2 : DEEPEST));
      return list({ place, pattern, depth, isAll: args.all === true }, context);
    },
  };
}

type Request = { place: Place; pattern: string | undefined; depth: number; isAll: boolean };

async function list({ place, pattern, depth, isAll }: Request, { signal }: ToolContext): Promise<ToolOutcome> {
  const matches = pattern === undefined ? () => true : compileGlob(pattern);
  const lines: string[] = [];
  let count = 0;
  let walked = 0;
  for await (const entry of walk({ folder: place.path, depth, isAll }, signal)) {
    walked += 1;
    if (walked > MOST_COUNTED) break;
    if (!matches(entry.path)) continue;
    count += 1;
    if (lines.length < MOST_LISTED) lines.push(entry.path + MARKS[entry.type]);
  }
  if (signal.aborted) return stoppedWith('');
  if (count === 0)
    return { output: pattern === undefined ? `[${place.shown} is empty]` : `[nothing in ${place.shown} matches ${pattern}]` };
  const isCut = walked > MOST_COUNTED;
  if (count <= MOST_LISTED && !isCut) return { output: lines.join('\n') };
  const total = isCut ? `more than ${count}` : `${count}`;
  return { output: `${lines.join('\n')}\n[${lines.length} of ${total} shown; narrow it with path, pattern or depth]` };
}

const MARKS = { file: '', folder: '/', link: '@', other: '=' } as const;
