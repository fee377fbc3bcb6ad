/** Streams turns into a store until it is killed; notes in a log, before and after, what it has done. */
import { appendFileSync } from 'node:fs';
import { openStore } from '../../../src/store/open.ts';
import { pieceOf } from './pieces.ts';
import { realWorld } from './world.ts';

const [file = '', log = '', seed = '1'] = process.argv.slice(2);
const note = (line: string): void => appendFileSync(log, `${line}\n`);

const store = openStore(realWorld(file));

for (let turn = 0; ; turn++) {
  const name = `${seed}-${turn}`;
  note(`begin ${name}`);
  const { conversation, reply } = store.beginTurn({
    message: { role: 'user', parts: [{ type: 'text', text: `prompt ${name}` }] },
    provider: 'openai',
    model: 'gpt-4o-mini',
  });
  note(`begun ${name} ${conversation}`);
  reply.take({ type: 'request.start', provider: 'openai', model: 'gpt-4o-mini' });
  reply.take({ type: 'part.start', id: 'a', kind: 'text' });
  // Short turns are caught at their beginning and end, long ones in the middle.
  const pieces = turn % 3 === 2 ? 4000 : 3 + Math.floor(Math.random() * 10);
  let text = '';
  for (let index = 0; index < pieces; index++) {
    const piece = pieceOf(name, index);
    text += piece;
    note(`take ${Date.now()} ${index}`);
    reply.take({ type: 'part.delta', id: 'a', text: piece });
    if (index % 4 === 3) await new Promise((resolve) => setTimeout(resolve, Math.random() * 6));
  }
  reply.finish({
    status: 'complete',
    message: { role: 'assistant', parts: [{ type: 'text', text }] },
    finishReason: 'stop',
    attempts: [{ purpose: 'turn', provider: 'openai', model: 'gpt-4o-mini', outcome: 'ok' }],
  });
  note(`done ${name} ${pieces}`);
}
