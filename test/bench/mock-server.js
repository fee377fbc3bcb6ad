// A Chat Completions server in a process of its own: streams what it is told to, and keeps when each thing happened.
// Spoken to over the channel of fork(): { open: run, spec } prepares an answer, { close: run } ends it and returns its record.
// A spec: `pieces` of `size` characters, or a `text` in pieces of that size; `perWrite` pieces in each write, `delayMs` between them or
// `perSecond` of them, late ones soon after each other; `silent` never answers at all. `rounds` come before the text, one for each
// request: a list of calls of tools, { name, arguments }. With `keep` the record has the requests' bodies.
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
  const round = run.spec.rounds?.[run.record.requests];
  Object.assign(run.record, { requests: run.record.requests + 1, arrivedMs });
  run.record.arrivalsMs.push(arrivedMs);
  response.on('error', () => {});
  response.on('close', () => {
    if (!response.writableFinished) run.record.abortedMs ??= nowMs();
  });
  if (run.spec.keep) keepBody(request, run.record);
  request.resume();
  request.on('end', () => {
    if (run.spec.silent) process.send({ about: `arrived ${id}` });
    else if (round) callTools(response, round, run.record);
    else void answer(response, run);
  });
});

server.listen(0, '127.0.0.1', () => process.send({ about: 'listening', port: server.address().port }));
process.on('disconnect', () => process.exit(0));
process.on('message', ({ open, close, spec }) => {
  if (open !== undefined) {
    const record = { requests: 0, arrivalsMs: [], sentMs: [], pieces: 0, bodies: [] };
    runs.set(open, { spec, writes: spec.silent ? [] : writesOf(spec), record });
    process.send({ about: `opened ${open}` });
    return;
  }
  const { record } = runs.get(close);
  runs.delete(close);
  process.send({ about: `closed ${close}`, record });
});

async function answer(response, { spec, writes, record }) {
  begin(response);
  const startedMs = nowMs();
  for (const [index, bytes] of writes.entries()) {
    if (response.destroyed) return;
    // Each time is taken before its write: what the client adds is never too small.
    record.sentMs.push(nowMs());
    const taken = response.write(bytes);
    record.pieces += spec.perWrite;
    if (!taken) await drained(response);
    const waitMs = spec.perSecond ? startedMs + ((index + 1) * 1000) / spec.perSecond - nowMs() : (spec.delayMs ?? 0);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  record.lastMs = nowMs();
  response.end(`${line({}, 'stop')}${usageLine(spec)}data: [DONE]\n\n`);
}

function callTools(response, calls, record) {
  begin(response);
  const deltas = calls.flatMap(({ name, arguments: input }, index) => [
    { tool_calls: [{ index, id: `call_${record.requests}_${index}`, type: 'function', function: { name, arguments: '' } }] },
    { tool_calls: [{ index, function: { arguments: JSON.stringify(input) } }] },
  ]);
  const lines = [{ role: 'assistant', content: null }, ...deltas].map((delta) => line(delta, null));
  response.end(`${lines.join('')}${line({}, 'tool_calls')}${usageLine({ pieces: 9 })}data: [DONE]\n\n`);
}

function begin(response) {
  response.socket.setNoDelay(true);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_bench' });
}

function keepBody(request, { bodies }) {
  const chunks = [];
  request.on('data', (bytes) => chunks.push(bytes));
  request.on('end', () => bodies.push(Buffer.concat(chunks).toString('utf8')));
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
function writesOf(spec) {
  const pieces = piecesOf(spec);
  const writes = [];
  for (let start = 0; start < pieces.length; start += spec.perWrite) {
    const text = pieces.slice(start, start + spec.perWrite).map((content) => line({ content }, null));
    writes.push(Buffer.from((start === 0 ? line({ role: 'assistant', content: '' }, null) : '') + text.join('')));
  }
  return writes;
}

function piecesOf({ text, pieces, size }) {
  if (text === undefined) return Array.from({ length: pieces }, (_, index) => pieceOf(index, size));
  const characters = [...text];
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
    characters.slice(index * size, (index + 1) * size).join(''),
  );
}

function line(delta, reason) {
  return `data: ${JSON.stringify({ ...HEAD, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] })}\n\n`;
}

function usageLine({ text, size, pieces = Math.ceil(text.length / size) }) {
  return `data: ${JSON.stringify({ ...HEAD, choices: [], usage: { prompt_tokens: 9, completion_tokens: pieces, total_tokens: 9 + pieces } })}\n\n`;
}

/** The same clock in every process of a machine. */
function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}
