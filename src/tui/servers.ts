/** What MCP servers offer a chat besides tools: asked when it is wanted, and kept, so that nobody who types waits twice. */
import { cancelledError } from '../core/errors.ts';
import type { MediaPart, Message, TextPart } from '../core/messages.ts';
import type { McpPrompt, McpResource, McpStatus } from '../tools/mcp/hub.ts';
import { type ServerName, serverWord } from './server-words.ts';

export type ServerPort = {
  /** Of those that are set up. Starts none of them. */
  names(): Promise<readonly string[]>;
  /** How they are, as far as anybody has asked for one. */
  states(): readonly McpStatus[];
  /** These start the server where it does not run, and throw a SottoError that says what is wrong. */
  resources(server: string, signal: AbortSignal): Promise<readonly McpResource[]>;
  /** Texts and pictures, never empty. */
  read(server: string, uri: string, signal: AbortSignal): Promise<readonly (TextPart | MediaPart)[]>;
  prompts(server: string, signal: AbortSignal): Promise<readonly McpPrompt[]>;
  prompt(request: PromptRequest, signal: AbortSignal): Promise<readonly Message[]>;
};

type PromptRequest = { server: string; name: string; arguments: Readonly<Record<string, string>> };

export type Servers = {
  names(): Promise<readonly ServerName[]>;
  states(): readonly McpStatus[];
  /** What was known before comes at once, and is asked for again for the next time. */
  resources(server: string): Promise<readonly McpResource[]>;
  prompts(server: string): Promise<readonly McpPrompt[]>;
  /** Undefined: nobody has asked it yet. */
  knownResources(server: string): readonly McpResource[] | undefined;
  knownPrompts(server: string): readonly McpPrompt[] | undefined;
  /** Asks the servers that run for their prompts, in the background. */
  learnPrompts(): void;
  read: ServerPort['read'];
  prompt: ServerPort['prompt'];
};

/** For a list: a server may be downloaded first. */
const LIST_LIMIT_MS = 60_000;

export function openServers(port: ServerPort, interrupted: AbortSignal): Servers {
  const limited = () => AbortSignal.any([interrupted, AbortSignal.timeout(LIST_LIMIT_MS)]);
  const resources = keptLists((server) => port.resources(server, limited()));
  const prompts = keptLists((server) => port.prompts(server, limited()));
  let names: Promise<readonly ServerName[]> | undefined;
  return {
    names: () => (names ??= port.names().then((found) => found.map((name) => ({ name, word: serverWord(name) })))),
    states: port.states,
    resources: resources.get,
    prompts: prompts.get,
    knownResources: resources.known,
    knownPrompts: prompts.known,
    learnPrompts() {
      for (const { name, state } of port.states())
        if (state === 'ready' && !prompts.known(name)) void prompts.get(name).catch(() => undefined);
    },
    read: port.read,
    prompt: port.prompt,
  };
}

/** One list for each server. */
function keptLists<T>(ask: (server: string) => Promise<readonly T[]>) {
  const kept = new Map<string, readonly T[]>();
  const asking = new Map<string, Promise<readonly T[]>>();

  async function fresh(server: string): Promise<readonly T[]> {
    try {
      const list = await ask(server);
      kept.set(server, list);
      return list;
    } finally {
      asking.delete(server);
    }
  }

  return {
    known: (server: string) => kept.get(server),
    async get(server: string): Promise<readonly T[]> {
      const pending = asking.get(server) ?? fresh(server);
      asking.set(server, pending);
      const known = kept.get(server);
      if (!known) return pending;
      // The old list stays where there is no new one.
      pending.catch(() => undefined);
      return known;
    },
  };
}

/** Says that a server is waited for, where that may take a moment. */
export function sayWaiting(name: string, { states }: Pick<Servers, 'states'>, say: (message: string) => void): void {
  const state = states().find((server) => server.name === name)?.state;
  if (state === 'idle' || state === 'starting') say(`Waiting for the MCP server ${name} to start.`);
}

/** The promise's own outcome, or the end of waiting for it. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelledError());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
