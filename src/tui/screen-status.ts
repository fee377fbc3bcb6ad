/** The status line of the chat: what is known of the conversation, and of the turn that is going on. */
import type { Screen } from './screen-context.ts';
import { type StatusFields, statusLine } from './status-line.ts';
import type { TurnFigures } from './turn-figures.ts';

type Status = { line(figures: TurnFigures | undefined): string };

/** Figures that change with every piece of a reply are read no more often. */
const SAMPLE_MS = 500;

type Sample = Pick<StatusFields, 'streamed' | 'streamedUsd' | 'tokensPerSecond' | 'firstTokenMs'>;

export function createStatus(screen: Screen): Status {
  const { chat, preferences, now, estimateUsd } = screen.world;
  const show = preferences.statusLine;
  let sample: Sample = {};
  let sampledMs = Number.NEGATIVE_INFINITY;
  let sampled: TurnFigures | undefined;

  function take(figures: TurnFigures): void {
    const streamed = figures.output();
    const firstTokenMs = figures.firstTokenMs();
    const isOf = sampled === figures;
    sample = {
      streamed,
      streamedUsd: isOf ? sample.streamedUsd : undefined,
      tokensPerSecond: figures.tokensPerSecond(),
      firstTokenMs,
    };
    sampled = figures;
    sampledMs = now();
    const usage = { input: figures.usage()?.input ?? chat.state.contextTokens ?? 0, output: streamed.tokens };
    void estimateUsd(usage).then((usd) => {
      if (sampled === figures) sample = { ...sample, streamedUsd: usd };
    });
  }

  return {
    line(figures) {
      if (figures && (figures !== sampled || now() - sampledMs >= SAMPLE_MS)) take(figures);
      if (!figures && sampled) {
        // The turn is over: its tokens and its cost are part of the sums.
        sample = { tokensPerSecond: sampled.tokensPerSecond(), firstTokenMs: sampled.firstTokenMs() };
        sampled = undefined;
      }
      const { state } = chat;
      return statusLine(
        {
          ...sample,
          provider: state.provider,
          model: state.model,
          effort: state.effort,
          contextTokens: state.contextTokens,
          contextWindow: state.facts?.contextWindow,
          usage: state.totals.usage,
          cost: state.totals.cost,
          unknownCosts: state.totals.unknownCosts,
          isPrivate: state.isPrivate,
          isNotSaved: state.isNotSaved,
          queued: screen.state().queue.length,
        },
        { columns: Math.max(4, screen.size().columns - 1), theme: screen.theme(), show, ...(figures ? { hint: '' } : {}) },
      );
    },
  };
}
