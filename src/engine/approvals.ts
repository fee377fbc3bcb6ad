/** Whether a call may run: what the user has allowed beforehand, and otherwise the user, asked one question at a time. */
import type { ApprovalAnswer, ApprovalRequest, ToolAccess } from '../core/tool.ts';
import { ruleAllows, ruleCovers, type ToolRule, toolRuleText } from '../core/tool-rules.ts';

export type ApprovalsOptions = {
  /** What the user has written: the setting `allow`. */
  allow: readonly ToolRule[];
  /** Rules that were stored after an answer "always"; read whenever a call asks, so that a revoked one is revoked at once. */
  rules: () => readonly ToolRule[];
  /** Stores such a rule. */
  remember: (rule: ToolRule) => Promise<unknown>;
  /** Asks the user. Absent: nobody can be asked. When the signal fires the answer no longer counts. */
  ask?: (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>;
};

/** `reason`: which rule allowed it, or why it is denied; null: the user said yes. */
export type Verdict = { decision: 'allowed'; reason: string | null } | { decision: 'denied'; reason: string } | { decision: 'cancelled' };

export type Approvals = {
  /** `onWaiting` is called before the user is asked. Calls that need no yes are allowed without a reason. */
  decide(request: ApprovalRequest, onWaiting: () => void, signal: AbortSignal): Promise<Verdict>;
  /** A new conversation: what was allowed for the last one is not allowed any more. */
  forgetConversation(): void;
};

export function createApprovals(options: ApprovalsOptions): Approvals {
  let ofConversation: ToolRule[] = [];
  /** Ends when the question before has been answered. */
  let asked: Promise<unknown> = Promise.resolve();

  function ruleFor(request: ApprovalRequest): ToolRule | undefined {
    const isCovering = (rule: ToolRule) => ruleCovers(rule, request);
    return options.allow.find((rule) => ruleAllows(rule, request)) ?? ofConversation.find(isCovering) ?? options.rules().find(isCovering);
  }

  function byRule(request: ApprovalRequest): Verdict | undefined {
    const rule = ruleFor(request);
    return rule && { decision: 'allowed', reason: `the rule ${toolRuleText(rule)}` };
  }

  async function answered(answer: ApprovalAnswer, { name, plan }: ApprovalRequest): Promise<Verdict> {
    const rule: ToolRule = plan.pattern === undefined ? { tool: name } : { tool: name, pattern: plan.pattern };
    switch (answer.decision) {
      case 'no':
        return { decision: 'denied', reason: answer.reason ? `The user said no: ${answer.reason}` : 'The user said no.' };
      case 'once':
        return { decision: 'allowed', reason: null };
      case 'conversation':
        ofConversation.push(rule);
        return { decision: 'allowed', reason: null };
      case 'always':
        ofConversation.push(rule);
        try {
          await options.remember(rule);
          return { decision: 'allowed', reason: `from now on the rule ${toolRuleText(rule)}` };
        } catch (thrown) {
          return { decision: 'allowed', reason: `only this time: ${thrown instanceof Error ? thrown.message : thrown}` };
        }
    }
  }

  return {
    async decide(request, onWaiting, signal) {
      const { plan, access, name } = request;
      if (signal.aborted) return { decision: 'cancelled' };
      if (plan.refusal !== undefined) return { decision: 'denied', reason: plan.refusal };
      if (!ASKS[access] && !plan.asks) return { decision: 'allowed', reason: null };
      const known = byRule(request);
      if (known) return known;
      const { ask } = options;
      if (!ask) return { decision: 'denied', reason: nobodyToAsk(name) };
      onWaiting();
      const turn = asked.then(async (): Promise<Verdict> => {
        if (signal.aborted) return { decision: 'cancelled' };
        // The answer before may have covered this one.
        return byRule(request) ?? answered(await ask(request, signal), request);
      });
      const verdict = orCancelled(turn, signal);
      asked = verdict.catch(() => undefined);
      return verdict;
    },
    forgetConversation() {
      ofConversation = [];
    },
  };
}

const ASKS = { none: false, read: false, write: true, execute: true, network: true, mcp: true } as const satisfies Record<
  ToolAccess,
  boolean
>;

function nobodyToAsk(name: string): string {
  return `It needs the user's approval, and nobody can be asked here. To allow it: --allow ${name}`;
}

/** A question that is not taken back when its call is cancelled holds nobody up. */
function orCancelled(verdict: Promise<Verdict>, signal: AbortSignal): Promise<Verdict> {
  if (signal.aborted) return Promise.resolve({ decision: 'cancelled' });
  return new Promise((resolve, reject) => {
    const cancel = () => resolve({ decision: 'cancelled' });
    signal.addEventListener('abort', cancel, { once: true });
    verdict
      .then(resolve, (thrown) => (signal.aborted ? cancel() : reject(thrown)))
      .finally(() => signal.removeEventListener('abort', cancel));
  });
}
