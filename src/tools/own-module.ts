/** Tools that a JavaScript or TypeScript file exports: each file in a thread of its own, which can be ended whatever it does. */
import type { Worker, WorkerOptions } from 'node:worker_threads';
import { statIfThere } from '../config/stat.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolOutcome } from '../core/tool.ts';
import { commandEnvironment, type EnvironmentPorts, withVariables } from './command-environment.ts';
import { type Loadable, type LookAgain, type Problem, readDefinition } from './own-definition.ts';
import { outcomeOf } from './own-outcome.ts';
import { type OwnFile, ownTool } from './own-plan.ts';
import { type OwnReply, type OwnRequest, ownWorkerSource, readReply, type WorkerInput } from './own-worker.ts';

export type ModulePorts = EnvironmentPorts & {
  /** A thread that runs this text as a program. */
  startWorker: (source: string, options: WorkerOptions) => Worker;
  /** Node can read TypeScript by itself. */
  readsTypeScript: boolean;
  nodeVersion: string;
  /** For files of a project, before each start. */
  lookAgain?: LookAgain;
};

const LOAD_MS = 5000;
/** To load one takes ten times its size of memory. */
const LARGEST_MODULE = 16_000_000;
/** Between telling a call to stop and ending its thread. */
const GRACE_MS = 200;
const MOST_MEGABYTES = 1024;

/** `isSlow`: it was waited for, and would be again. */
export type Described = { description: Json } | (Problem & { isSlow?: true });

/** What the file exports, one description each, as it may be remembered; it is checked when tools are made of it. */
export async function describeModule(file: OwnFile, ports: ModulePorts, signal: AbortSignal): Promise<Described> {
  if (/\.[mc]?ts$/.test(file.path) && !ports.readsTypeScript)
    return { problem: `TypeScript needs Node 22.18 or newer, and this is ${ports.nodeVersion}. Use a newer one, or write it as .mjs` };
  const size = statIfThere(file.path)?.size ?? 0;
  if (size > LARGEST_MODULE) return { problem: `it is larger than ${LARGEST_MODULE / 1_000_000} MB, so it is not loaded` };
  const loadable = lookAgainAt(file, ports);
  if (loadable && 'problem' in loadable) return loadable;
  const thread = startThread(file, commandEnvironment(ports), { loadable, startWorker: ports.startWorker });
  let isSlow = false;
  const timer = setTimeout(() => {
    isSlow = true;
    thread.end(`it was not loaded after ${LOAD_MS / 1000} s`);
  }, LOAD_MS);
  const cancel = () => thread.end('it was stopped before it described itself');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    if (signal.aborted) cancel();
    const reply = await thread.ask({ type: 'describe' }, ({ type }) => type === 'described');
    return reply.type === 'described' ? { description: reply.tools } : { problem: 'it does not answer as it should' };
  } catch (thrown) {
    return { problem: `it cannot be loaded: ${thrown instanceof Error ? thrown.message : thrown}`, ...(isSlow ? { isSlow } : {}) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    thread.end('it is not needed any more');
  }
}

export function moduleTools(file: OwnFile, description: Json, ports: ModulePorts): (Tool | Problem)[] {
  const { origin } = file;
  const rows = Array.isArray(description) ? description : [];
  return rows.map((row, index): Tool | Problem => {
    if (isObject(row) && typeof row.problem === 'string') return { problem: row.problem };
    const read = readDefinition(isObject(row) ? row.definition : row, origin);
    if ('problem' in read) return read;
    const env = withVariables(commandEnvironment(ports), read.variables, ports);
    return ownTool(read, file, caller({ file, index, name: read.name }, env, ports));
  });
}

type Called = { file: OwnFile; index: number; name: string };

/** The thread is started with the first call and kept, so that what the file remembers stays; after a hang or a crash there is a new one. */
function caller({ file, index, name }: Called, env: Readonly<Record<string, string>>, ports: ModulePorts) {
  let thread: Thread | undefined;
  let calls = 0;
  return async (args: JsonObject, { folder, signal, progress }: ToolContext): Promise<ToolOutcome> => {
    if (signal.aborted) return stoppedWith('');
    // A thread that lives on may start programs of the project, which may have changed since.
    const loadable = lookAgainAt(file, ports);
    if (loadable && 'problem' in loadable) return { output: `${name} was not run: ${loadable.problem}`, failed: true };
    if (!thread?.isAlive()) thread = startThread(file, env, { loadable, startWorker: ports.startWorker });
    const current = thread;
    calls += 1;
    const id = calls;
    const cancel = () => {
      current.tell({ type: 'cancel', id });
      setTimeout(() => current.isBusy(id) && current.end('it did not stop'), GRACE_MS).unref();
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const reply = await current.ask({ type: 'call', id, index, args, folder }, (one) => isEndOf(one, id), {
        id,
        heard: (one) => one.type === 'progress' && one.id === id && progress(one.message, one.fraction),
        printed: (line) => progress(line),
      });
      if (signal.aborted) return stoppedWith('');
      return reply.type === 'failed' ? { output: `${name} failed: ${reply.reason}`, failed: true } : resultOf(reply);
    } catch (thrown) {
      return signal.aborted
        ? stoppedWith('')
        : { output: `${name} failed: ${thrown instanceof Error ? thrown.message : thrown}`, failed: true };
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

function isEndOf(reply: OwnReply, id: number): boolean {
  return (reply.type === 'result' || reply.type === 'failed') && reply.id === id;
}

function resultOf(reply: OwnReply): ToolOutcome {
  if (reply.type !== 'result') return outcomeOf(undefined);
  return outcomeOf(reply.json === undefined ? reply.text : (parseJson(reply.json) ?? reply.json));
}

type Listener = { id: number; heard: (reply: OwnReply) => unknown; printed: (line: string) => void };

type Thread = {
  isAlive(): boolean;
  isBusy(id: number): boolean;
  tell(request: OwnRequest): void;
  /** Rejects when the thread ends before. */
  ask(request: OwnRequest, isAnswer: (reply: OwnReply) => boolean, listener?: Listener): Promise<OwnReply>;
  /** Whatever it does; `why` is what those who wait are told. */
  end(why: string): void;
};

type Waiting = {
  isAnswer: (reply: OwnReply) => boolean;
  resolve: (reply: OwnReply) => void;
  reject: (error: Error) => void;
  listener: Listener | undefined;
};

/** What belongs to a project is looked at again before each use. */
function lookAgainAt({ origin }: OwnFile, { lookAgain }: ModulePorts): Loadable | Problem | undefined {
  return origin === 'project' ? lookAgain?.() : undefined;
}

type Start = { loadable: Loadable | undefined; startWorker: ModulePorts['startWorker'] };

/** The thread loads nothing but what has the hashes of the look before. */
function startThread({ path }: OwnFile, env: Readonly<Record<string, string>>, { loadable, startWorker }: Start): Thread {
  return openThread({ path, ...(loadable ? { loadable: partsOf(loadable) } : {}) }, env, startWorker);
}

function partsOf({ hashes, hasLoosePackages }: Loadable): Loadable {
  return { hashes, hasLoosePackages };
}

/** So much that is no reply is an accident; more is the way in which it would hold up everything else. */
const MOST_NOISE = 100;
/** Between two calls nobody needs more words of progress. */
const MOST_PROGRESS = 50_000;

function openThread(input: WorkerInput, env: Readonly<Record<string, string>>, startWorker: ModulePorts['startWorker']): Thread {
  // What it prints is no answer of sotto's: it is shown as progress.
  const worker = startWorker(ownWorkerSource(), {
    eval: true,
    workerData: input,
    env,
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
  });
  const waiting = new Set<Waiting>();
  let whyEnded: string | undefined;
  let noise = 0;
  let heard = 0;
  const end = (why: string) => {
    if (whyEnded !== undefined) return;
    whyEnded = why;
    for (const one of waiting) one.reject(new Error(why));
    waiting.clear();
    void worker.terminate();
  };
  worker.on('message', (message: unknown) => {
    // What was posted before the end still comes.
    if (whyEnded !== undefined) return;
    // The file can post as well, whatever it likes.
    const reply = readReply(message);
    if (!reply) {
      noise += 1;
      if (noise > MOST_NOISE) end('it posts messages to sotto, which only the thread itself may do');
      return;
    }
    heard = reply.type === 'progress' ? heard + 1 : 0;
    if (heard > MOST_PROGRESS) return end('it reports progress without end');
    for (const one of waiting) {
      if (one.isAnswer(reply)) {
        waiting.delete(one);
        one.resolve(reply);
      } else one.listener?.heard(reply);
    }
    if (waiting.size === 0) worker.unref();
  });
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      const line = text.trimEnd().split('\n').at(-1)?.trim().slice(0, 200);
      if (line) for (const { listener } of waiting) listener?.printed(line);
    });
  }
  worker.on('error', (error: unknown) => end(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => end(`its thread has ended (exit code ${code})`));
  worker.unref();
  return {
    isAlive: () => whyEnded === undefined,
    isBusy: (id) => [...waiting].some(({ listener }) => listener?.id === id),
    tell: (request) => worker.postMessage(request),
    ask(request, isAnswer, listener) {
      return new Promise((resolve, reject) => {
        if (whyEnded !== undefined) return reject(new Error(whyEnded));
        waiting.add({ isAnswer, resolve, reject, listener });
        // A thread that somebody waits for keeps the process alive.
        worker.ref();
        worker.postMessage(request);
      });
    },
    end,
  };
}
