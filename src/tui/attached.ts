/** Reads what goes along with a prompt: files, and resources of MCP servers, each under the name that the user gave it. */
import type { MediaPart, TextPart } from '../core/messages.ts';
import { isPath, referencesIn } from './attached-paths.ts';
import { splitReference } from './server-words.ts';
import { type Servers, sayWaiting, unlessAborted } from './servers.ts';
import type { ChatWorld } from './world.ts';

type AttachedPart = { name: string; part: TextPart | MediaPart };

type AttachingPorts = {
  readAttachment: ChatWorld['readAttachment'];
  servers: Servers | undefined;
  say: (message: string) => void;
};

/** All that `@` names in a text. Throws a SottoError for the first that cannot be read. */
export async function readReferences(text: string, ports: AttachingPorts, signal: AbortSignal): Promise<AttachedPart[]> {
  const parts: AttachedPart[] = [];
  for (const reference of referencesIn(text)) {
    const found = (await readResource(reference, ports, signal)) ?? (isPath(reference) ? await readFile(reference, ports, signal) : []);
    parts.push(...found);
  }
  return parts;
}

/** One file or resource. */
export async function readNamed(name: string, ports: AttachingPorts, signal: AbortSignal): Promise<AttachedPart[]> {
  return (await readResource(name, ports, signal)) ?? readFile(name, ports, signal);
}

/** Undefined: the name is of no server. */
async function readResource(name: string, { servers, say }: AttachingPorts, signal: AbortSignal): Promise<AttachedPart[] | undefined> {
  if (!servers || !name.includes(':')) return undefined;
  const found = splitReference(name, await servers.names());
  if (!found || found.rest === '') return undefined;
  sayWaiting(found.server.name, servers, say);
  const parts = await unlessAborted(servers.read(found.server.name, found.rest, signal), signal);
  return parts.map((part, index) => ({ name: index === 0 ? name : `${name} (${index + 1})`, part: underName(part, name) }));
}

function underName(part: TextPart | MediaPart, name: string): TextPart | MediaPart {
  return part.type === 'text' ? { ...part, text: `${name}:\n\n${part.text.trimEnd() || '(empty)'}` } : { ...part, name };
}

async function readFile(path: string, { readAttachment }: AttachingPorts, signal: AbortSignal): Promise<AttachedPart[]> {
  return [{ name: path, part: await readAttachment(path, signal) }];
}
