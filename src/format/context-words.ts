/** What is said of a conversation that is larger than its model takes. */
import { formatTokens } from './numbers.ts';
import { safeLine } from './safety.ts';

type Oversize = { tokens: number; contextWindow: number; model: string | undefined };

/** `what`: the beginning of the sentence. No full stop. */
export function tooLarge(what: string, { tokens, contextWindow, model }: Oversize): string {
  return `${what} has about ${formatTokens(tokens)} tokens, and ${safeLine(model ?? 'the model')} takes ${formatTokens(contextWindow)}`;
}
