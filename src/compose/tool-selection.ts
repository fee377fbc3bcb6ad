/** Which tools a list of names means: single ones, and the words for groups of them. */
import { usageError } from '../core/errors.ts';
import type { Tool } from '../core/tool.ts';
import { nearest } from '../models/near.ts';

/** `mcp` are those of servers, `own` those of the user, `read` those that only compute and read. */
const GROUPS: Readonly<Record<string, (tool: Tool) => boolean>> = {
  all: () => true,
  read: ({ access }) => access === 'none' || access === 'read',
  own: ({ source }) => source === 'own',
  mcp: ({ source }) => source.startsWith('mcp:'),
};

export const GROUP_NAMES: readonly string[] = Object.keys(GROUPS);

/** In the order of `tools`, whatever the order of the names: a prompt cache must not miss because of it. */
export function selectTools(tools: readonly Tool[], names: readonly string[]): Tool[] {
  const tests = names.map(testOf);
  return tools.filter((tool) => tests.some((test) => test(tool)));
}

/** Throws for a name that means nothing; `isExcused` knows names that may mean something later on. */
export function checkNames(names: readonly string[], tools: readonly Tool[], isExcused: (name: string) => boolean): void {
  for (const name of names) {
    if (Object.hasOwn(GROUPS, name) || tools.some(testOf(name)) || isExcused(name)) continue;
    throw unknownTool(name, [...GROUP_NAMES, ...tools.map((tool) => tool.name)]);
  }
}

function unknownTool(name: string, known: readonly string[]) {
  const near = nearest(name, known, 3);
  return usageError(`There is no tool "${name}".`, `${near.length > 0 ? `Did you mean ${near.join(', ')}? ` : ''}See: sotto tools list`);
}

/** The tool of that name; throws with what there is. */
export function toolNamed(name: string, tools: readonly Tool[]): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool) return tool;
  throw unknownTool(
    name,
    tools.map((one) => one.name),
  );
}

/** Can everything be found without asking files of the user and servers? */
export function needsOnly(names: readonly string[], tools: readonly Tool[]): boolean {
  return names.every((name) => tools.some((tool) => tool.name === name));
}

function testOf(name: string): (tool: Tool) => boolean {
  const group = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  if (group) return group;
  return name.endsWith('__*') ? (tool) => tool.name.startsWith(name.slice(0, -1)) : (tool) => tool.name === name;
}
