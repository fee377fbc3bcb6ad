/** What a new user needs: what was looked for, what was found, and the three ways to a real model. */
import type { Directory, KnownProvider } from './directory.ts';

/** Only this machine is asked, and only for so long. */
const PROBE_MS = 400;

export type Surroundings = {
  /** Providers that take a key. */
  keyed: KnownProvider[];
  /** Models of an Ollama on this machine; undefined: none answers. */
  ollama: string[] | undefined;
};

export async function lookAround(directory: Directory, signal: AbortSignal): Promise<Surroundings> {
  const keyed = directory.all().filter((known) => known.entry.keyVariables.length > 0);
  return { keyed, ollama: await localOllama(directory, signal) };
}

export async function firstRunHelp(directory: Directory, signal: AbortSignal): Promise<string> {
  const { keyed, ollama: models } = await lookAround(directory, signal);
  const found = keyed.filter((known) => known.keyOrigin !== undefined);
  const lines = [
    'Looked for:',
    `  keys    ${
      found.length > 0
        ? found.map((known) => `${known.name} (${known.keyOrigin}${known.missing ? `; ${known.missing}` : ''})`).join(', ')
        : `none set (${keyed
            .slice(0, 4)
            .map((known) => known.entry.keyVariables[0])
            .join(', ')} and ${keyed.length - 4} more)`
    }`,
    `  Ollama  ${models === undefined ? 'not running on this machine' : models.length === 0 ? 'running, but it has no model yet (ollama pull llama3.2)' : `running, with ${models.slice(0, 3).join(', ')}`}`,
    '',
    'Three ways to a model:',
    '  1. A key:        export OPENAI_API_KEY=…      or   sotto keys set anthropic',
    `  2. On this machine:  ${models?.[0] ? `sotto -p ollama -m ${models[0]} "hello"` : 'install Ollama, then  ollama pull llama3.2  and  sotto -p ollama -m llama3.2 "hello"'}`,
    '  3. Your own server:  sotto config set providers.lab.url http://HOST:8080/v1   then   sotto -p lab -m MODEL "hello"',
    '',
    'Or ask the built-in guide, which needs nothing: sotto -p guide "how do I start?"',
  ];
  return lines.join('\n');
}

async function localOllama(directory: Directory, signal: AbortSignal): Promise<string[] | undefined> {
  try {
    const provider = await directory.open('ollama', signal);
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
    return ((await provider.models?.(patience)) ?? []).map((model) => model.id);
  } catch {
    return undefined;
  }
}
