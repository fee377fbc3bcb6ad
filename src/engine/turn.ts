/** One turn: the request goes down once, its events come up once, folded once, and end with exactly one `turn.end`. */
import { asSottoError, exitCodeOf, reportOf, SottoError } from '../core/errors.ts';
import type { Attempt, FinishReason, MiddlewareEvent, ModelEvent, StreamEvent, TurnEnd } from '../core/events.ts';
import { createFold, type Reply } from '../core/fold.ts';
import { type AssistantMessage, textOf, userText } from '../core/messages.ts';
import type { ModelRequest, StreamFunction } from '../core/provider.ts';
import { addUsage, type Cost, type Usage } from '../core/usage.ts';

export type TurnPorts = {
  stream: StreamFunction<ModelEvent | MiddlewareEvent>;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** What the counted tokens cost; undefined where no price is known. */
  costOf: (provider: string, model: string, usage: Usage) => Promise<Cost | undefined>;
};

/** What a finished turn means for a script; a refusal without a word is a failure, a refusal in words an answer. */
export function exitCodeOfTurn({ finishReason, error }: TurnEnd, answered: boolean): number {
  if (error) return exitCodeOf(error.kind);
  return finishReason === 'content_filter' && !answered ? exitCodeOf('content_filter') : 0;
}

export type TurnResult = { message: AssistantMessage; finishReason: FinishReason; error: SottoError | undefined; usage: Usage | undefined };

export type Turn = {
  request: ModelRequest;
  provider: string;
  conversation: string | null;
  /** Looks at a complete answer; a complaint is sent back to the model, which then answers once more. */
  check?: (message: AssistantMessage) => Promise<string | undefined>;
};

/** How often an answer that failed its check may be mended by the model. */
const MOST_REPAIRS = 1;

export async function* runTurn(turn: Turn, ports: TurnPorts, signal: AbortSignal): AsyncGenerator<StreamEvent, TurnResult> {
  const startedMs = ports.now();
  const ledger = createLedger(turn, ports);
  let firstTokenMs: number | undefined;
  let error: SottoError | undefined;
  let reply: Reply | undefined;
  let { request } = turn;
  yield { type: 'turn.start', conversation: turn.conversation, provider: turn.provider, model: request.model };
  for (const message of request.messages.slice(-1)) yield { type: 'message', message };
  for (let repairs = 0; ; repairs++) {
    try {
      for await (const event of ports.stream(request, signal)) {
        if (event.type === 'part.delta' || event.type === 'part.end') firstTokenMs ??= ports.now() - startedMs;
        ledger.take(event);
        yield event;
      }
    } catch (thrown) {
      error = asSottoError(thrown);
    }
    reply = ledger.close(error);
    if (reply.message.parts.length > 0) yield { type: 'message', message: reply.message };
    const complaint = error ? undefined : await complaintOf(reply, turn);
    if (complaint instanceof SottoError) error = complaint;
    if (complaint === undefined || complaint instanceof SottoError) break;
    if (repairs === MOST_REPAIRS || reply.finish?.reason === 'length') {
      error = schemaError(complaint, turn, reply);
      break;
    }
    const repair = userText(`That answer does not follow the schema: ${complaint}\nAnswer again, with nothing but the corrected JSON.`);
    yield {
      type: 'notice',
      level: 'warning',
      code: 'schema_repair',
      message: `The answer does not follow the schema (${complaint}); asking once more.`,
    };
    yield { type: 'message', message: repair };
    request = { ...request, messages: [...request.messages, reply.message, repair] };
  }
  yield await endOf({ reply, error, ledger, startedMs, firstTokenMs }, ports);
  return { message: reply.message, finishReason: finishOf(reply, error), error, usage: ledger.usage() };
}

/** Only an answer is held against the schema: neither calls of tools nor a refusal are meant to follow it. An error is one of the check itself. */
async function complaintOf({ message, finish }: Reply, { check }: Turn): Promise<string | SottoError | undefined> {
  if (finish?.reason === 'tool_calls' || finish?.reason === 'content_filter') return undefined;
  try {
    return await check?.(message);
  } catch (thrown) {
    return asSottoError(thrown);
  }
}

function schemaError(complaint: string, { provider }: Turn, { finish }: Reply): SottoError {
  return new SottoError({
    kind: 'protocol',
    provider,
    message: `The answer does not follow the schema: ${complaint}`,
    hint:
      finish?.reason === 'length'
        ? 'It was cut off at the most tokens that were allowed. Allow more with --max-tokens.'
        : 'It was asked for twice. Try a stronger model, or a simpler schema.',
  });
}

type Ending = { reply: Reply; error: SottoError | undefined; ledger: Ledger; startedMs: number; firstTokenMs: number | undefined };

async function endOf({ reply, error, ledger, startedMs, firstTokenMs }: Ending, ports: TurnPorts): Promise<TurnEnd> {
  const durationMs = Math.round(ports.now() - startedMs);
  const entries = await Promise.all(
    ledger.entries.map(async (entry) => ({ ...entry, attempt: { ...entry.attempt, cost: (await costOf(entry, ports)) ?? null } })),
  );
  return {
    type: 'turn.end',
    finishReason: finishOf(reply, error),
    rawFinishReason: reply.finish?.raw ?? null,
    usage: ledger.usage() ?? null,
    cost: sumOf(entries),
    timing: { firstTokenMs: firstTokenMs === undefined ? null : Math.round(firstTokenMs), durationMs },
    attempts: entries.map(({ attempt }) => attempt),
    error: error ? reportOf(error) : null,
  };
}

type Entry = { attempt: Attempt; reply: Reply | undefined };
type Ledger = ReturnType<typeof createLedger>;

/** Keeps what each attempt brought: the reply of the last one, and what every one of them used. */
function createLedger(turn: Turn, ports: TurnPorts) {
  const fold = createFold();
  const entries: Entry[] = [];
  let open: { provider: string; model: string; startedMs: number } | undefined;
  let partial: AssistantMessage | undefined;

  function end(outcome: Attempt['outcome'], requestId: string | null | undefined): void {
    if (!open) return;
    const reply = fold.reply();
    const { startedMs, ...asked } = open;
    const attempt: Attempt = {
      ...asked,
      outcome,
      usage: reply.usage ?? null,
      cost: null,
      durationMs: Math.round(ports.now() - startedMs),
      requestId: reply.finish?.requestId ?? requestId ?? null,
    };
    entries.push({ attempt, reply });
    if (textOf(reply.message) !== '') partial = reply.message;
    open = undefined;
  }

  return {
    entries,
    take(event: ModelEvent | MiddlewareEvent): void {
      if (event.type === 'retry') end(event.error.kind, event.error.requestId);
      fold.apply(event);
      if (event.type === 'request.start') open = { provider: event.provider, model: event.model, startedMs: ports.now() };
    },
    close(error: SottoError | undefined): Reply {
      const outcome = error === undefined ? 'ok' : error.kind;
      if (open) end(outcome, error?.requestId);
      else if (error && entries.length === 0) {
        const asked = { provider: turn.provider, model: turn.request.model };
        entries.push({ attempt: { ...asked, outcome, usage: null, cost: null, durationMs: 0, requestId: null }, reply: undefined });
      }
      const reply = fold.reply();
      // A later attempt that brought nothing does not take away what an earlier one had.
      const kept = error && partial && textOf(reply.message) === '' ? { ...reply, message: partial } : reply;
      // What has been handed on is not handed on again, should the next request fail before it begins.
      partial = undefined;
      fold.apply({ type: 'request.start', provider: turn.provider, model: turn.request.model });
      return kept;
    },
    usage: (): Usage | undefined => entries.reduce<Usage | undefined>((sum, { reply }) => addUsage(sum, reply?.usage), undefined),
  };
}

function finishOf(reply: Reply, error: SottoError | undefined): FinishReason {
  if (error === undefined) return reply.finish?.reason ?? 'stop';
  if (error.kind === 'cancelled') return 'cancelled';
  return error.kind === 'content_filter' ? 'content_filter' : 'error';
}

async function costOf({ attempt, reply }: Entry, ports: TurnPorts): Promise<Cost | undefined> {
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

/** The sum over all attempts; unknown as soon as one that used anything, or may have, is. */
function sumOf(entries: readonly Entry[]): Cost | null {
  const costs = entries.filter(mayHaveUsed).map(({ attempt }) => attempt.cost);
  const known = costs.filter((cost) => cost !== null);
  const last = known.at(-1);
  if (!last || known.length < costs.length) return null;
  const usd = known.reduce((sum, cost) => sum + cost.usd, 0);
  // Binary fractions of a cent leave dust behind the twelfth digit.
  return { ...last, usd: Number(usd.toPrecision(12)), estimated: known.some((cost) => cost.estimated) };
}

function mayHaveUsed({ attempt, reply }: Entry): boolean {
  return attempt.usage !== null || attempt.outcome === 'ok' || (reply?.message.parts.length ?? 0) > 0;
}
