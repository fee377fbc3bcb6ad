/** The tools of a run made ready for its turns: which there are, what may run unasked, who is asked, and where long outputs go. */
import type { Settings } from '../config/load.ts';
import { redact } from '../config/redact.ts';
import { addToolRule, listToolRules } from '../config/tool-rules.ts';
import { usageError } from '../core/errors.ts';
import type { AskForm } from '../core/form.ts';
import type { Tool } from '../core/tool.ts';
import { parseToolRule, type ToolRule, toolRuleText } from '../core/tool-rules.ts';
import { type Approvals, type ApprovalsOptions, createApprovals } from '../engine/approvals.ts';
import { createToolbox, type RunningToolbox } from '../engine/toolbox.ts';
import type { CommandContext } from './context.ts';
import { knownSecrets } from './known-secrets.ts';
import { openToolOutputs, type ToolOutputs } from './tool-output.ts';

type ToolboxRequest = {
  settings: Settings;
  context: CommandContext;
  notice: (message: string) => void;
  /** Asks the user; undefined where nobody can be asked. */
  ask: ApprovalsOptions['ask'] | undefined;
  /** Asks the user for an MCP server; undefined where nobody can be asked. */
  openForm?: (() => Promise<AskForm | undefined>) | undefined;
};

export type OpenedToolbox = {
  /** The tools there are now, for the next turn: always the same box while they are the same tools. */
  current(): RunningToolbox;
  approvals: Approvals;
  /** Ends servers of tools, and takes the files of long outputs away. */
  close(): Promise<void>;
};

export async function openToolbox(request: ToolboxRequest, signal: AbortSignal): Promise<OpenedToolbox> {
  const { settings, context, notice, openForm } = request;
  const approvals = openApprovals(request);
  const { openTools } = await import('./open-tools.ts');
  const opened = await openTools({ settings, context, notice, openForm }, signal);
  warnOfIdle(allowed(settings), opened.tools, notice);
  const outputs = openToolOutputs(context);
  const boxOf = createBoxes({ settings, context, approvals, outputs, isPrivate: () => settings.get('private') });
  return {
    current: () => boxOf(opened.current()),
    approvals,
    async close() {
      await Promise.all([opened.close(), outputs.close()]);
    },
  };
}

type BoxesRequest = Pick<ToolboxRequest, 'settings' | 'context'> & {
  approvals: Approvals;
  outputs: ToolOutputs;
  /** Is nothing to be written now? */
  isPrivate: () => boolean;
};

/** Gives always the same box while they are the same tools: what the model is told of them is then the same to the byte. */
export function createBoxes({
  settings,
  context,
  approvals,
  outputs,
  isPrivate,
}: BoxesRequest): (tools: readonly Tool[]) => RunningToolbox {
  let last: { tools: readonly Tool[]; box: RunningToolbox } | undefined;
  return (tools) => {
    const isSame = last?.tools.length === tools.length && tools.every((tool, index) => tool === last?.tools[index]);
    if (last && isSame) return last.box;
    const box = createToolbox({
      tools,
      approvals,
      folder: context.folder(),
      timeoutMs: settings.get('toolTimeout') * 1000,
      now: () => context.now(),
      redact: (text) => redact(text, knownSecrets(context)),
      keepOutput: async (callId, text) => (isPrivate() ? undefined : outputs.keep(callId, text)),
    });
    last = { tools, box };
    return box;
  };
}

/** A slip of the fingers would otherwise only be seen where nobody looks: in what a script did not do. */
function warnOfIdle(rules: readonly ToolRule[], tools: readonly Tool[], notice: (message: string) => void): void {
  for (const rule of rules) {
    const isKnown = rule.tool.includes('__') || tools.some(({ name }) => name === rule.tool);
    if (!isKnown) notice(`--allow ${toolRuleText(rule)} has no effect: no tool of that name is switched on.`);
  }
}

/** Throws for an entry of `allow` that is no rule. */
export function openApprovals({ settings, context, ask }: Pick<ToolboxRequest, 'settings' | 'context' | 'ask'>): Approvals {
  const file = context.paths.toolRulesFile;
  return createApprovals({
    allow: allowed(settings),
    rules: () => listToolRules(file),
    remember: (rule) => addToolRule(file, { ...rule, addedMs: context.date() }, context.interrupted),
    ...(ask === undefined ? {} : { ask }),
  });
}

function allowed(settings: Settings): ToolRule[] {
  return settings.get('allow').map((text) => {
    const rule = parseToolRule(text);
    if (rule) return rule;
    throw usageError(
      `"${text}" does not say which tool may run unasked.`,
      'Name a tool, or a tool with a pattern: --allow read_file   --allow "run_command(npm test)"   --allow "server__*"',
    );
  });
}
