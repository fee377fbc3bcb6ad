/** The border of a tool: raw arguments of a model become an object that follows the tool's schema, or a complaint for the model. */
import { isObject, type Json, type JsonObject, wellFormed } from '../core/json.ts';
import { parseArguments, type ToolCallPart } from '../core/messages.ts';
import type { ToolDefinition } from '../core/tool.ts';
import { plainCheck } from './plain-schema.ts';
import type { ValueCheck } from './schema-check.ts';

type ReadArguments = { value: JsonObject; repaired: boolean } | { complaint: string };

export type ArgumentReader = (call: ToolCallPart, tool: ToolDefinition) => Promise<ReadArguments>;

/** Each tool's schema is compiled once, when it is first called. */
export function createArgumentReader(): ArgumentReader {
  const checks = new Map<ToolDefinition, Promise<ValueCheck>>();
  return async (call, tool) => {
    const written = await parsed(call.arguments);
    if ('complaint' in written) return written;
    // What is asked about, run and handed to servers is what can be stored and sent back.
    const read = wellFormed(written);
    const check = checks.get(tool) ?? checkOf(tool);
    checks.set(tool, check);
    const complaint = (await check)(read.value);
    return complaint === undefined
      ? read
      : { complaint: `The arguments do not follow the schema of ${tool.name}: ${complaint}. Call it again with corrected arguments.` };
  };
}

/** A schema that cannot be used is no reason to refuse every call: whoever gave it checks for himself. */
async function checkOf({ parameters }: ToolDefinition): Promise<ValueCheck> {
  // The real validator takes longer to load than most calls take to run.
  const plain = plainCheck(parameters);
  if (plain) return plain;
  try {
    return await (await import('./schema-check.ts')).compileSchema(parameters);
  } catch {
    return () => undefined;
  }
}

async function parsed(raw: string): Promise<ReadArguments> {
  const plain = parseArguments(raw);
  const value = plain.ok ? plain.value : await repaired(raw);
  if (value === undefined) return { complaint: 'The arguments are not JSON. Call it again with a complete JSON object as arguments.' };
  // Some models write no arguments as null, and some write JSON into a JSON string.
  if (value === null) return { value: {}, repaired: false };
  const inner = typeof value === 'string' ? parseArguments(value) : undefined;
  if (inner?.ok && isObject(inner.value)) return { value: inner.value, repaired: true };
  if (!isObject(value)) return { complaint: 'The arguments have to be a JSON object. Call it again with one.' };
  return { value, repaired: !plain.ok };
}

/** Text that breaks off inside of a string is not repaired: half a file or half a command is worse than none. */
async function repaired(raw: string): Promise<Json | undefined> {
  if (endsInString(raw)) return undefined;
  const { jsonrepair } = await import('jsonrepair');
  try {
    const parsed = parseArguments(jsonrepair(raw));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}

function endsInString(raw: string): boolean {
  let isInside = false;
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === '\\') at++;
    else if (raw[at] === '"') isInside = !isInside;
  }
  return isInside;
}
