// The bench's side of the mock server: starts it, prepares a run, takes its record.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';

export async function startMock() {
  const child = fork(new URL('./mock-server.js', import.meta.url), { execArgv: [] });
  const waiting = new Map();
  child.on('message', ({ about, ...facts }) => {
    waiting.get(about)?.(facts);
    waiting.delete(about);
  });
  const lost = (code) => {
    throw new Error(`the mock server ended with code ${code}`);
  };
  child.on('exit', lost);
  const told = (about) => new Promise((resolve) => waiting.set(about, resolve));
  const { port } = await told('listening');

  return {
    /**
     * Prepares one answer: `url` is the base URL that leads to it, `arrived` resolves when a silent one has been asked for, `record()` ends it and
     * says when what happened.
     */
    async open(spec) {
      const run = randomUUID();
      const opened = told(`opened ${run}`);
      const arrived = told(`arrived ${run}`);
      child.send({ open: run, spec });
      await opened;
      return {
        url: `http://127.0.0.1:${port}/${run}/v1`,
        arrived,
        async record() {
          const closed = told(`closed ${run}`);
          child.send({ close: run });
          return (await closed).record;
        },
      };
    },
    stop() {
      child.off('exit', lost);
      child.disconnect();
    },
  };
}
