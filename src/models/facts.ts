/** What the catalogue's rows are made of: the core's model facts, and what only some wires need to know. */
import type { Effort, ModelInfo } from '../core/model.ts';

export type Vendor = 'openai' | 'anthropic' | 'google' | 'xai' | 'deepseek' | 'mistral' | 'perplexity' | 'moonshot' | 'zai';

export type ModelFacts = ModelInfo & {
  vendor: Vendor;
  /** Other exact names of the same model. Dated snapshots and `-latest` need none. */
  also?: readonly string[];
  /**
   * How Claude thinks: `adaptive` decides for itself, `budget` takes `budget_tokens`, `none` does not think.
   * The 4.6 models take both and are listed as adaptive, which Anthropic asks for.
   */
  thinking?: 'adaptive' | 'budget' | 'none';
  /** What `thinking` must say for effort `none`, where that is not `disabled`. A model without `none` always thinks. */
  thinkingOff?: 'between_tools';
  /** Takes `output_config.effort`. Others with efforts take a budget of tokens instead. */
  effortField?: true;
  /** The effort it has when none is sent. */
  defaultEffort?: Effort;
  /** Takes temperature and top_p only while effort is `none`. */
  samplingNeedsEffortNone?: true;
  /** Takes temperature or top_p, never both. */
  oneSampler?: true;
  /** OpenAI: is not on Chat Completions at all. */
  responsesOnly?: true;
  /** OpenAI: on Chat Completions it takes tools only with effort `none`. */
  toolsNeedResponses?: true;
  /** Anybody may serve it; window and output cap then belong to the server. */
  openWeights?: true;
  /** Its maker's own API does not serve it. */
  noApi?: true;
  /** Tokens of this model for one token of the estimate, where the maker says that it counts differently. */
  tokenScale?: number;
};
