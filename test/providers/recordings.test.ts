/** Every recorded chat answer of the real APIs through the real providers: whole, byte by byte, and cut anywhere. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reasoningOf, textOf } from '../../src/core/messages.ts';
import { checkVocabulary, foldOf } from './contract-providers.ts';
import { frameEnds, playerOf, recordedCases } from './recorded-cases.ts';
import { differencesOf } from './recorded-expectations.ts';

const cases = recordedCases();
const title = cases.length === 0 ? 'recorded answers: LEFT OUT, ../shared/recordings is not beside the checkout' : 'recorded answers';

/** Long bodies come in larger pieces: what is found in 20 kB is found. */
const LONG_BODY = 20_000;

describe.skipIf(cases.length === 0)(title, () => {
  it('are all there', () => expect(cases.length).toBeGreaterThan(150));

  it.each(cases)('$id says what the recording says', async (item) => {
    const played = await (await playerOf(item)).play({});
    expect(differencesOf(item, played)).toEqual([]);
    checkVocabulary(played.events, played.error);
  });

  it.each(cases)('$id says the same when it comes byte by byte', async (item) => {
    const step = item.body.length > LONG_BODY ? 97 : 1;
    const splitAt = Array.from({ length: Math.ceil(item.body.length / step) }, (_, index) => index * step);
    const played = await (await playerOf(item)).play({ splitAt });
    expect(differencesOf(item, played)).toEqual([]);
    checkVocabulary(played.events, played.error);
  });
});

const answers = cases.filter(({ recorded }) => recorded.response.status === 200 && !recorded.expect.error);

/** The tag that ends a thought: until it is whole, and followed by a line end, it may be a word of the answer. */
const BEGUN_TAG = /<(?:\/(?:t(?:h(?:i(?:n(?:k(?:>\s*)?)?)?)?)?)?)?$/;

describe.skipIf(cases.length === 0)('a recorded answer that is cut', () => {
  it.each(answers)('$id never counts as complete and loses nothing that had arrived', async (item) => {
    const player = await playerOf(item);
    const { ends, finishedAt } = frameEnds(item);
    /** The text that has been told when so many bytes have come. */
    const told: { bytes: number; text: string }[] = [];
    const events: Parameters<typeof foldOf>[0] = [];
    const splitAt = ends.map((end) => end + 1);
    const whole = await player.play(
      { splitAt, onPiece: (index) => told.push({ bytes: splitAt[index - 1] ?? item.body.length, text: textOf(foldOf(events).message) }) },
      (event) => events.push(event),
    );
    const text = textOf(whole.reply.message);
    // Where only its end says that something was a thought, it is text until then.
    const isLate = events.some((event) => event.type === 'notice' && event.code === 'thought_as_text');
    const beginnings = [text, ...(isLate ? [reasoningOf(whole.reply.message)] : [])];
    const cuts = fc.record({ end: fc.integer({ min: 0, max: finishedAt - 1 }), cutHard: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(cuts, async ({ end, cutHard }) => {
        const cut = await player.play({ end, cutHard });
        expect(cut.error?.kind).toBeOneOf(['network', 'protocol']);
        checkVocabulary(cut.events, cut.error);
        const kept = textOf(cut.reply.message);
        expect(
          beginnings.some((whole) => whole.startsWith(isLate ? kept.replace(BEGUN_TAG, '').trimEnd() : kept)),
          `${JSON.stringify(kept)} is not the beginning of the answer`,
        ).toBe(true);
        const arrived = told.findLast(({ bytes }) => bytes <= end)?.text ?? '';
        if (!isLate) expect(kept.length).toBeGreaterThanOrEqual(arrived.length);
      }),
      { numRuns: item.body.length > LONG_BODY ? 6 : 20 },
    );
  });
});
