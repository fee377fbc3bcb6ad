/** Draws the tree of a conversation's messages: a straight line goes down, only branches go to the right. */
import { textOf } from '../../core/messages.ts';
import type { Glyphs } from '../../format/glyphs.ts';
import { safeLine } from '../../format/safety.ts';
import type { Theme } from '../../format/theme.ts';
import type { StoredMessage } from '../../store/store.ts';
import { openMeasure } from './columns.ts';
import { markOf, speakerOf } from './facts.ts';
import { callLine, mediaName, resultLine } from './transcript.ts';

type TreeRequest = {
  messages: readonly StoredMessage[];
  /** End of the active path, which is marked. */
  active: number | null;
  /** Width of the terminal; undefined for a pipe, where an excerpt is cut at the end of its line only. */
  columns: number | undefined;
  theme: Theme;
};

/** One line per message, each with its `\n`. */
export async function drawTree({ messages, active, columns, theme }: TreeRequest): Promise<string> {
  const path = activePath(messages, active);
  const idWidth = Math.max(0, ...messages.map(({ id }) => String(id).length));
  const rows = branchLines(messages, theme.glyphs).map(({ lead, stored }) => {
    const mark = markOf(stored);
    const isActive = path.has(stored.id);
    const start = `${lead}${isActive ? '*' : ' '} ${String(stored.id).padStart(idWidth)}  `;
    const words = safeLine(`${speakerOf(stored)}: ${mark === undefined ? '' : `[${mark}] `}${excerpt(stored)}`);
    return { start, words, isActive };
  });
  const measure = await openMeasure(rows.map(({ words }) => words));
  return rows
    .map(({ start, words, isActive }) => {
      const fitting = columns === undefined ? words : measure.truncate(words, Math.max(20, columns - start.length), theme.glyphs.dots);
      return `${start}${isActive ? fitting : theme.paint('dim', fitting)}\n`;
    })
    .join('');
}

type Line = { lead: string; stored: StoredMessage };

/** Depth first, older branches before newer ones. A list of work instead of recursion: conversations may be very deep. */
function branchLines(messages: readonly StoredMessage[], { bar, tee, corner, line }: Glyphs): Line[] {
  const known = new Set(messages.map(({ id }) => id));
  const children = new Map<number | null, StoredMessage[]>();
  for (const stored of messages) {
    const parent = stored.parent !== null && known.has(stored.parent) ? stored.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), stored]);
  }
  const drawn: Line[] = [];
  const work: { stored: StoredMessage; first: string; rest: string }[] = [];
  const plan = (parent: number | null, lead: string): void => {
    const below = children.get(parent) ?? [];
    const branches = below.map((stored, index) => {
      if (below.length === 1) return { stored, first: lead, rest: lead };
      const isLast = index === below.length - 1;
      return { stored, first: `${lead}${isLast ? corner : tee}${line}`, rest: `${lead}${isLast ? '  ' : `${bar} `}` };
    });
    work.push(...branches.reverse());
  };
  plan(null, '');
  for (let next = work.pop(); next; next = work.pop()) {
    drawn.push({ lead: next.first, stored: next.stored });
    plan(next.stored.id, next.rest);
  }
  return drawn;
}

function activePath(messages: readonly StoredMessage[], active: number | null): Set<number> {
  const parents = new Map(messages.map(({ id, parent }) => [id, parent]));
  const path = new Set<number>();
  for (let id = active; id !== null && !path.has(id); id = parents.get(id) ?? null) path.add(id);
  return path;
}

const LONGEST_EXCERPT = 200;

function excerpt({ message }: StoredMessage): string {
  const text = textOf(message).trim();
  if (text !== '') return text.slice(0, LONGEST_EXCERPT).replace(/\s+/g, ' ');
  for (const part of message.parts) {
    if (part.type === 'tool_call') return callLine(part, { tools: false });
    if (part.type === 'tool_result') return resultLine(part);
    if (part.type === 'media') return `[attached: ${mediaName(part)}]`;
  }
  return '';
}
