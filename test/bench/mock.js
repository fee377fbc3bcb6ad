// The bench's side of the mock server: starts it, prepares a run, takes its record.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';

export async function startMock() {
  const child = fork(new URL('./mock-server.js', import.meta.url), { execArgv: [] });
  const { port } = await answerOf((message) => message.port !== undefined);

  function answerOf(isIt) {
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the mock server ended with code ${code}`)));
      child.on('message', function listener(message) {
        if (!isIt(message)) return;
        child.off('message', listener);
        child.removeAllListeners('exit');
        resolve(message);
      });
    });
  }

  return {
    /** Prepares one answer; `url` is the base URL that leads to it, `record()` ends it and says when what happened. */
    async open(spec) {
      const run = randomUUID();
      const opened = answerOf((message) => message.opened === run);
      child.send({ open: run, spec });
      await opened;
      return {
        url: `http://127.0.0.1:${port}/${run}/v1`,
        async record() {
          const closed = answerOf((message) => message.closed === run);
          child.send({ close: run });
          return (await closed).record;
        },
      };
    },
    stop: () => child.disconnect(),
  };
}
