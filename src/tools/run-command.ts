/** The tool that runs a shell command in the working folder. */
import { stripVTControlCharacters } from 'node:util';
import { numberAt, textAt } from '../core/json.ts';
import { stoppedWith, type Tool, type ToolContext, type ToolOutcome } from '../core/tool.ts';
import { isSimpleCommand } from '../core/tool-rules.ts';
import type { BuiltInPorts } from './built-in-ports.ts';
import { commandEnvironment, type EnvironmentPorts } from './command-environment.ts';
import { commandPattern } from './command-pattern.ts';
import { failed, literalPattern, withinFolder } from './file-access.ts';
import { type ProcessEnd, type ProcessPorts, runProcess } from './process.ts';

const LONGEST_SECONDS = 600;
const PROGRESS_MS = 100;

type Ports = ProcessPorts & EnvironmentPorts & Pick<BuiltInPorts, 'timeoutMs'>;

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
        pattern: alwaysPattern(command, folder),
        ...(isSimpleCommand(command) ? { subject: command.trim() } : {}),
        ...(command.trim() === '' ? { refusal: 'The command is empty.' } : {}),
        ...(command.includes('\0') ? { refusal: 'The command holds a null character.' } : {}),
      };
    },
    async run(args, context) {
      const command = textAt(args, 'command') ?? '';
      if (command.trim() === '' || command.includes('\0')) return failed('The command is empty or holds a null character.');
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
function alwaysPattern(command: string, folder: string): string {
  const pattern = commandPattern(command);
  const place = withinFolder(folder);
  return pattern === undefined ? `= ${place}: ${literalPattern(command.trim())}` : `${place}: ${pattern}`;
}

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
