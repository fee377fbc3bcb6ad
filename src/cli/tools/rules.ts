/** The rules that let tools run unasked: shown with where they come from, and taken back. */

import type { Command } from 'commander';
import type { CommandContext } from '../../compose/context.ts';
import { say, writeJson } from '../../compose/say.ts';
import { builtInPorts } from '../../compose/tool-ports.ts';
import { listToolRules, removeToolRule, type StoredRule } from '../../config/tool-rules.ts';
import { usageError } from '../../core/errors.ts';
import { toolRuleText } from '../../core/tool-rules.ts';
import { exactLine } from '../../format/exact.ts';
import { localDay } from '../../format/times.ts';
import { nearest } from '../../models/near.ts';
import { builtInTools } from '../../tools/built-in.ts';
import { whyAsksAgain } from '../../tools/kept-rules.ts';
import { formatColumns } from '../conversations/columns.ts';
import { settingsOf } from '../options.ts';
import { stdoutTheme } from '../screen.ts';

export async function listRules(command: Command, context: CommandContext): Promise<void> {
  const settings = settingsOf(command, context);
  const stored = listToolRules(context.paths.toolRulesFile);
  const set = settings.get('allow');
  const builtIn = builtInTools(builtInPorts(settings, context)).map(({ name }) => name);
  if (command.opts<{ json?: true }>().json) {
    const rules = [
      ...set.map((rule) => ({ rule, origin: settings.origin('allow'), addedMs: null, asksAgain: null })),
      ...stored.map((rule) => ({
        rule: toolRuleText(rule),
        origin: 'answer',
        addedMs: rule.addedMs,
        asksAgain: whyAsksAgain(rule, builtIn) ?? null,
      })),
    ];
    return writeJson(context.stdout, { rules });
  }
  if (set.length + stored.length === 0)
    return say('sotto: there is no rule: whatever writes, runs programs or reaches out is asked about.', context);
  context.stdout.write(
    await formatColumns({
      columns: [{ head: 'may run unasked', least: 20 }, { head: 'since you' }],
      rows: [
        ...set.map((rule) => [exactLine(rule), `set allow (${settings.origin('allow')})`]),
        ...stored.map((rule) => [exactLine(toolRuleText(rule)), sinceWhen(rule, whyAsksAgain(rule, builtIn))]),
      ],
      width: context.isTerminal.stdout ? context.stdout.columns || 80 : undefined,
      theme: await stdoutTheme(settings, context),
    }),
  );
}

/** One that allows nothing any more says so. */
function sinceWhen({ addedMs }: StoredRule, why: string | undefined): string {
  const answered = `answered "always" on ${localDay(addedMs)}`;
  return why === undefined ? answered : `asks again: ${why} (${answered})`;
}

export async function forgetRules(texts: readonly string[], { all }: { all?: true }, context: CommandContext): Promise<void> {
  const file = context.paths.toolRulesFile;
  const stored = listToolRules(file);
  if (!all && texts.length === 0) throw usageError('Which rule?', 'Name it as sotto tools rules shows it, or --all');
  const rules = all ? stored : texts.map((text) => ruleOf(text, stored));
  for (const rule of rules) {
    await removeToolRule(file, rule, context.interrupted);
    say(`Forgot ${exactLine(toolRuleText(rule))}: it is asked about again.`, context);
  }
  if (rules.length === 0) say('sotto: there was no rule to forget.', context);
}

/** As it stands in the list: a command that ends with a space is another one. */
function ruleOf(text: string, stored: readonly StoredRule[]): StoredRule {
  const isNamed = (name: string) => (one: StoredRule) => [toolRuleText(one), exactLine(toolRuleText(one))].includes(name);
  const rule = stored.find(isNamed(text)) ?? stored.find(isNamed(text.trim()));
  if (rule) return rule;
  const near = nearest(text, stored.map(toolRuleText), 1)[0];
  throw usageError(
    `There is no stored rule "${text}".`,
    `${near === undefined ? '' : `Did you mean '${near}'? `}See: sotto tools rules. What the setting allow names is changed with sotto config.`,
  );
}
