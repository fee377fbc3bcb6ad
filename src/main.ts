/** From argv to exit code. */
import { createContext } from './app.ts';
import { runProgram } from './cli/program.ts';

const context = createContext(process);
// At once: idle connections, timers and a half-read stdin must not keep a finished command alive.
process.exit(await runProgram(process.argv.slice(2), context));
