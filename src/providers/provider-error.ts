/** Turns a provider's refusal, in whatever shape it comes, into the one error class with the provider's own words. */
import { hideAddress } from '../config/address-parts.ts';
import type { Origin } from '../config/layers.ts';
import { type ErrorKind, SottoError } from '../core/errors.ts';
import { isObject, type Json, parseJson, textAt } from '../core/json.ts';
import { findModel } from '../models/catalogue.ts';
import { causeOf } from './refusal-cause.ts';
import { failedGeneration, shortened, wordsOf } from './refusal-words.ts';
import { retryAfterOf } from './retry-after.ts';

type Refusal = {
  provider: string;
  /** HTTP status; absent for an error inside a stream that answered 200. */
  status?: number | undefined;
  headers?: Headers | undefined;
  /** The body as text, or the error payload of a stream. */
  body: string | Json;
  /** The address that was asked; it is shown without what is secret in it. */
  url?: string | undefined;
  /** What was asked for: a refusal that names it is about the model. */
  model?: string | undefined;
  /** How to get a model that is not there, where the vendor has a way. */
  missingModelHint?: string | undefined;
  /** What to check of its address, where the vendor's is special. */
  addressHint?: string | undefined;
  /** Where the base URL is set. */
  urlOrigin?: Origin | undefined;
};

export function providerError(refusal: Refusal): SottoError {
  if (refusal.status !== undefined && refusal.status < 400) return redirection(refusal);
  const body = typeof refusal.body === 'string' ? (parseJson(refusal.body) ?? refusal.body) : refusal.body;
  const words = wordsOf(body);
  const status = refusal.status ?? words.status;
  const cause = causeOf({ ...refusal, status, body, words });
  const retryAfterMs = retryAfterOf({ headers: refusal.headers, body, words: words.message });
  const failed = failedGeneration(body);
  const code = `${words.type} ${words.code}`.toLowerCase();
  const kind = cause?.kind ?? kindOf({ status, code, message: words.message.toLowerCase(), retryAfterMs });
  const requestId = requestIdOf(refusal.headers, body);
  // What a model wrote badly it may write well the next time.
  const retryable = retryableOf(refusal.headers, failed === undefined ? cause?.retryable : true);
  const hint = cause?.hint ?? hintFor(kind, refusal, retryAfterMs);
  return new SottoError({
    kind,
    message: `${refusal.provider}: ${cause?.what ?? `${saidOf(words.message || rawOf(body), status)}${failed === undefined ? '' : ` The model wrote: ${failed}`}`}`,
    provider: refusal.provider,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryable === undefined ? {} : { retryable }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Whatever there is, where no words of it are known. */
function rawOf(body: Json | string): string {
  return typeof body !== 'string' && hasWords(body) ? JSON.stringify(body) : '';
}

function hasWords(value: Json | undefined): boolean {
  if (isObject(value) || Array.isArray(value)) return Object.values(value).some(hasWords);
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** Some servers say in their refusal all that they were asked. */
const LONGEST_WORDS = 2000;

function saidOf(words: string, status: number | undefined): string {
  const said = shortened(words, LONGEST_WORDS) || (status === undefined ? 'it gave no reason' : `no reason given (HTTP ${status})`);
  return `${said}${status === undefined || said.includes(String(status)) ? '' : ` (HTTP ${status})`}`;
}

function retryableOf(headers: Headers | undefined, known: boolean | undefined): boolean | undefined {
  const said = headers?.get('x-should-retry');
  return said === 'false' || said === 'true' ? said === 'true' : known;
}

/** An answer that is neither one nor a failure: the server sends us elsewhere. */
function redirection({ provider, status, headers, url }: Refusal): SottoError {
  const place = headers?.get('location') ?? undefined;
  // A place without a host is one at the same server.
  const target = place === undefined ? undefined : (URL.parse(place, url)?.href ?? place);
  const isSame = target !== undefined && target === URL.parse(url ?? '')?.href;
  return new SottoError({
    kind: 'protocol',
    provider,
    ...(status === undefined ? {} : { status }),
    message: `${provider}: the server redirects to ${target === undefined ? 'another address' : hideAddress(target)} (HTTP ${status})${isSame ? ', which is the address that was asked' : ''}.`,
    hint: isSame
      ? `The server, or something before it, sends requests around in a circle: check the base URL of ${provider}, or ask whoever runs it.`
      : 'Keys are never sent on to another address. If the new one is right, set it as the base URL.',
    retryable: false,
  });
}

/** The provider's id of a request, for its support; undefined where none was sent. */
export function requestIdOf(headers: Headers | undefined, body?: Json): string | undefined {
  for (const name of ['x-request-id', 'request-id', 'apim-request-id', 'x-ms-request-id', 'x-amzn-requestid']) {
    const value = headers?.get(name);
    if (value) return value;
  }
  return textAt(body, 'request_id');
}

/** What kinds of failure look like in the words of different providers; the first row that fits wins. */
const SIGNS: { kind: ErrorKind; status?: number[]; code?: RegExp; message?: RegExp }[] = [
  {
    kind: 'quota',
    status: [402],
    code: /insufficient_quota|billing|payment_required|insufficient_balance|credits?_exhausted|arrearage/,
    message: /credit balance|insufficient (quota|balance|credits|funds)|exceeded your current quota|billing (hard )?limit|out of credits/,
  },
  {
    kind: 'authentication',
    status: [401, 403],
    code: /authentication|invalid_api_key|permission|unauthorized|access_?denied/,
    message:
      /(incorrect|invalid|missing|wrong|no) api[ _-]?key|api[ _-]?key (is )?(not valid|invalid|expired|missing)|invalid x-api-key|unauthorized|unauthenticated|authentication (error|failed|failure|required)|invalid credentials|(access|auth|bearer|api) token (is )?(invalid|expired|missing)|(invalid|expired|missing) (access|auth|bearer|api) token/,
  },
  {
    kind: 'context_length',
    status: [413],
    code: /context_length|exceed_context|context_window|string_above_max_length|model_max_prompt_tokens|request_too_large|tokens_limit_reached/,
    message:
      /context ?(length|window|size|limit)|token count .{0,40}exceeds|prompt is too long|too many (input )?tokens|maximum (prompt|input|context) length|input is too long|exceeds the (available )?context/,
  },
  {
    kind: 'content_filter',
    code: /content_?filter|content_policy|responsibleai|moderation|safety|data_inspection/,
    message:
      /content management policy|content (policy|filter)|(was|were|been) flagged|inappropriate content|violat\w+ (our|the) (usage|content)/,
  },
  { kind: 'rate_limit', status: [429], code: /rate_?limit|too_many_requests|resource_exhausted/, message: /rate limit|too many requests/ },
  {
    kind: 'not_found',
    status: [404],
    code: /model_not_found|deploymentnotfound|not_?found|model_not_available|invalid_model|model_(decommissioned|deprecated|retired)/,
    message:
      /unexpected endpoint|invalid model\b|model\b.{0,80}(does not exist|not found|not a valid|is not available|doesn't exist|(is|are) no longer (available|supported|served)|(is|has been) (decommissioned|deprecated|retired|discontinued|shut down))|no such model|unknown model|not a valid model|try pulling it/,
  },
  {
    kind: 'unsupported',
    status: [501],
    code: /unsupported|not_implemented/,
    message: /(is|are) not supported|does not support|unsupported (parameter|value)/,
  },
  { kind: 'timeout', status: [408, 504], code: /timeout|deadline/, message: /timed out|deadline exceeded/ },
  {
    kind: 'overloaded',
    status: [409, 500, 502, 503, 520, 521, 522, 523, 524, 529],
    code: /overloaded|server_error|api_error|internal|unavailable|capacity/,
    message: /overloaded|temporarily unavailable|at capacity|try again later/,
  },
  { kind: 'invalid_request', status: [400, 405, 406, 410, 411, 414, 415, 422, 424], code: /invalid/ },
];

type Signs = { status: number | undefined; code: string; message: string; retryAfterMs: number | undefined };

function kindOf({ status, code, message, retryAfterMs }: Signs): ErrorKind {
  const byWords = SIGNS.find((sign) => sign.code?.test(code) || sign.message?.test(message));
  const byStatus =
    status === undefined
      ? undefined
      : (SIGNS.find((sign) => sign.status?.includes(status))?.kind ?? (status >= 500 ? 'overloaded' : 'invalid_request'));
  if (byStatus === undefined) return byWords?.kind ?? 'overloaded';
  if (byWords === undefined) return byStatus;
  // Google calls a limit per minute a quota as well, and says when it is over; an empty account is never over.
  if (byWords.kind === 'quota' && byStatus === 'rate_limit' && retryAfterMs !== undefined && !byWords.code?.test(code)) return byStatus;
  return WORDS_OVER_STATUS[byStatus]?.includes(byWords.kind) ? byWords.kind : byStatus;
}

/**
 * Which words may correct which status. A wrong key is HTTP 400 at xAI, an unknown model is 400 at OpenAI's Responses,
 * an empty account 400 at Anthropic and 429 at OpenAI, a picture the model cannot see 500 at llama.cpp.
 */
const WORDS_OVER_STATUS: Partial<Record<ErrorKind, ErrorKind[]>> = {
  invalid_request: ['quota', 'authentication', 'context_length', 'content_filter', 'not_found', 'unsupported'],
  authentication: ['quota', 'content_filter'],
  rate_limit: ['quota'],
  not_found: ['content_filter'],
  overloaded: ['context_length', 'unsupported'],
};

function hintFor(kind: ErrorKind, { provider, model, missingModelHint }: Refusal, retryAfterMs: number | undefined): string | undefined {
  switch (kind) {
    case 'authentication':
      return `Check the key of ${provider} (sotto keys list), or set another one: sotto keys set ${provider}`;
    case 'quota':
      return `The account at ${provider} has no credit left. Top it up, or use another provider with -p.`;
    case 'rate_limit':
      return `${waitWords(retryAfterMs)} and try again, or use another model or provider (-m, -p).`;
    case 'not_found':
      return missingModelHint ?? endedHint(provider, model) ?? `See what ${provider} has: sotto models list -p ${provider}`;
    case 'context_length':
      return 'Send less text, begin a new conversation, or use a model with a larger context window (sotto models list).';
    case 'content_filter':
      return 'The provider refused this content. Change the wording, or use another model.';
    case 'overloaded':
    case 'timeout':
      return 'This is usually over soon. Try again, or use another provider with -p.';
    default:
      return undefined;
  }
}

/** A model that is gone at its maker, which named another one. */
function endedHint(provider: string, model: string | undefined): string | undefined {
  const { retires, successor } = (model === undefined ? undefined : findModel({ provider, id: model })) ?? {};
  if (retires === undefined || successor === undefined) return undefined;
  return `${model} has an end date: ${retires}. Its successor is ${successor}: -m ${provider}/${successor}    What ${provider} has: sotto models list -p ${provider}`;
}

function waitWords(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined || retryAfterMs < 1000) return 'Wait a moment';
  const seconds = Math.ceil(retryAfterMs / 1000);
  if (seconds < 120) return `Wait ${seconds} s`;
  if (seconds < 7200) return `Wait ${Math.ceil(seconds / 60)} min`;
  return seconds < 172_800 ? `Wait ${Math.ceil(seconds / 3600)} h` : `Wait ${Math.ceil(seconds / 86_400)} days`;
}
