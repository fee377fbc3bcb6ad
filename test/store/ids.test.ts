/** Ids: short, in the order of time, never twice. */
import { describe, expect, it } from 'vitest';
import { asIdPrefix, createIds, idAt, isId } from '../../src/store/ids.ts';

describe('ids', () => {
  it('are unique and sorted over a hundred thousand, whatever the clock does', () => {
    let nowMs = 1_795_000_000_000;
    const newId = createIds(Math.random);
    const ids = Array.from({ length: 100_000 }, (_, index) => {
      if (index % 1000 === 0) nowMs += 1;
      if (index % 7777 === 0) nowMs -= 50;
      return newId(nowMs);
    });
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => isId(id) && id.length === 12)).toBe(true);
  });

  it('sort by time across generators', () => {
    const earlier = createIds(() => 0.999)(1_795_000_000_000);
    const later = createIds(() => 0)(1_795_000_000_001);
    expect(earlier < later).toBe(true);
    expect(idAt(1_500_000_000_000.7, () => 0.5) < earlier).toBe(true);
    expect(isId(idAt(-5, () => 0))).toBe(true);
  });

  it('are read as people write them', () => {
    expect(asIdPrefix(' 1M7O ')).toBe('1m70');
    expect(asIdPrefix('iL')).toBe('11');
    for (const odd of ['', 'u', 'a b', '%', 'abcdefghjkmnp', '…']) expect(asIdPrefix(odd)).toBeUndefined();
  });
});
