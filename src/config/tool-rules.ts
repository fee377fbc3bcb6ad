/** The stored rules that let tools run unasked: one JSON file that only its owner can read, beside the keys. */
import { configurationError } from '../core/errors.ts';
import { isObject, type Json, listAt, numberAt, textAt } from '../core/json.ts';
import { type ToolRule, toolRuleText } from '../core/tool-rules.ts';
import { readJsonFile } from './json-file.ts';

/** `addedMs`: milliseconds since 1970. */
export type StoredRule = ToolRule & { addedMs: number };

/** The rules in the order in which they were added; empty where there is no file. Synchronous: it is read before a call runs. */
export function listToolRules(file: string): StoredRule[] {
  return listAt(readJsonFile(file), 'rules').map((row) => {
    const tool = textAt(row, 'tool');
    const { pattern, identity } = isObject(row) ? row : {};
    if (tool === undefined || !isTextOrAbsent(pattern) || !isTextOrAbsent(identity))
      throw configurationError(
        `${file} holds something that is no rule.`,
        'Correct it in an editor, or remove the file to revoke every rule.',
      );
    const rule = { tool, ...(pattern === undefined ? {} : { pattern }), ...(identity === undefined ? {} : { identity }) };
    return { ...rule, addedMs: numberAt(row, 'addedMs') ?? 0 };
  });
}

/** False where there was the same rule already. One that did not say yet what the tool was is replaced by one that does. */
export async function addToolRule(file: string, rule: StoredRule, signal?: AbortSignal): Promise<boolean> {
  const isOld = (other: ToolRule) => isSame(rule)(other) && other.identity === undefined;
  const isThere = (other: ToolRule) => isSame(rule)(other) && other.identity === rule.identity;
  return change(file, (rules) => (rules.some(isThere) ? rules : [...rules.filter((other) => !isOld(other)), rule]), signal);
}

/** False where there was no such rule. A rule without a pattern is only the one for the whole tool. */
export async function removeToolRule(file: string, rule: ToolRule, signal?: AbortSignal): Promise<boolean> {
  const others = (rules: StoredRule[]) => rules.filter((other) => !isSame(rule)(other));
  return change(file, (rules) => (rules.some(isSame(rule)) ? others(rules) : rules), signal);
}

function isTextOrAbsent(value: Json | undefined): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

/** Whatever state of the tool it was for. */
function isSame(rule: ToolRule): (other: ToolRule) => boolean {
  return (other) => toolRuleText(other) === toolRuleText(rule);
}

/** `edit` gives the same list back where there is nothing to change. */
async function change(file: string, edit: (rules: StoredRule[]) => StoredRule[], signal: AbortSignal | undefined): Promise<boolean> {
  const [{ withFileLock }, { writePrivateFile }] = await Promise.all([import('./lock.ts'), import('./atomic-file.ts')]);
  return withFileLock(
    file,
    () => {
      const before = listToolRules(file);
      const after = edit(before);
      if (after === before) return false;
      writePrivateFile(file, `${JSON.stringify({ v: 1, rules: after }, undefined, 2)}\n`);
      return true;
    },
    signal,
  );
}
