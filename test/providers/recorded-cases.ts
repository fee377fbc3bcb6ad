/** Recorded answers of the real APIs, served to the real providers byte for byte, and what each recording means in our words. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { asSottoError, type SottoError } from '../../src/core/errors.ts';
import type { ModelEvent } from '../../src/core/events.ts';
import type { Reply } from '../../src/core/fold.ts';
import { userText } from '../../src/core/messages.ts';
import type { Provider } from '../../src/core/provider.ts';
import { OPEN, type ProviderKind } from '../../src/providers/list.ts';
import { foldOf } from './contract-providers.ts';

const folder = new URL('../../../shared/recordings/', import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: a recording's expectations are read as they are written
type Recorded = any;

export type RecordedCase = { id: string; api: string; recorded: Recorded; body: Uint8Array; streamed: boolean };

const APIS: Record<string, { kind: ProviderKind; url: string; api?: 'chat' | 'responses' }> = {
  'openai-chat': { kind: 'openai', url: 'http://recorded.invalid/v1', api: 'chat' },
  'openai-responses': { kind: 'openai', url: 'http://recorded.invalid/v1', api: 'responses' },
  'azure-chat': { kind: 'azure', url: 'http://recorded.invalid', api: 'chat' },
  'azure-responses': { kind: 'azure', url: 'http://recorded.invalid', api: 'responses' },
  'anthropic-messages': { kind: 'anthropic', url: 'http://recorded.invalid' },
  'ollama-chat': { kind: 'ollama', url: 'http://recorded.invalid' },
  'compat-chat': { kind: 'openai-compatible', url: 'http://recorded.invalid/v1', api: 'chat' },
  'compat-responses': { kind: 'openai-compatible', url: 'http://recorded.invalid/v1', api: 'responses' },
};

/** Not one-shot answers: a queued background job and a picture. The conformance tool leaves them out as well. */
const NOT_AN_ANSWER = new Set(['openai-responses/background-queued', 'openai-responses/image-generation']);

/** None where the shared folder is not beside the checkout. */
export function recordedCases(): RecordedCase[] {
  if (!existsSync(folder)) return [];
  return Object.keys(APIS).flatMap((api) =>
    readdirSync(new URL(`${api}/`, folder))
      .filter((name) => statSync(new URL(`${api}/${name}`, folder)).isDirectory() && !NOT_AN_ANSWER.has(`${api}/${name}`))
      .map((name) => {
        const recorded: Recorded = JSON.parse(readFileSync(new URL(`${api}/${name}/case.json`, folder), 'utf8'));
        const { bodyFile } = recorded.response;
        return {
          id: `${api}/${name}`,
          api,
          recorded,
          body: readFileSync(new URL(`${api}/${name}/${bodyFile}`, folder)),
          streamed: /sse|ndjson/.test(bodyFile) || recorded.request?.body?.stream === true,
        };
      }),
  );
}

export type Serving = {
  /** Offsets at which the body comes in pieces. */
  splitAt?: number[];
  /** The body ends (or, with `cutHard`, the connection breaks) here. */
  end?: number;
  cutHard?: boolean;
  /** Called before each piece but the first, when everything before it has been handed on. */
  onPiece?: (index: number) => void;
};

export type Player = { play(serving: Serving, onEvent?: (event: ModelEvent) => void): Promise<Played> };
export type Played = { reply: Reply; events: ModelEvent[]; error: SottoError | undefined };

/** Opens the provider of a case once; each play is one turn. */
export async function playerOf({ api, recorded, body, streamed }: RecordedCase): Promise<Player> {
  let serving: Serving = {};
  const { kind, url, api: wire } = APIS[api] as (typeof APIS)[string];
  const provider: Provider = await OPEN[kind]({
    name: kind === 'openai-compatible' ? 'replay' : kind,
    url,
    key: 'sk-test',
    headers: {},
    fetch: async () =>
      new Response(streamOf(body, serving, recorded.response.disconnect === true), {
        status: recorded.response.status,
        headers: recorded.response.headers,
      }),
    timeoutMs: 20_000,
    sleep: async () => {},
    facts: () => undefined,
    ...(wire === undefined ? {} : { api: wire }),
    ...(kind === 'azure' ? { apiVersion: '2024-10-21' } : {}),
  });
  return {
    async play(next, onEvent) {
      serving = next;
      const events: ModelEvent[] = [];
      const request = { model: recorded.model || 'test-model', messages: [userText('Say something.')], stream: streamed };
      try {
        for await (const event of provider.stream(request, new AbortController().signal)) {
          events.push(event);
          onEvent?.(event);
        }
        return { reply: foldOf(events), events, error: undefined };
      } catch (thrown) {
        return { reply: foldOf(events), events, error: asSottoError(thrown) };
      }
    },
  };
}

function streamOf(body: Uint8Array, { splitAt = [], end = body.length, cutHard, onPiece }: Serving, disconnect: boolean) {
  const offsets = [...new Set([0, ...splitAt.filter((offset) => offset > 0 && offset < end), end])].sort((a, b) => a - b);
  let piece = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const [from, to] = [offsets[piece], offsets[piece + 1]];
        if (piece > 0) onPiece?.(piece);
        piece++;
        if (from !== undefined && to !== undefined) controller.enqueue(body.subarray(from, to));
        else if (disconnect || cutHard) controller.error(new TypeError('terminated', { cause: closed() }));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function closed(): Error {
  return Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
}

/** Where each payload of a stream ends, and the one from which on the answer counts as complete; undefined for a whole JSON body. */
export function frameEnds(item: RecordedCase): { ends: number[]; finishedAt: number } {
  const text = new TextDecoder('latin1').decode(item.body);
  if (/^\s*[{[]/.test(text) && !item.recorded.response.bodyFile.endsWith('ndjson')) return { ends: [], finishedAt: text.trimEnd().length };
  const ends: number[] = [];
  let finishedAt: number | undefined;
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const end = match.index + match[0].length;
    const data = match[0].startsWith('{') ? match[0] : /^data: ?(.*)$/.exec(match[0])?.[1];
    if (data === undefined) continue;
    ends.push(end);
    if (isFinish(data)) finishedAt ??= end;
  }
  return { ends, finishedAt: finishedAt ?? text.length };
}

function isFinish(data: string): boolean {
  if (data.trim() === '[DONE]') return true;
  let event: Recorded;
  try {
    event = JSON.parse(data);
  } catch {
    return false;
  }
  const choice = event.choices?.find((candidate: Recorded) => (candidate.index ?? 0) === 0);
  return (
    !!choice?.finish_reason ||
    /^response\.(completed|incomplete|failed)$/.test(event.type ?? '') ||
    !!event.delta?.stop_reason ||
    event.type === 'message_stop' ||
    event.done === true ||
    !!event.error
  );
}
