#!/usr/bin/env node
// A small MCP server of our own, written against the wire: JSON-RPC as lines on stdio, or streamable HTTP. Its flags are its faults.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const flags = new Set(process.argv.slice(2));
const textOf = (name) => process.argv.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);

const object = (properties = {}, required = []) => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties,
  required,
});
const text = (words) => ({ content: [{ type: 'text', text: words }] });
const running = new Map();

const TOOLS = {
  echo: {
    description: 'Says the same',
    inputSchema: object({ message: { type: 'string' } }, ['message']),
    annotations: { readOnlyHint: true },
    run: ({ message }) => text(`Echo: ${message}`),
  },
  add: {
    description: 'Adds',
    inputSchema: object({ a: { type: 'number' }, b: { type: 'number' } }, ['a', 'b']),
    outputSchema: { type: 'object', properties: { sum: { type: 'string' } }, required: ['sum'] },
    run: ({ a, b }) => ({ content: [], structuredContent: { sum: a + b } }),
  },
  count: {
    description: 'Counts slowly and tells how far it is',
    inputSchema: object({ steps: { type: 'number' }, everyMs: { type: 'number' } }),
    run: async ({ steps = 3, everyMs = 10 }, { progress, cancelled }) => {
      for (let step = 1; step <= steps && !cancelled(); step++) {
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        progress({ progress: step, total: steps, message: `step ${step}` });
      }
      // A client may drop the last step where the result comes in the same breath.
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      if (cancelled()) process.stderr.write('counting was cancelled\n');
      return text(`counted to ${steps}`);
    },
  },
  show: {
    description: 'Every kind of content',
    inputSchema: object(),
    run: () => ({
      content: [
        { type: 'text', text: 'words' },
        { type: 'image', mimeType: 'image/png', data: Buffer.alloc(1500).toString('base64') },
        { type: 'resource_link', uri: 'note://1', name: 'One', mimeType: 'text/plain', description: 'a note' },
        { type: 'resource', resource: { uri: 'note://2', mimeType: 'text/plain', text: 'the second note' } },
      ],
    }),
  },
  fail: { description: 'Fails', inputSchema: object(), run: () => ({ ...text('no such row'), isError: true }) },
  refuse: {
    description: 'Answers with an error of the protocol',
    inputSchema: object(),
    run: () => Promise.reject(new Error('not today')),
  },
  die: { description: 'Ends the server', inputSchema: object(), run: () => process.exit(7) },
  huge: {
    description: 'Answers with many characters',
    inputSchema: object({ characters: { type: 'number' } }),
    run: ({ characters }) => text('x'.repeat(characters)),
  },
  environment: { description: 'Its environment', inputSchema: object(), run: () => text(JSON.stringify(process.env)) },
  folder: { description: 'Its folder', inputSchema: object(), run: () => text(process.cwd()) },
  breed: {
    description: 'Starts a process that outlives it, and tells both ids',
    inputSchema: object(),
    run: () => {
      const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'ignore' });
      return text(JSON.stringify([process.pid, child.pid]));
    },
  },
  grow: {
    description: 'Adds a tool',
    inputSchema: object(),
    run: (_, { notify }) => {
      TOOLS.grown = { description: 'New', inputSchema: object(), run: () => text('I am new') };
      notify('notifications/tools/list_changed');
      return text('grown');
    },
  },
  become: {
    description: 'Makes another tool of echo, and says so',
    inputSchema: object({ description: { type: 'string' }, quietly: { type: 'boolean' } }),
    run: ({ description, quietly }, { notify }) => {
      TOOLS.echo = { ...TOOLS.echo, description };
      if (!quietly) notify('notifications/tools/list_changed');
      return text('become');
    },
  },
  forget: { description: 'Forgets the session', inputSchema: object(), run: () => text('who?') },
  cut: { description: 'Cuts the HTTP connection', inputSchema: object(), run: () => new Promise(() => {}) },
};
const ODD = ['get weather', 'get_weather', 'get.weather', 'ä', `${'l'.repeat(80)}1`, `${'l'.repeat(80)}2`, 'get weather'];

/** One pixel. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

// What it says of a tool is in a file: the same server, and another tool.
const ECHO_FILE = textOf('--echo');
if (ECHO_FILE !== undefined) Object.assign(TOOLS.echo, JSON.parse(readFileSync(ECHO_FILE, 'utf8')));

const isModern = flags.has('--modern');
const OLD = { code: -32022, message: 'Unsupported protocol version', data: { supported: ['2026-07-28'], requested: '2025-11-25' } };

const METHODS = {
  'server/discover': () => ({
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'sotto-test', version: '1.2.3' } },
  }),
  initialize: ({ protocolVersion }) => ({
    protocolVersion: flags.has('--future') ? '2099-01-01' : protocolVersion,
    capabilities: flags.has('--bare') ? {} : { tools: { listChanged: true }, resources: {}, prompts: {}, logging: {} },
    serverInfo: { name: 'sotto-test', version: '1.2.3' },
  }),
  ping: () => ({}),
  'tools/list': () => {
    if (flags.has('--odd-names')) return { tools: ODD.map((name) => ({ name, description: name, inputSchema: object() })) };
    return { tools: Object.entries(TOOLS).map(([name, { run: _, ...tool }]) => ({ name, ...tool })) };
  },
  'tools/call': ({ name, arguments: args = {} }, context) =>
    TOOLS[name]?.run(args, context) ?? { ...text(`Unknown tool ${name}`), isError: true },
  'resources/list': () => ({
    resources: [
      { uri: 'note://1', name: 'One', mimeType: 'text/plain' },
      { uri: 'picture://1', name: 'Dot' },
    ],
  }),
  'resources/read': ({ uri }) => {
    if (uri === 'note://1') return { contents: [{ uri, mimeType: 'text/plain', text: 'the first note' }] };
    if (uri === 'picture://1') return { contents: [{ uri, mimeType: 'image/png', blob: PICTURE }] };
    throw new Error(`There is no ${uri}`);
  },
  'prompts/list': () => ({ prompts: [{ name: 'review', description: 'Reviews', arguments: [{ name: 'language', required: true }] }] }),
  'prompts/get': ({ arguments: args }) => ({
    messages: [
      { role: 'user', content: { type: 'text', text: `Review this ${args.language}` } },
      { role: 'user', content: { type: 'image', mimeType: 'image/png', data: PICTURE } },
      { role: 'assistant', content: { type: 'text', text: 'Gladly' } },
    ],
  }),
};

async function answer(message, send) {
  if (message.method === 'notifications/cancelled') running.set(message.params.requestId, 'cancelled');
  if (message.id === undefined || message.method === undefined) return;
  const { id, method, params = {} } = message;
  const token = params._meta?.progressToken;
  const notify = (name, data) => send({ jsonrpc: '2.0', method: name, ...(data ? { params: data } : {}) });
  const context = {
    notify,
    cancelled: () => running.get(id) === 'cancelled',
    progress: (data) => token !== undefined && notify('notifications/progress', { progressToken: token, ...data }),
  };
  try {
    if (isModern && method === 'initialize') return send({ jsonrpc: '2.0', id, error: OLD });
    if (!METHODS[method] || (method === 'server/discover' && !isModern))
      return send({ jsonrpc: '2.0', id, error: { code: -32601, message: `No method ${method}` } });
    const result = await METHODS[method](params, context);
    // The revision of 2026 wants every result to say that it is whole.
    if (!context.cancelled())
      send({ jsonrpc: '2.0', id, result: isModern ? { resultType: 'complete', ttlMs: 0, cacheScope: 'private', ...result } : result });
  } catch (error) {
    send({ jsonrpc: '2.0', id, error: { code: -32000, message: error.message } });
  }
}

function serveStdio() {
  process.stderr.write('test server is here\n');
  if (flags.has('--exit')) {
    process.stderr.write('\u001b[31mdatabase is missing\u001b[0m\n');
    process.exit(3);
  }
  if (flags.has('--stubborn')) {
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 1000);
  }
  if (flags.has('--garbage')) process.stdout.write('Welcome to the server!\n{"not": "a message"}\n[1,2]\n\u0000\n');
  const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  let waiting = '';
  process.stdin.setEncoding('utf8').on('data', (chunk) => {
    const lines = (waiting + chunk).split('\n');
    waiting = lines.pop();
    if (!flags.has('--silent')) for (const line of lines) void answer(JSON.parse(line), send);
  });
}

function serveHttp() {
  const status = Number(textOf('--status') ?? 0);
  let session;
  const server = createServer((request, response) => {
    if (status > 0) return response.writeHead(status).end('the server is tired');
    if (textOf('--token') && request.headers.authorization !== `Bearer ${textOf('--token')}`) return response.writeHead(401).end();
    if (request.method !== 'POST') return response.writeHead(405).end();
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const message = JSON.parse(body);
      if (isModern && message.method === 'initialize')
        return response.writeHead(400).end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error: OLD }));
      if (isModern) session = request.headers['mcp-session-id'];
      else if (message.method === 'initialize') session = String(Math.random());
      else if (request.headers['mcp-session-id'] !== session) return response.writeHead(404).end();
      if (message.params?.name === 'forget') session = undefined;
      if (message.id === undefined) {
        void answer(message, () => {});
        return response.writeHead(202).end();
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': session ?? '' });
      if (message.params?.name === 'cut') {
        response.write(': wait\n\n');
        return setTimeout(() => response.destroy(), 30);
      }
      void answer(message, (data) => {
        response.write(`event: message\ndata: ${JSON.stringify(data)}\n\n`);
        if (data.id === message.id) response.end();
      });
    });
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/mcp\n`));
}

if (flags.has('--http')) serveHttp();
else serveStdio();
