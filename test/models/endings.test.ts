import { describe, expect, it } from 'vitest';
import { ALIASES } from '../../src/models/aliases.ts';
import { findModel, listModels } from '../../src/models/catalogue.ts';
import { PROVIDER_MODELS } from '../../src/models/defaults.ts';
import { endingOf, endingWords, endsSoon, isRetired } from '../../src/models/endings.ts';

const at = (day: string) => Date.parse(day);

describe('the end of a model', () => {
  it('is known by every name of it, at its maker and nowhere else', () => {
    expect(findModel({ provider: 'openai', id: 'gpt-4o-2024-08-06' })).toMatchObject({ retires: '2027-01-14', successor: 'gpt-6-luna' });
    expect(findModel({ provider: 'openai', id: 'gpt-4o-2024-05-13' })).toMatchObject({ retires: '2026-10-23' });
    expect(findModel({ provider: 'anthropic', id: 'claude-3-7-sonnet-20250219' })?.retires).toBe('2026-02-19');
    for (const provider of ['azure', 'openrouter', 'lab']) expect(findModel({ provider, id: 'gpt-4o' })?.retires, provider).toBeUndefined();
  });

  it('is told of models of the table only, with a day, and a successor that lives longer', () => {
    const models = listModels();
    const ending = models.filter(({ retires }) => retires !== undefined);
    expect(ending.length).toBeGreaterThan(60);
    for (const { id, vendor, retires, successor } of ending) {
      expect(retires, id).toMatch(/^20\d\d-\d\d-\d\d$/);
      if (successor === undefined) continue;
      const next = models.find((facts) => facts.id === successor);
      expect(next?.vendor, id).toBe(vendor);
      expect(next?.retires === undefined || next.retires > (retires ?? ''), id).toBe(true);
    }
    expect(endingOf('no-such-model')).toBeUndefined();
  });

  it('comes on its day, not before', () => {
    const model = { retires: '2027-01-14' };
    expect([isRetired(model, at('2027-01-13T23:59:59Z')), isRetired(model, at('2027-01-14T00:00:00Z'))]).toEqual([false, true]);
    expect([endsSoon(model, at('2026-11-14T23:00:00Z')), endsSoon(model, at('2026-11-15T00:00:00Z'))]).toEqual([false, true]);
    expect(endingWords(model, at('2027-01-13T12:00:00Z'))).toBe('ends on 2027-01-14, in 1 day');
    expect([isRetired({}, 0), endsSoon({}, 0), endingWords({}, 0)]).toEqual([false, false, undefined]);
  });
});

/** When this fails, a default or an alias has to move on: it is looked at from the day that the table was checked. */
describe('what sotto itself chooses', () => {
  const CHECKED = at('2026-12-01');

  it('as a default does not end within two months', () => {
    for (const [provider, { defaultModel }] of Object.entries(PROVIDER_MODELS)) {
      if (defaultModel === undefined) continue;
      expect(endsSoon(findModel({ provider, id: defaultModel }) ?? {}, CHECKED), provider).toBe(false);
    }
  });

  it('by an alias for a kind of model does not end soon; one that spells a model out may', () => {
    for (const [alias, target] of Object.entries(ALIASES)) {
      const spelled = target.endsWith(alias);
      if (!spelled) expect(findModel({ id: target })?.retires, alias).toBeUndefined();
    }
  });
});
