/** A conversation for the eyes: rendered markdown under the name of who speaks, safe for a terminal. */
import type { MediaPart, TextPart } from '../../core/messages.ts';
import { reasoningOf, textOf } from '../../core/messages.ts';
import type { MarkdownParsers } from '../../format/markdown-parsers.ts';
import { safeLine, safeText } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import type { Conversation, StoredMessage } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { markOf, speakerOf } from './facts.ts';
import { callLine, type Detail, failedWord, folded, headerFacts, mediaName, messageFacts, resultLine } from './transcript.ts';

export type Renderer = {
  header(conversation: Conversation): string;
  message(stored: StoredMessage): string;
  /** A text as a model writes it, by itself. */
  markdown(text: string): string;
};

/** Loads only what these texts need: nothing colours code where there is none. */
export async function openRenderer({
  texts,
  columns,
  theme,
  detail,
}: {
  texts: readonly string[];
  columns: number;
  theme: Theme;
  detail: Detail;
}): Promise<Renderer> {
  const [{ createMarkdownRenderer }, { loadParsers }, { wrap }] = await Promise.all([
    import('../../format/markdown.ts'),
    import('../../format/markdown-parsers.ts'),
    import('../../format/width.ts'),
  ]);
  const hasCode = texts.some((text) => /^[ \t>]*(?:```|~~~)/m.test(text));
  const parsers: MarkdownParsers = await loadParsers({ highlight: theme.level > 0 && hasCode });
  const inner = columns - INDENT.length;

  const plain = (text: string): string[] =>
    safeText(text)
      .replace(/\s+$/, '')
      .split('\n')
      .flatMap((line) => wrap(line, inner));
  const dim = (text: string): string[] => plain(text).map((line) => theme.paint('dim', line));
  function rendered(text: string, width: number): string[] {
    const renderer = createMarkdownRenderer({ columns: width, theme, maxTailLines: 0 }, parsers);
    return [...renderer.push(text).commit, ...renderer.end().commit];
  }

  /** Blocks of lines, in the order of the message. */
  function blocksOf({ message }: StoredMessage): string[][] {
    switch (message.role) {
      case 'user':
        return message.parts.map((part) => promptPart(part));
      case 'assistant': {
        const reasoning = reasoningOf(message);
        const thought = reasoning === '' ? [] : [dim(detail.reasoning ? reasoning : `[${folded(reasoning)}]`)];
        return [...thought, ...message.parts.map((part) => replyPart(part))];
      }
      case 'tool':
        return message.parts.map((part) =>
          detail.tools ? [...dim(`${part.name}${failedWord(part)}:`), ...plain(part.output)] : dim(resultLine(part)),
        );
    }
  }

  function promptPart(part: TextPart | MediaPart): string[] {
    return part.type === 'text' ? plain(part.text) : dim(`[attached: ${mediaName(part)}]`);
  }

  function replyPart(part: Extract<StoredMessage['message'], { role: 'assistant' }>['parts'][number]): string[] {
    switch (part.type) {
      case 'text':
        return rendered(part.text, inner);
      case 'media':
        return dim(`[attached: ${mediaName(part)}]`);
      case 'tool_call':
        return dim(callLine(part, detail));
      case 'hosted':
        return dim(`${part.name} (run by the provider)`);
      case 'reasoning':
        return [];
    }
  }

  return {
    header(conversation) {
      const system = conversation.system === null ? '' : lines(dim(`System: ${conversation.system}`));
      return `${theme.paint('title', safeLine(conversation.title))}\n${lines(dim(headerFacts(conversation).join(' · ')), '')}${system}`;
    },
    message(stored) {
      const isTool = stored.message.role === 'tool';
      const role = stored.message.role === 'user' ? 'accent' : 'strong';
      const head = isTool
        ? ''
        : `${theme.paint(role, safeLine(speakerOf(stored)))}  ${theme.paint('dim', safeLine(messageFacts(stored).join(' · ')))}\n`;
      const blocks = blocksOf(stored)
        .map((block) => withoutBlankEdges(block))
        .filter((block) => block.length > 0);
      const body = blocks.map((block) => lines(block)).join(isTool ? '' : '\n');
      const mark = markOf(stored);
      const warning = mark === undefined ? '' : lines(wrap(safeLine(`[${mark}]`), inner).map((line) => theme.paint('warning', line)));
      return `${head}${body}${warning}`;
    },
    markdown: (text) => lines(withoutBlankEdges(rendered(text, columns)), ''),
  };
}

/** Lines longer than this are hard to read; what is coloured for a pipe is laid out for eighty columns. */
const WIDEST = 120;

export function readingWidth({ stdout, isTerminal }: Pick<CommandContext, 'stdout' | 'isTerminal'>): number {
  return isTerminal.stdout ? Math.max(20, Math.min(WIDEST, (stdout.columns || 80) - 1)) : 80;
}

export function textsOf(path: readonly StoredMessage[]): string[] {
  return path.flatMap(({ message }) => (message.role === 'assistant' ? [textOf(message)] : []));
}

const INDENT = '  ';

function lines(block: readonly string[], indent = INDENT): string {
  return block.map((line) => `${line === '' ? '' : indent + line}\n`).join('');
}

function withoutBlankEdges(block: readonly string[]): string[] {
  const first = block.findIndex((line) => line.trim() !== '');
  return first < 0 ? [] : block.slice(first, block.findLastIndex((line) => line.trim() !== '') + 1);
}
