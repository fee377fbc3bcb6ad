/** How many tokens the tools of a request take, and whether that is much for a model. */
import type { ToolDefinition } from '../core/tool.ts';
import { estimateTokens } from './tokens.ts';

/** What is sent with every request of a turn. */
export function countToolTokens(tools: readonly ToolDefinition[], model?: string): Promise<number> {
  if (tools.length === 0) return Promise.resolve(0);
  const sent = tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
  return estimateTokens(JSON.stringify(sent), model);
}

const LARGE_SHARE = 0.2;
/** Schemas in English have more than four; other scripts have fewer. */
const LEAST_CHARACTERS_PER_TOKEN = 2;

type ToolsOfModel = { tools: readonly ToolDefinition[]; model: string; contextWindow: number | undefined };

/** A sentence where tools take more than a fifth of the window; undefined otherwise, and where the window is not known. */
export async function toolShareWarning({ tools, model, contextWindow }: ToolsOfModel): Promise<string | undefined> {
  // The tokenizer takes a while to load: only where it may be close.
  const atMost = JSON.stringify(tools).length / LEAST_CHARACTERS_PER_TOKEN;
  if (contextWindow === undefined || atMost <= contextWindow * LARGE_SHARE) return undefined;
  const tokens = await countToolTokens(tools, model);
  if (tokens <= contextWindow * LARGE_SHARE) return undefined;
  const share = Math.round((100 * tokens) / contextWindow);
  return `the tools take about ${tokens} tokens, ${share} % of what the model can read: name fewer with --tools; see sotto tools list.`;
}
