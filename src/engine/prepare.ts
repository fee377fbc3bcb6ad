/** Makes the request of a turn, the same way for every mode: what the settings say, fitted to the model. */
import type { Settings } from '../config/load.ts';
import type { HostedTool } from '../core/hosted.ts';
import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/messages.ts';
import type { Effort } from '../core/model.ts';
import type { ModelRequest } from '../core/provider.ts';
import type { Toolbox } from '../core/toolbox.ts';
import { findModel } from '../models/catalogue.ts';
import { fitParameters } from '../models/parameters.ts';
import type { Choice } from './choose.ts';
import type { Turn } from './turn.ts';

export type Preparation = {
  settings: Settings;
  choice: Choice;
  /** The whole history; the prompt is its end. */
  messages: Message[];
  system: string | undefined;
  effort: Effort | undefined;
  schema?: JsonObject | undefined;
  /** Tools that run on the provider's side. */
  hosted?: readonly HostedTool[] | undefined;
  /** Told what had to be left out or changed for this model. */
  notice: (message: string) => void;
};

/** Throws where the request cannot be right: a value out of range, pictures to a model that takes none. */
export function prepareTurn(preparation: Preparation): Turn {
  const { choice, notice } = preparation;
  const { request, notices } = fitParameters(requestOf(preparation), findModel({ provider: choice.provider, id: choice.model }));
  for (const { message } of notices) notice(message);
  return { request, provider: choice.provider, conversation: null };
}

export type Tooling = { toolbox: Toolbox; maxSteps: number; notice: (message: string) => void };

/** The turn with tools, unless its model takes none: that is told. */
export function giveTools(turn: Turn, { toolbox, maxSteps, notice }: Tooling): Turn {
  const asked = { ...turn.request, tools: toolbox.definitions() };
  const { request, notices } = fitParameters(asked, findModel({ provider: turn.provider, id: asked.model }));
  for (const { message } of notices) notice(message);
  return request.tools?.length ? { ...turn, request, tools: toolbox, maxSteps } : turn;
}

function requestOf({ settings, choice, messages, system, effort, schema, hosted }: Preparation): ModelRequest {
  const chosen = {
    system,
    temperature: settings.get('temperature'),
    topP: settings.get('topP'),
    maxTokens: settings.get('maxTokens'),
    seed: settings.get('seed'),
    effort,
    verbosity: settings.get('verbosity'),
    schema: schema && { name: 'answer', schema },
    hosted,
  };
  const set = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  return { model: choice.model, messages, stream: settings.get('stream'), ...set };
}
