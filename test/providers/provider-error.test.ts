/** Refusals of all vendors, in their own words and shapes, and what each of them means. */
import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/json.ts';
import { providerError } from '../../src/providers/provider-error.ts';
import { retryAfterOf } from '../../src/providers/retry-after.ts';
import { captures } from './anthropic-ollama-replay.ts';

type Row = [who: string, status: number | undefined, body: Json, kind: ErrorKind, words: string];

const openai = (message: string, type: string, code: string | number | null = null) => ({ error: { message, type, param: null, code } });
const google = (code: number, status: string, message: string, details: Json[] = []) => [{ error: { code, status, message, details } }];

const ROWS: Row[] = [
  ['OpenAI: a wrong key', 401, openai('Incorrect API key provided: sk-x.', 'invalid_request_error', 'invalid_api_key'), 'authentication', 'Incorrect API key'],
  ['OpenAI: the wrong country', 403, openai('Country, region, or territory not supported', 'request_forbidden', 'unsupported_country_region_territory'), 'authentication', 'territory'],
  ['OpenAI: no credit', 429, openai('You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota', 'insufficient_quota'), 'quota', 'quota'],
  ['OpenAI: the budget of the organisation', 400, openai('Billing hard limit has been reached', 'invalid_request_error', 'billing_hard_limit_reached'), 'quota', 'Billing'],
  ['OpenAI: too fast', 429, openai('Rate limit reached for gpt-4o in organization org-x on tokens per min. Please try again in 6ms.', 'tokens', 'rate_limit_exceeded'), 'rate_limit', 'tokens per min'],
  ['OpenAI: an unknown model', 404, openai('The model `x` does not exist or you do not have access to it.', 'invalid_request_error', 'model_not_found'), 'not_found', '`x`'],
  ['OpenAI Responses: an unknown model', 400, openai("The requested model 'x' does not exist.", 'invalid_request_error', 'model_not_found'), 'not_found', "'x'"],
  ['OpenAI: too long', 400, openai("This model's maximum context length is 8192 tokens.", 'invalid_request_error', 'context_length_exceeded'), 'context_length', '8192'],
  ['OpenAI: a text that is too long', 400, openai("Invalid 'input': string too long.", 'invalid_request_error', 'string_above_max_length'), 'context_length', 'too long'],
  ['OpenAI: a parameter it does not take', 400, openai("Unsupported parameter: 'stop' is not supported with this model.", 'invalid_request_error', 'unsupported_parameter'), 'unsupported', 'stop'],
  ['OpenAI: a bad value', 400, openai("Invalid type for 'temperature'", 'invalid_request_error', 'invalid_type'), 'invalid_request', 'temperature'],
  ['OpenAI: its policy', 400, openai('Your request was rejected as a result of our safety system.', 'invalid_request_error', 'content_policy_violation'), 'content_filter', 'safety'],
  ['OpenAI: trouble', 500, openai('The server had an error while processing your request.', 'server_error'), 'overloaded', 'error'],
  ['OpenAI: a picture it cannot get', 400, openai('Failed to download image', 'invalid_request_error', 'invalid_image_url'), 'invalid_request', 'image'],
  ['Azure: a wrong key', 401, { error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' } }, 'authentication', 'subscription key'],
  ['Azure: an unknown deployment', 404, { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } }, 'not_found', 'deployment'],
  ['Azure: its filter', 400, { error: { code: 'content_filter', message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", innererror: { code: 'ResponsibleAIPolicyViolation' } } }, 'content_filter', 'filtered'],
  ['Azure: too fast', 429, { error: { code: '429', message: 'Requests have exceeded call rate limit. Please retry after 60 seconds.' } }, 'rate_limit', '60 seconds'],
  ['Azure: too large, as plain text', 413, 'Failed to buffer the request body: length limit exceeded', 'context_length', 'length limit'],
  ['Anthropic: a wrong key', 401, { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }, 'authentication', 'x-api-key'],
  ['Anthropic: no credit', 400, { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API.' } }, 'quota', 'credit balance'],
  ['Anthropic: too long', 400, { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 3333404 tokens > 200000 maximum' } }, 'context_length', '200000'],
  ['Anthropic: too long with the answer', 400, { type: 'error', error: { type: 'invalid_request_error', message: 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000' } }, 'context_length', 'context limit'],
  ['Anthropic: too large', 413, { type: 'error', error: { type: 'request_too_large', message: 'Request exceeds the maximum size' } }, 'context_length', 'maximum size'],
  ['Anthropic: overloaded', 529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded', 'Overloaded'],
  ['Anthropic: overloaded in mid-stream', undefined, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded', 'Overloaded'],
  ['Gemini: a wrong key', 400, google(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'), 'authentication', 'not valid'],
  ['Gemini: too fast, which it calls a quota', 429, google(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan and billing details.', [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }]), 'rate_limit', 'quota'],
  ['Gemini: too long', 400, google(400, 'INVALID_ARGUMENT', 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'), 'context_length', '1048576'],
  ['Gemini: an unknown model', 404, google(404, 'NOT_FOUND', 'models/x is not found for API version v1main'), 'not_found', 'models/x'],
  ['Gemini: overloaded', 503, google(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'), 'overloaded', 'overloaded'],
  ['Groq: too fast', 429, openai('Rate limit reached for model `x`. Please try again in 7m12.5s.', 'tokens', 'rate_limit_exceeded'), 'rate_limit', '7m12.5s'],
  ['Groq: too large at once', 413, openai('Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000', 'tokens', 'rate_limit_exceeded'), 'context_length', 'Requested 9000'],
  ['Groq: a tool that failed', undefined, { error: { message: 'Tool choice is required, but model did not call a tool', type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400 } }, 'invalid_request', 'Tool choice'],
  ['DeepSeek: no credit', 402, openai('Insufficient Balance', 'unknown_error', 'invalid_request_error'), 'quota', 'Insufficient Balance'],
  ['DeepSeek: a wrong key', 401, openai('Authentication Fails (no such user)', 'authentication_error', 'invalid_request_error'), 'authentication', 'Authentication Fails'],
  ['Mistral: a wrong key', 401, { detail: 'Invalid API Key' }, 'authentication', 'Invalid API Key'],
  ['Mistral: too fast', 429, { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', param: null, code: '1300' }, 'rate_limit', 'Rate limit'],
  ['Mistral: a wrong field', 422, { object: 'error', message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'foo'], msg: 'Extra inputs are not permitted' }] }, type: 'invalid_request_error' }, 'invalid_request', 'foo: Extra inputs'],
  ['OpenRouter: no key', 401, { error: { message: 'Missing Authentication header', code: 401 } }, 'authentication', 'Missing Authentication'],
  ['OpenRouter: no credit', 402, { error: { message: 'Insufficient credits. Add more using https://openrouter.ai/credits', code: 402 } }, 'quota', 'credits'],
  ['OpenRouter: an unknown model', 400, { error: { message: 'x/y is not a valid model ID', code: 400 }, user_id: 'u' }, 'not_found', 'x/y'],
  ['OpenRouter: moderation', 403, { error: { code: 403, message: 'Your input was flagged for "harassment".', metadata: { reasons: ['harassment'] } } }, 'content_filter', 'flagged'],
  ['OpenRouter: words of the one behind', 502, { error: { message: 'Provider returned error', code: 502, metadata: { raw: '{"error":{"message":"CUDA out of memory"}}', provider_name: 'X' } } }, 'overloaded', 'Provider returned error: CUDA out of memory'],
  ['OpenRouter: words of the one behind, as text', 429, { error: { message: 'Provider returned error', code: 429, metadata: { raw: 'x is temporarily rate-limited upstream.' } } }, 'rate_limit', 'rate-limited upstream'],
  ['OpenRouter: in mid-stream', undefined, { error: { code: 'server_error', message: 'Provider disconnected unexpectedly' } }, 'overloaded', 'disconnected'],
  ['xAI: a wrong key', 400, { code: 'invalid-argument', error: 'Incorrect API key provided. You can obtain one from https://console.x.ai.' }, 'authentication', 'Incorrect API key'],
  ['xAI: at capacity', 503, { code: 'The service is currently unavailable', error: 'The model is at capacity. Please try again later.' }, 'overloaded', 'capacity'],
  ['Perplexity: a wrong key, as a page', 401, '<html><head><title>401 Authorization Required</title></head></html>', 'authentication', '401 Authorization Required'],
  ['Perplexity: an unknown model', 400, openai("Invalid model 'x'. Permitted models can be found in the documentation", 'invalid_model', 400), 'not_found', "'x'"],
  ['Cerebras: an unknown model', 404, { message: 'Model x does not exist or you do not have access to it.', type: 'not_found_error', param: 'model', code: 'model_not_found' }, 'not_found', 'Model x'],
  ['Together: an unknown model', 404, openai('Unable to access model x.', 'invalid_request_error', 'model_not_available'), 'not_found', 'Unable to access'],
  ['Fireworks: an unknown model', 404, { error: { object: 'error', type: 'invalid_request_error', code: 'NOT_FOUND', message: 'Model not found, inaccessible, and/or not deployed' } }, 'not_found', 'not deployed'],
  ['Z.ai: no credit', 429, { error: { code: '1113', message: 'Insufficient balance or no resource package. Please recharge.' } }, 'quota', 'recharge'],
  ['Moonshot: no credit', 429, openai('Your account is suspended due to insufficient balance', 'exceeded_current_quota_error'), 'quota', 'suspended'],
  ['Alibaba: its inspection', 400, openai('Input data may contain inappropriate content.', 'data_inspection_failed', 'data_inspection_failed'), 'content_filter', 'inappropriate'],
  ['Alibaba: no credit', 400, openai('Access denied, please make sure your account is in good standing.', 'Arrearage', 'Arrearage'), 'quota', 'good standing'],
  ['Hugging Face: a model that is loading', 503, { error: 'Model x is currently loading', estimated_time: 20.5 }, 'overloaded', 'loading'],
  ['GitHub: a wrong token', 401, 'Bad credentials', 'authentication', 'Bad credentials'],
  ['GitHub: too large', 413, { error: { code: 'tokens_limit_reached', message: 'Request body too large for gpt-4o model. Max size: 8000 tokens.' } }, 'context_length', '8000'],
  ['vLLM: too long', 400, { object: 'error', message: "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens.", type: 'BadRequestError', param: null, code: 400 }, 'context_length', '4096'],
  ['vLLM: an unknown model', 404, { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', param: null, code: 404 }, 'not_found', '`x`'],
  ['LiteLLM: too long', 400, openai('litellm.ContextWindowExceededError: too much', '', '400'), 'context_length', 'ContextWindowExceeded'],
  ['LM Studio: too long', 400, { error: 'Trying to keep the first 5000 tokens when context overflows. The model is loaded with context length of only 4096 tokens' }, 'context_length', '4096'],
  ['LM Studio: a wrong path, with 200', undefined, { error: 'Unexpected endpoint or method. (POST /chat/completions)' }, 'not_found', 'Unexpected endpoint'],
  ['FastAPI: a missing field', 422, { detail: [{ loc: ['body', 'messages', 0], msg: 'Field required', type: 'missing' }] }, 'invalid_request', 'messages.0: Field required'],
  ['llama.cpp: loading', 503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 'overloaded', 'Loading model'],
  ['Ollama: the words of the engine, as a text inside', 400, { error: '{"error":{"code":400,"message":"request (24008 tokens) exceeds the available context size (4096 tokens)","type":"exceed_context_size_error"}}' }, 'context_length', '24008 tokens'],
  ['Ollama: an unknown model', 404, { error: "model 'x' not found" }, 'not_found', "'x'"],
  ['Ollama cloud: no key', 401, { error: { message: 'Unauthorized', type: 'api_error', param: null, code: null } }, 'authentication', 'Unauthorized'],
  ['nginx: a page', 502, '<html>\n<head><title>502 Bad Gateway</title></head>\n<body><center>nginx</center></body></html>', 'overloaded', '502 Bad Gateway'],
  ['Cloudflare: a page', 524, '<!DOCTYPE html><html><head><title>example.com | 524: A timeout occurred</title></head></html>', 'overloaded', 'A timeout occurred'],
  ['a gateway: a timeout', 504, '', 'timeout', 'no reason given (HTTP 504)'],
  ['a gateway: nothing but 403', 403, { message: 'Forbidden' }, 'authentication', 'Forbidden'],
  ['nobody: an empty list', 400, [], 'invalid_request', 'no reason given (HTTP 400)'],
];

describe('a refusal', () => {
  it.each(ROWS)('of %s (%s)', (_who, status, body, kind, words) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    for (const given of [text, body]) {
      const error = providerError({ provider: 'house', status, body: given });
      expect({ kind: error.kind, message: error.message }).toEqual({ kind, message: expect.stringContaining(words) });
      expect(error.message).toMatch(/^house: /);
      if (status !== undefined) expect(error.status).toBe(status);
    }
  });

  it('says what to do next where that is known', () => {
    const hint = (status: number, body: Json = {}, headers?: Headers) => providerError({ provider: 'ollama', model: 'x', status, body, headers }).hint;
    expect(hint(401)).toContain('sotto keys set ollama');
    expect(hint(404)).toContain('ollama pull x');
    expect(hint(402)).toContain('credit');
    expect(hint(429, {}, new Headers({ 'retry-after': '90' }))).toMatch(/^Wait 90 s and/);
    expect(hint(429, {}, new Headers({ 'retry-after': '600' }))).toMatch(/^Wait 10 min and/);
    expect(hint(503)).toContain('another provider');
  });

  it('names the request, from headers or body', () => {
    const id = (headers: Record<string, string>, body: Json = {}) => providerError({ provider: 'p', status: 500, headers: new Headers(headers), body }).requestId;
    expect([id({ 'x-request-id': 'a' }), id({ 'request-id': 'b' }), id({ 'apim-request-id': 'c' }), id({}, { request_id: 'd' }), id({})]).toEqual(['a', 'b', 'c', 'd', undefined]);
  });

  it('can be tried again as its kind says, unless the provider says otherwise', () => {
    const again = (status: number, said?: string) =>
      providerError({ provider: 'p', status, body: '', headers: new Headers(said === undefined ? {} : { 'x-should-retry': said }) }).retryable;
    expect([again(429), again(503), again(400), again(401), again(404)]).toEqual([true, true, false, false, false]);
    expect([again(429, 'false'), again(503, 'false'), again(409, 'true'), again(400, 'true')]).toEqual([false, false, true, true]);
  });

  it('of 10 MB is not repeated at length', () => expect(providerError({ provider: 'p', status: 500, body: 'x'.repeat(10_000_000) }).message.length).toBeLessThan(700));
});

describe('the time to wait', () => {
  const wait = (headers: Record<string, string>, body: Json = {}, words = '') => retryAfterOf({ headers: new Headers(headers), body, words });

  it.each<[string, number | undefined]>([
    ['Please try again in 20s.', 20_000],
    ['Please try again in 6ms.', 6],
    ['Please try again in 7m12.5s. Visit', 432_500],
    ['Please try again in 1h2m3s', 3_723_000],
    ['Please retry after 60 seconds.', 60_000],
    ['Try again in 2 minutes', 120_000],
    ['retry after 1 hour 30 minutes', 5_400_000],
    ['Please try again later', undefined],
    ['try again in a moment', undefined],
    ['retry after 3 steps', undefined],
  ])('in the words "%s" is %s', (words, expected) => expect(wait({}, {}, words)).toBe(expected));

  it('comes from the headers first', () => {
    expect(wait({ 'retry-after-ms': '1500', 'retry-after': '9' }, {}, 'try again in 5s')).toBe(1500);
    expect(wait({ 'retry-after': '0.5' })).toBe(500);
    expect(wait({ 'retry-after': '-3' })).toBe(0);
    expect(wait({ 'retry-after': 'soon' })).toBeUndefined();
    expect(wait({ 'retry-after': '' })).toBeUndefined();
    expect(wait({ 'retry-after-ms': 'x', 'retry-after': '2' })).toBe(2000);
  });

  it('until a date is measured by the clock of the server', () => {
    const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
    expect(wait({ 'retry-after': 'Tue, 01 Jan 2030 00:00:30 GMT', date })).toBe(30_000);
    expect(wait({ 'retry-after': 'Mon, 31 Dec 2029 23:59:00 GMT', date })).toBe(0);
  });

  it('comes from the bodies of Google, OpenRouter and Hugging Face', () => {
    expect(wait({}, google(429, 'X', 'x', [{ retryDelay: '37.5s' }]))).toBe(37_500);
    expect(wait({}, { error: { metadata: { retry_after_seconds: 2 } } })).toBe(2000);
    expect(wait({}, { error: 'loading', estimated_time: 20.5 })).toBe(20_500);
  });
});

const captured = ['llama-server', 'llama-server-debian', 'ollama'].flatMap((server) =>
  captures(server, /error|auth|misc-root|no-truncate/).filter(({ served }) => (served.status ?? 200) >= 400).map((capture) => ({ server, ...capture })),
);

describe.skipIf(captured.length === 0)('captured refusals of local servers', () => {
  it.each(captured)('$server/$name keeps its words', ({ name, served }) => {
    const body = new TextDecoder().decode(served.body);
    const error = providerError({ provider: 'p', status: served.status, body });
    const said = /"message\\*":\s*\\*"(.*?)\\*"[,}]/.exec(body)?.[1] ?? JSON.parse(body).error;
    expect(error.message.replace(/\\/g, '')).toContain(said.replace(/\\/g, '').slice(0, 40));
    const expected: [RegExp, ErrorKind][] = [
      [/auth-error/, 'authentication'],
      [/context|no-truncate/, 'context_length'],
      [/error-(image|embed\w*-\w+-?\w*)$/, 'unsupported'],
      [/model-not-found|show-not-found|error-model$/, 'not_found'],
    ];
    const kind = expected.find(([sign]) => sign.test(name))?.[1];
    if (kind) expect(error.kind).toBe(kind);
  });
});
