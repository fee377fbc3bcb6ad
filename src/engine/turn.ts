/** One turn: a request goes down, its events come up once, tools are run and it is asked again, until exactly one `turn.end`. */
import { asSottoError, cancelledError, exitCodeOf, reportOf, SottoError } from '../core/errors.ts';
import type { FinishReason, MiddlewareEvent, ModelEvent, StepEnd, StreamEvent, TurnEnd } from '../core/events.ts';
import type { Reply } from '../core/fold.ts';
import { type AssistantMessage, type Message, userText } from '../core/messages.ts';
import type { ModelRequest, StreamFunction } from '../core/provider.ts';
import { callsOf } from '../core/tool-results.ts';
import type { Toolbox } from '../core/toolbox.ts';
import type { Usage } from '../core/usage.ts';
import type { Fit } from './context.ts';
import { createGuard, type Guard } from './turn-guard.ts';
import { createLedger, type Ledger, type LedgerPorts } from './turn-ledger.ts';
import { runRound } from './turn-tools.ts';

export type TurnPorts = LedgerPorts & {
  stream: StreamFunction<ModelEvent | MiddlewareEvent>;
  /** Asked before each request what of it is sent. */
  fit: Fit;
  /** Called once, when the first answer begins and nothing of it has been shown. */
  onAnswer?: () => Promise<void>;
  /** Called with what there is of a reply that its reader leaves before it is complete: no event tells of it. */
  onLeave?: (reply: AssistantMessage) => void;
};

/** What a finished turn means for a script; a refusal without a word is a failure, a refusal in words an answer. */
export function exitCodeOfTurn({ finishReason, error }: TurnEnd, answered: boolean): number {
  if (error) return exitCodeOf(error.kind);
  return finishReason === 'content_filter' && !answered ? exitCodeOf('content_filter') : 0;
}

export type TurnResult = {
  message: AssistantMessage;
  finishReason: FinishReason;
  error: SottoError | undefined;
  usage: Usage | undefined;
  /** What the last reply alone took; undefined where the turn ended after results of tools, without a further one. */
  step: Omit<StepEnd, 'type'> | undefined;
};

export type Turn = {
  request: ModelRequest;
  provider: string;
  conversation: string | null;
  /** Looks at a complete answer; a complaint is sent back to the model, which then answers once more. */
  check?: (message: AssistantMessage) => Promise<string | undefined>;
  /** Absent, or without a tool: calls that a model makes all the same are told, not run. */
  tools?: Toolbox;
  /** Most rounds of tool calls: 20 unless told. */
  maxSteps?: number;
  /** Most calls of tools: 100 unless told. */
  maxCalls?: number;
};

/** How often an answer that failed its check may be mended by the model. */
const MOST_REPAIRS = 1;

export async function* runTurn(turn: Turn, ports: TurnPorts, signal: AbortSignal): AsyncGenerator<StreamEvent, TurnResult> {
  const startedMs = ports.now();
  const ledger = createLedger({ provider: turn.provider, model: turn.request.model }, ports);
  const tools = turn.tools && turn.tools.definitions().length > 0 ? turn.tools : undefined;
  const guard = createGuard({ maxSteps: turn.maxSteps ?? 20, maxCalls: turn.maxCalls ?? 100 });
  const begins = once(ports.onAnswer);
  let firstTokenMs: number | null = null;
  let request = tools ? { ...turn.request, tools: tools.definitions() } : turn.request;
  yield { type: 'turn.start', conversation: turn.conversation, provider: turn.provider, model: request.model };
  for (const message of request.messages.slice(-1)) yield { type: 'message', message };
  for (let repairs = 0; ; ) {
    const fitted = await ports.fit(request);
    request = fitted.request;
    if (fitted.event) yield fitted.event;
    const asked = yield* askOnce(request, { ports, ledger, begins }, signal);
    if (asked.firstMs !== undefined) firstTokenMs ??= Math.round(asked.firstMs - startedMs);
    const next = await nextOf(asked, { turn, tools, repairs });
    const { reply } = asked;
    if (next.kind === 'end') {
      const step = { ...(await stepOf(asked, ledger)), finishReason: finishOf(reply, next.error) };
      return yield* ended({ reply, error: next.error, step }, { ledger, startedMs, firstTokenMs, ports });
    }
    yield { type: 'step.end', ...(await stepOf(asked, ledger)) };
    const follow = yield* next.kind === 'tools'
      ? carryOut({ calls: next.calls, reply, tools: next.tools, guard }, signal)
      : demand(next.complaint);
    if (next.kind === 'repair') repairs++;
    if ('end' in follow) return yield* ended({ reply, ...follow.end }, { ledger, startedMs, firstTokenMs, ports });
    request = { ...request, messages: [...request.messages, reply.message, follow.message] };
  }
}

type Asked = { reply: Reply; error: SottoError | undefined; startMs: number; firstMs: number | undefined; endMs: number };

/** One request with its attempts: everything it brings comes up, and its reply as one message. */
async function* askOnce(
  request: ModelRequest,
  { ports, ledger, begins }: { ports: TurnPorts; ledger: Ledger; begins: TurnPorts['onAnswer'] },
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, Asked> {
  const startMs = ports.now();
  let firstMs: number | undefined;
  let error: SottoError | undefined;
  let isLeft = true;
  try {
    for await (const event of ports.stream(request, signal)) {
      if (event.type === 'part.delta' || event.type === 'part.end') firstMs ??= ports.now();
      ledger.take(event);
      if (event.type === 'part.start') await begins?.();
      yield event;
    }
    isLeft = false;
  } catch (thrown) {
    isLeft = false;
    error = asSottoError(thrown);
  } finally {
    if (isLeft) ports.onLeave?.(ledger.close(undefined).message);
  }
  const reply = ledger.close(error);
  if (reply.message.parts.length > 0) yield { type: 'message', message: reply.message };
  return { reply, error, startMs, firstMs, endMs: ports.now() };
}

function once(action: (() => Promise<void>) | undefined): (() => Promise<void>) | undefined {
  let done: Promise<void> | undefined;
  return action && (() => (done ??= action()));
}

type Next =
  | { kind: 'end'; error: SottoError | undefined }
  | { kind: 'tools'; calls: ReturnType<typeof callsOf>; tools: Toolbox }
  | { kind: 'repair'; complaint: string };

/** Calls are run, whatever reason the provider gives; a check is only for answers: neither calls nor a refusal are meant to follow a schema. */
async function nextOf(
  { reply, error }: Asked,
  { turn, tools, repairs }: { turn: Turn; tools: Toolbox | undefined; repairs: number },
): Promise<Next> {
  const reason = reply.finish?.reason;
  if (error) return { kind: 'end', error };
  const calls = reason === 'content_filter' ? [] : callsOf(reply.message);
  if (tools && calls.length > 0) return { kind: 'tools', calls, tools };
  if (reason === 'tool_calls' || reason === 'content_filter') return { kind: 'end', error: undefined };
  try {
    const complaint = await turn.check?.(reply.message);
    if (complaint === undefined) return { kind: 'end', error: undefined };
    if (repairs === MOST_REPAIRS || reason === 'length') return { kind: 'end', error: schemaError(complaint, turn, reply) };
    return { kind: 'repair', complaint };
  } catch (thrown) {
    return { kind: 'end', error: asSottoError(thrown) };
  }
}

type Follow = { message: Message } | { end: { error: SottoError | undefined; finishReason?: FinishReason } };

async function* carryOut(
  { calls, reply, tools, guard }: { calls: ReturnType<typeof callsOf>; reply: Reply; tools: Toolbox; guard: Guard },
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, Follow> {
  try {
    const { message, stopped } = yield* runRound({ calls, finishReason: reply.finish?.reason, tools, guard }, signal);
    if (signal.aborted) return { end: { error: cancelledError() } };
    return stopped ? { end: { error: undefined, finishReason: 'tool_calls' } } : { message };
  } catch (thrown) {
    return { end: { error: asSottoError(thrown) } };
  }
}

async function* demand(complaint: string): AsyncGenerator<StreamEvent, Follow> {
  const message = userText(`That answer does not follow the schema: ${complaint}\nAnswer again, with nothing but the corrected JSON.`);
  yield {
    type: 'notice',
    level: 'warning',
    code: 'schema_repair',
    message: `The answer does not follow the schema (${complaint}); asking once more.`,
  };
  yield { type: 'message', message };
  return { message };
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

async function stepOf({ reply, startMs, firstMs, endMs }: Asked, ledger: Ledger): Promise<Omit<StepEnd, 'type'>> {
  return {
    finishReason: reply.finish?.reason ?? 'stop',
    rawFinishReason: reply.finish?.raw ?? null,
    timing: { firstTokenMs: firstMs === undefined ? null : Math.round(firstMs - startMs), durationMs: Math.round(endMs - startMs) },
    ...(await ledger.sinceLast()),
  };
}

type Ending = { reply: Reply; error: SottoError | undefined; finishReason?: FinishReason; step?: Omit<StepEnd, 'type'> };
type Figures = { ledger: Ledger; startedMs: number; firstTokenMs: number | null; ports: TurnPorts };

async function* ended(ending: Ending, { ledger, startedMs, firstTokenMs, ports }: Figures): AsyncGenerator<StreamEvent, TurnResult> {
  const { reply, error, step, finishReason = finishOf(reply, error) } = ending;
  const durationMs = Math.round(ports.now() - startedMs);
  yield {
    type: 'turn.end',
    finishReason,
    rawFinishReason: reply.finish?.raw ?? null,
    ...(await ledger.all()),
    timing: { firstTokenMs, durationMs },
    error: error ? reportOf(error) : null,
  };
  return { message: reply.message, finishReason, error, usage: ledger.usage(), step };
}

function finishOf(reply: Reply, error: SottoError | undefined): FinishReason {
  if (error === undefined) return reply.finish?.reason ?? 'stop';
  if (error.kind === 'cancelled') return 'cancelled';
  return error.kind === 'content_filter' ? 'content_filter' : 'error';
}
