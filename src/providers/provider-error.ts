/** Turns a provider's refusal, in whatever shape it comes, into the one error class with the provider's own words. */
import { hideAddress } from '../config/address-parts.ts';
import { type ErrorKind, SottoError } from '../core/errors.ts';
import { isObject, type Json, listAt, parseJson, textAt } from '../core/json.ts';
import { retryAfterOf } from './retry-after.ts';

export type Refusal = {
  provider: string;
  /** HTTP status; absent for an error inside a stream that answered 200. */
  status?: number | undefined;
  headers?: Headers | undefined;
  /** The body as text, or the error payload of a stream. */
  body: string | Json;
  /** What was asked for, to name it in hints. */
  model?: string | undefined;
  /** How to get a model that is not there, where the vendor has a way. */
  missingModelHint?: string | undefined;
};

export function providerError(refusal: Refusal): SottoError {
  if (refusal.status !== undefined && refusal.status < 400) return redirection(refusal);
  const body = typeof refusal.body === 'string' ? (parseJson(refusal.body) ?? refusal.body) : refusal.body;
  const words = wordsOf(body);
  const status = refusal.status ?? words.status;
  const retryAfterMs = retryAfterOf({ headers: refusal.headers, body, words: words.message });
  const kind = kindOf({ status, code: `${words.type} ${words.code}`.toLowerCase(), message: words.message.toLowerCase(), retryAfterMs });
  const said = words.message || (status === undefined ? 'it gave no reason' : `no reason given (HTTP ${status})`);
  const requestId = requestIdOf(refusal.headers, body);
  const retryable = refusal.headers?.get('x-should-retry');
  const hint = hintFor(kind, refusal, retryAfterMs);
  return new SottoError({
    kind,
    message: `${refusal.provider}: ${said}${status === undefined || said.includes(String(status)) ? '' : ` (HTTP ${status})`}`,
    provider: refusal.provider,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryable === 'false' || retryable === 'true' ? { retryable: retryable === 'true' } : {}),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** An answer that is neither one nor a failure: the server sends us elsewhere. */
function redirection({ provider, status, headers }: Refusal): SottoError {
  return new SottoError({
    kind: 'protocol',
    provider,
    ...(status === undefined ? {} : { status }),
    message: `${provider}: the server redirects to ${hideAddress(headers?.get('location') ?? 'another address')} (HTTP ${status}).`,
    hint: 'Keys are never sent on to another address. If the new one is right, set it as the base URL.',
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

type Words = { message: string; type: string; code: string; status: number | undefined };

/** Digs out message, type and code: every server has its own idea of where they are. */
function wordsOf(body: Json | string): Words {
  if (typeof body === 'string') return { message: plainText(body), type: '', code: '', status: undefined };
  if (Array.isArray(body)) return wordsOf(body[0] ?? '');
  if (!isObject(body)) return { message: '', type: '', code: '', status: undefined };
  const inner = body.error ?? body.detail ?? body.errors;
  if (typeof inner === 'string') {
    // Ollama wraps the JSON error of the engine behind it into a string.
    const nested = inner.startsWith('{') ? parseJson(inner) : undefined;
    if (nested !== undefined) return wordsOf(nested);
    return {
      message: joined(inner, textAt(body, 'message')),
      type: textAt(body, 'type') ?? '',
      code: codeOf(body),
      status: statusOf(body),
    };
  }
  if (isObject(inner)) {
    const words = wordsOf(inner);
    return {
      ...words,
      type: words.type || (textAt(body, 'type') ?? ''),
      code: words.code || codeOf(body),
      status: words.status ?? statusOf(body),
    };
  }
  if (Array.isArray(inner)) return wordsOf(inner[0] ?? '');
  if (isObject(body.message)) return { ...wordsOf(body.message), type: textAt(body, 'type') ?? '', code: codeOf(body) };
  const message = textAt(body, 'message') ?? complaintIn(body);
  const upstream = upstreamWords(body);
  return {
    message: joined(message, upstream),
    type: textAt(body, 'type') ?? textAt(body, 'status') ?? '',
    code: codeOf(body),
    status: statusOf(body),
  };
}

/** What a server that checks the shape of a request says, with the place it means. */
function complaintIn(body: Json): string {
  const place = listAt(body, 'loc').filter((step) => step !== 'body');
  const words = textAt(body, 'msg') ?? '';
  return place.length > 0 && words !== '' ? `${place.join('.')}: ${words}` : words;
}

/** Routers put the words of the provider behind them into `metadata.raw`. */
function upstreamWords(body: Json): string | undefined {
  const metadata = isObject(body) ? body.metadata : undefined;
  const raw = isObject(metadata) ? metadata.raw : undefined;
  if (typeof raw !== 'string') return undefined;
  const nested = parseJson(raw);
  return nested === undefined ? plainText(raw) : wordsOf(nested).message;
}

function joined(message: string, more: string | undefined): string {
  if (!more || message.includes(more)) return message;
  return message === '' ? more : `${message}: ${more}`;
}

function codeOf(body: Json): string {
  const code = isObject(body) ? body.code : undefined;
  return typeof code === 'string' ? code : typeof code === 'number' ? String(code) : '';
}

function statusOf(body: Json): number | undefined {
  for (const key of ['status_code', 'status', 'code', 'http_code']) {
    const value = isObject(body) ? body[key] : undefined;
    const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && number >= 400 && number < 600) return number;
  }
  return undefined;
}

/** A body that is not JSON: the title of an error page, or the start of the text. */
function plainText(text: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  if (title) return title.trim();
  const plain = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > 600 ? `${plain.slice(0, 600)}…` : plain;
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
      /(incorrect|invalid|missing|wrong|no) api[ _-]?key|api[ _-]?key (is )?(not valid|invalid|expired|missing)|invalid x-api-key|unauthorized/,
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
    code: /model_not_found|deploymentnotfound|not_?found|model_not_available|invalid_model/,
    message:
      /unexpected endpoint|invalid model\b|model\b.{0,80}(does not exist|not found|not a valid|is not available|doesn't exist)|no such model|unknown model|not a valid model|try pulling it/,
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

function hintFor(kind: ErrorKind, { provider, missingModelHint }: Refusal, retryAfterMs: number | undefined): string | undefined {
  switch (kind) {
    case 'authentication':
      return `Check the key of ${provider} (sotto keys list), or set another one: sotto keys set ${provider}`;
    case 'quota':
      return `The account at ${provider} has no credit left. Top it up, or use another provider with -p.`;
    case 'rate_limit':
      return `${waitWords(retryAfterMs)} and try again, or use another model or provider (-m, -p).`;
    case 'not_found':
      return missingModelHint ?? `See what ${provider} has: sotto models list -p ${provider}`;
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

function waitWords(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined || retryAfterMs < 1000) return 'Wait a moment';
  const seconds = Math.ceil(retryAfterMs / 1000);
  return seconds < 120 ? `Wait ${seconds} s` : `Wait ${Math.ceil(seconds / 60)} min`;
}
