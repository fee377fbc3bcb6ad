/** What runs inside of the thread of a user's module: it loads the file, says what it exports, and carries out calls. */
import { isObject, type Json, type JsonObject, numberAt, textAt } from '../core/json.ts';
import type { Loadable } from './own-definition.ts';
import { guardLoading } from './own-loading.ts';

export type OwnRequest =
  | { type: 'describe' }
  | { type: 'call'; id: number; index: number; args: JsonObject; folder: string }
  | { type: 'cancel'; id: number };

/** `json` is a result that is no text; neither of both: there is none. */
export type OwnReply =
  | { type: 'described'; tools: Json }
  | { type: 'progress'; id: number; message: string; fraction?: number }
  | { type: 'result'; id: number; text?: string; json?: string }
  | { type: 'failed'; id: number; reason: string };

/** `loadable`: nothing else of the disk may be loaded. */
export type WorkerInput = { path: string; loadable?: Loadable };

/** A message of the thread, or undefined where it is none: what the file itself has posted may be anything. */
export function readReply(message: unknown): OwnReply | undefined {
  if (!isObject(message)) return undefined;
  const { type, tools, json } = message;
  if (type === 'described') return Array.isArray(tools) ? { type, tools } : undefined;
  const id = numberAt(message, 'id');
  if (id === undefined) return undefined;
  if (type === 'failed') return { type, id, reason: textAt(message, 'reason') ?? 'no reason was given' };
  if (type === 'progress') {
    const fraction = numberAt(message, 'fraction');
    return { type, id, message: textAt(message, 'message') ?? '', ...(fraction === undefined ? {} : { fraction }) };
  }
  if (type !== 'result') return undefined;
  const text = textAt(message, 'text');
  return { type, id, ...(text === undefined ? {} : { text }), ...(typeof json === 'string' ? { json } : {}) };
}

/** The program of the thread, as text: it is started without a file of its own, so that it is found wherever sotto is installed. */
export function ownWorkerSource(): string {
  return `(${ownWorker})((url) => import(url), ${guardLoading});`;
}

/** Becomes text: it may use nothing from outside of itself. `workerData` is a `WorkerInput`. */
function ownWorker(load: (url: string) => Promise<unknown>, guard: (loadable: Loadable) => void): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  const { createRequire } = process.getBuiltinModule('node:module');
  const { path: file, loadable }: WorkerInput = workerData;
  type Exported = { [key: string]: unknown };
  const stops = new Map<number, AbortController>();
  const longestProgress = 1000;
  const longestResult = 16_000_000;
  const tell = (reply: unknown) => parentPort?.postMessage(reply);
  const isThing = (value: unknown): value is Exported => typeof value === 'object' && value !== null;

  function wordsOf(thrown: unknown): string {
    const text =
      isThing(thrown) && typeof thrown.message === 'string' ? thrown.message : typeof thrown === 'string' ? thrown : JSON.stringify(thrown);
    return (text ?? String(thrown)).trim() || 'no reason was given';
  }

  async function exported(): Promise<unknown[]> {
    const loaded = await load(pathToFileURL(file).href);
    const all = isThing(loaded) ? loaded.default : undefined;
    if (all === undefined)
      throw new Error('it has no default export. Write: export default { name, description, parameters, run(args) { … } }');
    return Array.isArray(all) ? all : [all];
  }

  /** zod's schemas write themselves as JSON schemas, or the zod that the file itself uses does it. */
  async function schemaOf(parameters: unknown): Promise<unknown> {
    if (!isThing(parameters) || !isThing(parameters._zod)) return parameters;
    if (typeof parameters.toJSONSchema === 'function') return parameters.toJSONSchema({ io: 'input' });
    const zod = await load(pathToFileURL(createRequire(pathToFileURL(file)).resolve('zod')).href);
    if (isThing(zod) && typeof zod.toJSONSchema === 'function') return zod.toJSONSchema(parameters, { io: 'input' });
    throw new Error('its zod schema cannot be written as a JSON schema: use zod 4');
  }

  async function described(one: unknown): Promise<unknown> {
    if (!isThing(one)) return { problem: 'its default export is no object' };
    const name = typeof one.name === 'string' ? one.name : 'its default export';
    if (typeof one.run !== 'function') return { problem: `${name} has no function run(args, context)` };
    try {
      const { description, access, env, timeoutSeconds } = one;
      const definition = { name: one.name, description, access, env, timeoutSeconds, parameters: await schemaOf(one.parameters) };
      return { definition: JSON.parse(JSON.stringify(definition)) };
    } catch (thrown) {
      return { problem: `${name}: ${wordsOf(thrown)}` };
    }
  }

  async function call({ id, index, args, folder }: Extract<OwnRequest, { type: 'call' }>): Promise<void> {
    const stop = new AbortController();
    stops.set(id, stop);
    try {
      const tool = (await exported())[index];
      if (!isThing(tool) || typeof tool.run !== 'function') throw new Error('the file has changed');
      const read =
        isThing(tool.parameters) && typeof tool.parameters.safeParse === 'function' ? tool.parameters.safeParse(args) : undefined;
      if (read && !read.success) throw new Error(`the arguments are not right: ${wordsOf(read.error)}`);
      const progress = (message: unknown, fraction?: unknown) =>
        tell({
          type: 'progress',
          id,
          message: String(message).slice(0, longestProgress),
          ...(typeof fraction === 'number' ? { fraction } : {}),
        });
      const value = await tool.run(read ? read.data : args, { folder, signal: stop.signal, progress });
      const json =
        typeof value === 'string' || value === undefined || value === null ? undefined : (JSON.stringify(value) ?? String(value));
      const length = typeof value === 'string' ? value.length : (json?.length ?? 0);
      if (length > longestResult) throw new Error(`its result is too long: ${length} characters`);
      tell({ type: 'result', id, ...(typeof value === 'string' ? { text: value } : {}), ...(json === undefined ? {} : { json }) });
    } catch (thrown) {
      tell({ type: 'failed', id, reason: wordsOf(thrown).slice(0, longestResult) });
    } finally {
      stops.delete(id);
    }
  }

  if (loadable) guard(loadable);
  parentPort?.on('message', async (request: OwnRequest) => {
    if (request.type === 'call') await call(request);
    else if (request.type === 'cancel') stops.get(request.id)?.abort();
    else {
      const tools = await exported().then(
        (all) => Promise.all(all.map(described)),
        (thrown) => [{ problem: `it cannot be loaded: ${wordsOf(thrown)}` }],
      );
      tell({ type: 'described', tools });
    }
  });
}
