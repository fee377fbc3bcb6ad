/** The decoder of the Messages API against every recorded answer of Anthropic's and every capture of llama-server's and Ollama's. */
import { describe, expect, it } from 'vitest';
import { type HostedPart, parseArguments, reasoningOf, textOf } from '../../src/core/messages.ts';
import { decodeAnthropic } from '../../src/providers/anthropic-stream.ts';
import { captures, differences, everyByte, recordings, replay, type Wire } from './anthropic-ollama-replay.ts';

const wire: Wire = { framing: 'sse', createDecoder: (emit) => decodeAnthropic({ provider: 'test', model: 'test-model' }, emit) };
const cases = recordings('anthropic-messages');
const local = [
  ...captures('llama-server', /^anthropic-(?!count)/),
  ...captures('llama-server-debian', /^anthropic-(?!count)/),
  ...captures('ollama', /^anthropic-(?!count)/),
];

describe.skipIf(cases.length === 0)('recorded answers of the Messages API', () => {
  it.each(cases)('$name says what the recording says', async (recording) => {
    expect(differences(recording, await replay(wire, recording.served), true)).toEqual([]);
  });

  it.each(cases.filter(({ served }) => served.body.length < 20_000))(
    '$name says the same when it comes byte by byte',
    async (recording) => {
      const outcome = await replay(wire, { ...recording.served, splitAt: everyByte(recording.served.body) });
      expect(differences(recording, outcome, true)).toEqual([]);
    },
  );

  it('keeps signed and redacted thoughts and hosted tools word for word', async () => {
    const counts: { [type: string]: number } = {};
    for (const { name, recorded, served } of cases) {
      const { reply } = await replay(wire, served);
      const kept = reply.message.parts.flatMap((part) => ('original' in part && part.original ? [part.original.item] : []));
      const signatures = kept
        .filter((item) => item.type === 'thinking')
        .map((item) => ({ length: String(item.signature).length, prefix: String(item.signature).slice(0, 16) }));
      expect({ name, signatures }).toEqual({ name, signatures: recorded.expect.signatures ?? [] });
      expect(kept.filter((item) => item.type === 'redacted_thinking')).toHaveLength(recorded.expect.redactedThinkingBlocks ?? 0);
      for (const part of reply.message.parts) if (part.type === 'hosted') count(counts, part);
    }
    expect(counts.server_tool_use).toBeGreaterThan(2);
    expect(counts.mcp_tool_use).toBe(1);
    expect(counts.web_search_tool_result).toBeGreaterThan(1);
  });

  it('has no notice about anything Anthropic sends', async () => {
    for (const { name, served } of cases) {
      const { events } = await replay(wire, served);
      const notices = events.filter((event) => event.type === 'notice' && event.code.startsWith('un'));
      expect({ name, notices }).toEqual({ name, notices: [] });
    }
  });

  it('names the sources of a web search', async () => {
    const { reply } = await replay(wire, cases.find(({ name }) => name === 'stream-web-search')?.served ?? { body: new Uint8Array() });
    const citations = reply.message.parts.flatMap((part) => (part.type === 'text' ? (part.citations ?? []) : []));
    expect(citations.length).toBeGreaterThan(1);
    for (const citation of citations)
      expect(citation).toMatchObject({ url: expect.stringMatching(/^https:/), title: expect.any(String), quote: expect.any(String) });
  });
});

function count(counts: { [type: string]: number }, part: HostedPart): void {
  const type = String(part.original.item.type);
  counts[type] = (counts[type] ?? 0) + 1;
}

describe.skipIf(local.length === 0)('captured answers of local servers', () => {
  it.each(local)('$name: text, thought and calls are what its own events say', async ({ extension, served }) => {
    const { reply, error } = await replay(wire, { ...served, splitAt: everyByte(served.body).filter((offset) => offset % 7 === 0) });
    const raw = new TextDecoder().decode(served.body);
    if ((served.status ?? 200) >= 400) {
      expect(error?.message).toContain(JSON.parse(raw).error.message);
      return;
    }
    expect(error).toBeUndefined();
    const said = extension === 'sse' ? fromEvents(raw) : fromMessage(JSON.parse(raw));
    expect(textOf(reply.message)).toBe(said.text);
    expect(reasoningOf(reply.message)).toBe(said.thought);
    expect(
      reply.message.parts.flatMap((part) =>
        part.type === 'tool_call' ? [{ name: part.name, input: parseArguments(part.arguments) }] : [],
      ),
    ).toEqual(said.calls);
    expect(reply.finish?.raw).toBe(said.reason);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: raw wire data, read independently of the decoder
type Raw = any;

function fromEvents(raw: string) {
  const events: Raw[] = [...raw.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? ''));
  const deltas = events.filter((event) => event.type === 'content_block_delta');
  const joined = (index: unknown, key: string) =>
    deltas
      .filter((event) => index === undefined || event.index === index)
      .map((event) => event.delta[key] ?? '')
      .join('');
  const calls = events.filter((event) => event.content_block?.type === 'tool_use');
  return {
    text: joined(undefined, 'text'),
    thought: joined(undefined, 'thinking'),
    calls: calls.map((event) => ({
      name: event.content_block.name,
      input: { ok: true, value: JSON.parse(joined(event.index, 'partial_json') || '{}') },
    })),
    reason: events.find((event) => event.type === 'message_delta').delta.stop_reason,
  };
}

function fromMessage(message: Raw) {
  const of = (type: string): Raw[] => message.content.filter((block: Raw) => block.type === type);
  return {
    text: of('text')
      .map((block) => block.text)
      .join(''),
    thought: of('thinking')
      .map((block) => block.thinking)
      .join(''),
    calls: of('tool_use').map((block) => ({ name: block.name, input: { ok: true, value: block.input } })),
    reason: message.stop_reason,
  };
}
