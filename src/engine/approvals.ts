/** Whether a call may run: what the user has allowed beforehand, and otherwise the user, asked one question at a time. */
import type { ApprovalAnswer, ApprovalRequest, Granted, ToolAccess } from '../core/tool.ts';
import { ruleAllows, ruleCovers, ruleOfAnswer, type ToolRule, toolRuleText } from '../core/tool-rules.ts';

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

/** `reason`: which rule allowed it, or why it is denied; null: the user said yes. `granted`: what that was for, where it can change. */
export type Verdict =
  | { decision: 'allowed'; reason: string | null; granted?: Granted }
  | { decision: 'denied'; reason: string }
  | { decision: 'cancelled' };

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

  function byRule(request: ApprovalRequest): Verdict | undefined {
    const own = options.allow.find((rule) => ruleAllows(rule, request));
    if (own) return { decision: 'allowed', reason: reasonOf(own) };
    const rule = [...ofConversation, ...options.rules()].find((one) => ruleCovers(one, request) === 'yes');
    return rule && { decision: 'allowed', reason: reasonOf(rule), granted: { pattern: request.plan.pattern, identity: rule.identity } };
  }

  /** Undefined: no rule of before was for this. */
  function noteFor(request: ApprovalRequest): string | undefined {
    const rule = [...ofConversation, ...options.rules()].findLast((one) => ruleCovers(one, request) === 'changed');
    if (!rule) return undefined;
    return rule.identity === undefined ? OLD_RULE : CHANGED;
  }

  async function answered(answer: ApprovalAnswer, request: ApprovalRequest): Promise<Verdict> {
    const rule = ruleOfAnswer(request);
    // The user has seen the call itself, whatever its pattern says by then.
    const granted = { identity: rule.identity };
    switch (answer.decision) {
      case 'no':
        return { decision: 'denied', reason: answer.reason ? `The user said no: ${answer.reason}` : 'The user said no.' };
      case 'once':
        return { decision: 'allowed', reason: null, granted };
      case 'conversation':
        ofConversation.push(rule);
        return { decision: 'allowed', reason: null, granted };
      case 'always':
        ofConversation.push(rule);
        try {
          await options.remember(rule);
          return { decision: 'allowed', reason: `from now on the rule ${toolRuleText(rule)}`, granted };
        } catch (thrown) {
          return { decision: 'allowed', reason: `only this time: ${thrown instanceof Error ? thrown.message : thrown}`, granted };
        }
    }
  }

  return {
    async decide(request, onWaiting, signal) {
      const { plan, access } = request;
      if (signal.aborted) return { decision: 'cancelled' };
      if (plan.refusal !== undefined) return { decision: 'denied', reason: plan.refusal };
      if (!ASKS[access] && !plan.asks) return { decision: 'allowed', reason: null };
      const known = byRule(request);
      if (known) return known;
      const { ask } = options;
      const note = noteFor(request);
      if (!ask) return { decision: 'denied', reason: `${note === undefined ? '' : `${note} `}${nobodyToAsk(request)}` };
      onWaiting();
      const turn = asked.then(async (): Promise<Verdict> => {
        if (signal.aborted) return { decision: 'cancelled' };
        // The answer before may have covered this one.
        const known = byRule(request);
        if (known) return known;
        const answer = await ask(note === undefined ? request : { ...request, note }, signal);
        // What is said to a question that was taken back makes no rule.
        return signal.aborted ? { decision: 'cancelled' } : answered(answer, request);
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

const CHANGED = 'It has changed since you allowed it, so it asks again.';
const OLD_RULE = 'You allowed it when rules did not say yet which tool they are for, so it asks once more.';

function reasonOf(rule: ToolRule): string {
  return `the rule ${toolRuleText(rule)}`;
}

const ASKS = { none: false, read: false, write: true, execute: true, network: true, mcp: true } as const satisfies Record<
  ToolAccess,
  boolean
>;

/** It names what this call needs: the whole tool is more than most want, and with commands it is everything. */
function nobodyToAsk({ name, plan: { subject = '' } }: ApprovalRequest): string {
  const rule = PLAIN.test(subject) ? `"${name}(${subject})"` : name;
  return `It needs the user's approval, and nobody can be asked here. To allow it: --allow ${rule}`;
}

/** What a shell hands over as it is, between double quotes, and a list of rules as one. */
const PLAIN = /^[\w@%+=:./ -]{1,200}$/;

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
