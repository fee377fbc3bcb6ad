/** Sources that a provider names for its answer, from the several places where providers put them. */
import { isObject, type JsonObject, listAt, numberAt, textAt } from '../core/json.ts';
import type { Citation } from '../core/messages.ts';

/** Reads `annotations` (OpenAI, OpenRouter), `citations` and `search_results` (Perplexity) of a chunk, message or content part. */
export function citationsOf(holder: JsonObject): readonly Citation[] {
  if (!('annotations' in holder || 'citations' in holder || 'search_results' in holder)) return NONE;
  const annotated = listAt(holder, 'annotations').flatMap((annotation) => {
    const inner = isObject(annotation) && isObject(annotation.url_citation) ? annotation.url_citation : annotation;
    return citation(textAt(inner, 'url'), textAt(inner, 'title') ?? textAt(inner, 'filename'), quoted(inner));
  });
  const results = listAt(holder, 'search_results').flatMap((result) => citation(textAt(result, 'url'), textAt(result, 'title')));
  if (annotated.length > 0 || results.length > 0) return [...annotated, ...results];
  return listAt(holder, 'citations').flatMap((entry) =>
    typeof entry === 'string' ? citation(entry, undefined) : citation(textAt(entry, 'url'), textAt(entry, 'title')),
  );
}

const NONE: readonly Citation[] = [];

function citation(url: string | undefined, title: string | undefined, quote?: string): Citation[] {
  if (!url && !title) return [];
  return [{ ...(url ? { url } : {}), ...(title ? { title } : {}), ...(quote ? { quote } : {}) }];
}

/** OpenRouter copies the whole page into `content`: only a short passage is a quote. */
function quoted(annotation: unknown): string | undefined {
  const content = textAt(annotation, 'content') ?? textAt(annotation, 'quote');
  return content !== undefined && content.length <= 500 && numberAt(annotation, 'score') === undefined ? content : undefined;
}
