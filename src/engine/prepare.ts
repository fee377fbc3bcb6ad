/** Makes the request of a turn, the same way for every mode: what is to be said, and whether whoever is asked first can take it. */
import type { HostedTool } from '../core/hosted.ts';
import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/messages.ts';
import type { ModelRequest, RequestParameters } from '../core/provider.ts';
import type { Toolbox } from '../core/toolbox.ts';
import { type Candidate, fitTo } from './fitting.ts';
import type { Turn } from './turn.ts';

type Preparation = {
  /** Who is asked first. */
  candidate: Candidate;
  /** The whole history; the prompt is its end. */
  messages: Message[];
  system: string | undefined;
  parameters: RequestParameters;
  schema?: JsonObject | undefined;
  /** Tools that run on the provider's side. */
  hosted?: readonly HostedTool[] | undefined;
  /** Told what has to be left out or changed for this model. */
  notice: (message: string) => void;
};

/** The request is as it was meant: it is fitted where it leaves. Throws where it cannot be right, also for a broken schema. */
export async function prepareTurn(preparation: Preparation): Promise<Turn> {
  const { candidate, schema, notice } = preparation;
  const request = requestOf(preparation);
  for (const { message } of fitTo(request, candidate).notices) notice(message);
  const turn = { request, provider: candidate.provider.name, conversation: null };
  if (!schema) return turn;
  const { openSchemaCheck } = await import('./structured.ts');
  return { ...turn, check: await openSchemaCheck(schema) };
}

export type Tooling = { toolbox: Toolbox; maxSteps: number; notice: (message: string) => void };

/** The turn with tools, unless its model takes none: that is told. */
export function giveTools(turn: Turn, candidate: Candidate, { toolbox, maxSteps, notice }: Tooling): Turn {
  const request = { ...turn.request, tools: toolbox.definitions() };
  const fitted = fitTo(request, candidate);
  const told = new Set(fitTo(turn.request, candidate).notices.map(({ message }) => message));
  for (const { message } of fitted.notices) if (!told.has(message)) notice(message);
  return fitted.request.tools?.length ? { ...turn, request, tools: toolbox, maxSteps } : turn;
}

function requestOf({ candidate, messages, system, parameters, schema, hosted }: Preparation): ModelRequest {
  const chosen = { ...parameters, system, schema: schema && { name: 'answer', schema }, hosted };
  const set = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  return { model: candidate.model, messages, stream: parameters.stream, ...set };
}
