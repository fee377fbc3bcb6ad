/** From argv to exit code. */
import { createContext } from './app.ts';
import { runProgram } from './cli/program.ts';

const context = createContext(process);
const exitCode = await runProgram(process.argv.slice(2), context);
await drained(process.stdout);
// At once: idle connections, timers and a half-read stdin must not keep a finished command alive.
process.exit(exitCode);

/** Everything written has left the process; a reader that is gone needs nothing more. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
