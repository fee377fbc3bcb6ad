/** Tells refusals that are not about the model or the key, though their status looks like it: a wrong address, a proxy's page, a region. */
import { hideAddress } from '../config/address-parts.ts';
import { changeWords, variableOf } from '../config/change-words.ts';
import type { Origin } from '../config/layers.ts';
import type { ErrorKind } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { directProxyRefusal } from './network-error.ts';
import { isPage, pageTitle, type Words } from './refusal-words.ts';

/** Whom we asked, and where. */
export type Asked = {
  provider: string;
  url?: string | undefined;
  addressHint?: string | undefined;
  urlOrigin?: Origin | undefined;
};

type RefusalSigns = Asked & {
  status: number | undefined;
  headers?: Headers | undefined;
  /** Parsed where it is JSON, otherwise its text. */
  body: Json | string;
  words: Words;
  model?: string | undefined;
};

type RefusalCause = {
  kind: ErrorKind;
  /** What was asked and what was answered, instead of the provider's words alone. */
  what?: string;
  hint: string;
  retryable?: boolean;
};

/** Undefined where status and words mean what they seem to mean. */
export function causeOf(signs: RefusalSigns): RefusalCause | undefined {
  const { status, words, body } = signs;
  if (status === 407) return { kind: 'configuration', ...directProxyRefusal(signs.provider, signs.url), retryable: false };
  if (status === 511)
    return {
      kind: 'network',
      what: answered(signs),
      hint: 'This network wants a sign-in first: open any web page in a browser.',
      retryable: false,
    };
  if (status === 451 || isAboutRegion(words)) return wrongRegion(signs);
  if (status === 400 && /plain http request was sent to https/i.test(words.message))
    return { kind: 'protocol', what: answered(signs), hint: 'Write https:// in the base URL instead of http://.', retryable: false };
  if (status === 403 && /^missing authentication token$/i.test(words.message)) return pathOrSignature(signs);
  if (status === 403) return isPage(body) || isBare(signs) ? stoppedOnTheWay(signs) : forbidden(signs);
  if (status === 404 || status === 405 || isAboutPath(words)) return missingPath(signs);
  return undefined;
}

function isAboutRegion({ code, type, message }: Words): boolean {
  return (
    /unsupported_(country|region|location)/i.test(`${type} ${code}`) ||
    /\b(country|countries|region|territory|location)\b.{0,60}\b(not|isn't|un)\s?(supported|available|allowed|permitted)|\b(not (yet )?(supported|available|allowed)|unavailable) (in|from) your (country|region|location)/i.test(
      message,
    )
  );
}

function wrongRegion({ provider }: RefusalSigns): RefusalCause {
  return {
    kind: 'unsupported',
    hint: `${provider} does not serve the place that this request came from; the key is not the problem. Check whether a proxy or a VPN makes it come from elsewhere, or use another provider with -p.`,
  };
}

/** An API gives its reasons as JSON, or at least speaks of keys. What says nothing of either is something on the way to it. */
function isBare({ body, words }: RefusalSigns): boolean {
  return typeof body === 'string' && !/key|token|auth|credential|permission|account|bad request|model|flagged|policy/i.test(words.message);
}

function stoppedOnTheWay(signs: RefusalSigns): RefusalCause {
  const by = /cloudflare/i.test(signs.headers?.get('server') ?? '') || /cloudflare/i.test(signs.words.message) ? ' (Cloudflare)' : '';
  return {
    kind: 'network',
    what: answered(signs),
    hint:
      signs.addressHint === undefined || signs.body !== ''
        ? `This comes from a firewall or a proxy on the way${by}, not from the API: the key is not the problem. Check the base URL, the setting "proxy" and a VPN, or ask whoever runs that network.`
        : `The server or something before it does not take requests from here: the key is not the problem. ${signs.addressHint}`,
    retryable: false,
  };
}

/** So the gateways of AWS refuse a path that they do not have, and one that wants their own signature. */
function pathOrSignature(signs: RefusalSigns): RefusalCause {
  return {
    kind: 'not_found',
    what: answered(signs),
    hint: `A gateway of AWS says this of a path that it does not have, or that takes requests signed by AWS only. ${addressHint(signs)}`,
    retryable: false,
  };
}

/** A refusal of the API itself: of a model, or of the key. */
function forbidden({ provider, words }: RefusalSigns): RefusalCause | undefined {
  if (/model_not_found/.test(words.code) || /(have|has) (no|not|n't)? ?access to (the )?(model|deployment)/i.test(words.message))
    return { kind: 'not_found', hint: `This key may not use that model. See what it may: sotto models list -p ${provider} --refresh` };
  if (!/^(forbidden|request not allowed|access denied\.?|not allowed|)$/i.test(words.message)) return undefined;
  return {
    kind: 'authentication',
    hint: `Either the key may not do this (sotto keys list), or a firewall, a region or the server's list of allowed addresses is in the way. Another key: sotto keys set ${provider}`,
  };
}

/** Servers that do not know a path say so in few ways; everything else that is not found is a model, a file, a conversation. */
function isAboutPath({ message, code }: Words): boolean {
  return (
    PATH_WORDS.test(message) ||
    /^(unknown_url|route_not_found|no_route|method_not_allowed)$/i.test(code) ||
    /^((error )?\d{3}:? *)?((the )?(requested )?(page|resource|file|route|path|url|endpoint|object|application|app|site|host|service|function|tunnel)?( was| is| could)? ?(not|n't) (be )?found|method not allowed)[.!]?$/i.test(
      message,
    )
  );
}

const PATH_WORDS =
  /^invalid url\b|unknown (request )?url|unexpected endpoint|no route\b|unknown (endpoint|route|path)|cannot (get|post) \/|no (such )?(endpoint|handler|route|path)\b(?!s? found for)|^unrecognized request url/i;

function missingPath(signs: RefusalSigns): RefusalCause | undefined {
  const { body, words, status, model } = signs;
  const says = typeof body === 'string' || isAboutPath(words) || (words.message === '' && model === undefined);
  // A refusal that names the model is about the model, whatever its form.
  if (!says || isAboutModel(signs)) return undefined;
  return {
    kind: status === undefined || status === 404 || status === 405 ? 'not_found' : 'invalid_request',
    what: answered(signs),
    hint: addressHint(signs),
    retryable: false,
  };
}

function isAboutModel({ body, words, model }: RefusalSigns): boolean {
  if (isPage(body) || PATH_WORDS.test(words.message)) return false;
  return /\b(models?|deployments?)\b/i.test(words.message) || (model !== undefined && model !== '' && words.message.includes(model));
}

/** The usual mistakes with an address, the likeliest first. */
export function addressHint({ provider, url, addressHint: special, urlOrigin }: Asked): string {
  if (special !== undefined) return special;
  const where = `Check the base URL of ${provider} (${variableOf(urlOrigin) ?? `sotto config get providers.${provider}.url`})`;
  const parsed = url === undefined ? null : URL.parse(url);
  if (!parsed) return `${where}: most end in /v1.`;
  if (!/\/v\d/i.test(parsed.pathname)) {
    const base = hideAddress(`${parsed.origin}${parsed.pathname.replace(ENDPOINT, '').replace(/\/+$/, '')}/v1`);
    return `${where}: most end in /v1. Try: ${changeWords(`providers.${provider}.url`, base, urlOrigin)}`;
  }
  if (/\/responses$/.test(parsed.pathname))
    return `${where}. If the server has no Responses API: sotto config set providers.${provider}.api chat`;
  return `${where}.`;
}

const ENDPOINT = /\/(chat\/completions|responses|models)$/;

/** `https://host/v1/chat/completions answered 404 with a web page ("Not Found")`, and a full stop. */
function answered({ url, status, body, words }: RefusalSigns): string {
  return `${answeredWith({ url, status }, saidBy(body, words))}.`;
}

export function answeredWith({ url, status }: Pick<RefusalSigns, 'url' | 'status'>, said: string): string {
  const who = url === undefined ? 'the server' : hideAddress(url);
  return `${who} answered${status === undefined ? '' : ` ${status}`} ${said}`;
}

export function saidBy(body: Json | string, { message }: Words): string {
  if (!isPage(body)) return message === '' ? 'and gave no reason' : `with "${message}"`;
  const title = pageTitle(body);
  return `with a web page${title === undefined ? '' : ` ("${title}")`}`;
}
