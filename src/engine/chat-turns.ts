/** What is sent from a chat and what comes back: a turn, another reply to the same prompt, a question on the side. */
import { usageError } from '../core/errors.ts';
import type { StreamEvent, TurnEnd } from '../core/events.ts';
import { type AssistantMessage, type Message, textOf, type UserMessage } from '../core/messages.ts';
import type { Provider } from '../core/provider.ts';
import type { Store, StoredMessage } from '../store/store.ts';
import { titleFrom } from '../store/title.ts';
import { openChain } from './chain.ts';
import type { Prompt } from './chat.ts';
import { pathTo } from './chat-branches.ts';
import { type Line, storedEnd, writeTurn } from './chat-line.ts';
import { type Held, isKept } from './chat-state.ts';
import { addEnd, contextAfter } from './chat-totals.ts';
import type { Choice } from './choose.ts';
import { historyOf } from './history.ts';
import { prepareTurn } from './prepare.ts';
import { attemptRecords, type Session, sendTurn } from './session.ts';
import { runTurn, type Turn, type TurnPorts } from './turn.ts';

type Events = AsyncGenerator<StreamEvent>;

export function sendPrompt(held: Held, prompt: Prompt, { replaces }: { replaces?: number }, signal: AbortSignal): Events {
  const message = messageOf(prompt);
  const base = replaces === undefined ? held.line.path : before(held, replaces);
  return converse(held, { base, message }, signal);
}

function before(held: Held, replaces: number): StoredMessage[] {
  const path = pathTo(held, replaces);
  if (path.pop()?.message.role !== 'user')
    throw usageError('Only a message of your own can be sent anew.', 'Ask for another answer with /retry.');
  return path;
}

export function sendAgain(held: Held, signal: AbortSignal): Events {
  const { path } = held.line;
  const at = path.findLastIndex(({ message }) => message.role === 'user');
  const again = path[at];
  if (again?.message.role !== 'user') throw usageError('There is no prompt yet that could be answered again.', 'Type one.');
  return converse(held, { base: path.slice(0, at), message: again.message, again }, signal);
}

export async function* sendAside(held: Held, prompt: Prompt, signal: AbortSignal): Events {
  const { ports, keeping } = held;
  const messages = [...historyOf(held.line.path), messageOf(prompt)];
  const asking = await prepare(held, messages, signal);
  const { turn } = asking;
  const store = isKept(held) ? await keeping.open() : undefined;
  const startsMs: number[] = [];
  let end: TurnEnd | undefined;
  const done = track(held);
  try {
    for await (const event of runTurn(turn, turnPorts(held, asking), living(held, signal))) {
      if (event.type === 'request.start') startsMs.push(ports.date());
      if (event.type === 'turn.end') {
        end = event;
        held.totals = addEnd(held.totals, event, { turns: 0 });
      }
      yield event;
    }
  } finally {
    const left = { purpose: 'aside', provider: turn.provider, model: turn.request.model, outcome: 'cancelled' };
    const records = end ? attemptRecords(end, 'aside', startsMs) : startsMs.length > 0 ? [left] : [];
    keeping.attempt(() => {
      for (const record of records) store?.recordAttempt(record);
    });
    done();
  }
}

export function messageOf({ text, attachments = [] }: Prompt): UserMessage {
  const parts: UserMessage['parts'] = text.trim() === '' ? [...attachments] : [{ type: 'text', text }, ...attachments];
  if (parts.length === 0) throw usageError('There is nothing to send.', 'Type a message.');
  return { role: 'user', parts };
}

/** The prompt that a message was: its first text was typed, the rest attached. */
export function promptOf({ parts }: UserMessage): Prompt {
  const [first, ...rest] = parts;
  const typed = first?.type === 'text';
  const attachments = typed ? rest : parts;
  return { text: typed ? first.text : '', ...(attachments.length > 0 ? { attachments } : {}) };
}

type Saying = {
  /** What it goes on from. */
  base: readonly StoredMessage[];
  message: UserMessage;
  /** The prompt as it is already there: this is another reply to it. */
  again?: StoredMessage | undefined;
};

async function* converse(held: Held, { base, message, again }: Saying, signal: AbortSignal): Events {
  const { line, keeping, ports } = held;
  const opening = isKept(held) ? keeping.open() : undefined;
  const asking = await prepare(held, [...historyOf(base), message], signal);
  const store = await opening;
  const tools = await ports.toolbox?.({ ...asking.choice, facts: held.model.named().facts, conversation: line.conversation });
  const turn: Turn = tools ? { ...asking.turn, tools, maxSteps: ports.settings.get('maxSteps') } : asking.turn;
  const writer = writeTurn(line, { base: again ? [...base, again] : base, hasPrompt: again !== undefined, date: ports.date });
  const isNew = line.conversation === undefined;
  let failed = false;
  // Another reply to what was private stays private too.
  const session: Session | undefined =
    store && (again === undefined || again.id > 0)
      ? {
          ...sessionOf(held, { store, base, again }),
          onPlaced: writer.place,
          onFailure(error) {
            failed = true;
            keeping.fail(error);
          },
        }
      : undefined;
  const ends = living(held, signal);
  const reports = turnPorts(held, asking);
  let reply: AssistantMessage | undefined;
  const done = track(held);
  try {
    for await (const event of session ? sendTurn(turn, session, reports, ends) : runTurn(turn, reports, ends)) {
      writer.take(event);
      if (event.type === 'turn.start') entitle(held, { line, message, isNew: isNew && event.conversation !== null });
      if (event.type === 'message' && event.message.role === 'assistant') reply = event.message;
      if (event.type === 'turn.end') settle(held, line, event);
      yield event;
    }
    if (session && !failed) keeping.worked();
  } finally {
    writer.leave();
    done();
  }
  const last = line.path.at(-1);
  if (last?.error?.kind === 'authentication' || last?.error?.kind === 'configuration') held.model.forget();
  if (last?.error !== null) return;
  background(held, (inner) => held.model.learn(asking.provider, asking.choice, inner));
  if (session && isNew && reply && textOf(reply) !== '')
    background(held, (inner) => name(held, { line, store, message, reply, asking }, inner));
}

type Asking = { turn: Turn; provider: Provider; choice: Choice };

async function prepare(held: Held, messages: Message[], signal: AbortSignal): Promise<Asking> {
  const { ports, model, system, effort } = held;
  const choice = await model.choose(signal);
  const provider = await model.open(choice, signal);
  const turn = prepareTurn({ settings: ports.settings, choice, messages, system, effort, notice: (words) => tell(held, choice, words) });
  return { turn, provider, choice };
}

function tell({ told, ports }: Held, { provider, model }: Choice, words: string): void {
  const key = `${provider}/${model}: ${words}`;
  if (!told.has(key)) ports.notice(words);
  told.add(key);
}

function sessionOf(
  { line, system, ports }: Held,
  { store, base, again }: Pick<Saying, 'base' | 'again'> & { store: Store },
): Omit<Session, 'onFailure' | 'onPlaced'> {
  const { conversation } = line;
  return {
    store,
    folder: ports.folder,
    date: ports.date,
    ...(conversation === undefined ? {} : { conversation, parent: storedEnd(base) }),
    ...(conversation === undefined || again === undefined ? {} : { prompt: again.id }),
    ...(system === undefined ? {} : { system }),
  };
}

function turnPorts(held: Held, { provider }: Asking): TurnPorts {
  const { ports } = held;
  return {
    // What has been shown is not begun again: the user decides.
    stream: openChain(provider, ports, { restart: false }),
    now: ports.now,
    costOf: (name, model, usage) => ports.costOf(name, model, usage, { keep: !held.isPrivate }),
  };
}

function settle(held: Held, line: Line, end: TurnEnd): void {
  held.totals = addEnd(held.totals, end, { turns: 1 });
  // The user may have gone elsewhere meanwhile.
  if (held.line === line) held.contextTokens = contextAfter(end, held.contextTokens);
}

/** As the store names it; a title of the user's that came before the first turn is written now. */
function entitle({ keeping }: Held, { line, message, isNew }: { line: Line; message: UserMessage; isNew: boolean }): void {
  const { conversation, title, isNamed } = line;
  if (isNew && !isNamed) line.title = titleFrom(message);
  else line.title ??= titleFrom(message);
  if (isNew && isNamed && conversation !== undefined && title !== undefined) {
    keeping.attempt(() => keeping.store()?.rename(conversation, title));
  }
}

type Naming = { line: Line; store: Store | undefined; message: UserMessage; reply: AssistantMessage; asking: Asking };

async function name(held: Held, { line, store, message, reply, asking }: Naming, signal: AbortSignal): Promise<void> {
  const { ports } = held;
  const { settings, directory } = ports;
  const { conversation } = line;
  if (settings.get('titleModel') === undefined || !store || conversation === undefined) return;
  const { nameConversation } = await import('./title.ts');
  const title = await nameConversation(
    {
      settings,
      store,
      conversation,
      prompt: message,
      reply,
      provider: asking.provider,
      openProvider: async (other, inner) => (directory.find(other) ? directory.open(other, inner) : undefined),
      streamOf: (provider) => openChain(provider, ports, { restart: true }),
      onEnd(end) {
        held.totals = addEnd(held.totals, end, { turns: 0 });
      },
    },
    turnPorts(held, asking),
    signal,
  );
  if (title !== undefined) line.title = title;
}

/** Stops with the chat, too. */
function living({ life }: Held, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, life.signal]);
}

/** Says that something goes on, until the answer is called. */
function track({ running }: Held): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  running.add(promise);
  return () => {
    running.delete(promise);
    resolve();
  };
}

/** Nobody waits for it, and nobody is told when it fails. */
function background(held: Held, action: (signal: AbortSignal) => Promise<void>): void {
  const done = track(held);
  void action(held.life.signal)
    .catch(() => undefined)
    .finally(done);
}
