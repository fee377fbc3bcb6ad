/** Answers of servers with only what is understood in them, each of the right type: one odd entry never takes the others away. */
import type { Transport } from '@modelcontextprotocol/client';
import { isObject, isTooDeep, type Json, type JsonObject, listAt, objectAt, textAt } from '../../core/json.ts';
import { ODD_ERROR } from './failures.ts';

/** The library refuses the whole answer for one field. `leftOut` is told of each entry that cannot be mended, in one line. */
export function mendAnswers(transport: Transport, leftOut: (line: string) => void): void {
  const asked = new Map<string | number, Mend>();
  const send = transport.send.bind(transport);
  let deliver: Transport['onmessage'];
  transport.send = (message, options) => {
    if ('id' in message && 'method' in message && message.id !== undefined) {
      const mend = MENDS[message.method];
      if (mend) asked.set(message.id, mend);
    }
    return send(message, options);
  };
  const mended: NonNullable<Transport['onmessage']> = (message, extra) => {
    if (isTooDeep(message)) {
      if (!('method' in message) && message.id !== undefined) deliver?.({ jsonrpc: '2.0', id: message.id, error: ODD_ERROR });
      return;
    }
    const id = 'result' in message ? message.id : undefined;
    const mend = id === undefined ? undefined : asked.get(id);
    if (id !== undefined) asked.delete(id);
    // What is mended has the shape that the library asks for, and it looks itself.
    const result = mend && 'result' in message && isObject(message.result) ? mend(message.result, leftOut) : undefined;
    deliver?.((result ? { ...message, result } : message) as typeof message, extra);
  };
  // Who listens already, such as the wire itself, still hears everything, and first.
  const before = Object.getOwnPropertyDescriptor(transport, 'onmessage');
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => (deliver ? (before?.get?.call(transport) ?? mended) : undefined),
    set: (listener) => {
      deliver = listener;
      before?.set?.call(transport, listener && mended);
    },
  });
}

type Mend = (result: JsonObject, leftOut: (line: string) => void) => JsonObject;

const MENDS: Readonly<Record<string, Mend>> = {
  initialize: ({ capabilities, serverInfo, instructions, ...rest }) => ({
    ...rest,
    ...(typeof instructions === 'string' ? { instructions } : {}),
    capabilities: isObject(capabilities) ? Object.fromEntries(Object.entries(capabilities).filter(([, value]) => isObject(value))) : {},
    serverInfo: { ...texts(serverInfo, ['title']), name: textAt(serverInfo, 'name') ?? '', version: textAt(serverInfo, 'version') ?? '' },
  }),
  'tools/list': listOf('tools', ['name'], (tool) => ({
    ...texts(tool, ['title', 'description']),
    inputSchema: schemaOf(tool.inputSchema),
    annotations: { ...texts(tool.annotations, ['title']), ...flags(tool.annotations, ['readOnlyHint', 'destructiveHint']) },
  })),
  'resources/list': listOf('resources', ['uri'], (resource) => ({
    ...texts(resource, ['title', 'description', 'mimeType']),
    name: textAt(resource, 'name') ?? textAt(resource, 'uri') ?? '',
  })),
  'prompts/list': listOf('prompts', ['name'], (prompt) => ({
    ...texts(prompt, ['title', 'description']),
    arguments: listAt(prompt, 'arguments').flatMap((argument) => {
      const name = textAt(argument, 'name');
      return name === undefined ? [] : [{ name, ...texts(argument, ['title', 'description']), ...flags(argument, ['required']) }];
    }),
  })),
  'tools/call': ({ content, structuredContent, isError, ...rest }) => ({
    ...rest,
    content: (Array.isArray(content) ? content : content === undefined ? [] : [content]).map(blockOf),
    ...(isObject(structuredContent) ? { structuredContent } : {}),
    ...(typeof isError === 'boolean' ? { isError } : {}),
  }),
  'resources/read': ({ contents, ...rest }) => ({ ...rest, contents: (Array.isArray(contents) ? contents : []).flatMap(contentsOf) }),
  'prompts/get': ({ messages, description, ...rest }) => ({
    ...rest,
    ...(typeof description === 'string' ? { description } : {}),
    messages: (Array.isArray(messages) ? messages : []).map((message) => ({
      role: textAt(message, 'role') === 'assistant' ? 'assistant' : 'user',
      content: blockOf(isObject(message) ? (message.content ?? message) : message),
    })),
  }),
};

/** Entries without one of the `needed` texts cannot be used. */
function listOf(key: string, needed: readonly string[], read: (entry: JsonObject) => JsonObject): Mend {
  return ({ [key]: list, nextCursor, ...rest }, leftOut) => ({
    ...rest,
    ...(typeof nextCursor === 'string' ? { nextCursor } : {}),
    [key]: (Array.isArray(list) ? list : []).flatMap((entry, index) => {
      const missing = needed.find((name) => (textAt(entry, name) ?? '') === '');
      if (isObject(entry) && missing === undefined) return [{ ...texts(entry, needed), ...read(entry) }];
      leftOut(`entry ${index + 1} of its ${key} has no ${missing ?? 'fields'}`);
      return [];
    }),
  });
}

/** What a vendor takes of it is decided later; here it is an object whose fields have schemas. */
function schemaOf(schema: Json | undefined): JsonObject {
  const { properties, required, ...rest } = isObject(schema) ? schema : {};
  const fields = isObject(properties) ? Object.entries(properties).map(([name, field]) => [name, isObject(field) ? field : {}]) : [];
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  return {
    ...rest,
    type: 'object',
    ...(fields.length > 0 ? { properties: Object.fromEntries(fields) } : {}),
    ...(names.length > 0 ? { required: names } : {}),
  };
}

/** A piece of content; what is none of the kinds that there are is shown as it came. */
function blockOf(block: Json): JsonObject {
  const whole = KINDS[textAt(block, 'type') ?? '']?.(block);
  return whole ?? { type: 'text', text: typeof block === 'string' ? block : JSON.stringify(block) };
}

const KINDS: Readonly<Record<string, (block: Json) => JsonObject | undefined>> = {
  text: (block) => withTexts(block, ['type', 'text']),
  image: (block) => withTexts(block, ['type', 'data', 'mimeType']),
  audio: (block) => withTexts(block, ['type', 'data', 'mimeType']),
  resource_link: (block) => {
    const link = withTexts(block, ['type', 'uri', 'name'], ['title', 'description', 'mimeType']);
    const size = isObject(block) ? block.size : undefined;
    return link && { ...link, ...(typeof size === 'number' ? { size } : {}) };
  },
  resource: (block) => {
    const [resource] = contentsOf(objectAt(block, 'resource') ?? {});
    return resource && { type: 'resource', resource };
  },
};

function contentsOf(entry: Json): JsonObject[] {
  const held = withTexts(entry, ['uri', 'text'], ['mimeType']) ?? withTexts(entry, ['uri', 'blob'], ['mimeType']);
  if (held) return [held];
  const text = textAt(entry, 'text');
  return text === undefined ? [] : [{ uri: textAt(entry, 'uri') ?? '', text }];
}

/** These fields, where all of the needed ones are texts. */
function withTexts(value: Json, needed: readonly string[], more: readonly string[] = []): JsonObject | undefined {
  return needed.every((name) => textAt(value, name) !== undefined) ? texts(value, [...needed, ...more]) : undefined;
}

function texts(value: Json | undefined, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (textAt(value, name) === undefined ? [] : [[name, textAt(value, name)]])));
}

function flags(value: Json | undefined, names: readonly string[]): JsonObject {
  if (!isObject(value)) return {};
  return Object.fromEntries(names.flatMap((name) => (typeof value[name] === 'boolean' ? [[name, value[name]]] : [])));
}
