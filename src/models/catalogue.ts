/** Looks a model up by any of its names: dated snapshots and vendor prefixes are understood, a wrong neighbour is never taken. */
import { ANTHROPIC_MODELS } from './catalogue-anthropic.ts';
import { OPENAI_MODELS } from './catalogue-openai.ts';
import { OTHER_MODELS } from './catalogue-others.ts';
import { isLocal, vendorOf } from './defaults.ts';
import { endingOf } from './endings.ts';
import type { ModelFacts, Vendor } from './facts.ts';

type ModelQuery = {
  /** sotto's name of the provider that serves it, where known. */
  provider?: string;
  id: string;
};

/** The facts of the table, or undefined for a model that it does not hold. */
export function findModel(query: ModelQuery): ModelFacts | undefined {
  // What a local server calls "gpt-4" is not OpenAI's; it says itself what it serves.
  if (query.provider !== undefined && isLocal(query.provider)) return undefined;
  const facts = lookUp(query.id);
  if (facts === undefined) return undefined;
  const elsewhere = query.provider !== undefined && vendorOf(query.provider) !== facts.vendor;
  const { contextWindow, maxOutput, retires, successor, ...rest } = { ...facts, source: 'table' as const };
  if (facts.openWeights && elsewhere) return rest;
  // Who else serves it has a calendar of its own.
  const ending = elsewhere || retires === undefined ? {} : { retires, ...(successor === undefined ? {} : { successor }) };
  return {
    ...rest,
    ...ending,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutput === undefined ? {} : { maxOutput }),
  };
}

/** Every model of a vendor, or of all; newest first within a vendor's family. */
export function listModels(vendor?: Vendor): ModelFacts[] {
  return everything().filter((facts) => vendor === undefined || facts.vendor === vendor);
}

/**
 * The name that the vendor's own API knows for what the user typed: without vendor prefix, and with the vendor's
 * punctuation (`anthropic/claude-sonnet-4.5` is `claude-sonnet-4-5`). A dated snapshot stays dated.
 */
export function nativeId(id: string): string {
  const facts = lookUp(id);
  if (facts === undefined) return id;
  const bare = withoutVariant(id).split('/').at(-1) ?? id;
  return normalize(bare) === normalize(facts.id) ? facts.id : bare;
}

/** Who makes what stands under these prefixes at OpenRouter, Hugging Face and others. */
const PREFIX_VENDORS: Readonly<Record<string, Vendor>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  gemini: 'google',
  'x-ai': 'xai',
  xai: 'xai',
  deepseek: 'deepseek',
  'deepseek-ai': 'deepseek',
  mistral: 'mistral',
  mistralai: 'mistral',
  perplexity: 'perplexity',
  moonshotai: 'moonshot',
  moonshot: 'moonshot',
  'z-ai': 'zai',
  'zai-org': 'zai',
  zai: 'zai',
};

let index: Map<string, ModelFacts> | undefined;

function lookUp(id: string): ModelFacts | undefined {
  const segments = withoutVariant(baseOf(id.trim())).split('/');
  const name = normalize(segments.at(-1) ?? '');
  const facts = byName().get(name) ?? byName().get(withoutSnapshot(name));
  const prefix = segments.at(-2)?.toLowerCase();
  // Gemini and Fireworks list their models under "models/".
  if (facts === undefined || prefix === undefined || prefix === 'models') return facts;
  return PREFIX_VENDORS[prefix] === facts.vendor ? facts : undefined;
}

function byName(): Map<string, ModelFacts> {
  if (index) return index;
  index = new Map();
  for (const facts of everything()) {
    for (const name of [facts.id, ...(facts.also ?? [])]) index.set(normalize(name), facts);
  }
  return index;
}

let table: ModelFacts[] | undefined;

function everything(): ModelFacts[] {
  table ??= [...OPENAI_MODELS, ...ANTHROPIC_MODELS, ...OTHER_MODELS].map((facts) => ({ ...facts, ...endingOf(facts.id) }));
  return table;
}

/** Vendors and routers disagree on `4.5` and `4-5`. */
function normalize(name: string): string {
  return name.toLowerCase().replace(/(\d)\.(?=\d)/g, '$1-');
}

/** `ft:gpt-4o-mini-2024-07-18:team::id`: what is tuned is what it was made from, and ends with it. */
function baseOf(id: string): string {
  return id.replace(/(^|\/)ft:([^:/]+)(:.*)?$/, '$1$2');
}

/** OpenRouter's ways to serve a model. Ollama's tags (`:8b`) name another model and stay. */
function withoutVariant(id: string): string {
  return id.replace(/:(?:free|extended|thinking|nitro|floor|online|exacto|beta)$/, '');
}

/** `-20250219`, `-2024-08-06`, `@20250219`, `-latest`. Anything else after a name is another model. */
function withoutSnapshot(name: string): string {
  return name.replace(/(?:[-@]20\d{6}|-20\d\d-\d\d-\d\d|-latest)$/, '');
}
