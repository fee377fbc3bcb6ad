/** Rules that let tools run unasked: how they are written, and which calls they cover. */
import type { ToolPlan } from './tool.ts';

/** Without a pattern it covers every call of the tool. */
export type ToolRule = { tool: string; pattern?: string };

/** What a rule is held against. */
export type PlannedCall = { name: string; plan: Pick<ToolPlan, 'pattern' | 'subject'> };

/** `name`, `name(pattern)`, or `server__*` for all tools of a server; undefined for anything else, also for a bare `*`. */
export function parseToolRule(text: string): ToolRule | undefined {
  const [, tool, pattern] = /^([A-Za-z0-9][\w.:-]*(?:__\*)?)(?:\(([\s\S]*)\))?$/.exec(text.trim()) ?? [];
  if (tool === undefined || pattern?.trim() === '') return undefined;
  return pattern === undefined ? { tool } : { tool, pattern: pattern.trim() };
}

/** As `parseToolRule` reads it. */
export function toolRuleText({ tool, pattern }: ToolRule): string {
  return pattern === undefined ? tool : `${tool}(${pattern})`;
}

/** Does a rule that the user wrote cover the call? Its pattern is held against what the call is about: the command, the path, the host. */
export function ruleAllows(rule: ToolRule, { name, plan }: PlannedCall): boolean {
  if (!isNamed(rule, name)) return false;
  const { pattern } = rule;
  if (pattern === undefined || pattern === plan.pattern) return true;
  // "= …" is one exact command, with whatever may hide in it: no star reaches into it.
  const texts = [plan.subject, plan.pattern?.startsWith('= ') ? undefined : plan.pattern];
  return texts.some((text) => text !== undefined && matchesPattern(pattern, text));
}

/**
 * Does a rule that came of an answer ("always") cover the call? Only what the tool itself offers as a pattern counts, so that
 * a yes to one command never becomes a yes to another that merely begins like it.
 */
export function ruleCovers(rule: ToolRule, { name, plan }: PlannedCall): boolean {
  if (rule.tool !== name) return false;
  return rule.pattern === undefined || (plan.pattern !== undefined && matchesPattern(rule.pattern, plan.pattern));
}

/** False for chains, pipes, substitutions, redirections, comments and several lines: there one word in front says nothing about the rest. */
export function isSimpleCommand(command: string): boolean {
  return !/[;&|`<>\n\r\\#(){}]|\$[({'"]|~[+-]/.test(command.trim());
}

/** `*` stands for any text, everything else for itself. Linear in both, whatever the pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return at <= end;
}

function isNamed({ tool }: ToolRule, name: string): boolean {
  return tool.endsWith('__*') ? name.startsWith(tool.slice(0, -1)) : tool === name;
}
