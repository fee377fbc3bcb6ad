/** `--dry-run`: the request as it would be sent, with its estimated tokens and price. */

import type { CommandContext } from '../compose/context.ts';
import { hideAddress } from '../config/address-parts.ts';
import { redact } from '../config/redact.ts';
import { wellFormed } from '../core/json.ts';
import { type Candidate, fitTo } from '../engine/fitting.ts';
import type { Turn } from '../engine/turn.ts';
import { priceOf } from '../models/prices.ts';
import { estimateRequestTokens } from '../models/tokens.ts';
import { jsonText } from '../output/json-text.ts';

export async function printDryRun(
  { turn, candidate, context }: { turn: Turn; candidate: Candidate; context: CommandContext },
  signal: AbortSignal,
): Promise<number> {
  const { request } = fitTo(wellFormed(turn.request), candidate);
  const [preview, inputTokens, price] = await Promise.all([
    candidate.provider.preview(request, signal),
    estimateRequestTokens(request),
    priceOf({ provider: turn.provider, model: request.model }),
  ]);
  const perToken = (perMillion: number | undefined) => (perMillion === undefined ? undefined : perMillion / 1e6);
  const inputUsd = perToken(price?.inputPerMillion);
  const outputUsd = perToken(price?.outputPerMillion);
  const plan = {
    v: 1,
    provider: turn.provider,
    model: request.model,
    request: { ...preview, url: hideAddress(preview.url) },
    estimate: {
      inputTokens,
      inputUsd: inputUsd === undefined ? null : dollars(inputUsd * inputTokens),
      maxOutputTokens: request.maxTokens ?? null,
      maxOutputUsd: outputUsd === undefined || request.maxTokens === undefined ? null : dollars(outputUsd * request.maxTokens),
    },
  };
  context.stdout.write(`${redact(jsonText(plan, 2), context.secrets)}\n`);
  return 0;
}

/** Binary fractions of a cent leave dust behind the twelfth digit. */
function dollars(usd: number): number {
  return Number(usd.toPrecision(12));
}
