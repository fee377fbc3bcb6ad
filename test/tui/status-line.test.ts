/** The line below the input: what is known, as much of it as there is room for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_THEME } from '../../src/format/theme.ts';
import { displayWidth } from '../../src/format/width.ts';
import { STATUS_FIELDS, type StatusFields, statusLine } from '../../src/tui/status-line.ts';

const line = (fields: StatusFields, columns = 120, show: readonly string[] = []) =>
  statusLine(fields, { columns, theme: PLAIN_THEME, show });

const all: StatusFields = {
  provider: 'openai',
  model: 'gpt-4o-mini',
  effort: 'high',
  contextTokens: 3100,
  contextWindow: 128_000,
  usage: { input: 4200, output: 800 },
  cost: { usd: 0.0021, estimated: false, source: 'provider' },
  tokensPerSecond: 41.3,
  firstTokenMs: 310,
};

describe('the status line', () => {
  it('shows everything in a wide window', () => {
    expect(line(all, 140)).toBe(
      'openai/gpt-4o-mini   effort high   context 3.1k of 128k   4.2k in, 800 out   this session $0.0021   41 tok/s   310 ms to first token   /help',
    );
  });

  it('leaves out what is least missed in narrower ones, the model last', () => {
    expect([80, 60, 45, 36, 30, 20, 12].map((columns) => line(all, columns).replaceAll(/ {3,}/g, ' | '))).toEqual([
      'openai/gpt-4o-mini | context 3.1k of 128k | this session $0.0021 | 41 tok/s',
      'openai/gpt-4o-mini | 3.1k/128k | this session $0.0021',
      'openai/gpt-4o-mini | this session $0.0021',
      'openai/gpt-4o-mini | $0.0021 | /help',
      'openai/gpt-4o-mini | $0.0021',
      'openai/gpt-4o-mini',
      'gpt-4o-mini',
    ]);
  });

  it('leaves the curious figures out before the hint', () => {
    expect(line(all, 131)).toMatch(/41 tok\/s {3,}first 310 ms {3,}\/help$/);
    expect(line(all, 116)).toMatch(/41 tok\/s {3,}\/help$/);
  });

  it('says what is not known in words, or not at all: never as zero', () => {
    expect(line({})).toMatch(/^ *\/help$/);
    expect(line({ model: 'm', unknownCosts: 1 })).toMatch(/^m {3}cost unknown +\/help$/);
    expect(line({ model: 'm', contextTokens: 3100 })).toMatch(/^m {3}context 3.1k +\/help$/);
    expect(line({ model: 'm', contextWindow: 8192 })).toMatch(/^m +\/help$/);
    expect(line({ model: 'm', cost: { usd: 0, estimated: true, source: 'provider' }, streamedUsd: 0 })).toMatch(/^m +\/help$/);
    expect(line({ model: 'm', unknownCosts: 1, cost: { usd: 0, estimated: false, source: 'provider' } })).toContain('cost unknown');
    expect(line({ model: 'm', unknownCosts: 1, cost: { usd: 0.5, estimated: false, source: 'provider' } })).toContain('≥ $0.50');
  });

  it('marks what is estimated', () => {
    expect(line({ model: 'm', streamed: { tokens: 120, estimated: true } })).toContain('~120 out');
    expect(line({ model: 'm', streamed: { tokens: 120, estimated: false }, usage: { output: 100 } })).toContain('220 out');
    expect(line({ model: 'm', streamed: { tokens: 0, estimated: true } })).toMatch(/^m +\/help$/);
    expect(line({ model: 'm', streamed: { tokens: 0, estimated: true }, usage: { output: 100 } })).toContain('   100 out');
    expect(line({ model: 'm', streamedUsd: 0.5 })).toContain('this session ~$0.50');
    expect(line({ model: 'm', cost: { usd: 0.5, estimated: true, source: 'provider' } })).toContain('~$0.50');
  });

  it('shows what the setting names, in its order, and what must be seen', () => {
    expect(line({ ...all, isPrivate: true, queued: 2 }, 120, ['cost', 'nonsense', 'model', 'cost'])).toMatch(
      /^this session \$0\.0021 {3}openai\/gpt-4o-mini {3}private {3}2 queued +\/help$/,
    );
    expect(line({ ...all, isPrivate: true, queued: 2 }, 20, ['cost', 'speed'])).toBe('$0.0021   private');
    expect(line({ ...all, isNotSaved: true, queued: 2 }, 20, ['cost', 'speed'])).toBe('$0.0021   not saved');
  });

  it('is never wider than its room, and has nothing in it that moves the cursor or has no certain width', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('gpt-4o', '漢字モデル', 'a\u001b[2Jb', 'x'.repeat(90)),
    );
    const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
    const number = optional(fc.double({ min: 0, max: 1e9, noNaN: true }));
    const fields = fc.record({
      provider: optional(names),
      model: optional(names),
      effort: optional(names),
      contextTokens: number,
      contextWindow: number,
      streamedUsd: number,
      tokensPerSecond: number,
      firstTokenMs: number,
      queued: optional(fc.nat(12)),
      isPrivate: fc.boolean(),
      mode: optional(fc.constant('NORMAL')),
    });
    const show = fc.array(fc.constantFrom(...STATUS_FIELDS, 'unknown'), { maxLength: 4 });
    fc.assert(
      fc.property(fields, fc.integer({ min: 4, max: 200 }), show, (given, columns, shown) => {
        const text = line(given, columns, shown);
        expect(displayWidth(text)).toBeLessThanOrEqual(columns);
        expect(text).not.toMatch(/\p{Cc}/u);
        expect(line({ ...given, provider: 'p', model: 'm', effort: 'low' }, columns, shown)).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
