/** The tool that reads a text file, whole or some of its lines. */

import { errorCode } from '../core/errors.ts';
import { numberAt } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolOutcome } from '../core/tool.ts';
import { counted } from '../core/words.ts';
import { type FileAccess, failed } from './file-access.ts';
import { fileReason, type Place } from './paths.ts';
import { type OpenFile, openText, sizeText, textPieces } from './text-files.ts';

/** What one call returns at most: lines, characters, and characters of a line. */
const MOST_LINES = 2000;
const MOST_TEXT = 64_000;
const LONGEST_LINE = 4000;

export function createReadFile(access: FileAccess): Tool {
  return {
    name: 'read_file',
    description: `Read a text file. At most ${MOST_LINES} lines at once; it says where to go on.`,
    parameters: {
      type: 'object',
      properties: {
        path: { type: 'string' },
        start_line: { type: 'integer', minimum: 1, description: 'default 1' },
        end_line: { type: 'integer', minimum: 1 },
        line_numbers: { type: 'boolean', description: 'default false' },
      },
      required: ['path'],
      additionalProperties: false,
    },
    access: 'read',
    source: 'built-in',
    plan: (args, context) => access.planRead(args, 'read', context),
    async run(args, context) {
      const place = await access.toRead(args, context);
      if ('refusal' in place) return failed(place.refusal);
      const first = Math.max(1, numberAt(args, 'start_line') ?? 1);
      const last = Math.min(numberAt(args, 'end_line') ?? Number.POSITIVE_INFINITY, first + MOST_LINES - 1);
      if (last < first) return failed(`end_line (${last}) is before start_line (${first}).`);
      try {
        return await read(place, { first, last, hasNumbers: args.line_numbers === true, access }, context);
      } catch (thrown) {
        return failed(`${place.shown} cannot be read: ${fileReason(thrown)}.${codeHint(thrown)}`);
      }
    },
  };
}

type Wanted = { first: number; last: number; hasNumbers: boolean; access: FileAccess };

async function read(place: Place, wanted: Wanted, context: ToolContext): Promise<ToolOutcome> {
  const file = await openText(place);
  try {
    const { kind, size } = file;
    if (kind.type === 'picture')
      return failed(`${place.shown} is ${kind.what} (${sizeText(size)}), not text. Only the user can attach it, with @${place.shown}.`);
    if (kind.type === 'binary') return failed(`${place.shown} is ${kind.what} (${sizeText(size)}), not text.`);
    await wanted.access.remember(place.path);
    const found = await readLines(file, wanted, context);
    if (context.signal.aborted) return stoppedWith('');
    const note = noteOf(found, { ...wanted, shown: place.shown, encoding: kind.encoding });
    if (found.lines.length === 0)
      return found.total === 0
        ? { output: `[${place.shown} is empty]` }
        : failed(`${place.shown} has only ${counted(found.total, 'line')}.`);
    const width = String(wanted.first + found.lines.length - 1).length;
    const lines = wanted.hasNumbers
      ? found.lines.map((line, index) => `${String(wanted.first + index).padStart(width)}\t${line}`)
      : found.lines;
    return { output: lines.join('\n') + note };
  } finally {
    await file.handle.close();
  }
}

/** `isMore`: the file goes on behind what was counted. */
type Found = { lines: string[]; total: number; isMore: boolean };

/** Once all that is wanted is there, nobody counts further than this. */
const MOST_COUNTED = 64_000_000;

/** Keeps the lines that are wanted and counts the others; a piece is never put together with those before it. */
async function readLines(file: OpenFile, { first, last }: Wanted, { signal, progress }: ToolContext): Promise<Found> {
  const lines: string[] = [];
  let total = 0;
  let kept = 0;
  let line = '';
  let length = 0;
  let seen = 0;
  const isWanted = () => total + 1 >= first && total + 1 <= last && kept < MOST_TEXT;
  const end = () => {
    if (isWanted()) {
      const cut = line.endsWith('\r') ? line.slice(0, -1) : line;
      const text = length > LONGEST_LINE ? `${cut}[... ${length - LONGEST_LINE} more characters in this line]` : cut;
      lines.push(text);
      kept += text.length + 1;
    }
    total += 1;
    line = '';
    length = 0;
  };
  const extend = (text: string, from: number, to: number) => {
    if (line.length < LONGEST_LINE && isWanted()) line += text.slice(from, Math.min(to, from + LONGEST_LINE - line.length));
    length += to - from;
  };
  for await (const piece of textPieces(file, signal)) {
    let at = 0;
    for (let next = piece.indexOf('\n'); next !== -1; next = piece.indexOf('\n', at)) {
      extend(piece, at, next);
      end();
      at = next + 1;
    }
    extend(piece, at, piece.length);
    seen += piece.length;
    const isDone = total >= last || kept >= MOST_TEXT;
    if (isDone && seen >= MOST_COUNTED) return { lines, total, isMore: true };
    if (file.size > 16_000_000) progress(`${total} lines`, Math.min(1, seen / file.size));
  }
  if (length > 0) end();
  return { lines, total, isMore: false };
}

function noteOf(found: Found, { first, shown, encoding }: { first: number; shown: string; encoding: string }): string {
  const last = first + found.lines.length - 1;
  const notes: string[] = [];
  if (first > 1 || last < found.total)
    notes.push(
      `lines ${first}-${last} of ${found.isMore ? 'more than ' : ''}${found.total}${last < found.total ? `; go on with start_line ${last + 1}` : ''}`,
    );
  if (encoding === 'windows-1252') notes.push('not UTF-8: read as Windows-1252');
  return notes.length === 0 ? '' : `\n[${shown}: ${notes.join('; ')}]`;
}

function codeHint(thrown: unknown): string {
  const code = errorCode(thrown);
  if (code === 'EISDIR') return ' Use list_files.';
  return code === 'ENOENT' ? ' Look for it with list_files.' : '';
}
