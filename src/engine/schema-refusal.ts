/** Servers that refuse a schema in the request: they are told it in words alone, and that is remembered. */
import { ensureFolder } from '../config/paths.ts';
import { SottoError } from '../core/errors.ts';
import type { ModelEvent } from '../core/events.ts';
import { numberAt } from '../core/json.ts';
import type { ModelRequest, StreamFunction } from '../core/provider.ts';
import { instruct } from './fitting.ts';

export type SchemaMemory = {
  /** The user has said it. */
  isSettled: boolean;
  refuses(model: string): boolean;
  remember(model: string): Promise<void>;
};

/** A refused request has cost nothing: the same one goes out again without the schema, which is then in its words. */
export function withSchemaInWords(memory: SchemaMemory, next: StreamFunction<ModelEvent>): StreamFunction<ModelEvent> {
  return async function* worded(request, signal) {
    if (!request.schema || memory.refuses(request.model)) {
      yield* next(inWordsAlone(request), signal);
      return;
    }
    try {
      yield* next(request, signal);
      return;
    } catch (thrown) {
      if (memory.isSettled || !isRefusalOfSchema(thrown)) throw thrown;
      const message = `${thrown.provider ?? 'the server'} does not accept a schema for ${request.model}: it is put into the prompt instead.`;
      yield { type: 'notice', level: 'warning', code: 'schema_in_words', message };
    }
    await memory.remember(request.model);
    yield* next(inWordsAlone(request), signal);
  };
}

function inWordsAlone(request: ModelRequest): ModelRequest {
  const { schema, ...rest } = request.schema ? instruct(request) : request;
  return rest;
}

/** What servers call the field and what stands behind it. A schema that is wrong for a server that takes schemas is another matter. */
const NAMED =
  /(response|output)[ _]?(format|config)|json[ _]?(schema|mode)|text\.format|structured[ _]outputs?|guided[ _](json|decoding)|\bgrammar\b/i;
const WRONG_SCHEMA = /invalid (json )?schema|schema (is|was) (invalid|not valid)|not a valid (json )?schema/i;

function isRefusalOfSchema(thrown: unknown): thrown is SottoError {
  // llama.cpp answers 500 where it cannot make a grammar of a schema, routers 404 where nobody behind them takes one.
  if (!(thrown instanceof SottoError) || !['invalid_request', 'unsupported', 'overloaded', 'not_found'].includes(thrown.kind)) return false;
  return NAMED.test(thrown.message) && !WRONG_SCHEMA.test(thrown.message);
}

type MemoryPorts = {
  /** What the memory is about: the provider and its address. */
  server: string;
  /** The user's own word, which nothing that was learned goes against. */
  configured: boolean | undefined;
  file: string;
  /** Milliseconds since 1970. */
  date: () => number;
  /** False: nothing is written (`--private`). */
  keep: boolean;
};

/** Servers get newer: after this time they are asked again. */
const REMEMBERED_MS = 30 * 24 * 60 * 60 * 1000;
const MOST_REMEMBERED = 200;

export function openSchemaMemory({ server, configured, file, date, keep }: MemoryPorts): SchemaMemory {
  // An address may have a secret in it.
  const keyOf = (model: string) => process.getBuiltinModule('node:crypto').hash('sha256', `${server} ${model}`, 'hex').slice(0, 32);
  const learned = new Set<string>();
  return {
    isSettled: configured !== undefined,
    refuses(model) {
      if (configured !== undefined) return !configured;
      const sinceMs = numberAt(read(file), keyOf(model));
      return learned.has(model) || (sinceMs !== undefined && date() - sinceMs < REMEMBERED_MS);
    },
    async remember(model) {
      learned.add(model);
      if (!keep) return;
      const entries = Object.entries({ ...read(file), [keyOf(model)]: date() }).slice(-MOST_REMEMBERED);
      try {
        ensureFolder(process.getBuiltinModule('node:path').dirname(file));
        const { writePrivateFile } = await import('../config/atomic-file.ts');
        writePrivateFile(file, JSON.stringify(Object.fromEntries(entries)), { isDurable: false });
      } catch {
        // The next question is refused once more, and asked again.
      }
    },
  };
}

function read(file: string): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8'));
    return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? { ...kept } : {};
  } catch {
    // There is none yet, or it cannot be read: it is made anew.
    return {};
  }
}
