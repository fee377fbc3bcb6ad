/** Rules that let tools run unasked: how they are written, and which calls they cover. */
import type { ToolPlan } from './tool.ts';

/** Without a pattern it covers every call of the tool; `identity`: only while the tool is what it was when the user said yes. */
export type ToolRule = { tool: string; pattern?: string; identity?: string };

/** What a rule is held against. */
type PlannedCall = { name: string; plan: Pick<ToolPlan, 'pattern' | 'subject' | 'identity'> };

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

/** The rule that an answer for longer makes of a call. */
export function ruleOfAnswer({ name, plan: { pattern, identity } }: PlannedCall): ToolRule {
  return { tool: name, ...(pattern === undefined ? {} : { pattern }), ...(identity === undefined ? {} : { identity }) };
}

/**
 * Does a rule that came of an answer ("always") cover the call? Only what the tool itself offers as a pattern counts, word for
 * word, so that a yes to one command never becomes a yes to another; and only while the tool is the same. `changed`: it would,
 * were the tool still what it was.
 */
export function ruleCovers(rule: ToolRule, { name, plan }: PlannedCall): 'yes' | 'changed' | 'no' {
  if (rule.tool !== name || !(rule.pattern === plan.pattern || isFolderWithin(rule.pattern, plan.pattern))) return 'no';
  return rule.identity === plan.identity ? 'yes' : 'changed';
}

/**
 * A yes for a folder is one for the folders in it: "/src/*" and "/src/deep/*". Not for what is hidden there: with `.vscode`, `.github`
 * or `.bashrc` others are told what to run.
 */
function isFolderWithin(folder: string | undefined, inner: string | undefined): boolean {
  if (folder === undefined || inner === undefined || !/^([\\/]|[a-z]:).*[\\/]\*$/is.test(folder)) return false;
  const start = folder.slice(0, -1);
  return inner.startsWith(start) && !/(^|[\\/])\./.test(inner.slice(start.length));
}

/**
 * False for chains, pipes, substitutions, redirections, comments, several lines and control characters: there one word in front
 * says nothing about the rest.
 */
export function isSimpleCommand(command: string): boolean {
  return !/[;&|`<>\\#(){}\x00-\x08\x0a-\x1f\x7f]|\$[({'"]|~[+-]/.test(command);
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
