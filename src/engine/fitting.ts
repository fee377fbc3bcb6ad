/** Fits a request to whoever is asked: its parameters, pictures, tools and schema as that model and its server take them. */
import type { ModelRequest, Provider, StreamFunction } from '../core/provider.ts';
import { findModel } from '../models/catalogue.ts';
import { type Fitted, fitParameters } from '../models/parameters.ts';

/** Whom a turn may be asked of. */
export type Candidate = {
  provider: Provider;
  model: string;
  /** What the user says of a schema in the request; undefined: as the provider knows. */
  nativeSchema?: boolean | undefined;
  /** Tokens of input and output that it takes; undefined where nobody knows. */
  contextWindow?: number | undefined;
};

/** Throws where the request cannot be right for this one: a value out of range, pictures to a model that takes none. */
export function fitTo(request: ModelRequest, { provider, model, nativeSchema }: Candidate): Fitted {
  const fitted = fitParameters({ ...request, model }, findModel({ provider: provider.name, id: model }));
  const isNative = nativeSchema ?? provider.nativeSchema?.(model);
  return isNative ? fitted : { ...fitted, request: instruct(fitted.request) };
}

/** What has been said of it was said before: another candidate has a fitting of its own. */
export function withFitting(candidate: Candidate, next: StreamFunction): StreamFunction {
  return (request, signal) => next(fitTo(request, candidate).request, signal);
}

/** The request with the schema told in words as well, for models whose API takes none. */
export function instruct(request: ModelRequest): ModelRequest {
  if (!request.schema) return request;
  if (request.system?.includes(INSTRUCTION)) return request;
  const rule = `${INSTRUCTION}\n${JSON.stringify(request.schema.schema)}`;
  return { ...request, system: request.system ? `${request.system}\n\n${rule}` : rule };
}

const INSTRUCTION = 'Answer with nothing but one JSON value that follows this JSON Schema, without code fences and without any other text:';
