/** What every provider is opened with: values, no hidden world. */
import type { Origin } from '../config/layers.ts';
import type { Wire } from '../core/messages.ts';

export type ProviderOptions = {
  /** The name the user knows it by. */
  name: string;
  /** Base URL, already validated. */
  url: string;
  /** Where the base URL is set; undefined: nowhere, it is the vendor's own. */
  urlOrigin?: Origin | undefined;
  key: string | undefined;
  /** Extra headers of the user for this provider. */
  headers: Record<string, string>;
  /** The platform's fetch, or one that goes through a proxy. */
  fetch: typeof fetch;
  /** Longest silence before giving up, in milliseconds. */
  timeoutMs: number;
  /** Asked from the chat, which has commands of its own. */
  isChat?: true;
  /** Resolves after so many milliseconds; rejects when the signal fires. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** What the model table knows that changes the request. */
  facts(model: string): ModelWireFacts | undefined;
  /** Which wire an OpenAI-like server is asked with. */
  api?: Extract<Wire, 'chat' | 'responses'>;
  /** Azure. */
  apiVersion?: string;
  /** Ollama: window to load the model with, in tokens. */
  contextWindow?: number;
  /** Ollama: how long the model stays loaded, as Ollama writes it ("5m"). */
  keepAlive?: string;
};

export type ModelWireFacts = {
  contextWindow?: number;
  maxOutput?: number;
  /** Anthropic: how thinking is asked for. */
  thinking?: 'adaptive' | 'budget' | 'none';
  /** Anthropic: how thinking is switched off where leaving it out is not enough. */
  thinkingOff?: string;
  /** Takes an effort level. */
  effort?: boolean;
  /** Thinks before it answers. */
  reasoning?: boolean;
  /** OpenAI: is not on Chat Completions at all. */
  responsesOnly?: true;
  /** Takes a JSON schema natively. */
  schema?: boolean;
};
