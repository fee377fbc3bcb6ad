/** What is counted while a turn streams. */
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { createTurnFigures } from '../../src/tui/turn-figures.ts';
import { call, finish, part, requestStart, text, turnEnd, turnStart, withoutDeltas } from './reply.ts';

function counting() {
  const clock = { ms: 5000 };
  const figures = createTurnFigures(() => clock.ms);
  const take = (events: readonly StreamEvent[], everyMs = 0) => {
    for (const event of events) {
      clock.ms += everyMs;
      figures.take(event);
    }
  };
  return { figures, clock, take };
}

const words = (tokens: number) => 'abcd'.repeat(tokens);

describe('tokens', () => {
  it('are estimated until the provider has said, then exact', () => {
    const { figures, take } = counting();
    expect(figures.output()).toEqual({ tokens: 0, estimated: true });
    take([turnStart, requestStart, ...text(words(30))]);
    expect(figures.output()).toEqual({ tokens: 30, estimated: true });
    take([{ type: 'usage', usage: { input: 100, output: 28 } }]);
    expect(figures.output()).toEqual({ tokens: 28, estimated: false });
    expect(figures.usage()).toEqual({ input: 100, output: 28 });
  });

  it('counted at the beginning of a stream are not believed for all of it', () => {
    const { figures, take } = counting();
    take([requestStart, { type: 'usage', usage: { input: 100, output: 1 } }, ...text(words(30))]);
    expect(figures.output()).toEqual({ tokens: 30, estimated: true });
    take([{ type: 'usage', usage: { output: 31 } }]);
    expect(figures.output()).toEqual({ tokens: 31, estimated: false });
    expect(figures.usage()).toEqual({ input: 100, output: 31 });
  });

  it('are the same when an answer comes whole', () => {
    const events = [requestStart, ...text(words(30)), ...call('c', 'run', `"${words(10)}"`)];
    const [streamed, whole] = [counting(), counting()];
    streamed.take(events);
    whole.take(withoutDeltas(events));
    expect(whole.figures.output()).toEqual(streamed.figures.output());
    expect(whole.figures.output().tokens).toBe(41);
  });

  it('of all requests of a turn are added up', () => {
    const { figures, take } = counting();
    take([turnStart, requestStart, ...text(words(30)), { type: 'usage', usage: { input: 100, output: 28 } }, finish]);
    take([requestStart, ...text(words(10))]);
    expect(figures.output()).toEqual({ tokens: 38, estimated: true });
    expect(figures.usage()).toEqual({ input: 100, output: 28 });
    take([{ type: 'usage', usage: { input: 150, output: 11 } }, finish]);
    expect(figures.output()).toEqual({ tokens: 39, estimated: false });
    expect(figures.usage()).toEqual({ input: 250, output: 39 });
    take([turnEnd({ usage: { input: 251, output: 40 } })]);
    expect(figures.output()).toEqual({ tokens: 40, estimated: false });
    expect(figures.usage()).toEqual({ input: 251, output: 40 });
  });
});

describe('times', () => {
  it('are unknown before the first token, and end with the turn', () => {
    const { figures, clock, take } = counting();
    take([turnStart, requestStart], 100);
    expect(figures.firstTokenMs()).toBeUndefined();
    expect(figures.tokensPerSecond()).toBeUndefined();
    take(
      [
        { type: 'part.start', id: 't', kind: 'text' },
        { type: 'part.delta', id: 't', text: words(1) },
      ],
      50,
    );
    expect(figures.firstTokenMs()).toBe(300);
    take([turnEnd()], 200);
    clock.ms += 9000;
    expect(figures.durationMs()).toBe(500);
  });

  it('give a speed only when there is something to divide', () => {
    const { figures, take } = counting();
    take([requestStart, { type: 'part.start', id: 't', kind: 'text' }]);
    take([{ type: 'part.delta', id: 't', text: words(20) }], 100);
    expect(figures.tokensPerSecond()).toBeUndefined();
    take([{ type: 'part.delta', id: 't', text: words(30) }], 1000);
    expect(figures.tokensPerSecond()).toBe(50);
  });

  it('do not count the waiting for tools between two requests', () => {
    const { figures, clock, take } = counting();
    const second = (): StreamEvent[] => [requestStart, ...part('t', { type: 'text', text: words(40) }, [words(20), words(20)])];
    take(second(), 500);
    take([finish]);
    const before = figures.tokensPerSecond();
    clock.ms += 60_000;
    take(second(), 500);
    expect(figures.tokensPerSecond()).toBe(before);
  });

  it('do not count tokens that were thought in secret as speed', () => {
    const { figures, take } = counting();
    take([requestStart, ...text(words(100), [words(50), words(50)])], 500);
    const before = figures.tokensPerSecond();
    take([{ type: 'usage', usage: { output: 5100, reasoning: 5000 } }]);
    expect(figures.output().tokens).toBe(5100);
    expect(figures.tokensPerSecond()).toBe(before);
  });
});
