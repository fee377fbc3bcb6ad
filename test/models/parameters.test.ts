import { describe, expect, test } from 'vitest';
import { SottoError } from '../../src/core/errors.ts';
import { userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { findModel, listModels } from '../../src/models/catalogue.ts';
import { fitParameters } from '../../src/models/parameters.ts';

const request = (model: string, rest: Partial<ModelRequest> = {}): ModelRequest => ({
  model,
  messages: [userText('Hi')],
  stream: true,
  ...rest,
});
const fitTo = (model: string, rest: Partial<ModelRequest>, options?: { strict?: boolean }) =>
  fitParameters(request(model, rest), findModel({ id: model }), options);
const messages = (model: string, rest: Partial<ModelRequest>) => fitTo(model, rest).notices.map(({ message }) => message);

function thrownBy(run: () => unknown): SottoError {
  try {
    run();
  } catch (error) {
    if (error instanceof SottoError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('what the model refuses', () => {
  test('is left out with a notice', () => {
    const { request: fitted, notices } = fitTo('o3-mini', { temperature: 0.2, topP: 0.5, effort: 'low' });
    expect(fitted).toEqual(request('o3-mini', { effort: 'low' }));
    expect(notices).toEqual([
      { code: 'parameter_dropped', message: 'o3-mini takes no temperature: left out.' },
      { code: 'parameter_dropped', message: 'o3-mini takes no top-p: left out.' },
    ]);
  });

  test('is an error for those who want it strict', () => {
    expect(thrownBy(() => fitTo('o3-mini', { temperature: 0.2 }, { strict: true }))).toMatchObject({
      kind: 'usage',
      message: 'o3-mini takes no temperature: left out.',
    });
    expect(fitTo('gpt-4o', { temperature: 0.2 }, { strict: true }).request.temperature).toBe(0.2);
  });

  test('leaves the request that was given as it was', () => {
    const given = request('o3-mini', { temperature: 0.2 });
    fitParameters(given, findModel({ id: 'o3-mini' }));
    expect(given.temperature).toBe(0.2);
  });

  test('seed, verbosity, effort and tools likewise', () => {
    expect(messages('claude-haiku-4-5', { seed: 1, verbosity: 'low' })).toEqual([
      'claude-haiku-4-5 takes no verbosity: left out.',
      'claude-haiku-4-5 takes no seed: left out.',
    ]);
    expect(messages('gpt-4o', { effort: 'high', verbosity: 'low' })).toHaveLength(2);
    const { request: fitted } = fitTo('o1-mini', { tools: [{ name: 'a', description: '', parameters: {} }] });
    expect(fitted).not.toHaveProperty('tools');
  });

  test('effort none is what a model without thinking does anyway', () => {
    expect(fitTo('gpt-4o', { effort: 'none' })).toEqual({ request: request('gpt-4o'), notices: [] });
  });
});

describe('values', () => {
  test.each([
    ['claude-haiku-4-5', { temperature: 1.5 }, 'temperature 1.5 is out of range: claude-haiku-4-5 takes 0 to 1.'],
    ['gpt-4o', { temperature: 2.1 }, 'temperature 2.1 is out of range: gpt-4o takes 0 to 2.'],
    ['gpt-4o', { topP: -0.1 }, 'top-p -0.1 is out of range: gpt-4o takes 0 to 1.'],
    ['gpt-4o', { temperature: Number.NaN }, 'temperature NaN is out of range: gpt-4o takes 0 to 2.'],
  ])('out of %s’s range are an error that names it', (model, rest, message) => {
    expect(thrownBy(() => fitTo(model, rest))).toMatchObject({ kind: 'usage', message });
  });

  test('at the ends of the range pass', () => {
    expect(fitTo('gpt-4o', { temperature: 2, topP: 0 }).request).toMatchObject({ temperature: 2, topP: 0 });
  });

  test('a longer answer than the model gives is lowered', () => {
    const { request: fitted, notices } = fitTo('gpt-3.5-turbo', { maxTokens: 10_000 });
    expect(fitted.maxTokens).toBe(4_096);
    expect(notices).toEqual([
      { code: 'parameter_changed', message: 'gpt-3.5-turbo answers with at most 4096 tokens: 10000 lowered to 4096.' },
    ]);
  });
});

describe('efforts', () => {
  test.each([
    ['gpt-5', 'xhigh', 'high'],
    ['gpt-5', 'none', 'minimal'],
    ['gpt-5.6', 'minimal', 'low'],
    ['gpt-5.4', 'max', 'xhigh'],
    ['o3-mini', 'minimal', 'low'],
    ['gpt-5-pro', 'low', 'high'],
    ['claude-opus-4-6', 'xhigh', 'high'],
    ['claude-opus-5-5', 'none', 'low'],
    ['grok-3-mini', 'medium', 'low'],
  ] as const)('%s has no %s: the nearest is %s', (model, asked, used) => {
    const { request: fitted, notices } = fitTo(model, { effort: asked });
    expect(fitted.effort).toBe(used);
    expect(notices).toMatchObject([{ code: 'parameter_changed' }]);
    expect(notices[0]?.message).toContain(`has no effort ${asked}: ${used} is used`);
  });

  test('that the model has pass without a word', () => {
    for (const model of listModels()) {
      for (const effort of model.parameters?.effort || [])
        expect(fitTo(model.id, { effort })).toEqual({ request: request(model.id, { effort }), notices: [] });
    }
  });
});

describe('sampling of models that can think', () => {
  test('goes only with effort none at OpenAI', () => {
    expect(fitTo('gpt-5.4-nano', { temperature: 0 }).request.temperature).toBe(0);
    expect(fitTo('gpt-5.6-sol', { temperature: 0, effort: 'none' }).request.temperature).toBe(0);
    expect(messages('gpt-5.6-sol', { temperature: 0.8 })).toEqual([
      'gpt-5.6-sol takes no temperature while it thinks: left out. It does with effort none.',
    ]);
    expect(fitTo('gpt-5.4-nano', { temperature: 0, effort: 'low' }).request).not.toHaveProperty('temperature');
  });

  test('goes at Anthropic while Claude does not think', () => {
    expect(fitTo('claude-haiku-4-5', { temperature: 0 }).notices).toEqual([]);
    expect(fitTo('claude-haiku-4-5', { temperature: 0, effort: 'none' }).request.temperature).toBe(0);
    expect(fitTo('claude-haiku-4-5', { temperature: 0, effort: 'high' }).request).not.toHaveProperty('temperature');
    expect(fitTo('claude-haiku-4-5', { temperature: 1, effort: 'high' }).notices).toEqual([]);
    expect(fitTo('claude-3-haiku', { temperature: 0, effort: 'high' }).request).toEqual(request('claude-3-haiku', { temperature: 0 }));
  });

  test('is one of the two where the model takes only one', () => {
    const { request: fitted, notices } = fitTo('claude-opus-4-1', { temperature: 0.5, topP: 0.9 });
    expect(fitted).toEqual(request('claude-opus-4-1', { temperature: 0.5 }));
    expect(notices).toMatchObject([{ message: 'claude-opus-4-1 takes temperature or top-p, not both: top-p left out.' }]);
    expect(fitTo('claude-3-opus', { temperature: 0.5, topP: 0.9 }).notices).toEqual([]);
  });
});

describe('pictures', () => {
  const picture = { messages: [{ role: 'user' as const, parts: [{ type: 'media' as const, mediaType: 'image/png', data: 'AAAA' }] }] };

  test('to a model that takes none are an error with a way out', () => {
    expect(thrownBy(() => fitTo('o3-mini', picture))).toMatchObject({
      kind: 'unsupported',
      message: 'o3-mini takes no pictures.',
      exitCode: 5,
    });
    expect(thrownBy(() => fitTo('gpt-4', picture)).hint).toContain('sotto models list');
  });

  test('of earlier messages are left out with a word: another model saw them', () => {
    const messages = [
      ...picture.messages,
      { role: 'assistant' as const, parts: [{ type: 'text' as const, text: 'A cat.' }] },
      userText('Which?'),
    ];
    const { request, notices } = fitTo('o3-mini', { messages });
    expect(request.messages).toEqual([userText('[left out: image/png]'), ...messages.slice(1)]);
    expect(notices).toEqual([{ code: 'parameter_dropped', message: 'o3-mini takes no pictures: those of earlier messages are left out.' }]);
  });

  test('pass where they are taken, or where nobody knows', () => {
    expect(fitTo('gpt-4o', picture).notices).toEqual([]);
    expect(fitTo('sonar', picture).notices).toEqual([]);
  });
});

test('of an unknown model everything passes', () => {
  const everything = { temperature: 9, topP: -1, maxTokens: 1e9, seed: 1, effort: 'max', verbosity: 'high' } as const;
  expect(fitTo('my-own-model', everything, { strict: true })).toEqual({ request: request('my-own-model', everything), notices: [] });
});
