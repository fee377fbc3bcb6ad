// A server of one MCP tool on stdin and stdout that takes as long to start as it is told: node slow-mcp.js MILLISECONDS
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const started = sleep(Number(process.argv[2]));
const ANSWERS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'slow', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: [{ name: 'wait', description: 'Waits.', inputSchema: { type: 'object', properties: {} } }] }),
  'tools/call': () => ({ content: [{ type: 'text', text: 'done' }] }),
  ping: () => ({}),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  await started;
  // Notifications have no id and no answer.
  if (id === undefined) continue;
  const answer = ANSWERS[method];
  const outcome = answer ? { result: answer(params) } : { error: { code: -32_601, message: `there is no ${method}` } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...outcome })}\n`);
}
