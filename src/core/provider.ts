/** The contract of a provider: one required method, and what it is asked with. */
import type { ModelEvent } from './events.ts';
import type { HostedTool } from './hosted.ts';
import type { JsonObject } from './json.ts';
import type { Message } from './messages.ts';
import type { Effort, ModelInfo, Verbosity } from './model.ts';
import type { ToolDefinition } from './tool.ts';

export type ModelRequest = {
  /** The provider's own id of the model (or an Azure deployment). */
  model: string;
  system?: string;
  messages: Message[];
  /** The same array in every request of a conversation is formatted once. */
  tools?: readonly ToolDefinition[];
  /** Tools that run on the provider's side; refused (kind `unsupported`) where the API does not have them. */
  hosted?: readonly HostedTool[];
  /** JSON schema that the answer must follow; `name` is a short identifier. */
  schema?: { name: string; schema: JsonObject };
  temperature?: number;
  topP?: number;
  /** Most tokens of the answer. */
  maxTokens?: number;
  seed?: number;
  effort?: Effort;
  verbosity?: Verbosity;
  /**
   * The same for all requests that continue one another (the conversation's id): where the provider can be told, they
   * reach the server that has their beginning in its cache, and what will be asked again is cached.
   */
  cacheKey?: string;
  /** False asks for the whole answer at once; the events are the same. */
  stream: boolean;
};

/** How a model is to answer, whatever it is asked. Undefined is what nobody has chosen. */
export type RequestParameters = Pick<ModelRequest, 'stream'> & {
  [Name in 'temperature' | 'topP' | 'maxTokens' | 'seed' | 'effort' | 'verbosity']?: ModelRequest[Name] | undefined;
};

/** The request as it would be sent, without secrets: what `--dry-run` prints. */
type RequestPreview = { method: 'POST'; url: string; body: JsonObject };

export interface Provider {
  readonly name: string;
  /**
   * Asks the model. Yields `request.start` first and `finish` last; throws SottoError, also when the body ends
   * without a finish (kind `protocol`) and when the signal fires (kind `cancelled`).
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** The request as `stream` would send it. Sends nothing that costs money. */
  preview(request: ModelRequest, signal: AbortSignal): Promise<RequestPreview>;
  /** Resolves when the provider can be reached and takes the key; throws SottoError otherwise. */
  check(signal: AbortSignal): Promise<void>;
  /** True when the model surely follows a schema that is sent along; otherwise it is also told in words, and checked. */
  nativeSchema?(model: string): boolean;
  /** Live list of what can be used. */
  models?(signal: AbortSignal): Promise<ModelInfo[]>;
  /** What the provider itself says of one model; undefined when it does not know it. */
  describe?(model: string, signal: AbortSignal): Promise<ModelInfo | undefined>;
}

/** The part of a provider that middleware wraps. */
export type StreamFunction<Event = ModelEvent> = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<Event>;
