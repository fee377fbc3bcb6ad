/** From argv to exit code. */
import { createContext } from './app.ts';
import { reportCrash, runProgram } from './cli/program.ts';

const context = createContext(process);
const argv = process.argv.slice(2);
process.on('uncaughtException', (thrown) => void reportCrash(thrown, argv, context).then((exitCode) => process.exit(exitCode)));
// At once: idle connections, timers and a half-read stdin must not keep a finished command alive.
process.exit(await runProgram(argv, context));
