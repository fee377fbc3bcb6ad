import { describe, expect, test } from 'vitest';
import { userText } from '../../src/core/messages.ts';
import type { ModelRequest } from '../../src/core/provider.ts';
import { estimateRequestTokens, estimateTokens } from '../../src/models/tokens.ts';
import { ownTime } from '../support/own-time.ts';

describe('tokens of a text', () => {
  test('are exact for a short one', async () => {
    expect(await estimateTokens('')).toBe(0);
    expect(await estimateTokens('hello world')).toBe(2);
    expect(await estimateTokens('hello world', 'gpt-4')).toBe(2);
  });

  test('are counted by the model’s own tokenizer', async () => {
    const greek = 'Καλημέρα κόσμε, τι κάνεις;';
    expect(await estimateTokens(greek, 'gpt-4')).toBeGreaterThan(await estimateTokens(greek, 'gpt-4o'));
    expect(await estimateTokens(greek, 'gpt-4.1')).toBe(await estimateTokens(greek, 'gpt-4o'));
  });

  test('are more where the maker says that it counts more', async () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(10);
    expect(await estimateTokens(text, 'claude-sonnet-5')).toBe(Math.ceil((await estimateTokens(text)) * 1.3));
  });

  test('of what looks like a special token are those of text', async () => {
    expect(await estimateTokens('<|endoftext|>')).toBeGreaterThan(1);
  });

  test('are within a few percent for a long text, of which only samples are read', async () => {
    const paragraph = 'Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my purse. ';
    const one = await estimateTokens(paragraph);
    const many = await estimateTokens(paragraph.repeat(5_000));
    expect(many / (one * 5_000)).toBeGreaterThan(0.95);
    expect(many / (one * 5_000)).toBeLessThan(1.05);
  });

  test('take bounded time whatever the text is', async () => {
    await estimateTokens('warm');
    const own = ownTime();
    await estimateTokens('a'.repeat(2_000_000));
    expect(own.ms()).toBeLessThan(2_000);
  });
});

describe('tokens of a request', () => {
  const request: ModelRequest = { model: 'gpt-4o', messages: [userText('hello world')], stream: true };

  test('count the text and a little for each message', async () => {
    expect(await estimateRequestTokens(request)).toBe(2 + 4);
  });

  test('grow with system text, tools, schema, calls, results and pictures', async () => {
    const base = await estimateRequestTokens(request);
    const more: Partial<ModelRequest>[] = [
      { system: 'Be brief.' },
      { tools: [{ name: 'get_weather', description: 'Weather of a city.', parameters: { type: 'object' } }] },
      { schema: { name: 'answer', schema: { type: 'object' } } },
      {
        messages: [
          ...request.messages,
          { role: 'assistant', parts: [{ type: 'tool_call', id: '1', name: 'get_weather', arguments: '{"city":"Paris"}' }] },
        ],
      },
      {
        messages: [
          ...request.messages,
          { role: 'tool', parts: [{ type: 'tool_result', callId: '1', name: 'get_weather', output: 'Rain, 12 degrees.' }] },
        ],
      },
    ];
    for (const one of more) expect(await estimateRequestTokens({ ...request, ...one })).toBeGreaterThan(base + 3);
    const picture: ModelRequest = {
      ...request,
      messages: [{ role: 'user', parts: [{ type: 'media', mediaType: 'image/png', data: 'A'.repeat(100_000) }] }],
    };
    expect(await estimateRequestTokens(picture)).toBe(1_204);
  });

  test('count thinking only where it is sent back', async () => {
    const thought = (original: boolean): ModelRequest => ({
      ...request,
      messages: [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'one two three four five', ...(original ? { original: { wire: 'anthropic', item: {} } } : {}) },
          ],
        },
      ],
    });
    expect(await estimateRequestTokens(thought(false))).toBe(4);
    expect(await estimateRequestTokens(thought(true))).toBe(9);
  });
});
