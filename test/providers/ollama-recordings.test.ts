/** The decoder of Ollama's chat API against every recorded and captured answer of Ollama. */
import { describe, expect, it } from 'vitest';
import { parseArguments, reasoningOf, textOf } from '../../src/core/messages.ts';
import { decodeOllama } from '../../src/providers/ollama-stream.ts';
import { captures, differences, everyByte, recordings, replay, type Wire } from './anthropic-ollama-replay.ts';

const wire: Wire = { framing: 'ndjson', createDecoder: (emit) => decodeOllama({ provider: 'test', model: 'test-model' }, emit) };
const cases = recordings('ollama-chat');
const local = captures('ollama', /^(api-chat|error-(model|no-model|image|cloud))/);

describe.skipIf(cases.length === 0)('recorded answers of Ollama', () => {
  it.each(cases)('$name says what the recording says', async (recording) => {
    expect(differences(recording, await replay(wire, recording.served), false)).toEqual([]);
  });

  it.each(cases)('$name says the same when it comes byte by byte', async (recording) => {
    const outcome = await replay(wire, { ...recording.served, splitAt: everyByte(recording.served.body) });
    expect(differences(recording, outcome, false)).toEqual([]);
  });
});

describe.skipIf(local.length === 0)('captured answers of Ollama 0.33', () => {
  it.each(local)('$name: text, thought and calls are what its own lines say', async ({ name, served }) => {
    const { reply, error } = await replay(wire, served);
    const raw = new TextDecoder().decode(served.body);
    if ((served.status ?? 200) >= 400) {
      const words: string = JSON.parse(raw).error;
      expect(error?.message).toContain(words.startsWith('{') ? JSON.parse(words).error.message : words);
      return;
    }
    // biome-ignore lint/suspicious/noExplicitAny: raw wire data, read independently of the decoder
    const lines: any[] = raw
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(textOf(reply.message)).toBe(lines.map((line) => line.message.content).join(''));
    expect(reasoningOf(reply.message)).toBe(lines.map((line) => line.message.thinking ?? '').join(''));
    const calls = lines.flatMap((line) => line.message.tool_calls ?? []);
    expect(
      reply.message.parts.flatMap((part) => (part.type === 'tool_call' ? [{ id: part.id, input: parseArguments(part.arguments) }] : [])),
    ).toEqual(calls.map((call) => ({ id: call.id, input: { ok: true, value: call.function.arguments } })));
    if (name.endsWith('aborted')) expect(error?.kind).toBe('protocol');
    else expect(error).toBeUndefined();
  });
});
