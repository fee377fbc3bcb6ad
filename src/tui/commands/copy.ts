/** `/copy`: a reply, one of its code blocks, or everything, to the clipboard; as it was written, not as it was shown. */
import { counted } from '../../core/words.ts';
import type { ChatActions, CopyOutcome, SlashCommand } from '../actions.ts';
import { codeOfLastTurn } from '../reply-code.ts';
import { lastReply } from './facts.ts';

export const copyCommand: SlashCommand = {
  name: 'copy',
  aliases: ['c'],
  argument: '[number|all]',
  summary: 'reply or code block',
  details: [
    '/copy      the last reply, as Markdown',
    '/copy 2    the code block with [2] above it, without the fences',
    '/copy all  the whole conversation, as Markdown',
  ],
  group: 'Text',
  whileWorking: true,
  complete: async (_, { chat }) => [...(codeOfLastTurn(chat.path()) ?? []).map((_block, index) => String(index + 1)), 'all'],
  async run(argument, actions) {
    const found = argument === 'all' ? await wholeConversation(actions) : ofLastReply(argument, actions);
    if ('nothing' in found) return actions.say(found.nothing, 'warning');
    say(await actions.copy(found.text), found.what, actions);
  },
};

type Source = { text: string; what: string } | { nothing: string };

async function wholeConversation(actions: ChatActions): Promise<Source> {
  if (actions.chat.path().length === 0) return { nothing: 'The conversation has not begun yet.' };
  return { text: await actions.conversationMarkdown(), what: 'the conversation' };
}

function ofLastReply(argument: string, { chat }: ChatActions): Source {
  const reply = lastReply(chat);
  if (reply === undefined) return { nothing: 'There is no reply yet.' };
  if (argument === '') return { text: reply, what: 'the reply' };
  const blocks = codeOfLastTurn(chat.path()) ?? [];
  const block = /^\d+$/.test(argument) ? blocks[Number(argument) - 1] : undefined;
  if (block) return { text: block.source, what: `code block ${argument}${block.closed ? '' : ', which was cut off'}` };
  const has = blocks.length === 0 ? 'no code block' : counted(blocks.length, 'code block');
  return { nothing: `The last reply has ${has}. Besides a number, /copy takes "all".` };
}

function say({ outcome, how }: CopyOutcome, what: string, actions: ChatActions): void {
  const words = {
    verified: `Copied ${what} (${how}).`,
    sent: `Asked the terminal to copy ${what} (${how}); it does not tell whether it did.`,
    failed: `Not copied: ${how}`,
  } satisfies Record<CopyOutcome['outcome'], string>;
  actions.say(words[outcome], outcome === 'failed' ? 'warning' : 'info');
}
