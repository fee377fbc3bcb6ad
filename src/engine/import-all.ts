/** Reads conversations of other programs, and sotto's own exports, from files and folders, one piece after the other. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readRegularFile } from '../config/regular-file.ts';
import { asSottoError, cancelledError } from '../core/errors.ts';
import { isObject, type Json, parseJson, textAt } from '../core/json.ts';
import type { ConversationRecord } from '../store/store.ts';
import { isAichat, isAichatLog, readAichatLog, readAichatSession } from './import-aichat.ts';
import { isChatGpt, readChatGpt } from './import-chatgpt.ts';
import { isClaude, readClaude } from './import-claude.ts';
import { beginningOf, findImports, type ImportFile, reasonOf, type TextEncoding } from './import-files.ts';
import { type JsonItem, type JsonList, jsonFault, LONGEST_TEXT, listIn, tooLong } from './import-json.ts';
import type { ImportStep, Origin } from './import-record.ts';

const IMPORT_FORMATS = ['sotto', 'llm', 'chatgpt', 'claude', 'aichat'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** `auto` looks into each file. */
export async function* readImports(
  paths: readonly string[],
  { format }: { format: ImportFormat | 'auto' },
  signal: AbortSignal,
): AsyncGenerator<ImportStep> {
  const { files, problems } = findImports(paths);
  if (problems.length > 0) yield { conversations: [], problems };
  for (const file of files) {
    try {
      for await (const step of readFile(file, format, signal)) {
        if (signal.aborted) throw cancelledError();
        yield { ...step, conversations: step.conversations.map((record) => withSource(record, file)) };
      }
    } catch (thrown) {
      const error = asSottoError(thrown);
      if (error.kind === 'cancelled') throw thrown;
      const what = error.kind === 'usage' ? [error.message, error.hint].filter(Boolean).join(' ') : reasonOf(thrown);
      yield { conversations: [], problems: [{ where: file.path, what }] };
    }
  }
}

type Steps = Iterable<ImportStep> | AsyncIterable<ImportStep>;

async function* readFile(file: ImportFile, format: ImportFormat | 'auto', signal: AbortSignal): AsyncGenerator<ImportStep> {
  const beginning = beginningOf(file.path);
  if (beginning === 'sqlite') return yield* format === 'auto' || format === 'llm' ? readDatabase(file, signal) : nothing(file, format);
  if (beginning === 'zip') return yield problem(file, 'is a ZIP archive: unpack it and import the folder');
  if (beginning === 'gzip') return yield problem(file, 'is packed with gzip: unpack it first');
  if (file.bytes === 0) return yield problem(file, 'is empty');
  if (beginning !== 'text') return yield* readText(textOf(file, beginning), file, format);
  const start = await startOf(file.path);
  const list = isAichatLog(start) ? undefined : listIn(file.path, start);
  if (list) return yield* readList(list, file, format);
  if (isOfLines(start, file)) return yield* readLines(linesOf(file.path, signal), file, format);
  yield* readText(textOf(file, 'utf-8'), file, format);
}

async function* readDatabase(file: ImportFile, signal: AbortSignal): Steps {
  const [{ readLlm, untilUnlocked }, { readLlmConversation }] = await Promise.all([
    import('../store/import-llm.ts'),
    import('./import-llm.ts'),
  ]);
  await untilUnlocked(file.path, signal);
  for (const conversation of readLlm(file.path))
    yield guarded(`${file.path}, conversation ${conversation.id}`, () => readLlmConversation(conversation, originOf(file)));
}

/** One conversation per line, however many there are. */
async function* readLines(lines: AsyncIterable<string> | Iterable<string>, file: ImportFile, format: ImportFormat | 'auto'): Steps {
  const waiting: ImportStep[] = [];
  let isKnown = false;
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const where = `${file.path}:${number}`;
    const value = parseJson(line.replace(/^\ufeff/, ''));
    const reader = value === undefined ? undefined : await readerOf(value, format);
    if (!reader || value === undefined) waiting.push(value === undefined ? notJson(where) : unknown(where));
    isKnown ||= reader !== undefined;
    // Of what is no list of conversations not every line is told.
    if (isKnown) yield* waiting.splice(0);
    if (reader && value !== undefined) yield guarded(where, () => reader(value, where, originOf(file)));
  }
  if (!isKnown) yield* nothing(file, format);
}

// Node's own way to read a text has no bound, and hears nothing meanwhile.
function textOf({ path }: ImportFile, encoding: TextEncoding): string {
  return new TextDecoder(encoding).decode(readRegularFile(path, LONGEST_TEXT));
}

async function* readText(text: string, file: ImportFile, format: ImportFormat | 'auto'): Steps {
  if (isAichatLog(text) && allows(format, 'aichat')) return yield readAichatLog(text, originOf(file));
  const json = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  if (json !== undefined) return yield* Array.isArray(json) ? readList(listOf(json), file, format) : readJson(json, file, format);
  if (isOfLines(text.slice(0, 4096), file)) return yield* readLines(text.split('\n'), file, format);
  if (/\.ya?ml$/i.test(file.path) || (format === 'aichat' && !/\.json$/i.test(file.path))) return yield* readYaml(text, file, format);
  const fault = /^\s*[[{]/.test(text) || /\.json$/i.test(file.path) ? jsonFault(text) : '';
  if (fault !== '') return yield problem(file, `is not JSON: ${fault}`);
  yield* nothing(file, format);
}

async function* readJson(json: Json, file: ImportFile, format: ImportFormat | 'auto'): Steps {
  const kind = textAt(json, 'kind');
  if (allows(format, 'sotto') && (kind === 'sotto.conversations' || kind === 'sotto.conversation')) {
    const { readSotto, readSottoRecord } = await import('./import-sotto.ts');
    return yield kind === 'sotto.conversations' ? readSotto(json, file.path) : readSottoRecord(json, file.path);
  }
  if (allows(format, 'aichat') && isAichat(json)) return yield readAichatSession(json, file.name, originOf(file));
  if (isObject(json) && Array.isArray(json.conversations)) return yield* readList(listOf(json.conversations), file, format);
  const reader = await readerOf(json, format);
  yield* reader ? [reader(json, `${file.path}, conversation 1`, originOf(file))] : nothing(file, format);
}

function listOf(values: readonly Json[]): JsonList {
  async function* items(): AsyncGenerator<JsonItem> {
    for (const [index, value] of values.entries()) yield { index, value };
  }
  return { head: null, items: items(), isCut: () => false };
}

type Reader = (value: Json, where: string, origin: Origin) => ImportStep;

/** A conversation shows by itself what program it is from. */
async function readerOf(value: Json, format: ImportFormat | 'auto'): Promise<Reader | undefined> {
  if (allows(format, 'sotto') && isSottoRecord(value)) return (await import('./import-sotto.ts')).readSottoRecord;
  if (allows(format, 'chatgpt') && isChatGpt(value)) return readChatGpt;
  return allows(format, 'claude') && isClaude(value) ? readClaude : undefined;
}

/** Also where another program put its fields into another order, or took the conversations out of the export. */
function isSottoRecord(value: Json): boolean {
  return isObject(value) && typeof value.v === 'number' && (value.kind === 'sotto.conversation' || Array.isArray(value.messages));
}

/** Conversations one by one. What none of them is, is told apart only when the first one has shown what the file is. */
async function* readList(list: JsonList, file: ImportFile, format: ImportFormat | 'auto'): Steps {
  let reader: Reader | undefined;
  if (allows(format, 'sotto') && textAt(list.head, 'kind') === 'sotto.conversations') {
    const { readSotto, readSottoRecord } = await import('./import-sotto.ts');
    const refused = readSotto(list.head, file.path);
    if (refused.problems.length > 0) return yield refused;
    reader = readSottoRecord;
  }
  const waiting: JsonItem[] = [];
  let reason: string | undefined;
  let count = 0;
  for await (const item of list.items) {
    if (count++ === 0) reason = item.reason;
    reader = (item.value === undefined ? undefined : await readerOf(item.value, format)) ?? reader;
    waiting.push(item);
    for (let one = reader && waiting.shift(); one && reader; one = waiting.shift()) yield readItem(one, reader, file);
  }
  if ((!reader && reason !== undefined) || (count === 0 && list.isCut()))
    return yield problem(file, `is not JSON: ${reason ?? 'it ends in the middle'}`);
  if (!reader && waiting.length > 0) return yield* nothing(file, format);
  if (list.isCut()) yield problem(file, 'ends in the middle: it was not written, or not copied, to its end');
}

/** One that cannot be read, for whatever reason, is named; the others go on. */
function readItem(item: JsonItem, reader: Reader, file: ImportFile): ImportStep {
  const where = `${file.path}, conversation ${item.index + 1}`;
  const { value } = item;
  // It is read once, and may be large.
  item.value = undefined;
  return value === undefined ? notJson(where) : guarded(where, () => reader(value, where, originOf(file)));
}

function unknown(where: string): ImportStep {
  return { conversations: [], problems: [{ where, what: 'is no conversation that sotto knows' }] };
}

function notJson(where: string): ImportStep {
  return { conversations: [], problems: [{ where, what: 'is not JSON' }] };
}

function guarded(where: string, read: () => ImportStep): ImportStep {
  try {
    return read();
  } catch (thrown) {
    return { conversations: [], problems: [{ where, what: `cannot be read: ${reasonOf(thrown)}` }] };
  }
}

async function* readYaml(text: string, file: ImportFile, format: ImportFormat | 'auto'): Steps {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) return yield problem(file, `is not YAML: ${error.message.split('\n')[0] ?? ''}`);
  const value: Json = document.toJS({ maxAliasCount: 100 });
  if (allows(format, 'aichat') && isAichat(value)) return yield readAichatSession(value, file.name, originOf(file));
  yield* nothing(file, format);
}

function originOf({ path, modifiedMs, asset }: ImportFile): Origin {
  return { where: path, modifiedMs, asset };
}

function allows(format: ImportFormat | 'auto', wanted: ImportFormat): boolean {
  return format === 'auto' || format === wanted;
}

function* nothing(file: ImportFile, format: ImportFormat | 'auto'): Generator<ImportStep> {
  yield problem(
    file,
    format === 'auto'
      ? 'is none of the formats that sotto knows (sotto, llm, ChatGPT, Claude, aichat)'
      : `is not in the format ${format}; leave out --format to let sotto look`,
  );
}

function problem(file: ImportFile, what: string): ImportStep {
  return { conversations: [], problems: [{ where: file.path, what }] };
}

/** What carries no id of its own is known by how it begins: that stays when it grows. The time of the file does not. */
function withSource(record: ConversationRecord, { modifiedMs }: ImportFile): ConversationRecord {
  if (record.source || record.id !== undefined) return record;
  const { createdMs, title, messages } = record;
  const [first] = messages;
  const beginning = [createdMs === modifiedMs ? null : createdMs, first?.sourceId ?? title ?? null, first?.message ?? null];
  const id = createHash('sha256').update(JSON.stringify(beginning)).digest('hex').slice(0, 32);
  return { ...record, source: { name: 'file', id } };
}

const LINE_START = /^\ufeff?\s*\{\s*"v":\d+,\s*"kind":"sotto\.conversation"/;

/** The file is called so and its first line is more than a bracket, or that line is a whole object. Of a damaged file the first line may be the bad one. */
function isOfLines(start: string, { path }: ImportFile): boolean {
  if (LINE_START.test(start)) return true;
  const [first = '', ...others] = start
    .replace(/^\ufeff/, '')
    .trimStart()
    .split('\n');
  if (/\.(jsonl|ndjson)$/i.test(path)) return first.trim().length > 1;
  return first.startsWith('{') && others.length > 0 && parseJson(first) !== undefined;
}

/** Enough of a file to see what it is. */
async function startOf(path: string): Promise<string> {
  for await (const chunk of createReadStream(path, { encoding: 'utf8', end: 4095 })) return String(chunk);
  return '';
}

/** Lines end with \n and nothing else: readers that also stop at U+2028 would take JSON apart. */
async function* linesOf(path: string, signal: AbortSignal): AsyncGenerator<string> {
  let waiting: string[] = [];
  let held = 0;
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const [first = '', ...rest] = String(chunk).split('\n');
    waiting.push(first);
    held += first.length;
    const last = rest.pop();
    if (signal.aborted) throw cancelledError();
    if (held > LONGEST_TEXT) throw tooLong();
    if (last === undefined) continue;
    yield waiting.join('');
    yield* rest;
    waiting = [last];
    held = last.length;
  }
  const end = waiting.join('');
  if (end !== '') yield end;
}
