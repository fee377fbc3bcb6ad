/** `/attach`: a file, or a resource of a server, that goes along with the next prompt. */
import type { ChatActions, SlashCommand } from '../actions.ts';
import { splitReference } from '../server-words.ts';

export const attachCommand: SlashCommand = {
  name: 'attach',
  aliases: ['file'],
  argument: '<path>',
  summary: 'add a file',
  details: [
    'A text file or a picture goes along with the next prompt.',
    'In the middle of a prompt, @path does the same: what is wrong in @src/app.ts?',
    '/attach server:  choose from what an MCP server offers; in a prompt: @server:address',
    'Ctrl+C on an empty line takes the files off again.',
  ],
  group: 'Context',
  whileWorking: true,
  takesPath: true,
  async run(argument, actions) {
    const path = unquoted(argument) || ((await actions.line('Which file?'))?.trim() ?? '');
    const wanted = path.endsWith(':') ? await ofServer(path, actions) : path;
    if (wanted) await actions.attach(wanted);
  },
};

/** Behind the name of a server alone: which of its resources? Any other name is a path. */
async function ofServer(name: string, { servers, pick }: ChatActions): Promise<string | undefined> {
  const server = servers && splitReference(name, await servers.names())?.server;
  if (!server) return name;
  const uri = await pick({
    title: `Resources of ${server.name}`,
    empty: `The MCP server ${server.name} offers no such resource.`,
    items: (await servers.resources(server.name)).map((resource) => ({
      value: resource.uri,
      label: resource.uri,
      detail: resource.name === resource.uri ? (resource.description ?? '') : resource.name,
    })),
  });
  return uri && `${name}${uri}`;
}

function unquoted(argument: string): string {
  const [, , inside] = /^@?(["'])(.*)\1$/.exec(argument) ?? [];
  return inside ?? argument.replace(/^@/, '');
}
