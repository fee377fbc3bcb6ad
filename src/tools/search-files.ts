/** The tool that searches the text of files for an expression. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonObject, numberAt, textAt } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolOutcome } from '../core/tool.ts';
import { type FileAccess, failed } from './file-access.ts';
import { compileGlob } from './glob.ts';
import { compileExpression, createLineSearch, type LineSearch, type LineTest } from './line-search.ts';
import { fileReason, type Place } from './paths.ts';
import { openText, sizeText, wholeText } from './text-files.ts';
import { walk } from './walk.ts';

const MOST_MATCHES = 200;
const MOST_TEXT = 50_000;
const LONGEST_LINE = 300;
const LARGEST_FILE = 16_000_000;
/** Texts are tested together until they have so many characters. */
const BATCH = 500_000;
/** So many texts may take too long before the expression is given up. */
const MOST_SLOW = 3;
const MOST_CONTEXT = 10;

export function createSearchFiles(access: FileAccess): Tool {
  return {
    name: 'search_files',
    description: `Search file contents line by line; at most ${MOST_MATCHES} matches. Skips what .gitignore names, binary and secret files.`,
    parameters: {
      type: 'object',
      properties: {
        pattern: { type: 'string', description: 'JavaScript regular expression' },
        literal: { type: 'boolean', description: 'pattern is plain text' },
        ignore_case: { type: 'boolean' },
        path: { type: 'string', description: 'file or folder; default: the working folder' },
        glob: { type: 'string', description: 'only these files, such as *.ts' },
        context: { type: 'integer', minimum: 0, maximum: MOST_CONTEXT, description: 'lines around each match; default 0' },
      },
      required: ['pattern'],
      additionalProperties: false,
    },
    access: 'read',
    source: 'built-in',
    plan: (args, context) => access.planRead(args, 'search', context),
    async run(args, context) {
      const place = await access.toRead(args, context);
      if ('refusal' in place) return failed(place.refusal);
      const test = testOf(args);
      if (typeof test === 'string') return failed(test);
      try {
        const isFolder = (await stat(place.path)).isDirectory();
        return await search({ place, isFolder, glob: textAt(args, 'glob'), around: numberAt(args, 'context') ?? 0, test, access }, context);
      } catch (thrown) {
        return failed(`${place.shown} cannot be searched: ${fileReason(thrown)}.`);
      }
    },
  };
}

function testOf(args: JsonObject): LineTest | string {
  const pattern = textAt(args, 'pattern') ?? '';
  const ignoreCase = args.ignore_case === true;
  if (pattern === '') return 'The pattern is empty.';
  if (args.literal === true) return { type: 'literal', text: pattern, ignoreCase };
  try {
    return { type: 'expression', expression: compileExpression(pattern, ignoreCase) };
  } catch (thrown) {
    return `The pattern is not a regular expression (${thrown instanceof Error ? thrown.message : thrown}). For plain text set literal to true.`;
  }
}

type Request = { place: Place; isFolder: boolean; glob: string | undefined; around: number; test: LineTest; access: FileAccess };
type Text = { shown: string; lines: readonly string[] };
type Tally = {
  out: string[];
  length: number;
  matches: number;
  files: number;
  searched: number;
  slow: string[];
  skipped: string[];
  cut: string[];
};

async function search(request: Request, context: ToolContext): Promise<ToolOutcome> {
  const tally: Tally = { out: [], length: 0, matches: 0, files: 0, searched: 0, slow: [], skipped: [], cut: [] };
  const finder = createLineSearch(request.test);
  let batch: Text[] = [];
  let size = 0;
  const flush = () => {
    collect(batch, finder, { tally, around: request.around });
    batch = [];
    size = 0;
  };
  for await (const place of places(request, tally, context)) {
    const text = await textOf(place, tally, context);
    if (text === undefined) continue;
    batch.push({ shown: place.shown, lines: text.split(/\r?\n/) });
    tally.searched += 1;
    size += text.length;
    if (size >= BATCH) {
      flush();
      context.progress(`${tally.searched} files, ${tally.matches} matches`);
    }
    if (isFull(tally) || tally.slow.length >= MOST_SLOW) break;
  }
  flush();
  if (context.signal.aborted) return stoppedWith(`[${tally.searched} files were searched]`);
  if (tally.slow.length >= MOST_SLOW || (tally.slow.length > 0 && tally.searched === tally.slow.length)) {
    return failed(
      `The expression takes too long on ${tally.slow.join(', ')}: nested repetitions such as (a+)+ are tried in too many ways. Use a simpler one, or literal.`,
    );
  }
  return { output: [...tally.out, ...notes(tally, request)].join('\n') };
}

function isFull({ matches, length }: Tally): boolean {
  return matches >= MOST_MATCHES || length >= MOST_TEXT;
}

async function* places({ place, isFolder, glob, access }: Request, { cut }: Tally, context: ToolContext): AsyncGenerator<Place> {
  if (!isFolder) {
    yield place;
    return;
  }
  const matches = glob === undefined ? () => true : compileGlob(glob);
  const isHidden = await access.hidden(context);
  const request = { folder: place.path, depth: 50, isAll: false, cut: (path: string) => void cut.push(path || place.shown) };
  for await (const entry of walk(request, context.signal)) {
    const path = join(place.path, entry.path);
    if (entry.type !== 'file' || !matches(entry.path) || isHidden(path)) continue;
    yield { ...place, path, shown: place.shown === '.' ? entry.path : `${place.shown}/${entry.path}` };
  }
}

async function textOf(place: Place, tally: Tally, { signal }: ToolContext): Promise<string | undefined> {
  try {
    const file = await openText(place);
    try {
      if (file.kind.type !== 'text') return undefined;
      if (file.size <= LARGEST_FILE) return await wholeText(file, signal);
      tally.skipped.push(`${place.shown} (${sizeText(file.size)})`);
      return undefined;
    } finally {
      await file.handle.close();
    }
  } catch {
    return undefined;
  }
}

function collect(texts: readonly Text[], finder: LineSearch, { tally, around }: { tally: Tally; around: number }): void {
  const found = finder.search(texts.map((text) => text.lines));
  for (const [index, text] of texts.entries()) {
    const hits = found[index];
    if (hits === undefined) tally.slow.push(text.shown);
    else if (hits.length > 0 && !isFull(tally)) {
      tally.files += 1;
      show(text, hits, { tally, around });
    }
  }
}

/** As grep does: `file:12: match`, `file-11- line beside it`, `--` between what is not adjacent. */
function show({ shown, lines }: Text, hits: readonly number[], { tally, around }: { tally: Tally; around: number }): void {
  const isHit = new Set(hits);
  let printed = -1;
  for (const hit of hits) {
    if (isFull(tally)) return;
    tally.matches += 1;
    const from = Math.max(printed + 1, hit - around);
    if (around > 0 && tally.out.length > 0 && (printed === -1 || from > printed + 1)) tally.out.push('--');
    for (let at = from; at <= Math.min(lines.length - 1, hit + around); at += 1) {
      if (at > hit && isHit.has(at)) break;
      const line = lines[at] ?? '';
      const text = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}[...]` : line;
      const row = isHit.has(at) ? `${shown}:${at + 1}: ${text}` : `${shown}-${at + 1}- ${text}`;
      tally.out.push(row);
      tally.length += row.length + 1;
      printed = at;
    }
  }
}

function notes(tally: Tally, { glob, place }: Request): string[] {
  const lines: string[] = [];
  if (tally.matches === 0)
    lines.push(`[no match in ${tally.searched} files of ${place.shown}${glob === undefined ? '' : ` that match ${glob}`}]`);
  if (isFull(tally))
    lines.push(`[stopped after ${tally.matches} matches in ${tally.files} files; narrow it with path, glob or a longer pattern]`);
  if (tally.slow.length > 0) lines.push(`[given up, the expression takes too long there: ${tally.slow.join(', ')}]`);
  if (tally.skipped.length > 0) lines.push(`[skipped, too large: ${tally.skipped.slice(0, 5).join(', ')}]`);
  if (tally.cut.length > 0) lines.push(`[not looked at as a whole, too many files: ${tally.cut.slice(0, 5).join(', ')}]`);
  return lines;
}
