/** Conducts a turn, whoever asks: the way to the provider, what is written of it, and its events. Knows neither settings nor who reads. */
import type { StreamEvent, TurnEnd } from '../core/events.ts';
import type { AssistantMessage } from '../core/messages.ts';
import type { StreamFunction } from '../core/provider.ts';
import type { Cost, Usage } from '../core/usage.ts';
import type { AttemptRecord } from '../store/store.ts';
import { type ChainPorts, openChain } from './chain.ts';
import { createFit } from './context.ts';
import type { Candidate } from './fitting.ts';
import type { SchemaMemory } from './schema-refusal.ts';
import { attemptRecords, type Session, sendTurn } from './session.ts';
import { runTurn, type Turn, type TurnPorts } from './turn.ts';

export type TurnPlan = {
  turn: Turn;
  /** Whom it may be asked of. */
  candidates: readonly [Candidate, ...Candidate[]];
  /** What is written of it. */
  keep: Keep;
  /** Nothing of it may be written anywhere else either: no price, no word on what a server takes. May change while the turn goes on. */
  isPrivate: () => boolean;
  /** May an answer that had already begun be begun again? Only where nobody has seen its first part yet. */
  mayRestart: boolean;
  /** Called once, when the first answer begins and nothing of it has been shown. */
  onAnswer?: () => Promise<void>;
  /** Called with what there is of a reply that its reader leaves: no event tells of it. */
  onLeave?: (reply: AssistantMessage) => void;
};

export type Keep =
  | { what: 'nothing' }
  /** The prompt, the reply and what it took, as they happen. */
  | { what: 'turn'; session: Session }
  /** What it took, and not what was said: for a call that helps a conversation without belonging to it. */
  | { what: 'figures'; purpose: AttemptRecord['purpose']; record: (attempts: readonly AttemptRecord[]) => Promise<void> };

export type ConductorPorts = ChainPorts & {
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** Milliseconds since 1970. */
  date: () => number;
  /** What the counted tokens cost. `keep`: what had to be looked up may be written down for the next time. */
  costOf: (provider: string, model: string, usage: Usage, options: { keep: boolean }) => Promise<Cost | undefined>;
  /** Which servers take no schema; `keep` as above. */
  schemaMemory: (provider: string, options: { keep: boolean }) => Promise<SchemaMemory>;
};

/** The events of the turn. There is no second way to hold one. */
export async function conduct(plan: TurnPlan, ports: ConductorPorts, signal: AbortSignal): Promise<AsyncGenerator<StreamEvent, unknown>> {
  const { turn, keep, isPrivate, onAnswer, onLeave } = plan;
  const turnPorts: TurnPorts = {
    stream: await streamOf(plan, ports),
    fit: createFit(plan.candidates[0].contextWindow),
    now: ports.now,
    costOf: (provider, model, usage) => ports.costOf(provider, model, usage, { keep: !isPrivate() }),
    ...(onAnswer === undefined ? {} : { onAnswer }),
    ...(onLeave === undefined ? {} : { onLeave }),
  };
  switch (keep.what) {
    case 'nothing':
      return runTurn(turn, turnPorts, signal);
    case 'turn':
      return sendTurn(turn, keep.session, turnPorts, signal);
    case 'figures':
      return withFigures(runTurn(turn, turnPorts, signal), { turn, keep, date: ports.date });
  }
}

async function streamOf({ turn, candidates, isPrivate, mayRestart }: TurnPlan, ports: ConductorPorts): Promise<TurnPorts['stream']> {
  const ask =
    ({ provider }: Candidate): StreamFunction =>
    (request, signal) =>
      provider.stream(request, signal);
  if (!turn.check) return openChain(candidates, ports, { restart: mayRestart, reach: ask });
  const [{ bareJson }, { withSchemaInWords }] = await Promise.all([import('./structured.ts'), import('./schema-refusal.ts')]);
  const memories = new Map<Candidate, SchemaMemory>();
  for (const one of candidates) memories.set(one, await ports.schemaMemory(one.provider.name, { keep: !isPrivate() }));
  // Inside of the retries: a server that cannot take the schema says so every time, and some say it as a fault that may pass.
  const reach = (candidate: Candidate): StreamFunction => {
    const memory = memories.get(candidate);
    return memory ? withSchemaInWords(memory, ask(candidate)) : ask(candidate);
  };
  return bareJson(openChain(candidates, ports, { restart: mayRestart, reach }));
}

type Figures = { turn: Turn; keep: Extract<Keep, { what: 'figures' }>; date: () => number };

/** Whoever leaves early has asked all the same. */
async function* withFigures(events: AsyncGenerator<StreamEvent>, { turn, keep, date }: Figures): AsyncGenerator<StreamEvent> {
  const startsMs: number[] = [];
  let end: TurnEnd | undefined;
  try {
    for await (const event of events) {
      if (event.type === 'request.start') startsMs.push(date());
      if (event.type === 'turn.end') end = event;
      yield event;
    }
  } finally {
    const left = { purpose: keep.purpose, provider: turn.provider, model: turn.request.model, outcome: 'cancelled' };
    const attempts = end ? attemptRecords(end, keep.purpose, startsMs) : startsMs.length > 0 ? [left] : [];
    if (attempts.length > 0) await keep.record(attempts);
  }
}
