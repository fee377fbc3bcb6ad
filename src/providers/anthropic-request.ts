/** Builds the body of a Messages API request from ours, and says what of ours has no place in it. */
import type { JsonObject } from '../core/json.ts';
import type { Effort } from '../core/model.ts';
import type { ModelRequest } from '../core/provider.ts';
import { anthropicTurns } from './anthropic-messages.ts';
import type { ModelWireFacts } from './options.ts';

export type AnthropicRequest = {
  body: JsonObject;
  /** What was asked for and could not be sent, in words for the user. */
  leftOut: string[];
};

/** `schema` of the request is expected in the form the API takes. */
export function anthropicRequest(request: ModelRequest, facts: ModelWireFacts | undefined): AnthropicRequest {
  const messages = anthropicTurns(request.messages);
  const maxTokens = request.maxTokens ?? outputLimit(request, facts);
  const { thinking, effort, leftOut } = thinkingFor(request, facts, maxTokens);
  const thinks = thinking?.type === 'enabled' || thinking?.type === 'adaptive';
  const sampling = samplingFor(request, thinks);
  const outputConfig: JsonObject = {
    ...(effort === undefined ? {} : { effort }),
    ...(request.schema && facts?.schema !== false ? { format: { type: 'json_schema', schema: request.schema.schema } } : {}),
  };
  return {
    body: {
      model: request.model,
      max_tokens: maxTokens,
      ...systemAndTools(request),
      messages,
      ...sampling.fields,
      ...(thinking ? { thinking } : {}),
      ...(Object.keys(outputConfig).length > 0 ? { output_config: outputConfig } : {}),
      stream: request.stream,
    },
    leftOut: [...leftOut, ...sampling.leftOut, ...unknownToTheApi(request)],
  };
}

/** The API insists on a limit; without a known one this is what its smallest current models allow. */
const DEFAULT_MAX_TOKENS = 8192;

/** The whole output the model can give, as far as the prompt leaves room: older models refuse a sum above their window. */
function outputLimit(request: ModelRequest, facts: ModelWireFacts | undefined): number {
  const most = facts?.maxOutput ?? DEFAULT_MAX_TOKENS;
  if (facts?.contextWindow === undefined) return most;
  return Math.max(1024, Math.min(most, facts.contextWindow - Math.ceil(charactersOf(request) / 3)));
}

function charactersOf(request: ModelRequest): number {
  let characters = (request.system ?? '').length + (request.tools ? JSON.stringify(request.tools).length : 0);
  for (const message of request.messages) {
    for (const part of message.parts) {
      if (part.type === 'text' || part.type === 'reasoning') characters += part.text.length;
      else if (part.type === 'tool_call') characters += part.arguments.length;
      else if (part.type === 'tool_result') characters += part.output.length;
    }
  }
  return characters;
}

/** Below about a thousand tokens nothing is cached, whatever is asked for. */
const CACHED_FROM_CHARACTERS = 4096;

/** System and tools stay the same for a whole conversation: a mark at their end has them cached. */
function systemAndTools({ system, tools }: ModelRequest): JsonObject {
  const wireTools: JsonObject[] = (tools ?? []).map((tool) => ({
    name: tool.name,
    description: tool.description,
    input_schema: { type: 'object', ...tool.parameters },
  }));
  const hasSystem = system !== undefined && system.trim() !== '';
  const characters = (system ?? '').length + (wireTools.length > 0 ? JSON.stringify(wireTools).length : 0);
  const mark: JsonObject = characters >= CACHED_FROM_CHARACTERS ? { cache_control: { type: 'ephemeral' } } : {};
  const lastTool = wireTools.at(-1);
  // Tools come before the system text, so its mark covers them too.
  if (lastTool && !hasSystem) Object.assign(lastTool, mark);
  return {
    ...(hasSystem ? { system: [{ type: 'text', text: system, ...mark }] } : {}),
    ...(wireTools.length > 0 ? { tools: wireTools } : {}),
  };
}

type Thinking = { thinking?: JsonObject; effort?: string; leftOut: string[] };

function thinkingFor({ model, effort }: ModelRequest, facts: ModelWireFacts | undefined, maxTokens: number): Thinking {
  if (effort === undefined) return { leftOut: [] };
  // Claude models that nobody has facts of are newer than the facts; servers of other models know budgets.
  const way = facts?.thinking ?? (model.includes('claude') ? 'adaptive' : 'budget');
  if (effort === 'none') return { leftOut: [], ...(way === 'none' ? {} : { thinking: { type: 'disabled' } }) };
  const level = (facts?.effort ?? way === 'adaptive') ? { effort: LEVELS[effort] } : {};
  if (way === 'adaptive') return { thinking: { type: 'adaptive', display: 'summarized' }, ...level, leftOut: [] };
  if (way === 'none') return { ...level, leftOut: 'effort' in level ? [] : [`${model} does not think: the effort was left out.`] };
  const budget = Math.min(BUDGETS[effort], maxTokens - SMALLEST_BUDGET);
  if (budget < SMALLEST_BUDGET) return { ...level, leftOut: [`${maxTokens} tokens are too few to think first: thinking was left out.`] };
  return { thinking: { type: 'enabled', budget_tokens: budget }, ...level, leftOut: [] };
}

/** The API takes no smaller budget; as much is kept for the answer. */
const SMALLEST_BUDGET = 1024;

type Level = Exclude<Effort, 'none'>;
const BUDGETS = { minimal: 1024, low: 2048, medium: 8192, high: 16_384, xhigh: 24_576, max: 32_768 } as const satisfies Record<
  Level,
  number
>;
const LEVELS = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh', max: 'max' } as const satisfies Record<
  Level,
  string
>;

/** A model that thinks takes no temperature but 1 and no narrow top_p. */
function samplingFor({ temperature, topP }: ModelRequest, thinks: boolean): { fields: JsonObject; leftOut: string[] } {
  const dropTemperature = thinks && temperature !== undefined && temperature !== 1;
  const dropTopP = thinks && topP !== undefined && topP < 0.95;
  return {
    fields: {
      ...(temperature === undefined || dropTemperature ? {} : { temperature }),
      ...(topP === undefined || dropTopP ? {} : { top_p: topP }),
    },
    leftOut: [
      ...(dropTemperature ? ['The temperature was left out: a model that thinks takes none but 1.'] : []),
      ...(dropTopP ? ['top-p was left out: a model that thinks takes none below 0.95.'] : []),
    ],
  };
}

function unknownToTheApi({ seed, verbosity }: ModelRequest): string[] {
  return [
    ...(seed === undefined ? [] : ['The Messages API has no seed: it was left out.']),
    ...(verbosity === undefined ? [] : ['The Messages API has no verbosity: it was left out.']),
  ];
}
