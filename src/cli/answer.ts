/** Sends a prepared turn and shows its events as they come: from the request to the exit code. */

import { conductorPorts } from '../compose/conductor-ports.ts';
import type { CommandContext } from '../compose/context.ts';
import type { Settings } from '../config/load.ts';
import { exitCodeOf, reportOf, type SottoError } from '../core/errors.ts';
import { type AssistantMessage, textOf } from '../core/messages.ts';
import type { Provider } from '../core/provider.ts';
import { type ConductorPorts, conduct, type Keep } from '../engine/conductor.ts';
import type { Candidate } from '../engine/fitting.ts';
import type { Session } from '../engine/session.ts';
import { exitCodeOfTurn, type Turn } from '../engine/turn.ts';
import { STOP_NOTICE } from '../engine/turn-tools.ts';
import type { Kept } from './kept.ts';
import { openScreen } from './screen.ts';

export type Answering = {
  turn: Turn;
  candidate: Candidate;
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
  const { turn, candidate, settings, context, leave, kept, unkept, onAnswer } = answering;
  const screen = await openScreen({
    settings,
    context,
    checked: turn.check !== undefined,
    onClosed: () => leave.abort(),
    isTold: (message) => unkept()?.message === message,
  });
  const ports = conductorPorts(settings, context);
  const plan = {
    turn,
    candidates: [candidate] as const,
    keep: keepOf(answering),
    isPrivate: () => settings.get('private'),
    mayRestart: screen.mayRestart,
    onAnswer,
  };
  // The price list takes its time: it is not loaded where nobody sees what it says.
  const isPriced = screen.needsCost || kept.store !== undefined;
  const events = await conduct(plan, isPriced ? ports : { ...ports, costOf: async () => undefined }, signal);
  let exitCode = 0;
  let conversationId: string | null = null;
  let reply: AssistantMessage | undefined;
  let isStopped = false;
  for await (const told of events) {
    const failure = unkept();
    // An answer that was given but not kept is no success for a script.
    const event = told.type === 'turn.end' && told.error === null && failure ? { ...told, error: reportOf(failure) } : told;
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

type Answered = { conversation: string; reply: AssistantMessage; ports: ConductorPorts };

async function giveTitle(answering: Answering, { conversation, reply, ports }: Answered, signal: AbortSignal): Promise<void> {
  const { settings, kept, turn, candidate, openProvider } = answering;
  const titleModel = settings.get('titleModel');
  const prompt = turn.request.messages.at(-1);
  if (titleModel === undefined || !kept.store || kept.conversation || prompt?.role !== 'user') return;
  const { nameConversation } = await import('../engine/title.ts');
  await nameConversation(
    { titleModel, store: kept.store, conversation, prompt, reply, provider: candidate.provider, openProvider },
    ports,
    signal,
  );
}

/** What the turn is kept with; nothing where nothing is written. */
function keepOf({ kept, context, onFailure, onWait, system }: Answering): Keep {
  const { store, conversation, path } = kept;
  if (!store) return { what: 'nothing' };
  const session: Session = {
    store,
    onFailure,
    onWait,
    folder: context.folder(),
    date: () => context.date(),
    ...(conversation ? { conversation: conversation.id, parent: path.at(-1)?.id ?? null } : {}),
    ...(system === undefined ? {} : { system }),
  };
  return { what: 'turn', session };
}
