/** Prices are remembered by version, unknown ones too, and a memo that is broken or cannot be written costs nobody an answer. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rememberedCost } from '../../src/engine/price-memo.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-prices-'));
  file = join(folder, 'cache', 'prices.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ports = (changes: { version?: string; keep?: boolean } = {}) => ({ file, version: '1', keep: true, ...changes });
const usage = { input: 1_000_000, output: 1_000_000 };

describe('a remembered price', () => {
  it('gives the same cost the second time, from the file', async () => {
    const first = await rememberedCost('openai', 'gpt-4o-mini', usage, ports());
    expect(first?.usd).toBeCloseTo(0.75, 10);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const memo = JSON.parse(readFileSync(file, 'utf8'));
    memo.prices['openai/gpt-4o-mini'].inputPerMillion = 100;
    writeFileSync(file, JSON.stringify(memo));
    expect((await rememberedCost('openai', 'gpt-4o-mini', usage, ports()))?.usd).toBeCloseTo(100.6, 10);
  });

  it('is forgotten by another version', async () => {
    writeFileSync(join(folder, 'prices.json'), JSON.stringify({ version: '0', prices: { 'openai/gpt-4o-mini': null } }));
    expect(await rememberedCost('openai', 'gpt-4o-mini', usage, { ...ports(), file: join(folder, 'prices.json') })).toBeDefined();
  });

  it('is unknown where there is none, and stays so', async () => {
    expect(await rememberedCost('openai', 'no-such-model', usage, ports())).toBeUndefined();
    expect(JSON.parse(readFileSync(file, 'utf8')).prices['openai/no-such-model']).toBeNull();
    expect(await rememberedCost('openai', 'no-such-model', usage, ports())).toBeUndefined();
  });

  it('that changes with the length is looked up every time', async () => {
    expect(await rememberedCost('openai', 'gpt-6-luna', { input: 1_000_000, output: 1 }, ports())).toBeDefined();
    expect(existsSync(file)).toBe(false);
  });

  it('is not written when nothing may be', async () => {
    await rememberedCost('openai', 'gpt-4o-mini', usage, ports({ keep: false }));
    expect(existsSync(file)).toBe(false);
  });

  it('survives a memo that is broken', async () => {
    await rememberedCost('openai', 'gpt-4o-mini', usage, ports());
    writeFileSync(file, '{"version":');
    expect((await rememberedCost('openai', 'gpt-4o-mini', usage, ports()))?.usd).toBeCloseTo(0.75, 10);
  });
});
