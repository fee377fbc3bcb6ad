/** Makes the request of a turn, the same way for every mode: what is to be said, fitted to the model. */
import type { HostedTool } from '../core/hosted.ts';
import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/messages.ts';
import type { ModelRequest, Provider, RequestParameters } from '../core/provider.ts';
import type { Toolbox } from '../core/toolbox.ts';
import { findModel } from '../models/catalogue.ts';
import { fitParameters } from '../models/parameters.ts';
import type { Turn } from './turn.ts';

export type Preparation = {
  /** Who is asked, and for which model. */
  provider: Provider;
  model: string;
  /** The whole history; the prompt is its end. */
  messages: Message[];
  system: string | undefined;
  parameters: RequestParameters;
  schema?: AnswerSchema | undefined;
  /** Tools that run on the provider's side. */
  hosted?: readonly HostedTool[] | undefined;
  /** Told what had to be left out or changed for this model. */
  notice: (message: string) => void;
};

export type AnswerSchema = {
  schema: JsonObject;
  /** Does the server take it in the request? Undefined: as the provider knows. */
  isNative?: boolean | undefined;
};

/** Throws where the request cannot be right: a value out of range, pictures to a model that takes none, a broken schema. */
export async function prepareTurn(preparation: Preparation): Promise<Turn> {
  const { provider, model, schema, notice } = preparation;
  const { request, notices } = fitParameters(requestOf(preparation), findModel({ provider: provider.name, id: model }));
  for (const { message } of notices) notice(message);
  const turn = { request, provider: provider.name, conversation: null };
  if (!schema) return turn;
  const { instruct, openSchemaCheck } = await import('./structured.ts');
  const isNative = schema.isNative ?? provider.nativeSchema?.(model);
  return { ...turn, check: await openSchemaCheck(schema.schema), request: isNative ? request : instruct(request) };
}

export type Tooling = { toolbox: Toolbox; maxSteps: number; notice: (message: string) => void };

/** The turn with tools, unless its model takes none: that is told. */
export function giveTools(turn: Turn, { toolbox, maxSteps, notice }: Tooling): Turn {
  const asked = { ...turn.request, tools: toolbox.definitions() };
  const { request, notices } = fitParameters(asked, findModel({ provider: turn.provider, id: asked.model }));
  for (const { message } of notices) notice(message);
  return request.tools?.length ? { ...turn, request, tools: toolbox, maxSteps } : turn;
}

function requestOf({ model, messages, system, parameters, schema, hosted }: Preparation): ModelRequest {
  const chosen = { ...parameters, system, schema: schema && { name: 'answer', schema: schema.schema }, hosted };
  const set = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  return { model, messages, stream: parameters.stream, ...set };
}
