// A Chat Completions server in a process of its own: streams what it is told to, and keeps when each thing happened.
// Spoken to over the channel of fork(): { open: run, spec } prepares an answer, { close: run } ends it and returns its record.
// A spec: `pieces` of `size` characters, `delayMs` between writes, `perWrite` pieces in each; `silent` never answers at all.
import { createServer } from 'node:http';
import { pieceOf } from './answer.js';

const runs = new Map();
const HEAD = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'gpt-4o-mini' };
const server = createServer((request, response) => {
  const id = request.url.split('/')[1];
  const run = runs.get(id);
  const arrivedMs = nowMs();
  if (!run || request.method !== 'POST' || !request.url.endsWith('/chat/completions')) {
    response.writeHead(404).end();
    return;
  }
  Object.assign(run.record, { requests: run.record.requests + 1, arrivedMs });
  response.on('error', () => {});
  response.on('close', () => {
    if (!response.writableFinished) run.record.abortedMs ??= nowMs();
  });
  request.resume();
  request.on('end', () => {
    if (run.spec.silent) process.send({ about: `arrived ${id}` });
    else void answer(response, run);
  });
});

server.listen(0, '127.0.0.1', () => process.send({ about: 'listening', port: server.address().port }));
process.on('disconnect', () => process.exit(0));
process.on('message', ({ open, close, spec }) => {
  if (open !== undefined) {
    runs.set(open, { spec, writes: spec.silent ? [] : writesOf(spec), record: { requests: 0, sentMs: [], pieces: 0 } });
    process.send({ about: `opened ${open}` });
    return;
  }
  const { record } = runs.get(close);
  runs.delete(close);
  process.send({ about: `closed ${close}`, record });
});

async function answer(response, { spec, writes, record }) {
  response.socket.setNoDelay(true);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_bench' });
  for (const bytes of writes) {
    if (response.destroyed) return;
    // Each time is taken before its write: what the client adds is never too small.
    record.sentMs.push(nowMs());
    const taken = response.write(bytes);
    record.pieces += spec.perWrite;
    if (!taken) await drained(response);
    if (spec.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, spec.delayMs));
  }
  record.lastMs = nowMs();
  response.end(`${line({}, 'stop')}${usageLine(spec)}data: [DONE]\n\n`);
}

function drained(response) {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.on('drain', go);
    response.on('close', go);
  });
}

/** Everything is put together before the request comes: a busy server would measure itself. */
function writesOf({ pieces, size, perWrite }) {
  const writes = [];
  for (let start = 0; start < pieces; start += perWrite) {
    let text = start === 0 ? line({ role: 'assistant', content: '' }, null) : '';
    for (let index = start; index < Math.min(pieces, start + perWrite); index++) text += line({ content: pieceOf(index, size) }, null);
    writes.push(Buffer.from(text));
  }
  return writes;
}

function line(delta, reason) {
  return `data: ${JSON.stringify({ ...HEAD, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] })}\n\n`;
}

function usageLine({ pieces }) {
  return `data: ${JSON.stringify({ ...HEAD, choices: [], usage: { prompt_tokens: 9, completion_tokens: pieces, total_tokens: 9 + pieces } })}\n\n`;
}

/** The same clock in every process of a machine. */
function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}
