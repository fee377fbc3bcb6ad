/** A conversation for the eyes: rendered markdown under the name of who speaks, safe for a terminal. */

import type { CommandContext } from '../../compose/context.ts';
import { type MediaPart, type ReplyPart, reasoningOf, textOf } from '../../core/messages.ts';
import type { MarkdownParsers } from '../../format/markdown-parsers.ts';
import type { Edges } from '../../format/markdown-state.ts';
import { safeLine, safeText } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import type { Conversation, StoredMessage } from '../../store/store.ts';
import { markOf, speakerOf } from './facts.ts';
import { callLine, type Detail, failedWord, folded, headerFacts, mediaName, messageFacts, resultLine } from './transcript.ts';

type Renderer = {
  header(conversation: Conversation): string;
  message(stored: StoredMessage): string;
  /** A text as a model writes it, by itself. */
  markdown(text: string): string;
};

type RendererOptions = {
  texts: readonly string[];
  columns: number;
  theme: Theme;
  hyperlinks: boolean;
  detail: Detail;
  /** How code is set off: `none` for a pipe. */
  edges: Edges;
};

/** Loads only what these texts need: nothing colours code where there is none. */
export async function openRenderer({ texts, columns, theme, hyperlinks, detail, edges }: RendererOptions): Promise<Renderer> {
  const [{ createMarkdownRenderer }, { loadParsers }, { displayWidth, wrap }] = await Promise.all([
    import('../../format/markdown.ts'),
    import('../../format/markdown-parsers.ts'),
    import('../../format/width.ts'),
  ]);
  const hasCode = texts.some((text) => /^[ \t>]*(?:```|~~~)/m.test(text));
  const parsers: MarkdownParsers = await loadParsers({ highlight: theme.hasHues && hasCode });
  const inner = columns - INDENT.length;
  const looks: Looks = {
    plain: (text) => linesOf(safeText(text)).flatMap((line) => wrap(line, inner)),
    faint: (text) => looks.plain(text).map((line) => theme.paint('dim', line)),
    markdown: (text) => rendered(text, inner),
  };

  function rendered(text: string, width: number): string[] {
    const renderer = createMarkdownRenderer({ columns: width, theme, hyperlinks, maxTailLines: 0, edges }, parsers);
    return [...renderer.push(text).commit, ...renderer.end().commit];
  }

  return {
    header(conversation) {
      const system = conversation.system === null ? '' : joined(looks.faint(`System: ${conversation.system}`));
      return `${theme.paint('title', safeLine(conversation.title))}\n${joined(looks.faint(headerFacts(conversation).join(' · ')), '')}${system}`;
    },
    message(stored) {
      const { role } = stored.message;
      const name = theme.paint(role === 'user' ? 'strong' : 'accent', safeLine(speakerOf(stored)));
      const facts = safeLine(messageFacts(stored).join(' · '));
      const isBeside = displayWidth(`${speakerOf(stored)}  ${facts}`) <= columns;
      const head =
        role === 'tool' ? '' : isBeside ? `${name}  ${theme.paint('dim', facts)}\n` : `${name}\n${joined(looks.faint(facts), '')}`;
      const blocks = blocksOf(stored, looks, detail)
        .map((block) => withoutBlankEdges(block))
        .filter((block) => block.length > 0);
      const body = blocks.map((block) => joined(block)).join(role === 'tool' ? '' : '\n');
      const mark = markOf(stored);
      const warning = mark === undefined ? [] : wrap(safeLine(`[${mark}]`), inner).map((line) => theme.paint('warning', line));
      return `${head}${body}${joined(warning)}`;
    },
    markdown: (text) => joined(withoutBlankEdges(rendered(text, columns)), ''),
  };
}

/** The ways a text can look, each as lines that fit. */
type Looks = { plain(text: string): string[]; faint(text: string): string[]; markdown(text: string): string[] };

/** Blocks of lines, in the order of the message. */
function blocksOf({ message }: StoredMessage, looks: Looks, detail: Detail): string[][] {
  switch (message.role) {
    case 'user':
      return message.parts.map((part) => (part.type === 'text' ? looks.plain(part.text) : attached(part, looks)));
    case 'assistant': {
      const reasoning = reasoningOf(message);
      const thought = reasoning === '' ? [] : [looks.faint(detail.reasoning ? reasoning : `[${folded(reasoning)}]`)];
      return [...thought, ...message.parts.map((part) => replyLines(part, looks, detail))];
    }
    case 'tool':
      return message.parts.map((part) =>
        detail.tools ? [...looks.faint(`${part.name}${failedWord(part)}:`), ...looks.plain(part.output)] : looks.faint(resultLine(part)),
      );
  }
}

function replyLines(part: ReplyPart, looks: Looks, detail: Detail): string[] {
  switch (part.type) {
    case 'text':
      return looks.markdown(part.text);
    case 'media':
      return attached(part, looks);
    case 'tool_call':
      return looks.faint(callLine(part, detail));
    case 'hosted':
      return looks.faint(`${part.name} (run by the provider)`);
    case 'reasoning':
      return [];
  }
}

function attached(part: MediaPart, looks: Looks): string[] {
  return looks.faint(`[attached: ${mediaName(part)}]`);
}

/** Lines longer than this are hard to read; what is coloured for a pipe is laid out for eighty columns. */
const WIDEST = 100;

export function readingWidth({ stdout, isTerminal }: Pick<CommandContext, 'stdout' | 'isTerminal'>): number {
  return isTerminal.stdout ? Math.max(20, Math.min(WIDEST, (stdout.columns || 80) - 1)) : 80;
}

export function textsOf(path: readonly StoredMessage[]): string[] {
  return path.flatMap(({ message }) => (message.role === 'assistant' ? [textOf(message)] : []));
}

const INDENT = '  ';

function joined(block: readonly string[], indent = INDENT): string {
  return block.map((line) => `${line === '' ? '' : indent + line}\n`).join('');
}

function linesOf(text: string): string[] {
  return text.trimEnd().split('\n');
}

function withoutBlankEdges(block: readonly string[]): string[] {
  const first = block.findIndex((line) => line.trim() !== '');
  return first < 0 ? [] : block.slice(first, block.findLastIndex((line) => line.trim() !== '') + 1);
}
