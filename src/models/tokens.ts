/** Estimates how many tokens a text or a request will be, before a provider counts them: roughly at once, or with a tokenizer. */
import type { Part } from '../core/messages.ts';
import type { ModelRequest } from '../core/provider.ts';
import { findModel } from './catalogue.ts';

/** What there is to count. */
export type RequestSize = { characters: number; pictures: number };

/** Thinking counts where it is sent back to the model. */
export function sizeOf({ system, messages, tools, schema }: Pick<ModelRequest, 'system' | 'messages' | 'tools' | 'schema'>): RequestSize {
  const size = { characters: (system ?? '').length, pictures: 0 };
  if (tools?.length) size.characters += JSON.stringify(tools).length;
  if (schema) size.characters += JSON.stringify(schema).length;
  for (const message of messages)
    for (const part of message.parts) {
      if (part.type === 'media') size.pictures += 1;
      else size.characters += textOfPart(part).length;
    }
  return size;
}

/** Characters in one token: of usual text; of text that hardly any model takes in fewer; of code and languages that take more. */
const CHARACTERS_PER_TOKEN = { usual: 4, least: 6, most: 3 } as const;

/** For what cannot wait for a tokenizer. `least`: there will hardly be fewer; `most`: hardly more. */
export function roughTokens({ characters, pictures }: RequestSize, how: keyof typeof CHARACTERS_PER_TOKEN = 'usual'): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN[how]) + (how === 'least' ? 0 : pictures * TOKENS_PER_PICTURE);
}

/** Tokens of a text, by OpenAI's tokenizers: near enough for others, and corrected where a maker says how it differs. */
export async function estimateTokens(text: string, model?: string): Promise<number> {
  if (text === '') return 0;
  const count = await counterFor(model);
  const scale = (model === undefined ? undefined : findModel({ id: model })?.tokenScale) ?? 1;
  return Math.ceil(sampled(text, count) * scale);
}

/** Tokens of all that a request sends. Thinking counts where it is sent back to the model. */
export async function estimateRequestTokens(request: ModelRequest): Promise<number> {
  const texts = [request.system ?? ''];
  let fixed = request.system === undefined ? 0 : TOKENS_PER_MESSAGE;
  for (const message of request.messages) {
    fixed += TOKENS_PER_MESSAGE;
    for (const part of message.parts) {
      if (part.type === 'media') fixed += TOKENS_PER_PICTURE;
      else texts.push(textOfPart(part));
    }
  }
  if (request.tools?.length) texts.push(JSON.stringify(request.tools));
  if (request.schema) texts.push(JSON.stringify(request.schema));
  const text = texts.filter((one) => one !== '').join('\n');
  return fixed + (await estimateTokens(text, request.model));
}

/** Role and delimiters, as OpenAI documents them for its chat format. */
const TOKENS_PER_MESSAGE = 4;

/**
 * A guess for any picture: its size is not looked at. OpenAI's 1024 × 1024 at high detail is 765 tokens, Anthropic's
 * largest before it is scaled down about 1,600.
 */
const TOKENS_PER_PICTURE = 1_200;

function textOfPart(part: Exclude<Part, { type: 'media' }>): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'reasoning':
      return part.original === undefined ? '' : part.text;
    case 'tool_call':
      return `${part.name}\n${part.arguments}`;
    case 'hosted':
      return JSON.stringify(part.original.item);
    case 'tool_result':
      return part.output;
  }
}

type Count = (text: string) => number;

/** GPT-4 and GPT-3.5 have the older tokenizer. */
const OLDER = /^(?:openai\/)?gpt-(?:4(?!o|\.)|3\.?5)/;

async function counterFor(model: string | undefined): Promise<Count> {
  const older = model !== undefined && OLDER.test(model);
  const { countTokens } = older ? await import('gpt-tokenizer/encoding/cl100k_base') : await import('gpt-tokenizer/encoding/o200k_base');
  // Text that looks like a special token is text.
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, options);
}

/** The tokenizer takes quadratic time over a run of one character: 50,000 take 0.7 s, 2,000 take 3 ms. */
const SLICE_CHARACTERS = 2_000;
/** As many slices are counted; of a longer text so many, spread evenly, stand for all of it. */
const MOST_SLICES = 32;

function sampled(text: string, count: Count): number {
  const slices = Math.ceil(text.length / SLICE_CHARACTERS);
  if (slices <= MOST_SLICES) {
    let tokens = 0;
    for (let start = 0; start < text.length; start += SLICE_CHARACTERS) tokens += count(text.slice(start, start + SLICE_CHARACTERS));
    return tokens;
  }
  const step = (text.length - SLICE_CHARACTERS) / (MOST_SLICES - 1);
  let tokens = 0;
  for (let slice = 0; slice < MOST_SLICES; slice++) {
    const start = Math.round(slice * step);
    tokens += count(text.slice(start, start + SLICE_CHARACTERS));
  }
  return (tokens / (MOST_SLICES * SLICE_CHARACTERS)) * text.length;
}
