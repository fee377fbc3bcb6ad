/** Compares what a provider brought with what its recording holds, as the conformance tool compares the program's JSON. */

import { exitCodeOf } from '../../src/core/errors.ts';
import { parseArguments, reasoningOf, textOf } from '../../src/core/messages.ts';
import type { Played, RecordedCase } from './recorded-cases.ts';

// biome-ignore lint/suspicious/noExplicitAny: a recording's expectations are read as they are written
type Loose = any;

/** What differs, in words; empty when nothing does. */
export function differencesOf(item: RecordedCase, played: Played): string[] {
  const { expect } = item.recorded;
  const failed = failureIn(item);
  return [
    ...textDifferences(expect, played),
    ...(expect.customToolCalls || (expect.error && !expect.toolCalls?.length) ? [] : callDifferences(expect, played)),
    ...(failed ? failureDifferences(failed, played) : endDifferences(item, played)),
    ...(expect.usage && !failed ? usageDifferences(item, played) : []),
  ];
}

type Failure = { message: string | null; exits: number[] };

function failureIn({ recorded: { expect, response } }: RecordedCase): Failure | undefined {
  const { error } = expect;
  if (!error) return undefined;
  if (error.type === 'disconnect') return { message: null, exits: [4] };
  const status = error.midStream
    ? Number(error.status ?? error.code)
    : response.status >= 400
      ? response.status
      : Number(error.status ?? 0);
  const words = `${error.type} ${error.code} ${error.message}`.toLowerCase();
  return { message: error.message, exits: exitsOf(status, words) };
}

function exitsOf(status: number, words: string): number[] {
  if (status === 401 || status === 403 || /incorrect api key/.test(words)) return [3];
  if (status === 429 || /quota|rate_limit/.test(words))
    return [6, ...(/overload|too large|exceed the rate limit/.test(words) ? [4, 5] : [])];
  if ([400, 404, 413, 422].includes(status) || /invalid_request|content_filter|content management/.test(words)) return [5];
  return status >= 500 || status === 408 ? [4] : [4, 5];
}

function textDifferences(expect: Loose, { reply }: Played): string[] {
  const text = textOf(reply.message);
  const thinksInText = /<\/think>/.test(expect.text ?? '');
  const loose = thinksInText || expect.messageTexts;
  const shape = loose ? squeeze : (words: string) => words;
  const wanted = [
    expect.text ?? '',
    ...(expect.refusal ? [expect.refusal] : []),
    ...(thinksInText ? [expect.text.split('</think>').pop()] : []),
  ];
  const wrong = wanted.some((candidate) => shape(candidate) === shape(text)) ? [] : [`text ${show(text)}, wanted ${show(wanted[0])}`];
  const reasoning = reasoningOf(reply.message);
  if (!thinksInText && squeeze(reasoning) !== squeeze(expect.reasoning ?? ''))
    wrong.push(`reasoning ${show(reasoning)}, wanted ${show(expect.reasoning)}`);
  return wrong;
}

function callDifferences(expect: Loose, { reply }: Played): string[] {
  const calls = reply.message.parts.flatMap((part) => (part.type === 'tool_call' ? [part] : []));
  const wanted: Loose[] = expect.toolCalls ?? [];
  const simple = calls.map((call) => {
    const parsed = parseArguments(call.arguments);
    return { name: call.name, arguments: parsed.ok ? parsed.value : null };
  });
  const wrong: string[] = [];
  const plain = wanted.map((call) => ({ name: call.name, arguments: call.arguments ?? null }));
  if (sorted(simple) !== sorted(plain)) wrong.push(`calls ${sorted(simple)}, wanted ${sorted(plain)}`);
  const ids = calls.map((call) => call.id);
  if (new Set(ids).size !== ids.length || ids.includes('')) wrong.push(`ids ${ids}`);
  for (const [index, call] of wanted.entries()) if (call.id && ids[index] !== call.id) wrong.push(`id ${ids[index]}, wanted ${call.id}`);
  return wrong;
}

function failureDifferences({ message, exits }: Failure, { error, reply }: Played): string[] {
  if (!error) return [`no error, finished with ${reply.finish?.raw}`];
  const wrong = exits.includes(error.exitCode) ? [] : [`exit ${error.exitCode} (${error.kind}), wanted ${exits}`];
  const words = (message ?? '').split('\n')[0]?.slice(0, 40) ?? '';
  if (!squeeze(error.message).toLowerCase().includes(squeeze(words).toLowerCase()))
    wrong.push(`message ${error.message}, wanted ${message}`);
  if (message === null && error.kind !== 'network' && error.kind !== 'protocol') wrong.push(`kind ${error.kind}`);
  return wrong;
}

function endDifferences({ recorded: { expect } }: RecordedCase, { error, reply }: Played): string[] {
  if (error) return [`error ${error.kind}: ${error.message}`];
  const wanted = finishesOf(expect);
  const reason = reply.finish?.reason ?? 'none';
  const exit = reason === 'content_filter' && textOf(reply.message) === '' ? exitCodeOf('content_filter') : 0;
  const mayBeRefused = !!expect.refusal || (wanted.includes('content_filter') && !expect.text);
  return [
    ...(wanted.includes(reason) ? [] : [`finish ${reason}, wanted ${wanted}`]),
    ...(exit !== 0 && !mayBeRefused ? [`exit ${exit}`] : []),
  ];
}

function finishesOf(expect: Loose): string[] {
  const raw = expect.incompleteReason ?? expect.finishReason ?? '';
  if (/length|max_tokens|max_output_tokens/.test(raw)) return ['length'];
  if (/content_filter|refusal/.test(raw)) return ['content_filter'];
  if (raw === 'pause_turn' || expect.customToolCalls) return ['stop', 'tool_calls'];
  if (expect.toolCalls?.length) return ['tool_calls'];
  return expect.refusal ? ['stop', 'content_filter'] : ['stop'];
}

function usageDifferences({ api, recorded }: RecordedCase, { reply }: Played): string[] {
  const { usage } = recorded.expect;
  const cachedOutside = api.startsWith('anthropic') ? (usage.cachedRead ?? 0) + (usage.cacheWrite ?? 0) : 0;
  const wanted: Loose = {
    input: usage.input === null || usage.input === undefined ? null : usage.input + cachedOutside,
    output: usage.output,
    cacheRead: usage.cachedRead,
    cacheWrite: usage.cacheWrite,
    reasoning: usage.reasoning,
  };
  return Object.keys(wanted).flatMap((key) => {
    const have = reply.usage?.[key as keyof typeof reply.usage] ?? 0;
    return have === (wanted[key] ?? 0) ? [] : [`usage.${key} ${have}, wanted ${wanted[key]}`];
  });
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, '');
}

function show(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 120));
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  );
}
