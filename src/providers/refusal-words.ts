/** Digs a provider's own words out of its refusal: message, type and code, wherever a server puts them. */
import { isObject, type Json, listAt, parseJson, textAt } from '../core/json.ts';

export type Words = { message: string; type: string; code: string; status: number | undefined };

/** Digs out message, type and code: every server has its own idea of where they are. */
export function wordsOf(body: Json | string): Words {
  if (typeof body === 'string') return { message: plainText(body), type: '', code: '', status: undefined };
  if (Array.isArray(body)) return wordsOf(body[0] ?? '');
  if (!isObject(body)) return { message: '', type: '', code: '', status: undefined };
  const inner = body.error ?? body.detail ?? body.errors ?? body.fault;
  if (typeof inner === 'string') {
    // Ollama wraps the JSON error of the engine behind it into a string.
    const nested = inner.startsWith('{') ? parseJson(inner) : undefined;
    if (nested !== undefined) return wordsOf(nested);
    return {
      message: joined(inner, textAt(body, 'message') ?? textAt(body, 'error_description')),
      type: textAt(body, 'type') ?? '',
      code: codeOf(body),
      status: statusOf(body),
    };
  }
  if (isObject(inner)) {
    const words = wordsOf(inner);
    return {
      ...words,
      message: words.message || ownWords(body),
      type: words.type || (textAt(body, 'type') ?? ''),
      code: words.code || codeOf(body),
      status: words.status ?? statusOf(body),
    };
  }
  if (Array.isArray(inner)) return wordsOf(inner[0] ?? '');
  if (isObject(body.message)) return { ...wordsOf(body.message), type: textAt(body, 'type') ?? '', code: codeOf(body) };
  const upstream = upstreamWords(body);
  return {
    message: withPlace(joined(ownWords(body), upstream), textAt(body, 'param')),
    type: textAt(body, 'type') ?? textAt(body, 'status') ?? '',
    code: codeOf(body),
    status: statusOf(body),
  };
}

function ownWords(body: Json): string {
  return textAt(body, 'message') ?? textAt(body, 'Message') ?? textAt(body, 'faultstring') ?? complaintIn(body);
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

/** OpenAI and its relatives name the field of the request apart; "Extra inputs are not permitted" alone helps nobody. */
function withPlace(message: string, field: string | undefined): string {
  if (!field || message === '' || message.includes(field)) return message;
  return `${field}: ${message}`;
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

/** A body that is not JSON: what an error page says in its title or heading, what an XML error says, or the start of the text. */
function plainText(text: string): string {
  if (isPage(text)) return pageTitle(text) ?? '';
  const plain = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return shortened(plain, 600);
}

/** True for HTML, which nobody wants to read in a terminal. */
export function isPage(body: Json | string): boolean {
  return (
    typeof body === 'string' &&
    /^\s*(<!--[\s\S]*?-->\s*)*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html|head|body|title|h1|center|div|p|meta)\b/i.test(body)
  );
}

/** What a page is about: its title, or its first heading. */
export function pageTitle(page: Json | string): string | undefined {
  if (typeof page !== 'string') return undefined;
  for (const pattern of [/<title[^>]*>([\s\S]*?)<\/title>/i, /<h[1-3][^>]*>([\s\S]*?)<\/h[1-3]>/i]) {
    const text = withoutMarkup(pattern.exec(page)?.[1] ?? '');
    if (text !== '') return shortened(text, 200);
  }
  return undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ' };

function withoutMarkup(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

/** Groq keeps what the model wrote instead of a call of a tool, or of the JSON that was asked for. */
export function failedGeneration(body: Json | string): string | undefined {
  if (!isObject(body)) return undefined;
  const text = textAt(body, 'failed_generation');
  if (text !== undefined && text.trim() !== '') return shortened(text.trim(), 600);
  return failedGeneration(body.error ?? null);
}

export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
