/** `sotto ask`: one question, one answer, on stdout; the main job. */
import { Command } from 'commander';
import { requestParameters } from '../../compose/conductor-ports.ts';
import type { CommandContext } from '../../compose/context.ts';
import { hostedTools } from '../../compose/hosted.ts';
import type { OpenedToolbox } from '../../compose/open-toolbox.ts';
import { noticeWriter, openWorld } from '../../compose/world.ts';
import type { Settings } from '../../config/load.ts';
import type { SottoError } from '../../core/errors.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { type Choice, chooseModel } from '../../engine/choose.ts';
import type { Candidate } from '../../engine/fitting.ts';
import { historyOf } from '../../engine/history.ts';
import { factsOf } from '../../engine/model-facts.ts';
import { giveTools, prepareTurn } from '../../engine/prepare.ts';
import type { Turn } from '../../engine/turn.ts';
import { PLAIN_THEME } from '../../format/theme.ts';
import { findModel } from '../../models/catalogue.ts';
import { failure } from '../../output/status.ts';
import { type Answering, answer } from '../answer.ts';
import { endEarly } from '../end-early.ts';
import { readInput } from '../input.ts';
import { type KeepOptions, type KeepRequest, type Kept, openEarlier, openKept } from '../kept.ts';
import { lateForm } from '../late-form.ts';
import { addOptionsOf, addSettingOptions, collect, settingsOf } from '../options.ts';

const EXAMPLES = `
What is typed and what is piped in are joined, the question first.
stdout is the answer and nothing else; everything else goes to stderr.

Examples:
  sotto "why is the sky blue?"
  cat error.log | sotto "what went wrong here?"
  sotto ask -f notes.md -f photo.png "describe both"
  git diff | sotto ask -m claude-sonnet-5-5 "write a commit message" > message.txt
  sotto ask --schema '{"type":"object","properties":{"city":{"type":"string"}}}' \\
    "capital of Peru"
  sotto ask --tools read "what does src/main.ts do?"
  sotto ask --tools all --allow "run_command(npm test)" "do the tests pass?"
  sotto ask --output json "hello" | jq .usage
  sotto ask --dry-run -f big.txt "summarise"

Exit codes:
  0 answered     2 usage      3 configuration or key     4 provider unavailable
  5 refused      6 limit      130 cancelled (Ctrl+C)     143 terminated
`;

type AskOptions = KeepOptions & {
  file?: string[];
  schema?: string;
  stdin: boolean;
  dryRun?: true;
  /** Set by whoever takes the words for a question: what they are where no text comes with them. */
  withoutText?: SottoError;
};

export function askCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const command = new Command('ask')
    .description('ask a question and print the answer')
    .argument('[question...]', 'what to ask; "-" stands for what is piped in');
  command.optionsGroup('Whom to ask:');
  addOptionsOf(command, ['model', 'provider', 'profile']);
  command
    .optionsGroup('What to ask:')
    .option('-f, --file <path>', 'attach a text file or a picture; "-" for what is piped in (repeatable)', collect);
  addOptionsOf(command, ['system'])
    .option('-c, --continue', 'go on with the conversation that was used last')
    .option('--resume <id>', 'go on with a conversation: its id, the beginning of it, or its title')
    .option('--no-stdin', 'do not read standard input');
  addOptionsOf(command, ['stdinTimeout']);
  command.optionsGroup('How to answer:');
  addOptionsOf(command, ['effort', 'verbosity', 'temperature', 'topP', 'maxTokens', 'seed']);
  command.option('--schema <file|json>', 'JSON Schema that the answer has to follow; prints its JSON and nothing else');
  command.optionsGroup('What it may do:');
  addOptionsOf(command, ['tools']).option(
    '--no-tools',
    'no tools, whatever the settings say: calls that are made anyway are told, not run',
  );
  addOptionsOf(command, ['allow', 'maxSteps', 'hosted']);
  command.optionsGroup('Output:');
  addOptionsOf(command, ['output', 'stream', 'color', 'quiet', 'verbose']);
  command.option('--dry-run', 'print the request and its estimated tokens and price, send nothing');
  command.optionsGroup('This run:');
  addSettingOptions(command, ['retries', 'timeout', 'private']);
  return command.addHelpText('after', EXAMPLES).action(async (words: string[], options: AskOptions) => {
    finish(await ask({ words, options, settings: settingsOf(command, context), context }));
  });
}

type Asking = { words: string[]; options: AskOptions; settings: Settings; context: CommandContext };

async function ask(asking: Asking): Promise<number> {
  const { settings, options, context } = asking;
  const leave = new AbortController();
  const signal = AbortSignal.any([context.interrupted, leave.signal]);
  let unkept: SottoError | undefined;
  const onFailure = (error: SottoError) => {
    unkept = error;
    const words = failure(
      { message: `This answer is not kept, or not all of it. ${error.message}`, hint: error.hint ?? null, requestId: null },
      PLAIN_THEME,
    );
    context.stderr.write(words);
  };
  const prepared = await prepare({ ...asking, onFailure }, signal).catch((thrown: unknown) => endEarly(thrown, { settings, context }));
  if (typeof prepared === 'number') return prepared;
  const { turn, candidate, keeping, before, system, openProvider, onAnswer, tools } = prepared;
  try {
    if (options.dryRun) return await (await import('../dry-run.ts')).printDryRun({ turn, candidate, context }, signal);
    const kept = await openKept(keeping, before);
    const exitCode = await answer(
      {
        turn,
        candidate,
        settings,
        context,
        leave,
        kept,
        onFailure,
        onAnswer,
        onWait: keeping.notice,
        unkept: () => unkept,
        system,
        openProvider,
      },
      signal,
    );
    kept.store?.close();
    if (kept.store) (await import('../../compose/auto-backup.ts')).backUpWhenDue(settings, context);
    return exitCode;
  } finally {
    await tools?.close();
  }
}

type Prepared = {
  turn: Turn;
  candidate: Candidate;
  keeping: KeepRequest;
  before: Kept;
  system: string | undefined;
  openProvider: Answering['openProvider'];
  onAnswer: Answering['onAnswer'];
  /** To be closed when the turn has ended. */
  tools: OpenedToolbox | undefined;
};

/** Everything before the request: what is asked, whom, and how. */
async function prepare(
  { words, options, settings, context, onFailure }: Asking & { onFailure: (error: SottoError) => void },
  signal: AbortSignal,
): Promise<Prepared> {
  const notice = noticeWriter(context, { quiet: settings.get('quiet') });
  const world = openWorld(settings, context, notice);
  for (const { message } of settings.notices) notice(message);
  const schema = options.schema === undefined ? undefined : await (await import('../schema-option.ts')).readSchema(options.schema, signal);
  const input = {
    words,
    files: options.file ?? [],
    readStdin: options.stdin,
    stdin: { stream: context.stdin, kind: context.stdinKind },
    stdinTimeoutSeconds: settings.get('stdinTimeout'),
    notice,
    withoutText: options.withoutText,
  };
  const reading = readInput(input, signal);
  // Before the store is opened: a question that never comes leaves no trace.
  if (options.continue || options.resume !== undefined) await reading.message;
  const keeping = { options, settings, context, onFailure, notice };
  const before = await openEarlier(keeping);
  // What a rehearsal says is to be said again when it counts.
  const lists = options.dryRun ? { ...world.lists, keep: false } : world.lists;
  const choosing = chooseModel({ ...world, lists, ...heldWith(before) }, signal);
  choosing.catch(() => {});
  // In this order, so that of two mistakes it is not the faster one that is told: nothing asked, nobody to ask, unreadable.
  await reading.begun;
  const choice = await choosing;
  const message = await reading.message;
  const { nativeSchema } = settings.provider(choice.provider);
  const provider = await world.directory.open(choice.provider, signal);
  const candidate = { provider, model: choice.model, nativeSchema, contextWindow: factsOf(choice, world)?.contextWindow };
  const openProvider = async (name: string, inner: AbortSignal) =>
    world.directory.find(name) ? world.directory.open(name, inner) : undefined;
  const system = settings.get('system') ?? before.conversation?.system ?? undefined;
  const history = historyOf(before.path, choice);
  if (history.leftOut !== undefined) notice(history.leftOut);
  const messages = [...history.messages, message];
  const hosted = hostedTools(settings, context);
  const prepared = await prepareTurn({
    candidate,
    messages,
    system,
    parameters: requestParameters(settings),
    schema,
    hosted,
    notice,
  });
  // Last, because it may start programs: nothing behind it fails.
  const tools = await openToolsOf({ settings, context, notice, words }, signal);
  const turn = tools ? giveTools(prepared, candidate, { toolbox: tools.current(), maxSteps: settings.get('maxSteps'), notice }) : prepared;
  if (turn.request.tools) await warnOfSize(turn.request.tools, choice, notice);
  const onAnswer = async () => {
    if (choice.isUnlisted && !settings.get('quiet')) await (await import('../../engine/unlisted.ts')).sayUnlisted(choice, world);
  };
  return { turn, candidate, keeping, before, system, openProvider, onAnswer, tools };
}

async function warnOfSize(tools: readonly ToolDefinition[], { provider, model }: Choice, notice: (message: string) => void): Promise<void> {
  const { toolShareWarning } = await import('../../models/tool-tokens.ts');
  const warning = await toolShareWarning({ tools, model, contextWindow: findModel({ provider, id: model })?.contextWindow });
  if (warning !== undefined) notice(warning);
}

type Tooling = { settings: Settings; context: CommandContext; notice: (message: string) => void; words: string[] };

/** The tools that are switched on; undefined where there are none, and then nothing of them is loaded. */
async function openToolsOf({ settings, context, notice, words }: Tooling, signal: AbortSignal): Promise<OpenedToolbox | undefined> {
  if (settings.get('tools').length === 0) return undefined;
  const [{ openToolbox }, { approvalByQuestion }] = await Promise.all([
    import('../../compose/open-toolbox.ts'),
    import('../ask-approval.ts'),
  ]);
  // A keyboard that was read to its end as the question answers nothing more.
  const ask = words.includes('-') ? undefined : approvalByQuestion(context);
  return openToolbox({ settings, context, notice, ask, openForm: lateForm(context) }, signal);
}

/** A conversation goes on with the model it was held with. */
function heldWith({ conversation }: Kept): { before?: { provider: string; model: string } } {
  return conversation?.provider && conversation.model ? { before: { provider: conversation.provider, model: conversation.model } } : {};
}
