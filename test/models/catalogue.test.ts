import { describe, expect, test } from 'vitest';
import { EFFORTS } from '../../src/core/model.ts';
import { findModel, listModels, nativeId } from '../../src/models/catalogue.ts';
import { defaultModelOf, PROVIDER_MODELS } from '../../src/models/defaults.ts';

const models = listModels();
const idOf = (id: string, provider?: string) => findModel({ id, ...(provider === undefined ? {} : { provider }) })?.id;

describe('the table', () => {
  test('names every model once, also by its other names and whatever the punctuation', () => {
    const names = models.flatMap(({ id, also = [] }) => [id, ...also]).map((name) => name.toLowerCase().replaceAll('.', '-'));
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test.each(models)('$id has facts that can be true together', (model) => {
    const { contextWindow, maxOutput, parameters, abilities, knowledge, released } = model;
    if (contextWindow !== undefined) expect(Number.isInteger(contextWindow) && contextWindow > 0).toBe(true);
    if (maxOutput !== undefined) expect(Number.isInteger(maxOutput) && maxOutput > 0).toBe(true);
    if (contextWindow !== undefined && maxOutput !== undefined) expect(contextWindow).toBeGreaterThanOrEqual(maxOutput);
    for (const range of [parameters?.temperature, parameters?.topP]) if (range) expect(range.max).toBeGreaterThan(range.min);
    if (parameters?.effort) {
      expect(parameters.effort.length).toBeGreaterThan(0);
      expect(parameters.effort).toEqual(EFFORTS.filter((level) => new Set<unknown>(parameters.effort || []).has(level)));
      expect(abilities?.reasoning).toBe(true);
      if (model.defaultEffort) expect(parameters.effort).toContain(model.defaultEffort);
    }
    for (const date of [knowledge, released]) if (date) expect(date).toMatch(/^20\d\d-(0[1-9]|1[0-2])(-[0-3]\d)?$/);
    if (knowledge && released) expect(released.slice(0, 7) >= knowledge.slice(0, 7)).toBe(true);
    if (model.samplingNeedsEffortNone) expect(parameters?.effort).toContain('none');
    if (model.effortField) expect(parameters?.effort).toBeTruthy();
  });

  test('every model is found by its own name, its other names and a vendor prefix', () => {
    for (const model of models) {
      for (const name of [model.id, ...(model.also ?? []), `models/${model.id}`]) expect(idOf(name), name).toBe(model.id);
    }
  });

  test.each([
    ['claude-3-7-sonnet', 200_000, 64_000],
    ['claude-3-opus', 200_000, 4_096],
    ['claude-3-5-sonnet', 200_000, 8_192],
    ['claude-3-5-haiku', 200_000, 8_192],
    ['claude-3-haiku', 200_000, 4_096],
    ['o1', 200_000, 100_000],
    ['o3', 200_000, 100_000],
    ['o3-mini', 200_000, 100_000],
    ['o4-mini', 200_000, 100_000],
    ['gpt-4o-mini', 128_000, 16_384],
    ['gpt-4o', 128_000, 16_384],
    ['gpt-4.1', 1_047_576, 32_768],
    ['gpt-4.1-mini', 1_047_576, 32_768],
    ['gpt-4.1-nano', 1_047_576, 32_768],
    ['gpt-4-turbo', 128_000, 4_096],
    ['gpt-4', 8_192, 8_192],
    ['gpt-3.5-turbo', 16_385, 4_096],
    ['gpt-5', 400_000, 128_000],
    ['claude-haiku-4-5', 200_000, 64_000],
  ])('%s, which people still name, has a window of %i and answers of up to %i', (id, contextWindow, maxOutput) => {
    expect(findModel({ id })).toMatchObject({ id, contextWindow, maxOutput, source: 'table' });
  });

  test('reasoning models of OpenAI take no temperature, unless they may rest', () => {
    for (const id of ['o1', 'o3', 'o3-mini', 'o4-mini', 'gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'gpt-6-astra']) {
      expect(findModel({ id })?.parameters, id).toMatchObject({ temperature: false, topP: false });
    }
    for (const id of ['gpt-5.1', 'gpt-5.4-nano', 'gpt-5.6', 'gpt-6-luna'])
      expect(findModel({ id })?.samplingNeedsEffortNone, id).toBe(true);
  });

  test('Claude models since 4.7 take no sampling, and those before take temperature up to 1', () => {
    for (const id of ['claude-opus-4-7', 'claude-opus-5', 'claude-sonnet-5', 'claude-fable-5', 'claude-haiku-5-5']) {
      expect(findModel({ id })?.parameters, id).toMatchObject({ temperature: false, topP: false });
    }
    for (const id of ['claude-opus-4-6', 'claude-haiku-4-5', 'claude-3-opus']) {
      expect(findModel({ id })?.parameters?.temperature, id).toEqual({ min: 0, max: 1 });
    }
  });
});

describe('looking a model up', () => {
  test.each([
    ['claude-3-7-sonnet-20250219', 'claude-3-7-sonnet'],
    ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet'],
    ['claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
    ['claude-opus-4-1-20250805', 'claude-opus-4-1'],
    ['claude-haiku-4-5@20251001', 'claude-haiku-4-5'],
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['gpt-4-0613', 'gpt-4'],
    ['gpt-3.5-turbo-0125', 'gpt-3.5-turbo'],
    ['gpt-35-turbo', 'gpt-3.5-turbo'],
    ['gpt-5.4-nano-2026-03-17', 'gpt-5.4-nano'],
    ['gpt-5.6', 'gpt-5.6-sol'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['anthropic/claude-3.7-sonnet:thinking', 'claude-3-7-sonnet'],
    ['openai/gpt-4o:free', 'gpt-4o'],
    ['openrouter/openai/gpt-4o', 'gpt-4o'],
    ['models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['GPT-4o', 'gpt-4o'],
    ['ft:gpt-4o-mini-2024-07-18:my-org:a-name:7p4lURel', 'gpt-4o-mini'],
    ['ft:gpt-4.1:my-org::B1', 'gpt-4.1'],
    ['openai/ft:gpt-4o:my-org::B1:ckpt-step-88', 'gpt-4o'],
  ])('%s is %s', (name, id) => {
    expect(idOf(name)).toBe(id);
  });

  test.each([
    'gpt-4o-mini-tts',
    'gpt-4o-audio-preview',
    'gpt-4.5',
    'gpt-4.5-preview',
    'gpt-4-vision',
    'gpt-5-image',
    'o3-deep-research',
    'claude-opus-4-99',
    'claude-sonnet-5-6',
    'claude',
    'gpt',
    '',
    'gemini-3.8-flash-lite',
    'deepseek-v4-flash:8b',
    'evilcorp/gpt-4o',
    'anthropic/gpt-4o',
    'anthropic.claude-haiku-4-5',
    'gpt-4o-20x4-08-06',
    'ft:davinci-002:my-org::B1',
    'left:gpt-4o:x',
    'constructor',
    '__proto__',
  ])('%s is nobody we know', (name) => {
    expect(idOf(name)).toBeUndefined();
  });

  test('what a local server calls by a known name is not that model', () => {
    expect(idOf('gpt-4o', 'ollama')).toBeUndefined();
    expect(idOf('gpt-oss-20b', 'llamacpp')).toBeUndefined();
    expect(idOf('gpt-4o', 'my-proxy')).toBe('gpt-4o');
  });

  test('sizes of open weights are those of their maker only at their maker', () => {
    expect(findModel({ provider: 'deepseek', id: 'deepseek-v4-pro' })?.maxOutput).toBe(384_000);
    const elsewhere = findModel({ provider: 'together', id: 'deepseek-ai/DeepSeek-V4-Pro' });
    expect(elsewhere).toMatchObject({ id: 'deepseek-v4-pro', abilities: { tools: true } });
    expect(elsewhere).not.toHaveProperty('maxOutput');
    expect(elsewhere).not.toHaveProperty('contextWindow');
  });

  test('the name for the vendor keeps its date and has its punctuation', () => {
    expect(nativeId('anthropic/claude-sonnet-4.5')).toBe('claude-sonnet-4-5');
    expect(nativeId('openai/gpt-4o-2024-08-06:free')).toBe('gpt-4o-2024-08-06');
    expect(nativeId('some/thing')).toBe('some/thing');
  });
});

describe('defaults', () => {
  test('a vendor’s own provider starts with a model of the table that it serves', () => {
    for (const [provider, { vendor, defaultModel }] of Object.entries(PROVIDER_MODELS)) {
      if (vendor === undefined) continue;
      expect(defaultModel, provider).toBeDefined();
      expect(findModel({ id: defaultModel ?? '' }), provider).toMatchObject({ vendor });
      expect(Object.keys(PROVIDER_MODELS).filter((name) => PROVIDER_MODELS[name]?.vendor === vendor)).toEqual([provider]);
    }
    expect(defaultModelOf('nobody')).toBeUndefined();
  });
});
