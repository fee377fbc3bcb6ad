/** `/retry`, `/edit`, `/undo`, `/more`: going back in the conversation. Nothing is deleted by any of them. */
import { usageError } from '../../core/errors.ts';
import type { MediaPart, TextPart } from '../../core/messages.ts';
import type { ChatMessage, Prompt } from '../../engine/chat.ts';
import { age } from '../../format/times.ts';
import type { ChatActions, SlashCommand } from '../actions.ts';
import { withoutNamed } from '../attached-paths.ts';
import { behindRetry, behindWords } from '../gone-back.ts';
import { firstWords, promptsOn } from './facts.ts';
import { switchTo } from './model.ts';
import { modelNames } from './model-items.ts';

export const retryCommand: SlashCommand = {
  name: 'retry',
  aliases: ['again'],
  argument: '[model]',
  summary: 'another answer',
  details: [
    'Asks for another answer to your last prompt. The first one stays: /branches',
    '/retry haiku  asks that model, which answers from here on',
  ],
  group: 'Talk',
  complete: (_, actions) => modelNames(actions),
  async run(argument, actions) {
    const path = actions.chat.path();
    if (promptsOn(path).length === 0) return actions.say('There is no prompt yet that could be answered again.');
    if (argument !== '') await switchTo({ model: argument }, actions);
    const behind = behindRetry(path);
    if (!(await actions.fitsWindow(behind[0]?.id))) return;
    const words = behindWords(behind, actions.theme.glyphs);
    if (words !== undefined) actions.say(words);
    actions.retry();
  },
};

export const editCommand: SlashCommand = {
  name: 'edit',
  argument: '[number]',
  summary: 'change an earlier turn',
  details: [
    'Brings an earlier prompt back for editing; sending it begins a branch there. Also: Esc Esc',
    '/edit    choose one',
    '/edit 2  your second prompt',
  ],
  group: 'Talk',
  async run(argument, actions) {
    const prompts = promptsOn(actions.chat.path());
    if (prompts.length === 0) return actions.say('There is no earlier prompt yet.');
    const chosen = argument === '' ? await choosePrompt(prompts, actions) : numbered(argument, prompts);
    if (!chosen) return;
    const { text, attachments = [] } = promptOf(chosen);
    actions.compose(text, { replaces: chosen.id, attachments: withoutNamed(text, attachments) });
  },
};

/** The newest one first: it is the one that is meant most often. */
function choosePrompt(prompts: readonly ChatMessage[], actions: ChatActions): Promise<ChatMessage | undefined> {
  const nowMs = actions.date();
  const items = prompts.map((prompt, index) => ({
    value: prompt,
    label: `${index + 1}  ${firstWords(prompt)}`,
    detail: age(prompt.createdMs, nowMs),
  }));
  return actions.pick({
    title: 'Change which prompt?',
    empty: 'No prompt begins like that.',
    items: items.reverse(),
    preview: (prompt) => promptOf(prompt).text.split('\n'),
  });
}

function numbered(argument: string, prompts: readonly ChatMessage[]): ChatMessage {
  const found = /^\d+$/.test(argument) ? prompts[Number(argument) - 1] : undefined;
  if (found) return found;
  throw usageError(`/edit takes the number of a prompt from 1 to ${prompts.length}.`, 'Without a number you choose from a list.');
}

/** A stored prompt as it was sent: what was typed, and what came with it. */
function promptOf({ message }: ChatMessage): Prompt {
  const parts = message.parts.filter((part): part is TextPart | MediaPart => part.type === 'text' || part.type === 'media');
  const [first, ...others] = parts;
  return first?.type === 'text' ? { text: first.text, attachments: others } : { text: '', attachments: parts };
}

export const undoCommand: SlashCommand = {
  name: 'undo',
  summary: 'take the last turn off',
  details: ['The last prompt comes back into the input line, and the model does not see it any more. It stays on its branch: /branches'],
  group: 'Talk',
  async run(_, actions) {
    const before = [...actions.chat.path()];
    const prompt = await actions.chat.undo();
    if (!prompt) return actions.say('There is nothing to take off.');
    actions.say(
      behindWords(before.slice(actions.chat.path().length), actions.theme.glyphs) ??
        'The last turn is off this branch. To return: /branches',
    );
    actions.compose(prompt.text, { attachments: withoutNamed(prompt.text, prompt.attachments ?? []) });
  },
};

export const moreCommand: SlashCommand = {
  name: 'more',
  aliases: ['earlier'],
  summary: 'earlier messages',
  details: ['Prints a screenful of the messages before those that you have seen.'],
  group: 'Conversation',
  run: (_, actions) => actions.showEarlier(),
};
