/** Holds a conversation: sends turns, goes on with stored ones, walks their branches; knows no screen. */
import { usageError } from '../core/errors.ts';
import type { Chat, Prompt } from './chat.ts';
import { sendAside } from './chat-aside.ts';
import { background, promptOf } from './chat-asking.ts';
import { goTo, listBranches } from './chat-branches.ts';
import { catchUpBeforeLeaving } from './chat-catch-up.ts';
import { emptyLine, storedEnd } from './chat-line.ts';
import type { ChatPorts } from './chat-ports.ts';
import { adopt, changeKept, type Held, holdNothing, keptIn, measure, stateOf } from './chat-state.ts';
import { sendAgain, sendPrompt } from './chat-turns.ts';
import { freeTitle } from './fork-title.ts';

export function createChat(ports: ChatPorts): Chat {
  const held = holdNothing(ports);
  return {
    get state() {
      return stateOf(held);
    },
    send: (prompt, options, signal) => sendPrompt(held, prompt, options, signal),
    retry: (signal) => sendAgain(held, signal),
    aside: (prompt, signal) => sendAside(held, prompt, signal),

    path: () => held.line.path,
    undo: () => undo(held),
    branches: () => listBranches(held),
    activate: (leaf) => goTo(held, leaf),

    startNew() {
      background(held, () => catchUpBeforeLeaving(held));
      held.line = emptyLine();
      held.system = ports.defaults.system;
      held.contextTokens = undefined;
    },
    resume: (id) => resume(held, id),
    fork: (message) => fork(held, message),
    rename: (title) => rename(held, title),

    choose: (signal) => held.model.choose(signal),
    setModel: (choice, signal) => held.model.switchTo(choice, signal),
    async setSystem(system) {
      held.system = system;
      await changeKept(held, (store, conversation) => store.setSystem(conversation, system ?? null));
    },
    setEffort(effort) {
      held.effort = effort;
    },
    setPrivate: (isPrivate) => setPrivate(held, isPrivate),
    close: () => close(held),
  };
}

async function undo(held: Held): Promise<Prompt | undefined> {
  const { line, keeping } = held;
  const at = line.path.findLastIndex(({ message }) => message.role === 'user');
  const message = line.path[at]?.message;
  if (message?.role !== 'user') return undefined;
  const isStored = line.path.slice(at).some(({ id }) => id > 0);
  line.path = line.path.slice(0, at);
  measure(held);
  const kept = keptIn(held);
  const end = storedEnd(line.path);
  if (kept && isStored) await keeping.attempt(kept.store, (patiently) => patiently(() => kept.store.endAt(kept.conversation, end)));
  return promptOf(message);
}

async function resume(held: Held, id: string): Promise<void> {
  const store = await held.keeping.open(held.life.signal);
  if (!store) throw usageError('No conversations are kept here, so there is none to go on with.', 'Begin one: type a message.');
  const found = store.find(id);
  const conversation = found.kind === 'one' ? store.conversation(found.conversation.id) : undefined;
  if (!conversation) {
    const what = found.kind === 'many' ? `More than one conversation fits "${id}".` : `There is no conversation "${id}".`;
    throw usageError(what, 'Choose one with /resume, or see: sotto list');
  }
  await catchUpBeforeLeaving(held);
  adopt(held, store, conversation);
  if (held.line.path.at(-1)?.status === 'streaming') {
    held.ports.notice('The last answer of this conversation is still being written; it is sent as far as it has come.');
  }
}

async function fork(held: Held, message: number | undefined): Promise<string> {
  const { line, keeping } = held;
  const store = keeping.store();
  const original = line.conversation === undefined ? undefined : store?.conversation(line.conversation);
  const end = message ?? storedEnd(line.path);
  if (held.isPrivate) throw usageError('This chat is private: nothing is written, no copy either.', 'Switch that off first: /private');
  if (!store || !original || end === null) throw usageError('There is nothing kept yet that could be copied.', 'Send a message first.');
  if (end < 0) throw usageError('That message is only in memory, so it cannot be copied.', 'Copy up to one that was kept.');
  const id = await keeping.change(store, async (patiently) => {
    const copy = await patiently(() => store.fork(original.id, end));
    await patiently(() => store.rename(copy, freeTitle(store, original.title), original.titleSource));
    return copy;
  });
  const copy = store.conversation(id);
  if (copy) adopt(held, store, copy);
  return id;
}

async function rename(held: Held, title: string): Promise<void> {
  const { line } = held;
  if (title.trim() === '') throw usageError('A title needs at least one word.', 'For example: /rename Lakes of Peru');
  const kept = keptIn(held);
  await changeKept(held, (store, conversation) => store.rename(conversation, title));
  line.isNamed = !held.isPrivate;
  line.title = kept?.store.conversation(kept.conversation)?.title ?? title.trim();
}

/** Whoever switches it says so; here is what they may not know. */
function setPrivate(held: Held, isPrivate: boolean): void {
  if (held.isPrivate === isPrivate) return;
  held.isPrivate = isPrivate;
  const { notice, defaults } = held.ports;
  if (isPrivate) return;
  if (!defaults.saves) notice('Nothing is kept all the same: the setting save is off.');
  else if (held.line.unkept.size > held.line.missing.size)
    notice('What was said in private stays out of what is kept, though the model still sees it.');
}

/** How long what still goes on may take to come to its end. */
const LAST_WORDS_MS = 1000;

async function close(held: Held): Promise<void> {
  const { life, running, ports, keeping } = held;
  life.abort();
  const patience = new AbortController();
  const tired = ports.sleep(LAST_WORDS_MS, patience.signal).catch(() => undefined);
  await Promise.race([Promise.all(running), tired]);
  patience.abort();
  await keeping.rest();
  await catchUpBeforeLeaving(held);
  await ports.closeStore();
}
