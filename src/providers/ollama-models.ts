/** What Ollama says of its models, in our words. */
import { isObject, type Json, listAt, objectAt, textAt } from '../core/json.ts';
import type { ModelInfo } from '../core/model.ts';
import type { OllamaWindow } from './ollama-window.ts';
import { countAt } from './wire-values.ts';

/** A row of `/api/tags`, or nothing where there is no name. */
export function ollamaRow(row: Json): ModelInfo[] {
  const id = textAt(row, 'name') ?? textAt(row, 'model');
  if (!id) return [];
  const contextWindow = countAt(objectAt(row, 'details'), 'context_length');
  return [{ id, ...(contextWindow ? { contextWindow } : {}), ...abilitiesOf(row), source: 'provider' }];
}

/** The answer of `/api/show`. */
export function ollamaDetails(id: string, answer: Json): ModelInfo {
  const { largest } = windowOf(answer);
  return { id, ...(largest ? { contextWindow: largest } : {}), ...abilitiesOf(answer), source: 'provider' };
}

/** The windows in an answer of `/api/show`: `<architecture>.context_length`, and the Modelfile's `num_ctx` as text. */
export function windowOf(answer: Json): OllamaWindow {
  const info = objectAt(answer, 'model_info') ?? {};
  const architecture = textAt(info, 'general.architecture');
  const key =
    architecture && `${architecture}.context_length` in info
      ? `${architecture}.context_length`
      : Object.keys(info).find((name) => name.endsWith('.context_length'));
  const largest = key === undefined ? undefined : countAt(info, key);
  const configured = /^num_ctx\s+(\d+)\s*$/m.exec(textAt(answer, 'parameters') ?? '')?.[1];
  return { ...(largest ? { largest } : {}), ...(configured === undefined ? {} : { configured: Number(configured) }) };
}

/** Servers before 0.6.4 name no capabilities: then nothing is known. A schema works with every model, by grammar. */
function abilitiesOf(answer: Json): Pick<ModelInfo, 'abilities'> {
  if (!isObject(answer) || !Array.isArray(answer.capabilities)) return {};
  const has = (name: string) => listAt(answer, 'capabilities').includes(name);
  return { abilities: { images: has('vision'), tools: has('tools'), reasoning: has('thinking'), schema: true } };
}
