/** What is sent from a chat and what comes back: a turn, or another reply to the same prompt; kept as it happens. */
import { usageError } from '../core/errors.ts';
import type { StreamEvent, TurnEnd } from '../core/events.ts';
import { type AssistantMessage, textOf, type UserMessage } from '../core/messages.ts';
import type { Toolbox } from '../core/toolbox.ts';
import type { Store, StoredMessage } from '../store/store.ts';
import { titleFrom } from '../store/title.ts';
import type { Prompt } from './chat.ts';
import { type Asking, background, living, messageOf, prepare, type Saying, tell, track } from './chat-asking.ts';
import { pathTo } from './chat-branches.ts';
import { catchUp } from './chat-catch-up.ts';
import { type Line, storedEnd, writeTurn } from './chat-line.ts';
import { type Held, isKept } from './chat-state.ts';
import { addEnd, contextAfter } from './chat-totals.ts';
import type { Choice } from './choose.ts';
import { conduct, type TurnPlan } from './conductor.ts';
import { giveTools } from './prepare.ts';
import type { Session } from './session.ts';
import type { Turn } from './turn.ts';
import { sayUnlisted } from './unlisted.ts';

type Events = AsyncGenerator<StreamEvent>;

export function sendPrompt(held: Held, prompt: Prompt, { replaces }: { replaces?: number }, signal: AbortSignal): Events {
  const message = messageOf(prompt);
  const { line } = held;
  const base = () => (replaces === undefined ? line.path : before({ ...held, line }, replaces));
  return converse(held, { line, plan: () => ({ message, base: base() }) }, signal);
}

export function sendAgain(held: Held, signal: AbortSignal): Events {
  const { line } = held;
  return converse(held, { line, plan: () => lastPrompt(line) }, signal);
}

function before(held: Held, replaces: number): StoredMessage[] {
  const path = pathTo(held, replaces);
  if (path.pop()?.message.role !== 'user')
    throw usageError('Only a message of your own can be sent anew.', 'Ask for another answer with /retry.');
  return path;
}

function lastPrompt({ path }: Line): Planned {
  const at = path.findLastIndex(({ message }) => message.role === 'user');
  const again = path[at];
  if (again?.message.role !== 'user') throw usageError('There is no prompt yet that could be answered again.', 'Type one.');
  return { base: path.slice(0, at), message: again.message, again };
}

type Planned = Saying & { again?: StoredMessage | undefined };

type Speech = {
  line: Line;
  /** `again`: the prompt as it is already there, this is another reply to it. Throws where it cannot be said. Asked again when what was missing in the store has got its place there. */
  plan: () => Planned;
};

/** What cannot be said is refused at once, not with the first event. */
function converse(held: Held, speech: Speech, signal: AbortSignal): Events {
  return speak(held, { ...speech, planned: speech.plan() }, signal);
}

async function* speak(held: Held, { line, plan, planned }: Speech & { planned: Planned }, signal: AbortSignal): Events {
  const { keeping, ports } = held;
  const opening = isKept(held) ? keeping.open(signal) : undefined;
  const asking = await prepare(held, planned, signal);
  const store = await opening;
  if (store && line.missing.size > 0) await keeping.attempt(store, (patiently) => catchUp(held, { line, store, patiently }));
  await keeping.rest();
  const { base, message, again } = plan();
  const tools = await ports.toolbox?.({
    ...asking.choice,
    facts: held.model.named().facts,
    conversation: line.conversation,
    isBeginning: base.length === 0,
  });
  const turn = tools ? withTools(held, asking, tools) : asking.turn;
  // Another reply to what was private stays private too.
  const keeps = store && (again === undefined || again.id > 0);
  const writer = writeTurn(line, {
    base: again ? [...base, again] : base,
    hasPrompt: again !== undefined,
    isKept: keeps ?? false,
    date: ports.date,
  });
  const isNew = line.conversation === undefined;
  let failed = false;
  const session: Session | undefined = keeps
    ? {
        ...sessionOf(held, { store, base, again }),
        onPlaced: writer.place,
        onFailure(error) {
          failed = true;
          keeping.fail(error);
        },
      }
    : undefined;
  const conducted: TurnPlan = {
    turn,
    candidates: [asking.candidate],
    keep: session ? { what: 'turn', session } : { what: 'nothing' },
    isPrivate: () => held.isPrivate,
    // What has been shown is not begun again: the user decides.
    mayRestart: false,
    onAnswer: () => sayOfModel(held, asking.choice),
    onLeave(partial) {
      left = partial;
    },
  };
  let reply: AssistantMessage | undefined;
  let left: AssistantMessage | undefined;
  const done = track(held);
  try {
    for await (const event of await conduct(conducted, ports, living(held, signal))) {
      writer.take(event);
      if (event.type === 'turn.start') await entitle(held, { line, message, isNew: isNew && event.conversation !== null });
      if (event.type === 'message' && event.message.role === 'assistant') reply = event.message;
      if (event.type === 'turn.end') settle(held, line, event);
      yield event;
    }
    if (session && !failed) keeping.worked();
  } finally {
    writer.leave(left);
    done();
  }
  const last = line.path.at(-1);
  if (last?.error?.kind === 'authentication' || last?.error?.kind === 'configuration') held.model.forget();
  if (last?.error !== null) return;
  background(held, (inner) => held.model.learn(asking.candidate.provider, asking.choice, inner));
  if (session && isNew && reply && textOf(reply) !== '')
    background(held, (inner) => name(held, { line, store, message, reply, asking }, inner));
}

function sayOfModel(held: Held, choice: Choice): Promise<void> {
  const { lists } = held.ports;
  const isKept = lists.keep && !held.isPrivate;
  return sayUnlisted(choice, { lists: { ...lists, keep: isKept }, notice: (words) => tell(held, choice, words) });
}

function withTools(held: Held, { turn, candidate, choice }: Asking, toolbox: Toolbox): Turn {
  return giveTools(turn, candidate, { toolbox, maxSteps: held.ports.defaults.maxSteps, notice: (words) => tell(held, choice, words) });
}

function sessionOf(
  { line, system, ports }: Held,
  { store, base, again }: Pick<Planned, 'base' | 'again'> & { store: Store },
): Omit<Session, 'onFailure' | 'onPlaced'> {
  const { conversation } = line;
  return {
    store,
    onWait: ports.notice,
    folder: ports.folder,
    date: ports.date,
    goesOn: true,
    ...(conversation === undefined ? {} : { conversation, parent: storedEnd(base) }),
    ...(conversation === undefined || again === undefined ? {} : { prompt: again.id }),
    ...(system === undefined ? {} : { system }),
  };
}

function settle(held: Held, line: Line, end: TurnEnd): void {
  held.totals = addEnd(held.totals, end, { turns: 1 });
  // The user may have gone elsewhere meanwhile.
  if (held.line === line) held.contextTokens = contextAfter(end, held.contextTokens);
}

/** As the store names it; a title of the user's that came before the first turn is written now. */
async function entitle({ keeping }: Held, { line, message, isNew }: { line: Line; message: UserMessage; isNew: boolean }): Promise<void> {
  const { conversation, title, isNamed } = line;
  if (isNew && !isNamed) line.title = titleFrom(message);
  else line.title ??= titleFrom(message);
  const store = keeping.store();
  if (store && isNew && isNamed && conversation !== undefined && title !== undefined) {
    await keeping.attempt(store, (patiently) => patiently(() => store.rename(conversation, title)));
  }
}

type Naming = { line: Line; store: Store | undefined; message: UserMessage; reply: AssistantMessage; asking: Asking };

async function name(held: Held, { line, store, message, reply, asking }: Naming, signal: AbortSignal): Promise<void> {
  const { ports } = held;
  const { directory, defaults } = ports;
  const { conversation } = line;
  if (defaults.titleModel === undefined || !store || conversation === undefined) return;
  const { nameConversation } = await import('./title.ts');
  const title = await nameConversation(
    {
      titleModel: defaults.titleModel,
      store,
      conversation,
      prompt: message,
      reply,
      provider: asking.candidate.provider,
      openProvider: async (other, inner) => (directory.find(other) ? directory.open(other, inner) : undefined),
      onEnd(end) {
        held.totals = addEnd(held.totals, end, { turns: 0 });
      },
    },
    ports,
    signal,
  );
  if (title !== undefined) line.title = title;
}
