/** Saves a few turns and reads a little; tells the longest time that one step took, of the process's own. */
import { openStore } from '../../../src/store/open.ts';
import { ownTime } from '../../support/own-time.ts';
import { realWorld } from './world.ts';

const [file = '', name = '', turns = '3'] = process.argv.slice(2);
let longestMs = 0;
const timed = <Result>(action: () => Result): Result => {
  const own = ownTime();
  const result = action();
  longestMs = Math.max(longestMs, own.ms());
  return result;
};

const store = timed(() => openStore(realWorld(file)));
for (let turn = 0; turn < Number(turns); turn++) {
  const { reply } = timed(() =>
    store.beginTurn({
      message: { role: 'user', parts: [{ type: 'text', text: `question ${name}.${turn}` }] },
      provider: 'openai',
      model: 'gpt-4o-mini',
    }),
  );
  reply.take({ type: 'request.start', provider: 'openai', model: 'gpt-4o-mini' });
  reply.take({ type: 'part.start', id: 'a', kind: 'text' });
  reply.take({ type: 'part.delta', id: 'a', text: `answer ${name}.${turn}` });
  timed(() => reply.flush());
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
  timed(() => store.list({ limit: 10 }));
  timed(() => store.search({ text: 'question' }));
  timed(() =>
    reply.finish({
      status: 'complete',
      message: { role: 'assistant', parts: [{ type: 'text', text: `answer ${name}.${turn}` }] },
      finishReason: 'stop',
      attempts: [{ purpose: 'turn', provider: 'openai', model: 'gpt-4o-mini', outcome: 'ok' }],
    }),
  );
}
store.close();
process.stdout.write(`${Math.round(longestMs)}\n`);
