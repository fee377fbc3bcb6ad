/** `sotto ask`: one question, one answer, on stdout; the main job. */
import { Command, Option } from 'commander';
import type { Settings } from '../../config/load.ts';
import type { JsonObject } from '../../core/json.ts';
import { textOf, type UserMessage } from '../../core/messages.ts';
import type { ModelRequest, Provider } from '../../core/provider.ts';
import { chooseModel } from '../../engine/choose.ts';
import { exitCodeOfTurn, runTurn, type Turn } from '../../engine/turn.ts';
import { withRetry } from '../../middleware/retry.ts';
import { findModel } from '../../models/catalogue.ts';
import { fitParameters } from '../../models/parameters.ts';
import type { CommandContext } from '../context.ts';
import { readInput } from '../input.ts';
import { addSettingOptions, settingsOf } from '../options.ts';
import { openScreen } from '../screen.ts';
import { openWorld, type World } from '../world.ts';

const ASK_SETTINGS = [
  'model',
  'provider',
  'system',
  'effort',
  'verbosity',
  'temperature',
  'topP',
  'maxTokens',
  'seed',
  'output',
  'stream',
  'color',
  'retries',
  'timeout',
  'stdinTimeout',
  'profile',
  'private',
  'quiet',
  'verbose',
] as const;

const EXAMPLES = `
What is typed and what is piped in are joined, the question first. stdout is the answer and nothing else.

Examples:
  sotto "why is the sky blue?"
  cat error.log | sotto "what went wrong here?"
  sotto ask -f notes.md -f photo.png "describe both"
  git diff | sotto ask -m claude-sonnet-4-5 "write a commit message" > message.txt
  sotto ask --schema '{"type":"object","properties":{"city":{"type":"string"}}}' "capital of Peru"
  sotto ask --output json "hello" | jq .usage
  sotto ask --dry-run -f big.txt "summarise"

Exit codes: 0 answered, 2 usage, 3 configuration or key, 4 provider unavailable, 5 refused, 6 limit reached, 130 cancelled.
`;

type AskOptions = { file?: string[]; schema?: string; stdin: boolean; dryRun?: true };

export function askCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const command = new Command('ask')
    .description('ask a question and print the answer')
    .argument('[words...]', 'the question; "-" reads it from standard input')
    .option(
      '-f, --file <path>',
      'attach a text file or a picture; "-" for standard input (repeatable)',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option('--schema <file|json>', 'JSON Schema that the answer has to follow')
    .option('--no-stdin', 'do not read standard input')
    .option('--dry-run', 'print the request and its estimated tokens and price, send nothing');
  addSettingOptions(command, ASK_SETTINGS);
  // Tools come later; scripts that switch them off can say so already.
  command.addOption(new Option('--no-tools').hideHelp()).addOption(new Option('--max-steps <count>').hideHelp());
  return command.addHelpText('after', EXAMPLES).action(async (words: string[], options: AskOptions) => {
    finish(await ask({ words, options, settings: settingsOf(command, context), context }));
  });
}

type Asking = { words: string[]; options: AskOptions; settings: Settings; context: CommandContext };

async function ask({ words, options, settings, context }: Asking): Promise<number> {
  const notice = (message: string) => {
    if (!settings.get('quiet')) context.stderr.write(`sotto: ${message}\n`);
  };
  const world = openWorld(settings, context, notice);
  for (const { message } of settings.notices) notice(message);
  const leave = new AbortController();
  const signal = AbortSignal.any([context.interrupted, leave.signal]);
  const input = {
    words,
    files: options.file ?? [],
    readStdin: options.stdin,
    stdin: { stream: context.stdin, isTerminal: context.isTerminal.stdin },
    stdinTimeoutSeconds: settings.get('stdinTimeout'),
    notice,
  };
  const schema = options.schema === undefined ? undefined : await (await import('../schema-option.ts')).readSchema(options.schema);
  const [message, choice] = await Promise.all([readInput(input, signal), chooseModel(world, signal)]);
  const provider = await world.directory.open(choice.provider, signal);
  const fitted = fitParameters(
    requestOf({ settings, message, model: choice.model, schema }),
    findModel({ provider: choice.provider, id: choice.model }),
  );
  for (const { message: words } of fitted.notices) notice(words);
  const turn: Turn = { request: fitted.request, provider: choice.provider, conversation: null };
  if (schema) {
    const { instruct, openSchemaCheck } = await import('../../engine/structured.ts');
    turn.check = await openSchemaCheck(schema);
    if (!provider.nativeSchema?.(choice.model)) turn.request = instruct(turn.request);
  }
  if (options.dryRun) return (await import('../dry-run.ts')).printDryRun({ turn, provider, context }, signal);
  return answer({ turn, provider, world, context, leave }, signal);
}

type Answering = { turn: Turn; provider: Provider; world: World; context: CommandContext; leave: AbortController };

async function answer({ turn, provider, world, context, leave }: Answering, signal: AbortSignal): Promise<number> {
  const { settings, secrets } = world;
  const screen = await openScreen({ settings, context, buffered: turn.check !== undefined, onReaderGone: () => leave.abort(), secrets });
  const stream = withRetry(
    { retries: settings.get('retries'), restart: screen.mayRestart, sleep: context.sleep, random: context.random },
    (request, streamSignal) => provider.stream(request, streamSignal),
  );
  const costOf: Parameters<typeof runTurn>[1]['costOf'] = async (name, model, usage) =>
    screen.needsCost ? (await import('../../models/prices.ts')).costOf({ provider: name, model, usage }) : undefined;
  let exitCode = 0;
  let answered = false;
  for await (const event of runTurn(turn, { stream, now: context.now, costOf }, signal)) {
    const waits = screen.take(event);
    if (waits) await waits;
    if (event.type === 'message' && event.message.role === 'assistant') answered = textOf(event.message) !== '';
    if (event.type === 'turn.end') exitCode = exitCodeOfTurn(event, answered);
  }
  await screen.flush();
  // A reader that left (`| head`) has what it wanted.
  if (leave.signal.aborted && !context.interrupted.aborted) return 0;
  return context.interruptedCode() ?? exitCode;
}

function requestOf({
  settings,
  message,
  model,
  schema,
}: {
  settings: Settings;
  message: UserMessage;
  model: string;
  schema: JsonObject | undefined;
}): ModelRequest {
  const chosen = {
    system: settings.get('system'),
    temperature: settings.get('temperature'),
    topP: settings.get('topP'),
    maxTokens: settings.get('maxTokens'),
    seed: settings.get('seed'),
    effort: settings.get('effort'),
    verbosity: settings.get('verbosity'),
    schema: schema && { name: 'answer', schema },
  };
  const set = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  return { model, messages: [message], stream: settings.get('stream'), ...set };
}
