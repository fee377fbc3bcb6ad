/** How MCP servers, their resources and their prompts are written in a prompt: `@server:uri`, `/server:prompt`. Pure. */

/** A server, and the word that it is called by where a name could not be typed. */
export type ServerName = { name: string; word: string };

/** One word without what ends a word or a name: of a server, or of a prompt. */
export function serverWord(name: string): string {
  return name.replace(/[\s/\\:"@\p{C}]+/gu, '_');
}

export type ServerReference = { server: ServerName; rest: string };

/** `server:rest`, where there is such a server; the rest may be empty. */
export function splitReference(text: string, servers: readonly ServerName[]): ServerReference | undefined {
  const server = servers.find(({ word }) => text.startsWith(`${word}:`));
  return server && { server, rest: text.slice(server.word.length + 1) };
}

/** `/server:prompt` and what follows it; undefined: it is not of that form. */
export function splitServerCommand(text: string): { command: string; argument: string } | undefined {
  const [, command, argument = ''] = /^\/([^\s/:@]+:\S*)(?:\s+([\s\S]*))?$/.exec(text.trimEnd()) ?? [];
  return command === undefined ? undefined : { command, argument: argument.trim() };
}
