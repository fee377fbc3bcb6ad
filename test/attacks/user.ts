/** A user who answers as told, the file in which "always" is kept, and one run of sotto after the other. */
import { addToolRule, listToolRules, type StoredRule } from '../../src/config/tool-rules.ts';
import type { ApprovalAnswer, ApprovalRequest, Tool } from '../../src/core/tool.ts';
import { type Approvals, createApprovals, type Verdict } from '../../src/engine/approvals.ts';
import { createToolbox } from '../../src/engine/toolbox.ts';
import { callOf, runBox } from '../support/tools.ts';
import { contextOf } from '../tools/support.ts';

export type Longer = 'always' | 'conversation';

/** `note`: why it asks again; undefined where it does not say so. */
export type Called = { output: string; isAsked: boolean; note: string | undefined };

export type User = {
  /** All that was asked. */
  requests: ApprovalRequest[];
  rules(): StoredRule[];
  /** Another run: it knows what is stored, and nothing else. */
  newRun(): void;
  /** The verdict on a call that is not run. */
  decide(tool: Tool, args: object, at: { folder: string; answer: ApprovalAnswer['decision'] }): Promise<Verdict>;
  /** A call as a turn carries it out; whoever is asked meanwhile answers so. */
  call(tool: Tool, args: object, at: { folder: string; answer: ApprovalAnswer['decision']; whenAsked?: () => unknown }): Promise<Called>;
};

const never = new AbortController().signal;

export function openUser(file: string): User {
  const requests: ApprovalRequest[] = [];
  let answer: ApprovalAnswer = { decision: 'no' };
  let whenAsked: (() => unknown) | undefined;
  const open = (): Approvals =>
    createApprovals({
      allow: [],
      rules: () => listToolRules(file),
      remember: (rule) => addToolRule(file, { ...rule, addedMs: 0 }),
      ask: async (request) => {
        requests.push(request);
        await whenAsked?.();
        return answer;
      },
    });
  let approvals = open();
  return {
    requests,
    rules: () => listToolRules(file),
    newRun() {
      approvals = open();
    },
    async decide(tool, args, at) {
      answer = { decision: at.answer };
      const plan = (await tool.plan?.({ ...args }, contextOf(at.folder))) ?? { summary: tool.name };
      const request = { callId: 'c', name: tool.name, arguments: { ...args }, access: plan.access ?? tool.access, plan };
      return approvals.decide(request, () => {}, never);
    },
    async call(tool, args, at) {
      answer = { decision: at.answer };
      whenAsked = at.whenAsked;
      const before = requests.length;
      const box = createToolbox({ tools: [tool], approvals, folder: at.folder, timeoutMs: 20_000, now: () => performance.now() });
      const { results } = await runBox(box, [callOf(tool.name, { ...args })]);
      whenAsked = undefined;
      const [request] = requests.slice(before);
      return { output: results[0]?.output ?? '', isAsked: request !== undefined, note: request?.note };
    },
  };
}
