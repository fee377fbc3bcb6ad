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
  const ledger = createLedger(turn);
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
    const complaint = error ? undefined : await turn.check?.(reply.message);
    if (complaint === undefined) break;
    if (repairs === MOST_REPAIRS) {
      error = new SottoError({
        kind: 'protocol',
        provider: turn.provider,
        message: `The answer does not follow the schema: ${complaint}`,
        hint: 'It was asked for twice. Try a stronger model, or a simpler schema.',
      });
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

type Ending = { reply: Reply; error: SottoError | undefined; ledger: Ledger; startedMs: number; firstTokenMs: number | undefined };

async function endOf({ reply, error, ledger, startedMs, firstTokenMs }: Ending, ports: TurnPorts): Promise<TurnEnd> {
  const durationMs = Math.round(ports.now() - startedMs);
  return {
    type: 'turn.end',
    finishReason: finishOf(reply, error),
    rawFinishReason: reply.finish?.raw ?? null,
    usage: ledger.usage() ?? null,
    cost: (await costOf(ledger, ports)) ?? null,
    timing: { firstTokenMs: firstTokenMs === undefined ? null : Math.round(firstTokenMs), durationMs },
    attempts: ledger.attempts,
    error: error ? reportOf(error) : null,
  };
}

type Ledger = ReturnType<typeof createLedger>;

/** Keeps what each attempt brought: the reply of the last one, and what every one of them used. */
function createLedger(turn: Turn) {
  const fold = createFold();
  const attempts: Attempt[] = [];
  const bills: { provider: string; model: string; reply: Reply }[] = [];
  let open: { provider: string; model: string } | undefined;
  let partial: AssistantMessage | undefined;

  function end(outcome: Attempt['outcome']): void {
    if (!open) return;
    attempts.push({ ...open, outcome });
    const reply = fold.reply();
    bills.push({ ...open, reply });
    if (textOf(reply.message) !== '') partial = reply.message;
    open = undefined;
  }

  return {
    attempts,
    bills,
    take(event: ModelEvent | MiddlewareEvent): void {
      if (event.type === 'retry') end(event.error.kind);
      fold.apply(event);
      if (event.type === 'request.start') open = { provider: event.provider, model: event.model };
    },
    close(error: SottoError | undefined): Reply {
      const outcome = error === undefined ? 'ok' : error.kind;
      if (open) end(outcome);
      else if (error && attempts.length === 0) attempts.push({ provider: turn.provider, model: turn.request.model, outcome });
      const reply = fold.reply();
      // A later attempt that brought nothing does not take away what an earlier one had.
      return error && partial && textOf(reply.message) === '' ? { ...reply, message: partial } : reply;
    },
    usage: (): Usage | undefined => bills.reduce<Usage | undefined>((sum, bill) => addUsage(sum, bill.reply.usage), undefined),
  };
}

function finishOf(reply: Reply, error: SottoError | undefined): FinishReason {
  if (error === undefined) return reply.finish?.reason ?? 'stop';
  if (error.kind === 'cancelled') return 'cancelled';
  return error.kind === 'content_filter' ? 'content_filter' : 'error';
}

/** The sum over all attempts; unknown as soon as one of them is. */
async function costOf({ bills }: Ledger, ports: TurnPorts): Promise<Cost | undefined> {
  let sum: Cost | undefined;
  for (const { provider, model, reply } of bills) {
    if (reply.usage === undefined && reply.finish === undefined) continue;
    const cost = await costOfReply(provider, model, reply, ports);
    if (cost === undefined) return undefined;
    sum = sum ? { ...cost, usd: sum.usd + cost.usd, estimated: sum.estimated || cost.estimated } : cost;
  }
  // Binary fractions of a cent leave dust behind the twelfth digit.
  return sum && { ...sum, usd: Number(sum.usd.toPrecision(12)) };
}

async function costOfReply(provider: string, model: string, reply: Reply, ports: TurnPorts): Promise<Cost | undefined> {
  if (reply.costUsd !== undefined) return { usd: reply.costUsd, estimated: false, source: 'provider' };
  if (!reply.usage) return undefined;
  return ports.costOf(provider, model, reply.usage).catch(() => undefined);
}
