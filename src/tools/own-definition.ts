/** What a tool of the user says of itself, checked field by field: it comes from a file or a program and may say anything. */
import { isObject, type JsonObject, listAt, numberAt, textAt } from '../core/json.ts';
import type { ToolAccess, ToolDefinition } from '../core/tool.ts';

export type OwnDefinition = ToolDefinition & {
  access: ToolAccess;
  /** Names of variables that a program is given although they look like keys. */
  variables: readonly string[];
  timeoutMs?: number;
  asksBecause?: string;
};

export type Problem = { problem: string };

/** For tools of a project: they may ask for less than the user, but never run unasked. */
export type Origin = 'user' | 'project';

/** What may be loaded of a project: hashes by real path. Packages may be too many for that. */
export type Loadable = { hashes: Readonly<Record<string, string>>; hasLoosePackages: boolean };

/** Looks anew, before anything of a project starts; a problem keeps it from starting. */
export type LookAgain = () => Loadable | Problem;

const ACCESSES = ['none', 'read', 'write', 'execute', 'network'] as const satisfies readonly ToolAccess[];
const LONGEST_DESCRIPTION = 10_000;
const LARGEST_SCHEMA = 100_000;
const LONGEST_SECONDS = 86_400;

export function readDefinition(value: unknown, origin: Origin): OwnDefinition | Problem {
  if (!isObject(value)) return { problem: 'it does not describe itself as an object with name, description and parameters' };
  const name = textAt(value, 'name');
  if (name === undefined || !/^[a-zA-Z][\w-]{0,63}$/.test(name))
    return { problem: `its name ${JSON.stringify(value.name) ?? 'is missing: it'} must be letters, digits, _ and -, at most 64` };
  if (name.includes('__')) return { problem: `its name ${name} must not have two underscores in a row: those are for MCP servers` };
  const description = textAt(value, 'description')?.trim();
  if (!description) return { problem: `${name} has no description: the model would not know what it is for` };
  const parameters = parametersOf(value.parameters);
  if (typeof parameters === 'string') return { problem: `${name}: ${parameters}` };
  const said = value.access;
  const access = said === undefined ? 'execute' : ACCESSES.find((known) => known === said);
  if (access === undefined) return { problem: `${name}: access is ${JSON.stringify(said)}, but must be one of ${ACCESSES.join(', ')}` };
  const seconds = numberAt(value, 'timeoutSeconds');
  if (seconds !== undefined && !(seconds > 0 && seconds <= LONGEST_SECONDS))
    return { problem: `${name}: timeoutSeconds must be between 0 and ${LONGEST_SECONDS}` };
  const isRaised = origin === 'project' && (access === 'none' || access === 'read');
  return {
    name,
    description: description.slice(0, LONGEST_DESCRIPTION),
    parameters,
    access: isRaised ? 'execute' : access,
    ...(isRaised ? { asksBecause: 'it comes from this folder' } : {}),
    variables: listAt(value, 'env').filter((variable) => typeof variable === 'string'),
    ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }),
  };
}

/** A copy as plain JSON, or what is wrong. */
function parametersOf(given: unknown): JsonObject | string {
  if (given === undefined || given === null) return { type: 'object', properties: {} };
  if (!isObject(given)) return 'parameters must be a JSON schema of an object';
  let text: string;
  try {
    text = JSON.stringify(given);
  } catch {
    return 'parameters cannot be written as JSON';
  }
  if (text.length > LARGEST_SCHEMA) return `parameters are too large (${text.length} characters)`;
  const copy: JsonObject = JSON.parse(text);
  if (
    copy.type === undefined &&
    !isObject(copy.properties) &&
    Object.keys(copy).length > 0 &&
    copy.anyOf === undefined &&
    copy.oneOf === undefined
  )
    return 'parameters must be a JSON schema such as {"type": "object", "properties": {"city": {"type": "string"}}}';
  if (copy.type !== undefined && copy.type !== 'object') return 'parameters must be a JSON schema of type "object"';
  const { $schema: _, ...schema } = copy;
  return { type: 'object', ...schema };
}
