/** Tools that are programs in any language: asked once what they are, and started for each call. */
import { isObject, type Json, type JsonObject, parseJson } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolOutcome } from '../core/tool.ts';
import { commandEnvironment, type EnvironmentPorts, withVariables } from './command-environment.ts';
import { type LookAgain, type Problem, readDefinition } from './own-definition.ts';
import type { Described } from './own-module.ts';
import { outcomeOf } from './own-outcome.ts';
import { type OwnFile, ownTool } from './own-plan.ts';
import { type ProcessEnd, type ProcessPorts, runProcess } from './process.ts';

export type ProgramPorts = ProcessPorts &
  EnvironmentPorts & {
    /** For files of a project, before each start: what is checked may be replaced only in the moment between both. */
    lookAgain?: LookAgain;
    /** Where Python keeps what it compiles, instead of beside the program. */
    pythonCache?: string;
  };

/**
 * The protocol: `PROGRAM --describe` prints JSON with name, description, parameters, and where they are wanted access, env
 * and timeoutSeconds. A call starts it with the arguments as JSON on its stdin, in the working folder; what it prints is the
 * result: text, or `{"output": "…", "failed": true}`. An exit code other than 0 is a failure; stderr is progress.
 */
const DESCRIBE_ARGUMENTS = ['--describe'];
const DESCRIBE_MS = 5000;
/** Longer than any setting: whoever calls the tool has a limit of its own, and tells it by the signal. */
const LONGEST_MS = 86_400_000;

/** The description as it was printed; it is checked when a tool is made of it. */
export async function describeProgram(file: OwnFile, folder: string, ports: ProgramPorts, signal: AbortSignal): Promise<Described> {
  const problem = whyNotStarted(file, ports);
  if (problem !== undefined) return { problem };
  const request = {
    run: { file: file.path, args: DESCRIBE_ARGUMENTS },
    folder,
    env: environmentOf([], ports),
    timeoutMs: DESCRIBE_MS,
    input: '',
    isSplit: true,
  } as const;
  const result = await runProcess(request, ports, signal);
  if (result.end === 'timeout')
    return { problem: `it did not describe itself within ${DESCRIBE_MS / 1000} s when it was called with --describe`, isSlow: true };
  if (result.end === 'cancelled') return { problem: 'it was stopped before it described itself' };
  const failure = failureOf(result);
  if (failure !== undefined) return { problem: `called with --describe it failed: ${failure}` };
  const description = parseJson(result.output.trim());
  return description === undefined
    ? { problem: `called with --describe it should print JSON, but it printed ${quoted(result.output)}` }
    : { description };
}

export function programTool(file: OwnFile, description: Json, ports: ProgramPorts): Tool | Problem {
  const read = readDefinition(description, file.origin);
  if ('problem' in read) return read;
  return ownTool(read, file, (args, context) => call({ file, name: read.name, args, variables: read.variables }, ports, context));
}

type Call = { file: OwnFile; name: string; args: JsonObject; variables: readonly string[] };

async function call(
  { file, name, args, variables }: Call,
  ports: ProgramPorts,
  { folder, signal, progress }: ToolContext,
): Promise<ToolOutcome> {
  const problem = whyNotStarted(file, ports);
  if (problem !== undefined) return { output: `${name} was not run: ${problem}`, failed: true };
  const env = environmentOf(variables, ports);
  const watch = (text: string) => {
    const line = text.trimEnd().split('\n').at(-1)?.trim();
    if (line) progress(line.slice(0, 200));
  };
  const result = await runProcess(
    { run: { file: file.path, args: [] }, folder, env, timeoutMs: LONGEST_MS, input: JSON.stringify(args), isSplit: true, watch },
    ports,
    signal,
  );
  if (result.end === 'cancelled') return stoppedWith(result.output.trim());
  const failure = failureOf(result);
  if (failure !== undefined)
    return { output: [result.output.trimEnd(), `[${failure}]`].filter((part) => part !== '').join('\n'), failed: true };
  const said = parseJson(result.output.trim());
  return isObject(said) && 'output' in said ? outcomeOf(said) : outcomeOf(result.output.trimEnd());
}

function whyNotStarted({ origin }: OwnFile, { lookAgain }: ProgramPorts): string | undefined {
  const loadable = origin === 'project' ? lookAgain?.() : undefined;
  return loadable && 'problem' in loadable ? loadable.problem : undefined;
}

function environmentOf(variables: readonly string[], ports: ProgramPorts): Record<string, string> {
  const env = withVariables(commandEnvironment(ports), variables, ports);
  return ports.pythonCache === undefined ? env : { ...env, PYTHONPYCACHEPREFIX: ports.pythonCache };
}

function failureOf({ end, code, signal, errors, problem }: ProcessEnd): string | undefined {
  if (end === 'failed') return `it could not be started: ${problem}`;
  if (code === 0) return undefined;
  const words = errors.trim() === '' ? '' : `: ${errors.trim().slice(-2000)}`;
  return signal === undefined ? `exit code ${code}${words}` : `ended by ${signal}${words}`;
}

function quoted(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line === '' ? 'nothing' : JSON.stringify(line.length > 100 ? `${line.slice(0, 97)}...` : line);
}
