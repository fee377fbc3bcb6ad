/** Builds the body of a Messages API request from ours, and says what of ours has no place in it. */
import { type JsonObject, listAt, textAt } from '../core/json.ts';
import type { Effort } from '../core/model.ts';
import type { ModelRequest } from '../core/provider.ts';
import { roughTokens, sizeOf } from '../models/tokens.ts';
import { markedForCache } from './anthropic-cache.ts';
import { anthropicTurns } from './anthropic-messages.ts';
import { ANTHROPIC_HOSTED, hostedRequest } from './hosted-tools.ts';
import type { ModelWireFacts } from './options.ts';
import { type ToolShape, toolsOfHistory, type WireTools, wireTools } from './tool-definitions.ts';

export type AnthropicRequest = {
  body: JsonObject;
  /** Features of the API that have to be named in a header. */
  betas: string[];
  /** What was asked for and could not be sent, in words for the user. */
  leftOut: string[];
};

/** `schema` of the request is expected in the form the API takes. */
export function anthropicRequest(request: ModelRequest, facts: ModelWireFacts | undefined, provider: string): AnthropicRequest {
  const { list, names } = anthropicTools(request);
  const hosted = hostedRequest(request.hosted, ANTHROPIC_HOSTED, provider);
  const messages = anthropicTurns(request.messages, { provider, model: request.model, wireName: names.wireName });
  const tools = [...hosted.tools, ...list];
  const system = request.system?.trim() ? request.system : undefined;
  const maxTokens = request.maxTokens ?? outputLimit(request, facts);
  const { thinking, effort, leftOut } = thinkingFor(request, facts, maxTokens, messages);
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
      ...markedForCache({ tools, system, messages }, request),
      // These are the history's, not the request's.
      ...(list.length > 0 && !request.tools?.length ? { tool_choice: { type: 'none' } } : {}),
      ...(hosted.servers.length > 0 ? { mcp_servers: hosted.servers } : {}),
      ...sampling.fields,
      ...(thinking ? { thinking } : {}),
      ...(Object.keys(outputConfig).length > 0 ? { output_config: outputConfig } : {}),
      stream: request.stream,
    },
    betas: hosted.betas,
    leftOut: [...leftOut, ...sampling.leftOut, ...unknownToTheApi(request)],
  };
}

/** The API insists on a limit; without a known one this is what its smallest current models allow. */
const DEFAULT_MAX_TOKENS = 8192;

/** The whole output the model can give, as far as the prompt leaves room: older models refuse a sum above their window. */
function outputLimit(request: ModelRequest, facts: ModelWireFacts | undefined): number {
  const most = facts?.maxOutput ?? DEFAULT_MAX_TOKENS;
  if (facts?.contextWindow === undefined) return most;
  return Math.max(1024, Math.min(most, facts.contextWindow - roughTokens(sizeOf(request), 'most')));
}

/** The tools of a request, and those that its history speaks of where it has none: the API refuses calls without any tools. */
export function anthropicTools({ tools, messages }: ModelRequest): WireTools {
  if (tools && tools.length > 0) return wireTools(tools, anthropicTool, RULES);
  return wireTools(toolsOfHistory(messages), anthropicTool, RULES);
}

const RULES = {};
const anthropicTool: ToolShape = ({ name, description, parameters }) => ({ name, description, input_schema: parameters });

type Thinking = { thinking?: JsonObject; effort?: string; leftOut: string[] };

function thinkingFor(
  { model, effort }: ModelRequest,
  facts: ModelWireFacts | undefined,
  maxTokens: number,
  messages: readonly JsonObject[],
): Thinking {
  if (effort === undefined) return { leftOut: [] };
  // Claude models that nobody has facts of are newer than the facts; servers of other models know budgets.
  const way = facts?.thinking ?? (model.includes('claude') ? 'adaptive' : 'budget');
  if (effort === 'none') return { leftOut: [], ...(way === 'none' ? {} : { thinking: { type: 'disabled' } }) };
  const level = (facts?.effort ?? way === 'adaptive') ? { effort: LEVELS[effort] } : {};
  if (way === 'adaptive') return { thinking: { type: 'adaptive', display: 'summarized' }, ...level, leftOut: [] };
  if (way === 'none') return { ...level, leftOut: 'effort' in level ? [] : [`${model} does not think: the effort was left out.`] };
  const budget = Math.min(BUDGETS[effort], maxTokens - SMALLEST_BUDGET);
  if (budget < SMALLEST_BUDGET) return { ...level, leftOut: [`${maxTokens} tokens are too few to think first: thinking was left out.`] };
  // Calls that another model made, or this one without thinking, cannot be followed up with thinking.
  if (answersUnthought(messages)) return { ...level, leftOut: ['These calls of tools began without thinking: it was left out here.'] };
  return { thinking: { type: 'enabled', budget_tokens: budget }, ...level, leftOut: [] };
}

/** The request brings results to a round of calls that was not thought about; without more thinking in between only its beginning is. */
function answersUnthought(messages: readonly JsonObject[]): boolean {
  const bringsResults = (message: JsonObject) => listAt(message, 'content').some((block) => textAt(block, 'type') === 'tool_result');
  const prompt = messages.findLastIndex((message) => message.role === 'user' && !bringsResults(message));
  const begin = messages[prompt + 1];
  return begin !== undefined && !/thinking$/.test(textAt(listAt(begin, 'content')[0], 'type') ?? '');
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
