/** From argv to exit code. */
import { createContext } from './app.ts';
import { reportCrash, runProgram } from './cli/program.ts';

const context = createContext(process);
const argv = process.argv.slice(2);
// Work for another sotto that waits for it: see src/host-work.ts.
if (argv[0] === 'work-of-another-sotto' && process.send !== undefined) {
  await (await import('./host-work.ts')).serveWork(process, { ...context, now: context.date });
  // Its parent ends it.
  await new Promise(() => {});
}
process.on('uncaughtException', (thrown) => void reportCrash(thrown, argv, context).then((exitCode) => process.exit(exitCode)));
const exitCode = await runProgram(argv, context);
// At once: idle connections, timers and a half-read stdin must not keep a finished command alive. A signal that came while the
// end of the output still waited for its reader cut it short: then nobody is told that all is well.
process.exit(exitCode === 0 ? (context.interruptedCode() ?? 0) : exitCode);
