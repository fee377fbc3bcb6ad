#!/usr/bin/env node
// An MCP server over stdio that asks the user: its tool `ask` sends what it is given as `elicitation/create`, and says what came back.
import { createInterface } from 'node:readline';

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const asked = new Map();
let next = 1000;
let capabilities = {};

function ask(params) {
  const id = next++;
  send({ id, method: 'elicitation/create', params });
  return new Promise((resolve) => asked.set(id, resolve));
}

const text = (words) => ({ content: [{ type: 'text', text: words }] });
const METHODS = {
  initialize: (params) => {
    capabilities = params.capabilities;
    return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'asking', version: '1' } };
  },
  'tools/list': () => ({ tools: ['ask', 'capabilities'].map((name) => ({ name, inputSchema: { type: 'object' } })) }),
  'tools/call': async ({ name, arguments: { times = 1, later, ...params } }) => {
    if (name === 'capabilities') return text(JSON.stringify(capabilities));
    for (let left = times; left > 1; left--) await ask(params);
    if (later) setTimeout(() => ask(params), later);
    return text(JSON.stringify(await ask(params)));
  },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, method, params, result, error } = JSON.parse(line);
  if (method === undefined) asked.get(id)?.(result ?? { error });
  else if (id !== undefined && METHODS[method]) send({ id, result: await METHODS[method](params) });
});
