/** An MCP server whose answers are given as JSON: `node mcp-odd-server.js '{"tools/list": {...}}'`; all methods answer with `{}` otherwise. */
import readline from 'node:readline';

const answers = JSON.parse(process.argv[2] ?? '{}');
const INITIALIZE = { capabilities: { tools: {}, resources: {}, prompts: {} }, serverInfo: { name: 'odd', version: '1' } };

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const whole = method === 'initialize' ? { protocolVersion: params.protocolVersion, ...INITIALIZE } : {};
  const given = answers[method];
  const result = given === null || typeof given !== 'object' ? (given ?? whole) : { ...whole, ...given };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
});
