/** What the attempts of a turn brought and took: the reply of the last one, and every token and cent of them all. */
import type { SottoError } from '../core/errors.ts';
import type { Attempt, MiddlewareEvent, ModelEvent } from '../core/events.ts';
import { createFold, type Reply } from '../core/fold.ts';
import { type AssistantMessage, textOf } from '../core/messages.ts';
import { addCosts, addUsage, type Cost, type Usage } from '../core/usage.ts';

export type LedgerPorts = {
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** What the counted tokens and hosted calls cost; undefined where no price is known. */
  costOf: (provider: string, model: string, usage: Usage) => Promise<Cost | undefined>;
};

/** What some attempts took together. Absent facts are null. */
type Took = { usage: Usage | null; cost: Cost | null; attempts: Attempt[] };

export type Ledger = {
  take(event: ModelEvent | MiddlewareEvent): void;
  /** Ends the open attempt and gives the reply; the next request begins afresh. */
  close(error: SottoError | undefined): Reply;
  usage(): Usage | undefined;
  /** The attempts since it was last asked, with their cost. */
  sinceLast(): Promise<Took>;
  all(): Promise<Took>;
};

type Entry = { attempt: Attempt; reply: Reply | undefined };

export function createLedger(asked: { provider: string; model: string }, ports: LedgerPorts): Ledger {
  const fold = createFold();
  const entries: Entry[] = [];
  let priced = 0;
  let told = 0;
  let open: { provider: string; model: string; startedMs: number; firstTokenMs: number | null } | undefined;
  let partial: AssistantMessage | undefined;

  function end(outcome: Attempt['outcome'], requestId: string | null | undefined): void {
    if (!open) return;
    const reply = fold.reply();
    const { startedMs, firstTokenMs, ...who } = open;
    const attempt: Attempt = {
      ...who,
      outcome,
      usage: reply.usage ?? null,
      cost: null,
      firstTokenMs,
      durationMs: Math.round(ports.now() - startedMs),
      requestId: reply.finish?.requestId ?? requestId ?? null,
    };
    entries.push({ attempt, reply });
    if (textOf(reply.message) !== '') partial = reply.message;
    open = undefined;
  }

  async function price(): Promise<void> {
    const waiting = entries.slice(priced);
    priced = entries.length;
    await Promise.all(
      waiting.map(async (entry) => {
        entry.attempt.cost = (await costOf(entry, ports)) ?? null;
      }),
    );
  }

  return {
    take(event) {
      if (event.type === 'retry') end(event.error.kind, event.error.requestId);
      // Another attempt begins, and nobody has said how the one before it ended: what it brought was paid for.
      if (event.type === 'request.start')
        end(open?.firstTokenMs == null && !fold.reply().usage ? 'invalid_request' : 'protocol', undefined);
      fold.apply(event);
      if (event.type === 'request.start')
        open = { provider: event.provider, model: event.model, startedMs: ports.now(), firstTokenMs: null };
      if (open && isOfModel(event)) open.firstTokenMs ??= Math.round(ports.now() - open.startedMs);
    },
    close(error) {
      const outcome = error === undefined ? 'ok' : error.kind;
      if (open) end(outcome, error?.requestId);
      else if (error && entries.length === 0) entries.push({ attempt: { ...asked, ...NOTHING, outcome }, reply: undefined });
      const reply = fold.reply();
      // A later attempt that brought nothing does not take away what an earlier one had.
      const kept = error && partial && textOf(reply.message) === '' ? { ...reply, message: partial } : reply;
      // What has been handed on is not handed on again, should the next request fail before it begins.
      partial = undefined;
      fold.apply({ type: 'request.start', ...asked });
      return kept;
    },
    usage: () => usageOf(entries),
    async sinceLast() {
      await price();
      const step = entries.slice(told);
      told = entries.length;
      return tookOf(step);
    },
    async all() {
      await price();
      return tookOf(entries);
    },
  };
}

const NOTHING = { usage: null, cost: null, firstTokenMs: null, durationMs: 0, requestId: null };

/** The beginning of a call is a word of the model, that of a text still holds none. */
function isOfModel(event: ModelEvent | MiddlewareEvent): boolean {
  return event.type === 'part.delta' || event.type === 'part.end' || (event.type === 'part.start' && event.kind === 'tool_call');
}

function tookOf(entries: readonly Entry[]): Took {
  return { usage: usageOf(entries) ?? null, cost: sumOf(entries), attempts: entries.map(({ attempt }) => attempt) };
}

function usageOf(entries: readonly Entry[]): Usage | undefined {
  return entries.reduce<Usage | undefined>((sum, { reply }) => addUsage(sum, reply?.usage), undefined);
}

async function costOf({ attempt, reply }: Entry, ports: LedgerPorts): Promise<Cost | undefined> {
  if (reply?.costUsd !== undefined) return { usd: reply.costUsd, estimated: false, source: 'provider' };
  if (!reply?.usage) return undefined;
  try {
    const cost = await ports.costOf(attempt.provider, attempt.model, reply.usage);
    // Counts of an answer that broke off are those of its beginning.
    return cost && !reply.finish ? { ...cost, estimated: true } : cost;
  } catch {
    return undefined;
  }
}

/** The sum over the attempts; unknown as soon as one that used anything, or may have, is. */
function sumOf(entries: readonly Entry[]): Cost | null {
  const costs = entries.filter(mayHaveUsed).map(({ attempt }) => attempt.cost);
  const known = costs.filter((cost) => cost !== null);
  return known.length < costs.length ? null : (addCosts(known) ?? null);
}

function mayHaveUsed({ attempt }: Entry): boolean {
  return attempt.usage !== null || attempt.outcome === 'ok' || attempt.firstTokenMs !== null;
}
