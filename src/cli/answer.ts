/** Sends a prepared turn and shows its events as they come: from the request to the exit code. */
import type { Settings } from '../config/load.ts';
import { exitCodeOf, reportOf, type SottoError } from '../core/errors.ts';
import { type AssistantMessage, textOf } from '../core/messages.ts';
import type { Provider } from '../core/provider.ts';
import { openChain } from '../engine/chain.ts';
import { rememberedCost } from '../engine/price-memo.ts';
import { type Session, sendTurn } from '../engine/session.ts';
import { exitCodeOfTurn, runTurn, type Turn, type TurnPorts } from '../engine/turn.ts';
import { STOP_NOTICE } from '../engine/turn-tools.ts';
import type { CommandContext } from './context.ts';
import type { Kept } from './kept.ts';
import { openScreen, type Screen } from './screen.ts';

export type Answering = {
  turn: Turn;
  provider: Provider;
  settings: Settings;
  context: CommandContext;
  /** Aborted here when nobody takes the answer any more. */
  leave: AbortController;
  kept: Kept;
  onFailure: (error: SottoError) => void;
  /** The answer begins: nothing of it is shown yet. */
  onAnswer: () => Promise<void>;
  /** Another program has locked the store, and the answer waits. */
  onWait: (words: string) => void;
  /** Why the answer is not kept, or not whole; undefined while all is well. */
  unkept: () => SottoError | undefined;
  /** Opens another provider by its name, for helper calls. */
  openProvider: (name: string, signal: AbortSignal) => Promise<Provider | undefined>;
  /** The user's instructions for the conversation. */
  system: string | undefined;
};

export async function answer(answering: Answering, signal: AbortSignal): Promise<number> {
  const { turn, settings, context, leave, unkept, onAnswer } = answering;
  const screen = await openScreen({
    settings,
    context,
    checked: turn.check !== undefined,
    onClosed: () => leave.abort(),
    isTold: (message) => unkept()?.message === message,
  });
  const ports = await openPorts(answering, screen);
  const session = sessionOf(answering);
  const events = session ? sendTurn(turn, session, ports, signal) : runTurn(turn, ports, signal);
  let exitCode = 0;
  let conversationId: string | null = null;
  let reply: AssistantMessage | undefined;
  let isStopped = false;
  let hasBegun = false;
  for await (const told of events) {
    const failure = unkept();
    // An answer that was given but not kept is no success for a script.
    const event = told.type === 'turn.end' && told.error === null && failure ? { ...told, error: reportOf(failure) } : told;
    if (event.type === 'part.start' && !hasBegun) await onAnswer();
    hasBegun ||= event.type === 'part.start';
    const waits = screen.take(event);
    if (waits) await waits;
    if (event.type === 'turn.start') conversationId = event.conversation;
    if (event.type === 'message' && event.message.role === 'assistant') reply = event.message;
    // The tools of the turn had to be stopped: what there is, is not the answer.
    if (event.type === 'notice' && event.code === STOP_NOTICE) isStopped = true;
    if (event.type === 'turn.end') exitCode = exitCodeOfTurn(event, isAnswer(reply)) || (isStopped ? exitCodeOf('budget') : 0);
  }
  // A reader that left (`| head`) has what it wanted; a disk that is full is told by the program.
  if (leave.signal.aborted && !context.interrupted.aborted) return 0;
  if (exitCode === 0 && isAnswer(reply) && conversationId)
    await giveTitle(answering, { conversation: conversationId, reply, ports }, signal);
  return context.interruptedCode() ?? exitCode;
}

function isAnswer(reply: AssistantMessage | undefined): reply is AssistantMessage {
  return reply !== undefined && textOf(reply) !== '';
}

type Answered = { conversation: string; reply: AssistantMessage; ports: TurnPorts };

async function giveTitle(answering: Answering, { conversation, reply, ports }: Answered, signal: AbortSignal): Promise<void> {
  const { settings, kept, turn, provider, openProvider } = answering;
  const prompt = turn.request.messages.at(-1);
  if (settings.get('titleModel') === undefined || !kept.store || kept.conversation || prompt?.role !== 'user') return;
  const { nameConversation } = await import('../engine/title.ts');
  // Not the stream of the answer: under --schema that one lets nothing but JSON through.
  const streamOf = (asked: Provider) => chainTo(asked, answering, { restart: true });
  const naming = { settings, store: kept.store, conversation, prompt, reply, provider, openProvider, streamOf };
  await nameConversation(naming, ports, signal);
}

/** What the turn is kept with; undefined where nothing is written. */
function sessionOf({ kept, context, onFailure, onWait, system }: Answering): Session | undefined {
  const { store, conversation, path } = kept;
  if (!store) return undefined;
  return {
    store,
    onFailure,
    onWait,
    folder: context.folder(),
    date: () => context.date(),
    ...(conversation ? { conversation: conversation.id, parent: path.at(-1)?.id ?? null } : {}),
    ...(system === undefined ? {} : { system }),
  };
}

function chainTo(provider: Provider, { settings, context }: Answering, options: { restart: boolean }): TurnPorts['stream'] {
  return openChain(provider, { settings, secrets: context.secrets, sleep: context.sleep, random: context.random }, options);
}

async function openPorts(answering: Answering, screen: Screen): Promise<TurnPorts> {
  const { turn, provider, settings, context, kept } = answering;
  const asked = turn.check ? await wordedProvider(answering) : provider;
  const retrying = chainTo(asked, answering, { restart: screen.mayRestart });
  const memo = { file: `${context.paths.cache}/prices.json`, version: context.version, keep: !settings.get('private') };
  return {
    stream: turn.check ? (await import('../engine/structured.ts')).bareJson(retrying) : retrying,
    now: context.now,
    costOf: async (name, model, usage) => (screen.needsCost || kept.store ? rememberedCost(name, model, usage, memo) : undefined),
  };
}

/** Inside of the retries: a server that cannot take the schema says so every time, and some say it as a fault that may pass. */
async function wordedProvider({ provider, settings, context }: Answering): Promise<Provider> {
  const { openSchemaMemory, withSchemaInWords } = await import('../engine/schema-refusal.ts');
  const { url, nativeSchema } = settings.provider(provider.name);
  const memory = openSchemaMemory({
    server: [provider.name, ...(url === undefined ? [] : [url])].join(' '),
    configured: nativeSchema,
    file: `${context.paths.cache}/schemas.json`,
    date: () => context.date(),
    keep: !settings.get('private'),
  });
  return { ...provider, stream: withSchemaInWords(memory, (request, signal) => provider.stream(request, signal)) };
}
