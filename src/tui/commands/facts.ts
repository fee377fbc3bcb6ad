/** What several commands read out of a conversation, and the words they share. */
import { textOf } from '../../core/messages.ts';
import type { Chat, ChatMessage } from '../../engine/chat.ts';
import { safeLine } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import { displayWidth, pad, wrap } from '../../format/width.ts';
import type { ChatActions } from '../actions.ts';

/** How long a provider may take to answer a command. */
export const PATIENCE_MS = 15_000;

/** The source text of the last reply that has any; undefined before the first. */
export function lastReply(chat: Chat): string | undefined {
  const found = chat.path().findLast(({ message }) => message.role === 'assistant' && textOf(message) !== '');
  return found && textOf(found.message);
}

/** The user's messages on the active path, oldest first. */
export function promptsOn(path: readonly ChatMessage[]): ChatMessage[] {
  return path.filter(({ message }) => message.role === 'user');
}

/** The first line of a message with something in it; what is attached where there are no words. */
export function firstWords({ message }: Pick<ChatMessage, 'message'>): string {
  const part = message.parts.find((one) => one.type === 'text' && one.text.trim() !== '');
  const text = part?.type === 'text' ? part.text.slice(0, 1000).trimStart() : '';
  if (text !== '') return safeLine(text.split('\n', 1)[0] ?? '');
  const media = message.parts.find((one) => one.type === 'media');
  return media?.type === 'media' ? `(${safeLine(media.name ?? media.mediaType)})` : '(no words)';
}

export function modelName({
  provider,
  model,
}: {
  provider?: string | null | undefined;
  model?: string | null | undefined;
}): string | undefined {
  return [provider, model].filter((name) => name).join('/') || undefined;
}

/** Labels on the left, values beside them, wrapped; below them where the window is narrow. An empty line ends it. */
export function labelled(
  rows: readonly (readonly [label: string, value: string])[],
  { columns, theme }: { columns: number; theme: Theme },
): string[] {
  const width = Math.max(...rows.map(([label]) => displayWidth(label))) + 2;
  const isNarrow = columns < width + 20;
  const lines = rows.flatMap(([label, value]) => {
    const room = isNarrow ? columns - 2 : columns - width;
    const texts = value.split('\n').flatMap((line) => wrap(safeLine(line), room));
    if (isNarrow) return [theme.paint('dim', label), ...texts.map((text) => `  ${text}`)];
    return texts.map((text, index) => `${index === 0 ? theme.paint('dim', pad(label, width)) : ' '.repeat(width)}${text}`);
  });
  return [...lines, ''];
}

/** One column less than the window has: a full line leaves some terminals in doubt where the cursor is. */
export function roomOf(actions: ChatActions): { columns: number; theme: Theme } {
  return { columns: Math.max(10, actions.size().columns - 1), theme: actions.theme };
}

/** True for what people type to say yes or no. */
export function onOrOff(argument: string): boolean | undefined {
  const word = argument.toLowerCase();
  if (['on', 'yes', 'true'].includes(word)) return true;
  if (['off', 'no', 'false'].includes(word)) return false;
  return undefined;
}
