/** The tool that runs a shell command in the working folder. */
import { stripVTControlCharacters } from 'node:util';
import { numberAt, textAt } from '../core/json.ts';
import { changedSince, stoppedWith, type Tool, type ToolContext, type ToolOutcome, type ToolPlan } from '../core/tool.ts';
import { isSimpleCommand } from '../core/tool-rules.ts';
import type { BuiltInPorts } from './built-in-ports.ts';
import { commandEnvironment, type EnvironmentPorts } from './command-environment.ts';
import { coveredProgram } from './command-pattern.ts';
import { coverOf } from './command-table.ts';
import { type FilePorts, failed, literalPattern, withinFolder } from './file-access.ts';
import { type ProcessEnd, type ProcessPorts, runProcess } from './process.ts';

const LONGEST_SECONDS = 600;
const PROGRESS_MS = 100;

type Ports = ProcessPorts & EnvironmentPorts & FilePorts & Pick<BuiltInPorts, 'timeoutMs'>;

export function createRunCommand(ports: Ports): Tool {
  const usualSeconds = Math.min(LONGEST_SECONDS, Math.max(1, Math.round(ports.timeoutMs / 1000)));
  const limitOf = (seconds: number | undefined) => 1000 * Math.min(LONGEST_SECONDS, Math.max(1, seconds ?? usualSeconds));
  return {
    name: 'run_command',
    description: 'Run a shell command in the working folder, without input. Returns stdout and stderr together, and the exit code.',
    parameters: {
      type: 'object',
      properties: {
        command: { type: 'string' },
        timeout_seconds: { type: 'integer', minimum: 1, maximum: LONGEST_SECONDS, description: `default ${usualSeconds}` },
      },
      required: ['command'],
      additionalProperties: false,
    },
    access: 'execute',
    source: 'built-in',
    // Its own limit comes first and keeps the output.
    timeoutMs: LONGEST_SECONDS * 1000 + 5000,
    async plan(args, { folder }) {
      const command = textAt(args, 'command') ?? '';
      const first = command.trim().split('\n')[0] ?? '';
      return {
        summary: `run ${first}${command.trim().includes('\n') ? ' ...' : ''}`,
        details: command,
        ...(await alwaysOf(command, folder, ports)),
        ...subjectOf(command, ports),
        ...(command.trim() === '' ? { refusal: 'The command is empty.' } : {}),
        ...(command.includes('\0') ? { refusal: 'The command holds a null character.' } : {}),
      };
    },
    async run(args, context) {
      const command = textAt(args, 'command') ?? '';
      if (command.trim() === '' || command.includes('\0')) return failed('The command is empty or holds a null character.');
      const { pattern } = context.granted ?? {};
      // Between the plan and now there was a question, or another command: a file may be a link by now.
      if (pattern !== undefined && pattern !== (await alwaysOf(command, context.folder, ports)).pattern)
        return changedSince('what it reads');
      const timeoutMs = limitOf(numberAt(args, 'timeout_seconds'));
      const watch = lastLineWatcher(context, ports.now);
      const result = await runProcess(
        { run: { command }, folder: context.folder, env: commandEnvironment(ports), timeoutMs, watch },
        ports,
        context.signal,
      );
      return outcomeOf(result, timeoutMs);
    },
  };
}

/**
 * A yes to `npm test` in one folder is none to what another folder, of somebody else, makes of it. Where "always" can cover no
 * more, it covers exactly this command; the sign in front keeps it from being taken for the beginning of another.
 */
async function alwaysOf(command: string, folder: string, ports: Ports): Promise<Required<Pick<ToolPlan, 'pattern' | 'covers'>>> {
  const place = withinFolder(folder);
  const program = await coveredProgram(command, { ...ports, folder, env: commandEnvironment(ports) });
  const covers = program === undefined ? undefined : coverOf(program);
  return covers === undefined
    ? { pattern: `= ${place}: ${literalPattern(command)}`, covers: EXACTLY }
    : { pattern: `${place}: ${program} *`, covers };
}

/** A script that is another one by then is run all the same: it is said, because nobody can tell what a command reads. */
const EXACTLY = 'exactly this command, in this folder, whatever the files it uses hold then';

/** What a pattern of the user is held against. Only what no shell takes for a part of a word is cut off. */
function subjectOf(command: string, { platform }: Ports): Pick<ToolPlan, 'subject'> {
  let end = command.length;
  while (end > 0 && BLANKS.includes(command.charAt(end - 1))) end -= 1;
  const subject = command.slice(0, end).replace(/^[ \t\n]+/, '');
  return isSimpleCommand(subject) && !(platform === 'win32' && /[%^!]/.test(subject)) ? { subject } : {};
}

const BLANKS = ' \t\n';

/** Tells the last line that was printed, some times a second. */
function lastLineWatcher({ progress }: ToolContext, now: () => number): (text: string) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (text) => {
    if (now() - toldMs < PROGRESS_MS) return;
    const line = plainText(text.slice(-2000)).trimEnd().split('\n').at(-1)?.trim() ?? '';
    if (line === '') return;
    toldMs = now();
    progress(line.slice(0, 200));
  };
}

function outcomeOf(result: ProcessEnd, timeoutMs: number): ToolOutcome {
  if (result.end === 'failed') return failed(`The command could not be started: ${result.problem}.`);
  const text = plainText(result.output).trimEnd();
  if (result.end === 'cancelled') return stoppedWith(text);
  const seconds = `${Math.round(result.durationMs / 100) / 10} s`;
  const note = noteOf(result, { seconds, timeoutMs });
  if (note === undefined) return { output: text === '' ? '[exit code 0, no output]' : text };
  return failed(`${text}${text === '' ? '' : '\n'}[${note}]`);
}

function noteOf({ end, code, signal }: ProcessEnd, { seconds, timeoutMs }: { seconds: string; timeoutMs: number }): string | undefined {
  if (end === 'timeout')
    return `stopped: not finished after ${timeoutMs / 1000} s. Set timeout_seconds, up to ${LONGEST_SECONDS}, for more`;
  if (signal !== undefined) return `ended by ${signal} after ${seconds}`;
  return code === 0 ? undefined : `exit code ${code}`;
}

/** Without escape sequences; of a line that was overwritten only what is left of it. */
function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => (line.includes('\r') ? (line.split('\r').findLast((part) => part !== '') ?? '') : line))
    .join('\n')
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');
}
