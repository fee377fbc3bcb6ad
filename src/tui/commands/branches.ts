/** `/fork` and `/branches`: going on in a copy, and walking the tree of answers that a conversation is. */

import { usageError } from '../../core/errors.ts';
import { counted, nounOf } from '../../core/words.ts';
import { age } from '../../format/times.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';
import { promptsOn } from './facts.ts';

export const forkCommand: SlashCommand = {
  name: 'fork',
  argument: '[number]',
  summary: 'go on in a copy',
  details: [
    'The conversation so far is copied, and you go on in the copy; the first one stays as it is.',
    '/fork 3  copies up to the answer to your third prompt',
  ],
  group: 'Conversation',
  async run(argument, actions) {
    const { chat } = actions;
    const path = chat.path();
    if (path.length === 0) return actions.say('There is nothing to copy yet.');
    const last = argument === '' ? undefined : lastMessageOf(argument, actions);
    await chat.fork(last);
    actions.say('This is a copy now; the first one is in /list.');
    if (last !== undefined) await actions.showConversation();
  },
};

/** The message before the next prompt. */
function lastMessageOf(argument: string, { chat }: ChatActions): number | undefined {
  const path = chat.path();
  const prompts = promptsOn(path);
  const number = Number(argument);
  if (!Number.isInteger(number) || number < 1 || number > prompts.length) {
    throw usageError(`/fork takes the number of a prompt, and there ${nounOf(prompts.length, 'is', 'are')} ${prompts.length}.`);
  }
  const next = prompts[number];
  return next === undefined ? undefined : path[path.indexOf(next) - 1]?.id;
}

export const branchesCommand: SlashCommand = {
  name: 'branches',
  aliases: ['tree'],
  summary: 'choose a branch',
  details: ['Each retry, edit and undo begins a branch; none is ever lost.', 'The branch that you choose is the one that goes on.'],
  group: 'Conversation',
  async run(_, actions) {
    const { chat } = actions;
    const branches = chat.branches();
    // After an undo the only branch is not the active one: this is the way back to it.
    if (branches.every(({ isActive }) => isActive)) return actions.say('There is one branch only. /retry and /edit begin another one.');
    const nowMs = actions.date();
    const byLeaf = new Map(branches.map((branch) => [branch.leaf, branch]));
    const leaf = await actions.pick({
      title: 'Branches, by their last prompt',
      empty: 'No branch has that in its last prompt.',
      items: branches.map(({ leaf, isActive, prompt, messageCount, createdMs }) => ({
        value: leaf,
        label: prompt,
        detail: `${counted(messageCount, 'message')}, ${age(createdMs, nowMs)}`,
        current: isActive,
      })),
      preview: (value) => {
        const { prompt = '', reply = '' } = byLeaf.get(value) ?? {};
        return [`> ${prompt}`, '', reply === '' ? '(no answer)' : reply];
      },
    });
    if (leaf === undefined) return;
    await chat.activate(leaf);
    await actions.showConversation();
  },
};
