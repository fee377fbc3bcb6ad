/** Titles by a model: only where switched on, only for new conversations, in the ledger, and never in the way of the answer. */
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { realWorld } from '../store/children/world.ts';
import { chat, failure, inTurn, startMockServer } from '../support/mock-server.ts';
import { environment, run, temporaryFolder } from '../support/program.ts';

async function asked(script: Parameters<typeof startMockServer>[0], ...more: string[]) {
  const server = await startMockServer(script);
  using home = temporaryFolder();
  const env = environment(home.path, { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url });
  const result = await run(['-m', 'gpt-4o-mini', 'name three lakes', '--no-stdin', '--retries', '0', ...more], { env, home: home.path });
  const store = openStore(realWorld(`${home.path}/sotto/sotto.db`));
  try {
    const last = store.last();
    return { ...result, title: last?.title, source: last?.titleSource, attempts: store.totals({}).attempts, requests: server.asked.length };
  } finally {
    store.close();
    await server.close();
  }
}

const answerThenTitle = () => inTurn(chat(['Titicaca and two more']), chat(['"Lakes of Peru."']));

describe('a title', () => {
  it('is the question, without a second request, when nothing is switched on', async () => {
    expect(await asked(answerThenTitle())).toMatchObject({
      code: 0,
      title: 'name three lakes',
      source: 'prompt',
      requests: 1,
      attempts: 1,
    });
  });

  it('is the model’s where it is switched on, and its request is in the ledger', async () => {
    const result = await asked(answerThenTitle(), '--set', 'titleModel=gpt-4o-mini');
    expect(result).toMatchObject({
      code: 0,
      stdout: 'Titicaca and two more\n',
      title: 'Lakes of Peru',
      source: 'model',
      requests: 2,
      attempts: 2,
    });
  });

  it('is asked for in words, also when the answer had to be JSON', async () => {
    const result = await asked(
      inTurn(chat(['{"lakes":3}']), chat(['Lakes of Peru'])),
      '--set',
      'titleModel=gpt-4o-mini',
      '--schema',
      '{"type":"object"}',
    );
    expect(result).toMatchObject({ code: 0, stdout: '{"lakes":3}\n', title: 'Lakes of Peru', source: 'model' });
  });

  it('stays the question when the model cannot name it', async () => {
    const result = await asked(inTurn(chat(['Titicaca']), failure(500, 'no')), '--set', 'titleModel=gpt-4o-mini');
    expect(result).toMatchObject({ code: 0, stdout: 'Titicaca\n', title: 'name three lakes', requests: 2 });
  });
});
