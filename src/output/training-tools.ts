/** The tools of a training example, in the form of the fine-tuning APIs: as they are known, else as far as their calls show them. */
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { type Message, type Part, parseArguments, type ToolCallPart, type ToolResultPart } from '../core/messages.ts';
import type { ToolDefinition } from '../core/tool.ts';
import { createCallIds } from '../providers/call-ids.ts';
import { type ToolShape, wireTools } from '../providers/tool-definitions.ts';

export type ExampleTools = {
  /** Every tool that is called, in the order of their first calls. */
  list: readonly JsonObject[];
  /** A call as the format takes it. */
  call(part: ToolCallPart, result: ToolResultPart | undefined): JsonObject;
  /** The id that the last call with this one was given. */
  callId(id: string): string;
};

export function toolsOfExample(messages: readonly Message[], known: readonly ToolDefinition[]): ExampleTools {
  const names = new Set(messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool_call' ? [part.name] : []))));
  const tools = [...names].map((name) => known.find((tool) => tool.name === name) ?? guessed(name, messages));
  const { list, names: written } = wireTools(tools, asFunction, NO_RULES);
  const newId = createCallIds('chat');
  const ids = new Map<string, string>();
  return {
    list,
    call(part, result) {
      ids.set(part.id, newId(part.id));
      const text = JSON.stringify(argumentsOf(part, result) ?? {});
      return { id: ids.get(part.id), type: 'function', function: { name: written.wireName(part.name), arguments: text } };
    },
    callId: (id) => ids.get(id) ?? id,
  };
}

/** What a call was run with; undefined where that is no object of JSON: nobody should learn it. */
export function argumentsOf(part: ToolCallPart, result: ToolResultPart | undefined): JsonObject | undefined {
  const parsed = parseArguments(result?.arguments ?? part.arguments);
  return parsed.ok && isObject(parsed.value) ? parsed.value : undefined;
}

const NO_RULES = {};

const asFunction: ToolShape = ({ name, description, parameters }) => ({
  type: 'function',
  function: { name, ...(description === '' ? {} : { description }), parameters },
});

/** Nobody kept what the tool was: its parameters are those that it was called with. */
function guessed(name: string, messages: readonly Message[]): ToolDefinition {
  const parts = messages.flatMap((message): readonly Part[] => message.parts);
  const mended = parts.filter((part) => part.type === 'tool_result').filter((part) => part.arguments !== undefined);
  const seen = parts
    .filter((part) => part.type === 'tool_call')
    .filter((part) => part.name === name)
    .map(
      (part) =>
        argumentsOf(part, undefined) ??
        argumentsOf(
          part,
          mended.find(({ callId }) => callId === part.id),
        ),
    )
    .filter((value) => value !== undefined);
  const schema = schemaOf(seen);
  return { name, description: '', parameters: schema.type === 'object' ? schema : { type: 'object', properties: {} } };
}

/** The schema that all of these values follow, as narrow as they show it. */
function schemaOf(values: readonly Json[]): JsonObject {
  const types = [...new Set(values.map(typeOf))];
  if (types.includes('number')) types.splice(0, types.length, ...types.filter((type) => type !== 'integer'));
  const [type] = types;
  if (types.length !== 1 || type === undefined) return types.length === 0 ? {} : { type: types };
  if (type === 'array') return { type, items: schemaOf(values.filter(Array.isArray).flat(1)) };
  if (type !== 'object') return { type };
  const objects = values.filter(isObject);
  const keys = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const at = (key: string) => objects.map((object) => object[key]).filter((value) => value !== undefined);
  const properties = Object.fromEntries(keys.map((key) => [key, schemaOf(at(key))]));
  const required = keys.filter((key) => objects.every((object) => object[key] !== undefined));
  return { type, properties, ...(required.length > 0 ? { required } : {}) };
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
}
