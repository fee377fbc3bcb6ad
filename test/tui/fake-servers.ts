/** Servers of a chat made of values: a port, and what it was asked. */
import { SottoError } from '../../src/core/errors.ts';
import type { Message } from '../../src/core/messages.ts';
import type { McpPrompt, McpStatus } from '../../src/tools/mcp/hub.ts';
import type { ServerPort } from '../../src/tui/servers.ts';

export type FakePort = ServerPort & { asked: string[] };

/** `own` has two resources and three prompts, `my files` none, and `dead` cannot be reached. */
export function fakePort(changes: Partial<ServerPort> = {}): FakePort {
  const asked: string[] = [];
  const answer = <T>(server: string, what: string, own: T, none: T): Promise<T> => {
    asked.push(`${what} ${server}`);
    if (server === 'dead') return Promise.reject(new SottoError({ kind: 'network', message: 'The MCP server dead has ended.' }));
    return Promise.resolve(server === 'own' ? own : none);
  };
  return {
    asked,
    names: async () => ['dead', 'my files', 'own'],
    states: () => STATES,
    resources: (server) =>
      answer(
        server,
        'resources',
        [
          { server, uri: 'note://1/a', name: 'One', description: 'the first\nof two', mediaType: 'text/plain' },
          { server, uri: 'note://2 b', name: 'note://2 b', description: undefined, mediaType: undefined },
        ],
        [],
      ),
    read: (server, uri) => answer(server, `read ${uri} of`, [{ type: 'text', text: `text of ${uri}` }, { ...DOT }], []),
    prompts: (server) => answer(server, 'prompts', PROMPTS, []),
    prompt: ({ server, name, arguments: values }) =>
      answer(server, `prompt ${name} ${JSON.stringify(values)} of`, name === 'talk' ? TALK : [user(`Do ${name}`)], []),
    ...changes,
  };
}

export const DOT = { type: 'media', mediaType: 'image/png', data: 'AAAA' } as const;

export const STATES: readonly McpStatus[] = [
  { name: 'dead', state: 'down', tools: undefined, problem: 'The MCP server dead has ended. It can be tried again in 3 s.' },
  { name: 'my files', state: 'idle', tools: undefined, problem: undefined },
  { name: 'own', state: 'ready', tools: 3, problem: undefined },
];

const argument = (name: string, required: boolean, description?: string) => ({ name, description, required });

export const PROMPTS: McpPrompt[] = [
  { server: 'own', name: 'review', description: 'Reviews code\nthoroughly', arguments: [argument('language', true, 'which one')] },
  {
    server: 'own',
    name: 'trip plan',
    description: undefined,
    arguments: [argument('to', true), argument('days', true), argument('by', false)],
  },
  { server: 'own', name: 'talk', description: 'A talk', arguments: [] },
];

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }, { ...DOT }] });

const TALK: Message[] = [
  { role: 'user', parts: [{ type: 'text', text: 'Is it on?' }] },
  { role: 'assistant', parts: [{ type: 'text', text: 'Yes.' }] },
  user('Then go.'),
];
