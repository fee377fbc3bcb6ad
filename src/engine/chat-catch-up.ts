/** Writes what a failure kept out of the store, once it works again: nothing that was to be kept is lost while the chat is open. */
import type { Patience } from '../store/patience.ts';
import type { ReplyEnd, ReplyWriter, Store, StoredMessage } from '../store/store.ts';
import { type Line, storedEnd } from './chat-line.ts';
import { type Held, isKept } from './chat-state.ts';

/** Of the active path, in its order. Throws where the store still fails; what has been written until then has its place. */
export async function catchUp(
  { system, ports }: Pick<Held, 'system' | 'ports'>,
  { line, store, patiently }: { line: Line; store: Store; patiently: Patience },
): Promise<void> {
  if (line.missing.size === 0) return;
  let open: ReplyWriter | undefined;
  for (const [index, stored] of line.path.entries()) {
    const attempts = line.missing.get(stored.id);
    if (!attempts) continue;
    const { message } = stored;
    const asked = { provider: stored.provider ?? '', model: stored.model ?? '' };
    const parent = storedEnd(line.path.slice(0, index));
    if (message.role === 'user') {
      const { conversation } = line;
      const place =
        conversation === undefined ? { folder: ports.folder, ...(system === undefined ? {} : { system }) } : { conversation, parent };
      const begun = await patiently(() => store.beginTurn({ message, ...asked, ...place }));
      line.conversation = begun.conversation;
      open = begun.reply;
      settle(line, index, begun.message);
    } else if (line.conversation !== undefined && parent !== null) {
      const { conversation } = line;
      if (message.role === 'tool') settle(line, index, await patiently(() => store.addMessage({ conversation, parent, message })));
      else {
        const reply: ReplyWriter = open ?? (await patiently(() => store.beginReply({ conversation, parent, ...asked })));
        open = undefined;
        await patiently(() => reply.finish({ ...endOf(stored), message, attempts }));
        settle(line, index, reply.message);
      }
    }
  }
}

/** The last chance, before the conversation is left: a failure was told already. */
export async function catchUpBeforeLeaving(held: Held): Promise<void> {
  const { keeping, line, ports, system } = held;
  const store = keeping.store();
  if (store && isKept(held) && line.missing.size > 0) {
    await keeping.attempt(store, (patiently) => catchUp({ ports, system }, { line, store, patiently }));
  }
}

function endOf({
  status,
  finishReason,
  rawFinishReason,
  provider,
  model,
  usage,
  cost,
  timing,
  error,
}: StoredMessage): Omit<ReplyEnd, 'message' | 'attempts'> {
  const { firstTokenMs, durationMs } = timing;
  return {
    status: status === 'cancelled' || status === 'failed' ? status : 'complete',
    finishReason: finishReason ?? 'stop',
    rawFinishReason,
    ...(provider === null || model === null ? {} : { provider, model }),
    usage: usage ?? undefined,
    cost: cost ?? undefined,
    error,
    ...(durationMs === null ? {} : { timing: { firstTokenMs, durationMs } }),
  };
}

/** The message has its place: under its new id from now on, though whoever knows the old one still finds it. */
function settle(line: Line, index: number, id: number): void {
  const before = line.path[index];
  if (!before) return;
  line.path[index] = { ...before, id, parent: line.path[index - 1]?.id ?? null };
  line.unkept.delete(before.id);
  line.missing.delete(before.id);
  line.settled.set(before.id, id);
  for (const [other, below] of line.unkept) if (below.parent === before.id) line.unkept.set(other, { ...below, parent: id });
}
