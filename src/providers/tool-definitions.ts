/** The tools of a request in the form of a wire: formatted once for the same toolbox, so that every step sends the same bytes. */
import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/messages.ts';
import type { ToolDefinition } from '../core/tool.ts';
import { type SchemaRules, toolSchema } from './tool-schema.ts';

export type ToolRules = SchemaRules & {
  /** Most characters of a description. */
  longestDescription?: number;
};

export type ToolNames = {
  /** The name a tool is sent under. */
  wireName(name: string): string;
  /** The tool that a name of the wire means. */
  ownName(name: string): string;
};

export type WireTools = { list: readonly JsonObject[]; names: ToolNames };

/** How a wire writes one tool down; its name, text and schema are already what it takes. */
export type ToolShape = (tool: ToolDefinition) => JsonObject;

/** The shape and the rules have to be the same objects each time. */
export function wireTools(tools: readonly ToolDefinition[] | undefined, shape: ToolShape, rules: ToolRules): WireTools {
  if (!tools) return NO_TOOLS;
  const known = FORMATTED.get(tools) ?? [];
  const found = known.find((one) => one.shape === shape && one.rules === rules);
  if (found) return found.formatted;
  const formatted = format(tools, shape, rules);
  FORMATTED.set(tools, [...known, { shape, rules, formatted }]);
  return formatted;
}

type Formatted = { shape: ToolShape; rules: ToolRules; formatted: WireTools };

/** Forgotten together with the toolbox. */
const FORMATTED = new WeakMap<readonly ToolDefinition[], Formatted[]>();

/** Tools that a history speaks of, for wires that refuse calls without any tools. They cannot be called any more. */
export function toolsOfHistory(messages: readonly Message[]): ToolDefinition[] {
  const names = new Set(messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool_call' ? [part.name] : []))));
  return [...names].map((name) => ({ name, description: 'No longer available.', parameters: { type: 'object' } }));
}

function format(tools: readonly ToolDefinition[], shape: ToolShape, rules: ToolRules): WireTools {
  const names = namesOf(tools);
  const list = tools.map(({ name, description, parameters }) =>
    shape({ name: names.wireName(name), description: clipped(description, rules), parameters: toolSchema(parameters, rules) }),
  );
  return { list, names };
}

/** What every vendor takes: Gemini wants a letter first, OpenAI at most 64 characters, none of them dots or slashes. */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/;
const LONGEST_NAME = 64;

function namesOf(tools: readonly ToolDefinition[]): ToolNames {
  const toWire = new Map<string, string>();
  const toOwn = new Map<string, string>();
  const take = (name: string, wire: string) => {
    toWire.set(name, wire);
    toOwn.set(wire, name);
  };
  // Names that are fine stay, whatever the others become.
  for (const { name } of tools) if (NAME.test(name)) take(name, name);
  for (const { name } of tools) {
    if (toWire.has(name)) continue;
    const clean = fitted(name);
    let free = clean;
    for (let n = 2; toOwn.has(free); n++) free = `${clean.slice(0, LONGEST_NAME - `_${n}`.length)}_${n}`;
    take(name, free);
  }
  return { wireName: (name) => toWire.get(name) ?? fitted(name), ownName: (name) => toOwn.get(name) ?? name };
}

function fitted(name: string): string {
  if (NAME.test(name)) return name;
  const clean = name.replace(/[^a-zA-Z0-9_-]/g, '_') || 'tool';
  return (/^[a-zA-Z_]/.test(clean) ? clean : `_${clean}`).slice(0, LONGEST_NAME);
}

function clipped(description: string, { longestDescription }: ToolRules): string {
  if (longestDescription === undefined || description.length <= longestDescription) return description;
  return `${description.slice(0, longestDescription - 1).toWellFormed()}…`;
}

const NO_TOOLS: WireTools = { list: [], names: namesOf([]) };
