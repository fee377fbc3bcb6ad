/** A real HTTP server for tests of the whole program: what it answers is a script, what it was asked is kept. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Asked = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** The body as JSON; an empty object where it is none. */
  json: { model?: string; stream?: boolean; messages?: { role: string; content: unknown }[]; [key: string]: unknown };
  /** Resolves when the client has closed the connection before the answer was complete. */
  left: Promise<void>;
};

export type Script = (asked: Asked, response: ServerResponse) => void | Promise<void>;

export type MockServer = {
  /** Base address of an OpenAI-compatible API. */
  url: string;
  origin: string;
  asked: Asked[];
  /** Requests that ask a model, without those for lists. */
  turns(): Asked[];
  /** Resolves with the next request, or at once with one that came already. */
  next(index?: number): Promise<Asked>;
  script: Script;
  close(): Promise<void>;
};

export async function startMockServer(script: Script = chat(['Hello ', 'world'])): Promise<MockServer> {
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const left = new Promise<void>((resolve) => {
      response.on('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    const asked: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      json: jsonOf(body),
      left,
    };
    mock.asked.push(asked);
    for (const resolve of waiting.splice(0)) resolve();
    response.on('error', () => {});
    await mock.script(asked, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on a port: never a path
  const mock: MockServer = {
    url: `${origin}/v1`,
    origin,
    asked: [],
    turns: () => mock.asked.filter((asked) => asked.method === 'POST' && !asked.path.endsWith('/api/show')),
    async next(index = 0) {
      for (;;) {
        const found = mock.turns()[index];
        if (found) return found;
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
    },
    script,
    close() {
      waiting = [];
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return mock;
}

/** Options that ask this server, as a provider of the user's own. */
export function asks({ url }: { url: string }): string[] {
  return ['--set', `providers.lab.url=${url}`, '-p', 'lab', '-m', 'small'];
}

function jsonOf(body: string): Asked['json'] {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

export type ChatOptions = {
  /** Pause between two pieces. */
  delayMs?: number;
  finish?: string;
  usage?: Record<string, unknown> | null;
  /** Keeps the connection open after the last piece, without an end. */
  hang?: boolean;
  /** Cuts the connection after the last piece. */
  cut?: boolean;
  reasoning?: string;
};

/** A streamed answer of the Chat Completions API, whole where the request asks for no stream. */
export function chat(pieces: readonly string[], options: ChatOptions = {}): Script {
  const { delayMs = 0, finish = 'stop', usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 }, hang, cut } = options;
  return async (asked, response) => {
    if (asked.method === 'GET') return json({ object: 'list', data: [{ id: 'small', object: 'model' }] })(asked, response);
    const base = { id: 'chat-1', created: 1, model: asked.json.model ?? 'm' };
    if (asked.json.stream !== true) {
      const message = { role: 'assistant', content: pieces.join('') };
      const whole = { ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }], usage };
      return json(whole)(asked, response);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req-1' });
    const send = (delta: object, reason: string | null = null) =>
      response.write(
        `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`,
      );
    if (options.reasoning !== undefined) send({ reasoning_content: options.reasoning });
    for (const piece of pieces) {
      if (response.destroyed) return;
      const more = send({ content: piece });
      if (delayMs > 0) await pause(delayMs);
      else if (!more) await Promise.race([new Promise((resolve) => response.once('drain', resolve)), asked.left]);
    }
    if (hang) return;
    if (cut) {
      // What was written has to be on its way first.
      await pause(30);
      return void response.destroy();
    }
    send({}, finish);
    if (usage) response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [], usage })}\n\n`);
    response.end('data: [DONE]\n\n');
  };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Script {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** An error in the words of the OpenAI APIs. */
export function failure(status: number, message: string, { code = null as string | null, headers = {} } = {}): Script {
  return json({ error: { message, type: 'error', code, param: null } }, status, headers);
}

/** Takes the request and says nothing, not even headers. */
export const silence: Script = () => {};

/** One script after the other, the last one for ever. */
export function inTurn(...scripts: [Script, ...Script[]]): Script {
  let count = 0;
  return (asked, response) => {
    if (asked.method === 'GET') return json({ object: 'list', data: [] })(asked, response);
    return (scripts[Math.min(count++, scripts.length - 1)] ?? scripts[0])(asked, response);
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** An answer of the Chat Completions API that calls tools: arguments are an object, or the raw text as a model writes it. */
export function calls(...wanted: { name: string; args?: object | string; id?: string }[]): Script {
  return said('', wanted);
}

/** Words, and calls of tools behind them. */
export function said(text: string, wanted: { name: string; args?: object | string; id?: string }[]): Script {
  return async (asked, response) => {
    const toolCalls = wanted.map(({ name, args = {}, id }, index) => ({
      index,
      id: id ?? `call_${index + 1}`,
      type: 'function',
      function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
    }));
    const message = { role: 'assistant', content: text, tool_calls: toolCalls };
    const base = { id: 'chat-1', created: 1, model: asked.json.model ?? 'm' };
    const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
    if (asked.json.stream !== true)
      return json({ ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage })(
        asked,
        response,
      );
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: object, reason: string | null = null) =>
      response.write(
        `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`,
      );
    if (text !== '') send({ content: text });
    for (const call of toolCalls) send({ tool_calls: [call] });
    send({}, 'tool_calls');
    response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [], usage })}\n\n`);
    response.end('data: [DONE]\n\n');
  };
}

type SentMessage = { role: string; content: unknown; tool_call_id?: string; tool_calls?: { id: string; function: { name: string } }[] };

/** The messages of a request. */
export function messagesOf(asked: Asked | undefined): SentMessage[] {
  return (asked?.json.messages ?? []) as SentMessage[];
}

/** What a request tells the model of its calls, in their order. */
export function resultsIn(asked: Asked | undefined): string[] {
  return messagesOf(asked).flatMap(({ role, content }) => (role === 'tool' ? [String(content)] : []));
}
