/** Tools that a JavaScript or TypeScript file exports: they run in sotto's own process, and nothing they throw leaves them. */
import { isObject, type JsonObject } from '../core/json.ts';
import type { Tool, ToolContext, ToolOutcome, ToolPlan } from '../core/tool.ts';
import { type Origin, type OwnDefinition, type Problem, readDefinition } from './own-definition.ts';
import { planOf } from './own-plan.ts';

export type ModulePorts = {
  /** `import()` of a file by its path. */
  importModule: (path: string) => Promise<unknown>;
  /** Node can read TypeScript by itself. */
  readsTypeScript: boolean;
  nodeVersion: string;
};

const LOAD_MS = 5000;

/** The default export is one definition, or a list of them. */
export async function loadModule(file: string, origin: Origin, ports: ModulePorts): Promise<(Tool | Problem)[]> {
  if (/\.[mc]?ts$/.test(file) && !ports.readsTypeScript)
    return [{ problem: `TypeScript needs Node 22.18 or newer, and this is ${ports.nodeVersion}. Use a newer one, or write it as .mjs` }];
  let loaded: unknown;
  try {
    loaded = await withinLimit(ports.importModule(file));
  } catch (thrown) {
    return [{ problem: `it cannot be loaded: ${wordsOf(thrown)}` }];
  }
  const exported = isObject(loaded) ? loaded.default : undefined;
  if (exported === undefined)
    return [{ problem: 'it has no default export. Write: export default { name, description, parameters, run(args) { … } }' }];
  return Promise.all((Array.isArray(exported) ? exported : [exported]).map((one) => toolOf(one, origin)));
}

async function toolOf(exported: unknown, origin: Origin): Promise<Tool | Problem> {
  if (typeof exported !== 'object' || exported === null) return { problem: 'its default export is no object' };
  const parts: { [key: string]: unknown } = { ...exported };
  const { parameters } = parts;
  const run: unknown = Reflect.get(exported, 'run');
  if (typeof run !== 'function')
    return { problem: `${typeof parts.name === 'string' ? parts.name : 'its default export'} has no function run(args, context)` };
  const schema = await schemaOf(parameters);
  if ('problem' in schema) return schema;
  const definition = readDefinition({ ...parts, parameters: schema.parameters }, origin);
  if ('problem' in definition) return definition;
  // A method of the exported object may use `this`.
  return ownModuleTool(definition, (args, context) => Reflect.apply(run, exported, [args, context]), schema.read);
}

type Run = (args: unknown, context: ToolContext) => unknown;
/** The arguments as the schema of the user wants them, with its defaults, or what is wrong with them. */
type Read = (args: JsonObject) => { value: unknown } | Problem;

function ownModuleTool({ variables: _, ...definition }: OwnDefinition, run: Run, read: Read): Tool {
  return {
    ...definition,
    source: 'own',
    plan: async (args): Promise<ToolPlan> => planOf(definition.name, args),
    async run(args, context) {
      try {
        const given = read(args);
        if ('problem' in given) return { output: `The arguments are not right: ${given.problem}`, failed: true };
        return outcomeOf(await run(given.value, context));
      } catch (thrown) {
        return {
          output: context.signal.aborted ? `${definition.name} was stopped.` : `${definition.name} failed: ${wordsOf(thrown)}`,
          failed: true,
        };
      }
    },
  };
}

/** Text as it is, `{ output, failed }` as it is meant, everything else as JSON. */
export function outcomeOf(value: unknown): ToolOutcome {
  if (value === undefined || value === null) return { output: '[done, no output]' };
  if (typeof value === 'string') return { output: value === '' ? '[done, no output]' : value };
  if (isObject(value) && 'output' in value) {
    const output = typeof value.output === 'string' ? value.output : (JSON.stringify(value.output) ?? '');
    return value.failed === true ? { output, failed: true } : { output };
  }
  return { output: JSON.stringify(value) ?? String(value) };
}

type Schema = { parameters: unknown; read: Read };

/** zod's schemas are made JSON schemas, by themselves where they can, and read the arguments. */
async function schemaOf(parameters: unknown): Promise<Schema | Problem> {
  const asIs: Read = (args) => ({ value: args });
  if (!isZod(parameters)) return { parameters, read: asIs };
  try {
    const { toJSONSchema } = await import('zod');
    const json =
      typeof parameters.toJSONSchema === 'function'
        ? parameters.toJSONSchema({ io: 'input' })
        : toJSONSchema(parameters as never, { io: 'input' });
    const read: Read = (args) => {
      const result = parameters.safeParse(args);
      return result.success ? { value: result.data } : { problem: wordsOf(result.error) };
    };
    return { parameters: json, read };
  } catch (thrown) {
    return { problem: `its zod schema cannot be written as a JSON schema: ${wordsOf(thrown)}` };
  }
}

type Zod = {
  _zod: object;
  toJSONSchema?: (options: { io: 'input' }) => unknown;
  safeParse: (value: unknown) => { success: true; data: unknown } | { success: false; error: unknown };
};

function isZod(value: unknown): value is Zod {
  return typeof value === 'object' && value !== null && '_zod' in value && 'safeParse' in value && typeof value.safeParse === 'function';
}

function withinLimit(promise: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it was not loaded after ${LOAD_MS / 1000} s`)), LOAD_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function wordsOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  return text.trim() === '' ? 'no reason was given' : text.trim();
}
